"""Who tells of calls: a trail's Logstore, or LookupEvents, or rows on disk; all are asked the same."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from aktui.errors import AktuiError, UsageError
from aktui.models import Window
from queries import catalogue
from queries.asking.reading import ident
from queries.base import Asking, Gap, Result, Row, Status, answer
from queries.evidence.reading import act_of, cell_of_group, cells_of, handed_out
from queries.evidence.values import Act, Cell
from queries.logs.quoting import found
from queries.trail import lookup
from queries.usage.asking import event_of

GROUPS = "100000"
LOOKUPS = 10_000
"""Events read in each region of what LookupEvents tells."""
_FEW_LOOKUPS = 1000
_CHUNK = 20
_MOST_ACTS = 50_000
_MOST_SESSIONS = 400
_FIELDS = {
    "ip": "event.sourceIpAddress",
    "key": "event.userIdentity.accessKeyId",
    "user": "event.userIdentity.userName",
    "role": "event.userIdentity.userName",
}
_ATTRIBUTES = {"ip": "SourceIpAddress", "key": "EventAccessKeyId", "user": "User", "role": "RoleName"}


T = TypeVar("T")


@dataclass(frozen=True)
class Told(Generic[T]):
    """Cells or acts, and what is missing."""

    items: tuple[T, ...]
    gaps: tuple[Gap, ...] = ()


class Teller(Protocol):
    """Asked by `key`, `ip`, `user` (a name) or `role`; the values are matched whole."""

    origin: str
    known_since: int
    window: Window

    async def cells(self, by: str, values: Iterable[str], *, step: int = 3600) -> Told[Cell]: ...

    async def acts(self, by: str, values: Iterable[str]) -> Told[Act]: ...

    async def sessions(self, key_id: str) -> Told[Act]:
        """The AssumeRole calls of a key."""
        ...


async def told(asking: Asking, query_id: str, window: Window, /, **params: str) -> Result:
    """The finished answer to a question about another window. What is refused is a gap of it."""
    query = catalogue()[query_id]
    latest = Result(query, params, Status.RUNNING)
    async for snapshot in answer(query, replace(asking, params=params, window=window)):
        latest = snapshot
    return latest


def fits(act: Act, by: str, values: frozenset[str]) -> bool:
    """Whether an act is one that was asked for: searches find words, not whole values."""
    if by == "ip":
        return act.source in values
    if by == "key":
        return act.who.key_id in values
    return act.who.name in values if by == "user" else act.who.name.partition(":")[0] in values


@dataclass
class TrailTeller:
    """The Logstore of a trail: counted by SQL there, single events by search."""

    asking: Asking
    window: Window
    known_since: int
    origin: str = "trail"

    async def cells(self, by: str, values: Iterable[str], *, step: int = 3600) -> Told[Cell]:
        found_cells: list[Cell] = []
        gaps: list[Gap] = []
        for some in _chunks(values):
            params = {"by": by, "values": ",".join(some), "step": str(step), "limit": GROUPS}
            result = await told(self.asking, "calls-by-hour", self.window, **params)
            found_cells += (cell for row in result.rows if (cell := cell_of_group(row.values)))
            gaps += serious(result)
        return Told(tuple(found_cells), tuple(gaps))

    async def acts(self, by: str, values: Iterable[str]) -> Told[Act]:
        acts: dict[str, Act] = {}
        gaps: list[Gap] = []
        for some in _chunks(values):
            search = " or ".join(found(_FIELDS[by], value) for value in some)
            result = await told(self.asking, "trail-events", self.window, text=search)
            wanted = frozenset(some)
            acts.update(_kept(result.rows, by, wanted, "trail"))
            gaps += serious(result)
            if len(acts) >= _MOST_ACTS:
                gaps.append(_many(by))
                break
        return Told(tuple(acts.values()), tuple(gaps))

    async def sessions(self, key_id: str) -> Told[Act]:
        result = await told(self.asking, "trail-events", self.window, who=key_id, event="AssumeRole")
        acts = _kept(result.rows, "key", frozenset({key_id}), "trail").values()
        return Told(tuple(acts), serious(result))


@dataclass
class LookupTeller:
    """LookupEvents, region by region, two calls a second."""

    asking: Asking
    window: Window
    known_since: int
    origin: str = "lookup"
    limit: int = LOOKUPS

    async def cells(self, by: str, values: Iterable[str], *, step: int = 3600) -> Told[Cell]:
        few = replace(self, limit=min(self.limit, _FEW_LOOKUPS)) if by in ("ip", "user") else self
        got = await few.acts(by, values)
        return Told(cells_of(got.items), got.gaps)

    async def acts(self, by: str, values: Iterable[str]) -> Told[Act]:
        asking = replace(self.asking, window=self.window, params={"limit": str(self.limit)})
        plan = lookup.Plan.of(asking, self.limit)
        values = list(dict.fromkeys(values))
        acts: dict[str, Act] = {}
        gaps: list[Gap] = []
        for value in values:
            wanted = frozenset({value})
            pages = lookup.everywhere(plan, {_ATTRIBUTES[by]: value}, lambda event: Row({}, event))
            try:
                async for page in pages:
                    acts.update(_kept(page.rows, by, wanted, "lookup"))
                    gaps += page.gaps
            except AktuiError as error:
                gaps.append(Gap.of(error, f"events by {by}"))
        if values == [self.asking.key_id]:
            # Read newest first: where reading stopped, what is known begins.
            cut = (int(reading.back_to.timestamp()) for reading in plan.readings if reading.full)
            self.known_since = max(self.known_since, *cut, 0)
        return Told(tuple(acts.values()), tuple(gaps))

    async def sessions(self, key_id: str) -> Told[Act]:
        got = await self.acts("key", [key_id])
        return Told(tuple(act for act in got.items if act.operation == "AssumeRole"), got.gaps)


def tokens(opened: Iterable[Act]) -> list[str]:
    """The ids of the tokens that were handed out, the newest first, not too many."""
    newest = sorted(opened, key=lambda act: -act.at)
    return list(dict.fromkeys(token for act in newest if (token := handed_out(act))))[:_MOST_SESSIONS]


def serious(result: Result) -> tuple[Gap, ...]:
    """Gaps that are more than a source's usual limits."""
    return tuple(gap for gap in result.gaps if gap.status is not Status.NOT_COVERED)


def _kept(rows: Iterable[Row], by: str, values: frozenset[str], origin: str) -> dict[str, Act]:
    acts = (act_of(event_of(row), origin) for row in rows)
    return {act.id: act for act in acts if act is not None and fits(act, by, values)}


def _chunks(values: Iterable[str]) -> list[list[str]]:
    """Values that a search can hold, some at a time; others can not be asked for."""
    known = []
    for value in dict.fromkeys(map(ident, values)):
        try:
            found("x", value)
        except UsageError:
            continue
        if "," not in value:
            known.append(value)
    return [known[start : start + _CHUNK] for start in range(0, len(known), _CHUNK)]


def _many(by: str) -> Gap:
    detail = f"There are more than {_MOST_ACTS} events; these were read first."
    return Gap(Status.PARTIAL, f"events by {by}", detail)
