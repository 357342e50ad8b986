"""What a question with very many rows downloads: from which Logstores, with which text, into which table.

    plan = await downloads.plan(asking, "oss-access")
    for target in plan.targets:
        await downloads.fetch(asking.cloud.logs, target, sink=…)   # a slice at a time, in order of time

`plan.gaps` says what is not in any of them; it is part of the answer.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from aktui.errors import UsageError
from aktui.models import LogPage, LogstoreRef, Window
from queries import catalogue
from queries.base import Asking, Gap, Logs, Row, Status
from queries.logs.logtexts import has_limit, page_of, sql_of

if TYPE_CHECKING:
    from aktui.cloud.download import Mark, Progress

LogRow = Mapping[str, str]
Sink = Callable[[Sequence[LogRow], str], Awaitable[None]]
"""Takes the rows of one slice, and the slice's id within its target."""

SQL_ROWS = 10_000
"""Most rows of one answer to SQL that is paged."""
_MOST_SQL_ROWS = 1_000_000
"""The log service pages no further."""


@dataclass(frozen=True)
class Target:
    """One search (or SQL) over one Logstore, and where its rows belong."""

    what: str
    """In a person's words: `OSS access log in cn-hangzhou`."""
    where: LogstoreRef
    statement: str
    window: Window
    table: str
    """The table of the case that its rows go into."""
    row: Callable[[LogRow], Row] = field(repr=False)
    """A row of the question's columns, from one of the log."""
    keep: Callable[[LogRow], bool] = field(default=lambda _: True, repr=False)
    """Whether a row is meant: what a search can't say exactly."""

    @property
    def sql(self) -> str:
        """The SQL part, empty for a search."""
        return sql_of(self.statement)

    @property
    def source(self) -> str:
        """Tells targets of one table apart."""
        where = self.where
        return f"{where.region}/{where.project}/{where.logstore} {self.statement}"

    def flat(self, raw: LogRow) -> dict[str, str]:
        """A row for the table: the question's columns as text, then the fields as they were logged."""
        return flat(self.row(raw), raw)


def flat(row: Row, raw: LogRow) -> dict[str, str]:
    """A row as tables have it: the question's columns as text, then the fields as they were logged.

    A field with the name of a column, and another value, is kept, as `NAME as logged`: a trail's `event`.
    """
    told = {name: _as_text(value) for name, value in row.values.items()}
    logged = {name if name not in told else f"{name} as logged": value for name, value in raw.items()}
    return {**told, **{name: value for name, value in logged.items() if not _same(name, value, told)}}


def _same(name: str, value: str, told: Mapping[str, str]) -> bool:
    return told.get(name.removesuffix(" as logged")) == value


@dataclass(frozen=True)
class Plan:
    """All that a question downloads."""

    targets: tuple[Target, ...] = ()
    gaps: tuple[Gap, ...] = ()
    covered: Window | None = None
    note: str = ""


@dataclass(frozen=True)
class Fetched:
    """How the download of a target ended."""

    rows: int
    expected: int
    gaps: tuple[Gap, ...] = ()
    """What is missing, and why."""


async def plan(asking: Asking, query_id: str) -> Plan:
    """What to download for a question. Raises UsageError for one without such rows, or for its parameters."""
    query = catalogue().get(query_id)
    if query is None or query.plan is None:
        raise UsageError(f"'{query_id}' has no rows to download.")
    return await query.plan(asking)


async def fetch(
    logs: Logs,
    target: Target,
    *,
    sink: Sink,
    progress: "Callable[[Progress], None]" = lambda _: None,
    resume: "Mark | None" = None,
    at_once: int = 8,
) -> Fetched:
    """Hand a target's rows to `sink`, a slice at a time, in order of time; `keep` has been applied.

    `progress` and `resume` are those of `aktui.cloud.download`; SQL has neither, since it can't be cut into
    slices. Raises CloudError when not even the plan could be made, and what `sink` raises.
    """
    if target.sql:
        return await _by_sql(logs, target, sink)
    from aktui.cloud.download import download

    async def take(rows: Sequence[LogRow], part: object) -> None:
        await sink([row for row in rows if target.keep(row)], str(getattr(part, "id", "")))

    done = await download(
        logs,
        target.where,
        target.statement,
        target.window,
        sink=take,
        progress=progress,
        resume=resume,
        at_once=at_once,
    )
    gaps = []
    for trouble in done.troubles:
        what = f"{target.what}, {_span(trouble.slice.window)}"
        if trouble.error is not None:
            rest = "What is later was not asked for." if not done.complete else ""
            gap = Gap.of(trouble.error, what)
            gaps.append(
                Gap(gap.status, what, f"{gap.detail} {rest}".strip(), gap.call, gap.code, gap.request_id)
            )
        else:
            gaps.append(Gap(Status.PARTIAL, what, trouble.reason, f"sls:GetLogsV2 in {target.where.region}"))
    return Fetched(done.rows, done.expected, tuple(gaps))


async def _by_sql(logs: Logs, target: Target, sink: Sink) -> Fetched:
    """SQL page by page; a text with a LIMIT of its own is one page."""
    read, gaps = 0, list[Gap]()
    limited = has_limit(target.statement)
    while True:
        size = min(SQL_ROWS, _MOST_SQL_ROWS - read)
        statement = target.statement if limited else page_of(target.statement, read, size)
        answer = await logs.select(target.where, statement, target.window)
        await sink([row for row in answer.rows if target.keep(row)], f"sql-{read}")
        read += len(answer.rows)
        gaps += _unfinished(target, answer)
        if limited or len(answer.rows) < size:
            return Fetched(read, read, tuple(gaps))
        if read >= _MOST_SQL_ROWS:
            detail = (
                f"The log service pages SQL to {_MOST_SQL_ROWS} rows and no further: narrow the question."
            )
            return Fetched(read, read, (*gaps, Gap(Status.PARTIAL, target.what, detail)))


def _unfinished(target: Target, answer: LogPage) -> list[Gap]:
    if answer.complete:
        return []
    detail = "The log service kept calling its answer incomplete: there are more rows than these."
    call = f"sls:GetLogsV2 in {target.where.region}"
    return [Gap(Status.PARTIAL, target.what, detail, call, request_id=answer.request_id)]


def _span(window: Window) -> str:
    return f"{window.start:%Y-%m-%d %H:%M:%S} to {window.end:%Y-%m-%d %H:%M:%S} UTC"


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return "" if value is None else str(value)
