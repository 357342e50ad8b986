"""Groups: counted by the log service with SQL, in every Logstore at once, and added up here.

Only numbers that may be added travel as such; first and last times are compared. A text that a person edited
may have other columns: then its rows are shown as they come, and nothing is added up.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aktui.models import LogPage, Window
from queries.asking.reading import count, moment, text
from queries.asking.together import guarded, together
from queries.base import Asking, Gap, LogText, Page, Param, Row, Status
from queries.logs.logfilters import whole
from queries.logs.logreach import Reach, reach
from queries.logs.logstores import Source
from queries.logs.logtexts import has_limit, page_of, sql_of

GROUPS = 1000
LIMIT_PARAM = Param("limit", "groups read from each Logstore, the largest first", default=str(GROUPS))
MOST_GROUPS = 100_000

_PER_ANSWER = 10_000
_PER_SEARCH = 100


@dataclass(frozen=True)
class Groups:
    """The columns of a grouped answer."""

    keys: tuple[str, ...]
    """What is grouped by."""
    sums: tuple[str, ...]
    """Numbers that may be added; the largest of the first one comes first."""
    shown: Mapping[str, Callable[[str], Any]] = field(default_factory=dict)
    """How the text of a key is shown, where not as it is."""
    regions: bool = True
    """Whether it matters in which regions' logs a group is."""
    by_key: bool = False
    """In the order of the keys, not of size."""
    newest: tuple[str, ...] = ()
    """Texts of which the one with the last time counts."""

    @property
    def columns(self) -> frozenset[str]:
        return frozenset((*self.keys, *self.sums, *self.newest, "first_at", "last_at"))


@dataclass
class _Total:
    """One group, over all Logstores."""

    values: dict[str, Any]
    regions: list[str]
    raw: dict[str, Any]


@dataclass
class _Tally:
    """The groups so far."""

    groups: Groups
    totals: dict[tuple[str, ...], _Total] = field(default_factory=dict)

    def add(self, row: Mapping[str, str], source: Source) -> None:
        key = tuple(text(row.get(name)) for name in self.groups.keys)
        told: dict[str, Any] = {name: count(row.get(name)) or 0 for name in self.groups.sums}
        told |= {name: moment(row.get(name)) for name in ("first_at", "last_at")}
        told |= {name: text(row.get(name)) for name in self.groups.newest}
        total = self.totals.get(key)
        if total is None:
            named = dict(zip(self.groups.keys, key, strict=True))
            shown = {name: self.groups.shown.get(name, text)(value) for name, value in named.items()}
            self.totals[key] = _Total({**shown, **told}, [source.where.region], {source.where.project: row})
            return
        values = total.values
        for name in self.groups.newest:
            if told["last_at"] and (not values["last_at"] or told["last_at"] > values["last_at"]):
                values[name] = told[name]
        for name in self.groups.sums:
            values[name] += told[name]
        values["first_at"] = _pick(min, values["first_at"], told["first_at"])
        values["last_at"] = _pick(max, values["last_at"], told["last_at"])
        if source.where.region not in total.regions:
            total.regions.append(source.where.region)
        total.raw[source.where.project] = row

    def rows(self) -> tuple[Row, ...]:
        largest = self.groups.sums[0]
        totals = sorted(self.totals.items())
        if not self.groups.by_key:
            totals.sort(key=lambda item: -item[1].values[largest])
        return tuple(Row(self._values(total), total.raw) for _, total in totals)

    def _values(self, total: _Total) -> dict[str, Any]:
        regions = {"regions": ", ".join(sorted(total.regions))} if self.groups.regions else {}
        return {**total.values, **regions}


def _pick(better: Callable[..., Any], *values: Any) -> Any:
    return better((value for value in values if value is not None), default=None)


async def grouped(
    asking: Asking, sent: LogText, groups: Groups, *, within: Reach | None = None
) -> AsyncIterator[Page]:
    """The groups of all Logstores of the text's kind. Rows come at the end, added up; gaps as they are met.

    `within`: the Logstores, where the question has chosen them itself.
    """
    statement = sent.statement(asking)
    most = whole(asking, "limit", GROUPS, MOST_GROUPS)
    found = within or await reach(asking, sent.log)
    expected = len(found.sources)
    yield Page(gaps=found.gaps, covered=found.covered, note=found.note, expected=expected or None)
    tally = _Tally(groups)
    parts = (
        guarded(source.what, _of_one(asking, source, window, statement, most, tally))
        for source, window in found.sources
    )
    async for page in together(*parts):
        yield page
    rows = tally.rows()
    yield Page(rows)


async def _of_one(
    asking: Asking, source: Source, window: Window, statement: str, most: int, tally: _Tally
) -> AsyncIterator[Page]:
    """One Logstore, counted into the tally; rows with other columns are given as they come."""
    read = 0
    async for answer in answers(asking, source, window, statement, most + 1):
        as_grouped = tally.groups.columns <= {name for row in answer.rows[:1] for name in row}
        wanted = answer.rows[: most - read]
        read += len(answer.rows)
        if as_grouped:
            for row in wanted:
                tally.add(row, source)
        rows = () if as_grouped else tuple(_as_it_came(row, tally.groups, source) for row in wanted)
        yield Page(rows, answer.request_id, gaps=tuple(_gaps(answer, source)))
    if read > most:
        detail = (
            f"There are more than {most} groups; these came first. Narrow the question or raise the limit."
        )
        yield Page(gaps=(Gap(Status.PARTIAL, source.what, detail),))


async def answers(
    asking: Asking, source: Source, window: Window, statement: str, most: int
) -> AsyncIterator[LogPage]:
    """The answers to one text, page by page, until there are `most` rows or no more."""
    logs, read = asking.cloud.logs, 0
    sql = sql_of(statement)
    if sql and has_limit(statement):
        yield await logs.select(source.where, statement, window)
        return
    while read < most:
        if sql:
            size = min(most - read, _PER_ANSWER)
            answer = await logs.select(source.where, page_of(statement, read, size), window)
        else:
            size = min(most - read, _PER_SEARCH)
            answer = await logs.page(source.where, statement, window, offset=read, lines=size)
        yield answer
        read += len(answer.rows)
        if len(answer.rows) < size:
            return


def _as_it_came(row: Mapping[str, str], groups: Groups, source: Source) -> Row:
    return Row({**dict.fromkeys(groups.columns), **row, "regions": source.where.region}, row)


def _gaps(answer: LogPage, source: Source) -> list[Gap]:
    call = f"sls:GetLogsV2 in {source.where.region}"
    if not answer.complete:
        detail = (
            "The log service kept calling its answer incomplete, so the numbers are too low. Ask again, or "
            "for a shorter time."
        )
        return [Gap(Status.PARTIAL, source.what, detail, call, request_id=answer.request_id)]
    return []
