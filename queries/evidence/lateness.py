"""Events that are late, or lost: the AccessKey audit knows of newer uses than they do."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from queries.base import Row
from queries.evidence.values import Cell, Source, moment_of

_LAG = 7200
"""Seconds by which events may be behind the audit, which is itself an hour late."""
_UNRECORDED = ("DataEvent", "Internal")
"""Kinds of calls that are events of no trail and no lookup, as the audit names them."""
_LATE, _UNTOLD = 0.3, 0.1
"""How much confidence goes: with events that are missing, with a service of which nothing tells."""


def late(
    key_id: str, own: Iterable[Cell], services: Iterable[Row], since: int, until: int
) -> tuple[Source, ...]:
    """Held service by service, since no trail tells of all.

    `services` are rows of the query of that name. Events could be known between `since` and `until`, seconds.
    """
    newest = _newest(key_id, own)
    behind, untold = [], []
    for row in services:
        used, service = row.values.get("last_used"), str(row.values.get("service") or "")
        if not isinstance(used, datetime) or row.values.get("source") in _UNRECORDED:
            continue
        if not since <= used.timestamp() < until:
            continue
        known = newest.get(service.lower())
        if known is None:
            untold.append(f"{service} at {used:%Y-%m-%d %H:%M} UTC")
        elif used.timestamp() - known > _LAG:
            behind.append(
                f"{service} at {used:%Y-%m-%d %H:%M} UTC, newest event {moment_of(known):%Y-%m-%d %H:%M}"
            )
    found = []
    if behind:
        said = f"Newer ones are missing; the audit knows of calls to {'; '.join(sorted(behind)[:3])}."
        found.append(Source("newest events", "late", said, _LATE))
    if untold:
        said = f"The audit knows of calls to {', '.join(sorted(untold)[:5])}; no event tells of them."
        found.append(Source("events of some services", "missing", said, _UNTOLD))
    return tuple(found)


def _newest(key_id: str, own: Iterable[Cell]) -> Mapping[str, int]:
    newest: dict[str, int] = {}
    for cell in own:
        if cell.who.key_id == key_id:
            service = cell.service.lower()
            newest[service] = max(newest.get(service, 0), cell.last)
    return newest
