"""All findings over one judgement, as rows: the gravest first."""

from collections.abc import Iterable, Iterator
from typing import Any

from queries.attribution.values import Side
from queries.base import Column, Row
from queries.evidence.values import Act, Cell, moment_of
from queries.findings import catalogue
from queries.judgement.finding import MOST_IDS, Finding, Severity, Sighting
from queries.judgement.judging import Judged
from queries.provider.restricted import blocks, is_sign

COLUMNS = (
    Column("severity", "Severity"),
    Column("id", "Finding"),
    Column("side", "Whose"),
    Column("sentence", "What"),
    Column("first", "First", "time"),
    Column("last", "Last", "time"),
    Column("count", "Calls", "count"),
    Column("succeeded", "Succeeded", "count"),
    Column("refused", "Refused", "count"),
    Column("title", "Title"),
    Column("technique", "ATT&CK", "id"),
    Column("technique_name", "Technique"),
    Column("sources", "Sources", "ip"),
    Column("identities", "Identities"),
    Column("benign", "Harmless if"),
    Column("provider_blocks", "Provider"),
    Column("event_ids", "Events", "id"),
    Column("request_ids", "Requests", "id"),
)
_MOST_RAW = 50
_RANK = {severity: at for at, severity in enumerate(Severity)}
_SIDES = {Side.INTRUDER: 0, Side.UNCLEAR: 1, Side.BUSINESS: 2}


def seen(judged: Judged) -> list[tuple[Finding, Sighting]]:
    """Every sighting of every finding, an intruder's before unclear ones, the gravest first."""
    found = [(one, told) for one in catalogue().values() for told in one.look(judged)]
    return sorted(found, key=lambda pair: (_SIDES[pair[1].side], _RANK[_severity(*pair)], _first(pair[1])))


def rows(judged: Judged) -> tuple[Row, ...]:
    protected = protected_since(judged)
    start = int(judged.evidence.window.start.timestamp())
    return tuple(_row(finding, told, protected, start) for finding, told in seen(judged))


def protected_since(judged: Judged) -> int | None:
    """From when the provider is seen to refuse calls of the key because it leaked; None when it is not."""
    signs = (act.at for act in (*judged.hostile, *judged.unclear) if act.is_event and is_sign(act.event))
    return min(signs, default=None)


def _severity(finding: Finding, told: Sighting) -> Severity:
    return told.severity or (Severity.INFO if told.side is Side.BUSINESS else finding.severity)


def _first(told: Sighting) -> int:
    return min((act.at for act in told.acts), default=min((cell.first for cell in _cells(told)), default=0))


def _cells(told: Sighting) -> tuple[Cell, ...]:
    return told.cells or tuple(cell for one in told.units for cell in one.unit.cells)


def _counted(told: Sighting) -> tuple[int, int]:
    """How many calls, and how many of them were refused."""
    if told.acts:
        return len(told.acts), sum(not act.ok for act in told.acts)
    cells = _cells(told)
    return sum(cell.count for cell in cells), sum(cell.count for cell in cells if cell.code)


def _row(finding: Finding, told: Sighting, protected: int | None, start: int) -> Row:
    """`start`: of the window; what a log shows from its beginning on is dated by it, and began before."""
    acts, cells = told.acts, _cells(told)
    count, refused = _counted(told)
    began = _first(told)
    last = max((act.at for act in acts), default=max((cell.last for cell in cells), default=0))
    sources = dict.fromkeys([*(act.source for act in acts), *sorted({cell.source for cell in cells})])
    told_of = [*(act.who.key_id or act.who.name for act in acts), *_of_cells(cells)]
    who = dict.fromkeys([*told.also, *told_of][: MOST_IDS + 1])
    values: dict[str, Any] = {
        "severity": _severity(finding, told).value,
        "id": finding.id,
        "side": told.side.value,
        "sentence": told.sentence,
        "first": moment_of(began) if count and began != start else None,
        "last": moment_of(last) if count else None,
        "count": count,
        "succeeded": count - refused,
        "refused": refused,
        "title": finding.title,
        "technique": finding.technique.id,
        "technique_name": finding.technique.name,
        "sources": list(sources),
        "identities": list(who),
        "benign": finding.benign,
        "provider_blocks": _protection(acts, protected),
        "event_ids": [act.id for act in acts if act.is_event][:MOST_IDS],
        "request_ids": [act.id for act in acts if not act.is_event][:MOST_IDS],
    }
    return Row(
        values, {"events": [a.event for a in acts[:_MOST_RAW]], "calls": list(map(call_of, acts[:_MOST_RAW]))}
    )


def call_of(act: Act) -> dict[str, Any]:
    """An act as plain values: what was read from its record, wherever that came from."""
    return {
        "id": act.id,
        "at": act.when,
        "kind": act.who.kind.value,
        "name": act.who.name,
        "key_id": act.who.key_id,
        "source": act.source,
        "agent": act.agent,
        "service": act.service,
        "operation": act.operation,
        "region": act.region,
        "code": act.code,
        "resources": list(act.resources),
        "origin": act.origin,
    }


def _of_cells(cells: Iterable[Cell]) -> Iterator[str]:
    yield from sorted({cell.who.key_id or cell.who.name for cell in cells})


def _protection(acts: tuple[Act, ...], protected: int | None) -> str:
    """What the provider's protection does about such calls, once it was seen to be on."""
    if protected is None or not acts:
        return ""
    later = [act for act in acts if act.at >= protected]
    if not later:
        return "before the provider restricted the key"
    blocked = sum(blocks(act.service, act.operation) is not None for act in later)
    if blocked == len(later):
        return "blocked by the provider"
    return "stays open" if not blocked else f"{blocked} of {len(later)} blocked by the provider"
