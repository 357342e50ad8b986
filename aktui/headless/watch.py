"""`aktui watch`: who still uses a key after it was contained, as far as the sources can know."""

import argparse
import asyncio
from contextlib import aclosing
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aktui.case.journal import read_journal
from aktui.case.marks import read_marks
from aktui.config import Settings
from aktui.contain.history import replay
from aktui.contain.watch import EVERY, watch
from aktui.contain.watched import Side, State, Watched
from aktui.errors import UsageError
from aktui.headless import gaps
from aktui.headless.investigation import investigation
from aktui.headless.output import Progress, as_json, emit, note
from aktui.headless.times import moment, span
from aktui.text import visible

SCHEMA = "aktui.watch/1"

_every = EVERY
"""Tests look more often."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings, span(args.span, "--for")))


async def _run(args: argparse.Namespace, settings: Settings, length: timedelta) -> int:
    """0, or 3 when the last look could not see everything."""
    last: Watched | None = None
    async with investigation(settings, args.key_id, args.since) as found:
        cloud, directory = found.cloud, found.ledger.directory
        since = await _since(args.since, directory, cloud.now())
        marks = await asyncio.to_thread(read_marks, directory)
        note(f"Looking for {args.span} at what was done with the key since {since:%Y-%m-%d %H:%M:%S} UTC.")
        end = cloud.now() + length
        async with aclosing(watch(found.inquiry, since, marks=marks, every=_every)) as looks:  # type: ignore[type-var]
            async for last in looks:
                _tell(last, args)
                if cloud.now() + _every > end:
                    break
    assert last is not None
    for gap in last.gaps:
        note(f"{gap.status.value}: {gaps.sentence(gap)}")
    return 3 if last.state is State.UNKNOWN else gaps.exit_code(last.gaps)


async def _since(given: str, directory: Path, now: datetime) -> datetime:
    """When the change was made: as given, else when the newest run that changed something began."""
    if given:
        return moment(given, now, "--since")
    contents = await asyncio.to_thread(read_journal, directory)
    changed = [run.id for run in replay(contents).runs if run.changed]
    began = [
        line for line in contents.lines if line.kind == "plan" and changed and line["run"] == changed[-1]
    ]
    if not began:
        raise UsageError(
            "Nothing was changed about this key yet, so there is nothing to watch the effect of.",
            hint="Give --since TIME to watch from a moment on all the same.",
        )
    return datetime.fromisoformat(began[0]["cloud_time"])


def _tell(one: Watched, args: argparse.Namespace) -> None:
    Progress.clear()
    if args.json:
        emit(as_json({"schema": SCHEMA, "key_id": args.key_id, **_document(one)}, indent=None) + "\n")
    else:
        emit(f"{one.at:%H:%M:%S}  {one.state.value}  {visible(one.sentence)}\n")


def _document(one: Watched) -> dict[str, Any]:
    return {
        "at": one.at,
        "state": one.state.value,
        "sentence": one.sentence,
        "source": one.source,
        "lag_seconds": one.lag.total_seconds(),
        "known_until": one.known_until,
        "calls_before": one.calls_before,
        "others": _side(one.others),
        "trusted": _side(one.trusted),
        "session_calls": one.session_calls,
        "sessions_until": one.sessions_until,
        "sessions_known": one.sessions_known,
        "gaps": [gaps.as_document(gap) for gap in one.gaps],
    }


def _side(side: Side) -> dict[str, Any]:
    told = asdict(side)
    for one in (told["last_accepted"], *told["refusals"]):
        if one and one["refusal"]:
            one["refusal"] = one["refusal"]["id"]
    return told
