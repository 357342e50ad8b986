"""Findings from the events in a case alone: nothing is asked, and no credentials are needed."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aktui.case.directory import LEDGER, case_directory
from aktui.case.imports.found import EVENTS
from aktui.case.marks import read_marks
from aktui.case.rows.store import RowStore
from aktui.case.rows.table import LogTable
from aktui.config import Settings
from aktui.errors import UsageError
from aktui.headless.investigation import WINDOW
from aktui.headless.times import check, window
from aktui.models import utc_now
from queries.evidence.values import Key
from queries.export.told import Told
from queries.judgement.looking import rows, seen
from queries.judgement.offline import holder_in, judged_offline
from queries.judgement.verdict import conclude
from queries.logs.keyevents import TABLE
from queries.verdict import row_of

_TABLES = (EVENTS, TABLE)
"""Where events are kept: those of a trail and imported ones, and those of lookups."""


async def told_offline(settings: Settings, key_id: str, since: str, until: str) -> Told:
    """What an export is made from. The window ends with the newest event unless it is told.

    Raises UsageError where there is no case or no event in it, CaseError for rows that can not be read.
    """
    check(since, until)
    directory = case_directory(settings.home, key_id, practice=settings.practice)
    if not await asyncio.to_thread((directory / LEDGER).exists):
        raise _nothing(directory)
    marks = await asyncio.to_thread(read_marks, directory)
    async with RowStore(directory) as store:
        table = await _fullest(store)
        if table is None:
            raise _nothing(directory)
        newest = max(part.last for part in table.parts if part.last is not None)
        asked = window(since, until, datetime.fromtimestamp(newest, UTC) + timedelta(seconds=1), WINDOW)
        whose = await holder_in(table, key_id)
        found = await judged_offline(table, Key(key_id, whose.name, whose.root), asked, marks)
    concluded = conclude(found, seen(found), keys_of_owner=None, rotatable=None)
    told = row_of(concluded)
    return Told(key_id, whose.name, whose.account, utc_now(), asked, rows(found), told, found.gaps)


async def _fullest(store: RowStore) -> LogTable | None:
    """The table with the most events that have a time; two may hold the same ones, so only one is read."""
    there = await store.tables()
    tables = [await store.table(name) for name in _TABLES if name in there]
    timed = [table for table in tables if any(part.last is not None for part in table.parts)]
    return max(timed, key=lambda table: sum(part.rows for part in table.parts), default=None)


def _nothing(directory: Path) -> UsageError:
    return UsageError(
        f"There are no events in {directory}.",
        hint="`aktui import FILE… --key KEY_ID` takes them from files.",
    )
