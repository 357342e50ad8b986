"""`aktui query`: one question about a key, its rows written as they come."""

import argparse
import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from difflib import get_close_matches

from aktui.config import Settings
from aktui.errors import AktuiError, UsageError
from aktui.headless import statements
from aktui.headless.gaps import INCOMPLETE, sentence
from aktui.headless.investigation import Investigation, investigation
from aktui.headless.output import Progress, note
from aktui.headless.rows import Outcome, Writer, writer
from aktui.models import Window
from queries import catalogue
from queries.base import Asking, Gap, Page, Query, Result, Row, Status, check_params, final_status


def run(args: argparse.Namespace, settings: Settings) -> int:
    query = _query(args.query_id)
    params = given_params(args.param)
    check_params(query, params)
    if args.limit is not None and args.limit < 1:
        raise UsageError("--limit is at least 1.")
    if args.statement:
        return statements.show(settings, query, args.key_id, params)
    return asyncio.run(_run(args, settings, query, params))


async def _run(args: argparse.Namespace, settings: Settings, query: Query, params: dict[str, str]) -> int:
    async with investigation(settings, args.key_id, args.since, args.until) as found:
        asking = found.inquiry.asking(params)
        if query.span is not None and not args.since:
            end = asking.window.end
            asking = replace(asking, window=Window(end - query.span, end))
        await asyncio.to_thread(statements.keep, settings, query, args.key_id, params)
        outcome = Outcome(args.key_id, params, asking.window)
        rows = _Rows(query, writer(args.format, query), outcome, args.limit)
        await _ask(query, asking, rows, found)
    Progress.clear()
    rows.writer.end(outcome)
    for told in _told(outcome):
        note(told)
    return 3 if outcome.status in INCOMPLETE else 0


def _query(query_id: str) -> Query:
    found = catalogue().get(query_id)
    if found is None:
        close = get_close_matches(query_id, catalogue(), n=1)
        hint = f"Did you mean {close[0]}?" if close else "`aktui queries` lists them."
        raise UsageError("There is no query of that name.", hint=hint)
    return found


def given_params(given: list[str]) -> dict[str, str]:
    """`NAME=VALUE`s by name. Raises UsageError for what is none."""
    params: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name:
            raise UsageError("--param wants NAME=VALUE.", hint="For example: --param service=Ecs")
        params[name] = value
    return params


@dataclass
class _Rows:
    """Counts what goes to the writer, and says when it is enough."""

    query: Query
    writer: Writer
    outcome: Outcome
    limit: int | None

    def take(self, rows: tuple[Row, ...]) -> bool:
        """Whether more are wanted."""
        for row in rows:
            if self.outcome.rows == self.limit:
                self.outcome.limited = True
                return False
            self.writer.row(row)
            self.outcome.rows += 1
        return True


async def _ask(query: Query, asking: Asking, rows: _Rows, found: Investigation) -> None:
    """Run the query to its end, or until there are rows enough."""
    outcome = rows.outcome
    some: tuple[Row, ...] = ()
    pages = 0
    try:
        async with aclosing(query.run(asking)) as answers:  # type: ignore[type-var]
            async for page in answers:
                pages += 1
                some = some or page.rows[:1]
                _learn(outcome, page)
                _progress(query, outcome, pages, page, found)
                if not rows.take(page.rows):
                    break
    except AktuiError as error:
        outcome.gaps.append(Gap.of(error, query.title.lower()))
    ended = Result(query, asking.params, Status.RUNNING, some, tuple(outcome.gaps))
    outcome.status = final_status(ended)


def _learn(outcome: Outcome, page: Page) -> None:
    outcome.gaps += page.gaps
    outcome.covered = page.covered or outcome.covered
    outcome.note = page.note or outcome.note


def _progress(query: Query, outcome: Outcome, pages: int, page: Page, found: Investigation) -> None:
    of = f" of {page.expected}" if page.expected else ""
    waiting = f", {found.cloud.waiting} calls wait for the rate limit" if found.cloud.waiting else ""
    Progress.show(f"{query.id}: {outcome.rows} rows, page {pages}{of}{waiting}")


def _told(outcome: Outcome) -> list[str]:
    """What a person must know beside the rows."""
    told = [outcome.note] if outcome.note else []
    if outcome.limited:
        told.append(f"There are more rows than the {outcome.rows} shown.")
    elif not outcome.rows and outcome.status is Status.COMPLETE:
        told.append("None.")
    return [*told, *(f"{gap.status.value}: {sentence(gap)}" for gap in outcome.gaps)]
