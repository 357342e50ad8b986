"""Gathers evidence about a key from the best source: a trail's Logstore, else LookupEvents; and data logs.

First the key's own calls, those of its user in the console, and those of the role sessions it opened. Then,
for the sources that are new to the key, who else calls from there, and what those do elsewhere.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aktui.models import Window
from queries.base import Asking, Gap, Result, Status
from queries.evidence.dataplane import data_cells
from queries.evidence.lateness import late
from queries.evidence.teller import LookupTeller, Teller, TrailTeller, serious, tokens
from queries.evidence.values import Cell, Evidence, Key, Source
from queries.logs import logreach
from queries.logs.logstores import TRAIL
from queries.usage.values import By

PAST = timedelta(days=180)
"""So far back the key's past is looked at, where the trail is kept so long."""
_LOOKED_UP = timedelta(days=90)
_MOST_SOURCES, _MOST_NAMES = 40, 12
_DAY = 86_400
_TRAIL_DENIED = 0.15
"""How much confidence goes with the Logstore of the trail, where LookupEvents stands in for it."""

Suspicious = Callable[[Evidence], Iterable[str]]
"""The sources of which more must be known before anything is said of them."""


@dataclass(frozen=True)
class Gathered:
    evidence: Evidence
    teller: Teller


async def gather(asking: Asking, suspicious: Suspicious) -> Gathered:
    """All of it. Never raises for what was refused: that is a gap, and a source that weighs."""
    owner, teller_told, audit, services = await asyncio.gather(
        asking.ask("owner"), choose(asking), asking.ask("last-used"), asking.ask("services")
    )
    teller, trail_source = teller_told
    key = _key(asking.key_id, owner, audit)
    (own, gaps, sources), (data, data_gaps, data_sources) = await asyncio.gather(
        _own(teller, key), data_cells(asking, key.owner)
    )
    if teller.origin == "trail" and sources[0].status in ("denied", "failed"):
        # The Logstore is there, but it answers nothing: LookupEvents may.
        trail_source = (replace(sources[0], weight=_TRAIL_DENIED),)
        teller, unread = _lookups(asking), gaps
        own, gaps, sources = await _own(teller, key)
        gaps = tuple(dict.fromkeys((*unread, *gaps)))
    if sources[0].status not in ("denied", "failed"):
        end = _seconds(asking.window.end)
        sources = (*sources, *late(key.id, own, services.rows, teller.known_since, end))
    known = (_owner_source(owner), _audit_source(audit, services), *trail_source, *sources, *data_sources)
    found = Evidence(
        key, asking.window, teller.known_since, (*own, *data), sources=known, gaps=(*gaps, *data_gaps)
    )
    return Gathered(await _neighbourhood(found, teller, suspicious), teller)


async def choose(asking: Asking) -> tuple[Teller, tuple[Source, ...]]:
    """The trail's Logstore where one can be read, else LookupEvents."""
    end = asking.window.end
    window = Window(min(asking.window.start, end - PAST), end)
    reached = await logreach.reach(replace(asking, window=window, params={}), TRAIL)
    covered = reached.covered
    if covered is not None and covered.end >= asking.window.end - timedelta(days=1):
        name = reached.sources[0][0].what
        gaps = [gap for gap in reached.gaps if gap.status is not Status.NOT_COVERED]
        source = Source("trail", "partial" if gaps else "complete", name, 0.3 if gaps else 0.0)
        return TrailTeller(asking, window, _seconds(covered.start)), (source,)
    why = "; ".join(f"{gap.what}: {gap.detail}" for gap in reached.gaps) or "no trail delivers to a Logstore"
    denied = any(gap.status in (Status.DENIED, Status.FAILED) for gap in reached.gaps)
    status, weight = ("denied", _TRAIL_DENIED) if denied else ("not-covered", 0.1)
    return _lookups(asking), (Source("trail", status, why, weight),)


def _lookups(asking: Asking) -> LookupTeller:
    end, now = asking.window.end, asking.cloud.now()
    start = max(min(asking.window.start, end - _LOOKED_UP), now - _LOOKED_UP)
    return LookupTeller(asking, Window(start, end), _seconds(start))


async def _own(teller: Teller, key: Key) -> tuple[tuple[Cell, ...], tuple[Gap, ...], tuple[Source, ...]]:
    """The cells of the key, of its user in the console, and of the sessions it opened."""
    signed, console = await asyncio.gather(teller.cells("key", [key.id]), _console(teller, key))
    gaps = [*signed.gaps, *console.gaps]
    cells = [*signed.items, *console.items]
    if any(cell.operation == "AssumeRole" and not cell.code for cell in signed.items):
        opened = await teller.sessions(key.id)
        gaps += opened.gaps
        if ids := tokens(opened.items):
            sessions = await teller.cells("key", ids)
            cells += sessions.items
            gaps += sessions.gaps
    return tuple(cells), tuple(dict.fromkeys(gaps)), (_main_source(teller, bool(cells), gaps),)


@dataclass(frozen=True)
class _Cells:
    items: tuple[Cell, ...] = ()
    gaps: tuple[Gap, ...] = ()


async def _console(teller: Teller, key: Key) -> _Cells:
    if not key.owner:
        return _Cells()
    got = await teller.cells("user", [key.owner])
    return _Cells(tuple(cell for cell in got.items if cell.who.kind is By.CONSOLE), got.gaps)


def _main_source(teller: Teller, some: bool, gaps: list[Gap]) -> Source:
    """How much of the calls themselves could be read: the most weighs on this."""
    hard = [gap for gap in gaps if gap.status in (Status.DENIED, Status.FAILED)]
    name = "events of the trail" if teller.origin == "trail" else "LookupEvents"
    detail = "; ".join(f"{gap.what}: {gap.detail}" for gap in gaps[:3])
    if hard and not some:
        return Source(name, "denied" if hard[0].status is Status.DENIED else "failed", detail, 0.7)
    if gaps:
        return Source(name, "partial", detail, 0.3)
    return Source(name, "complete")


async def _neighbourhood(found: Evidence, teller: Teller, suspicious: Suspicious) -> Evidence:
    """Who else calls from the sources in question, and what they do elsewhere."""
    sources = list(dict.fromkeys(suspicious(found)))
    if not sources:
        return found
    gaps = list(found.gaps)
    if len(sources) > _MOST_SOURCES:
        detail = f"{len(sources)} sources are new to the key; who else calls from there was asked for some."
        gaps.append(Gap(Status.PARTIAL, "neighbours of new sources", detail))
    there = await teller.cells("ip", sources[:_MOST_SOURCES])
    names = _names(there.items, found)
    elsewhere = await teller.cells("user", names, step=_DAY) if names else _Cells()
    gaps += [*there.gaps, *elsewhere.gaps]
    return replace(found, neighbours=there.items, elsewhere=elsewhere.items, gaps=tuple(dict.fromkeys(gaps)))


def _names(there: Iterable[Cell], found: Evidence) -> list[str]:
    """The users that call from there, the busiest first."""
    counted: dict[str, int] = {}
    for cell in there:
        if cell.who.name and cell.who.name != found.key.owner and cell.who.kind in (By.KEY, By.CONSOLE):
            counted[cell.who.name] = counted.get(cell.who.name, 0) + cell.count
    return sorted(counted, key=lambda name: (-counted[name], name))[:_MOST_NAMES]


def _key(key_id: str, owner: Result, audit: Result) -> Key:
    told_of = owner.rows[0].values if owner.rows else {}
    used = [row.values.get("last_used") for row in (*owner.rows, *audit.rows)]
    return Key(
        key_id,
        str(told_of.get("owner_name") or ""),
        told_of.get("owner_type") == "root",
        _stamp(told_of.get("created")),
        str(told_of.get("status") or ""),
        max((_seconds(at) for at in used if isinstance(at, datetime)), default=None),
    )


def _owner_source(owner: Result) -> Source:
    if owner.rows and owner.rows[0].values.get("owner_name"):
        if owner.rows[0].values.get("created"):
            return Source("owner", "complete")
        return Source("owner", "partial", "When the key was made is not known.", 0.1)
    return Source("owner", owner.status.value, owner.detail, 0.15)


def _audit_source(audit: Result, services: Result) -> Source:
    missing = dict.fromkeys((*serious(audit), *serious(services)))
    if not missing:
        return Source("AccessKey audit", "complete")
    return Source("AccessKey audit", audit.status.value, _said(missing), 0.1)


def _said(gaps: Iterable[Gap]) -> str:
    return "; ".join(f"{gap.what}: {gap.detail}" for gap in gaps)


def _stamp(at: object) -> int | None:
    return _seconds(at) if isinstance(at, datetime) else None


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
