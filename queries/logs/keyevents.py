"""All events of a key and of its user: what to read, from a trail's Logstore or lookup by lookup.

A trail's Logstore tells them in a few searches. Without one, LookupEvents is asked region by region: each of
these lookups is a unit that can be taken up again where it was left, since events come newest first.
"""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aktui.errors import CloudError
from aktui.models import Window
from queries import catalogue
from queries.asking.reading import ident, nested, record
from queries.base import Asking, Gap, Page, Row
from queries.logs import traillogs
from queries.logs.downloads import LogRow, Plan, Target, fetch, plan
from queries.logs.quoting import found
from queries.owners.holder import find_holder
from queries.trail.happening import key_of
from queries.trail.regions import in_regions

TRAIL_QUERY = "trail-events"
TABLE = "lookup_events"
"""The table of the case for what lookups tell."""
_RATE = 2.0
"""Lookups a second, for the whole account."""
_MOST = "1000000"
_TOKENS_A_SEARCH = 20
_RESUMED = ("recent-events",)
"""Questions whose pages come newest first, so that a lookup left halfway goes on from there."""
_OTHERS = ("console-events", "role-sessions")


async def trail_plan(asking: Asking) -> Plan:
    """The searches of a trail's Logstore: by the key, by its user, by the tokens of role sessions."""
    by_key = await plan(asking, TRAIL_QUERY)
    if not by_key.targets:
        return by_key
    holder = await find_holder(asking)
    targets, gaps = list(by_key.targets), [*by_key.gaps, *holder.gaps]
    if holder.name:
        by_user = await plan(_with(asking, who="everyone", user=holder.name), TRAIL_QUERY)
        targets += [_without_key(target, asking.key_id) for target in by_user.targets]
    for target in by_key.targets:
        tokens, missing = await _tokens(asking, target)
        targets += _of_tokens(target, tokens)
        gaps += missing
    return Plan(tuple(targets), tuple(dict.fromkeys(gaps)), by_key.covered, by_key.note)


async def _tokens(asking: Asking, target: Target) -> tuple[list[str], tuple[Gap, ...]]:
    """The ids of the tokens that the key was handed for role sessions, by the same Logstore."""
    opened: dict[str, None] = {}

    async def note(rows: Sequence[LogRow], _: str) -> None:
        for row in rows:
            event = nested(row.get("event"))
            given = record(nested(event.get("responseElements")).get("Credentials"))
            if token := ident(given.get("AccessKeyId")):
                opened[token] = None

    statement = f"{target.statement} and {found('event.eventName', 'AssumeRole')}"
    try:
        done = await fetch(asking.cloud.logs, replace(target, statement=statement), sink=note)
    except CloudError as error:
        return [], (Gap.of(error, f"role sessions in the {target.what}"),)
    return list(opened), done.gaps


def _of_tokens(target: Target, tokens: list[str]) -> Iterator[Target]:
    """Searches for what was done in role sessions, some tokens to each."""
    for start in range(0, len(tokens), _TOKENS_A_SEARCH):
        some = frozenset(tokens[start : start + _TOKENS_A_SEARCH])
        statement = " or ".join(found(traillogs.KEY, token) for token in sorted(some))
        yield replace(
            target,
            what=f"role sessions, {target.what}",
            statement=statement,
            keep=lambda row, some=some: key_of(nested(row.get("event"))) in some,  # type: ignore[misc]
        )


def _with(asking: Asking, **params: str) -> Asking:
    return replace(asking, params={**asking.params, **params})


def _without_key(target: Target, key_id: str) -> Target:
    """The same search without what the search by the key brings already."""
    kept = target.keep

    def keep(row: LogRow) -> bool:
        return kept(row) and key_of(nested(row.get("event"))) != key_id

    statement = f"({target.statement}) not {found(traillogs.KEY, key_id)}"
    return replace(target, statement=statement, keep=keep)


@dataclass
class Unit:
    """One question looked up in one region."""

    query_id: str
    region: str
    window: Window
    """What is left to read: its end moves back while events come."""
    done: bool = False
    rows: int = 0
    calls: int = 0
    gaps: tuple[Gap, ...] = ()

    @property
    def what(self) -> str:
        return f"{catalogue()[self.query_id].title.lower()} in {self.region}"


async def units(asking: Asking, regions: str = "all") -> tuple[Unit, ...]:
    """What there is to look up in these regions. Raises what the cloud says to the list of regions."""
    names: list[str] = []

    async def note(region: str) -> AsyncIterator[Page]:
        names.append(region)
        return
        yield

    async for _ in in_regions(_with(asking, regions=regions), note):
        continue
    return tuple(
        Unit(query_id, region, asking.window) for query_id in (*_RESUMED, *_OTHERS) for region in names
    )


def least_seconds(left: Iterable[Unit]) -> float:
    """How long the lookups take that are left, if each is one page."""
    return sum(1 for _ in left) / _RATE


@dataclass
class Lookups:
    """Reads units; knows which events came, so that none comes twice."""

    asking: Asking
    seen: set[str] = field(default_factory=set)

    async def read(self, unit: Unit) -> AsyncIterator[list[dict[str, str]]]:
        """The rows of a unit for the table, page by page; the unit keeps where it is and what is missing."""
        query = catalogue()[unit.query_id]
        asking = replace(self.asking, window=unit.window, params={"regions": unit.region, "limit": _MOST})
        unit.gaps = ()
        gaps: list[Gap] = []
        async for page in query.run(asking):
            unit.calls += 1
            gaps += page.gaps
            rows = [flat(row) for row in page.rows if self._news(row)]
            unit.rows += len(rows)
            if rows:
                yield rows
            if unit.query_id in _RESUMED:
                unit.window = _left(unit.window, page.rows)
        unit.gaps = tuple(gaps)
        unit.done = not unit.gaps

    def _news(self, row: Row) -> bool:
        event_id = ident(row.raw.get("eventId"))
        if event_id in self.seen:
            return False
        if event_id:
            self.seen.add(event_id)
        return True


def flat(row: Row) -> dict[str, str]:
    """An event as a row of the table: the columns of a trail's events, and the event as it came."""
    told = traillogs.values({"event": row.raw})  # type: ignore[dict-item]
    at = told.pop("at")
    texts = {name: str(value) for name, value in told.items() if value not in (None, "")}
    if isinstance(at, datetime):
        texts["__time__"] = str(int(at.timestamp()))
    return {**texts, "event as logged": json.dumps(row.raw, ensure_ascii=False)}


def _left(window: Window, rows: Iterable[Row]) -> Window:
    """What is left of a window once these rows came; the second of the oldest is read again."""
    times: Iterator[datetime] = (at for row in rows if isinstance(at := row.values.get("at"), datetime))
    oldest = min(times, default=None)
    if oldest is None:
        return window
    return Window(window.start, max(window.start, min(window.end, oldest + timedelta(seconds=1))))
