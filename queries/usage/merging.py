"""Usages that are alike become one; calls that two sources tell are counted once."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from queries.usage.values import MOST_RESOURCES, Usage

_OWN_LOGS = ("oss", "sls")
"""Services with logs of their own, which are named like them."""
_FEW_CODES = 6
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def merged(usages: Iterable[Usage]) -> tuple[Usage, ...]:
    """Added up within a source, each call told by one source only; the largest first."""
    added: dict[Hashable, Usage] = {}
    for one in usages:
        key = _alike(one)
        added[key] = _sum(added[key], one) if key in added else one
    return tuple(sorted(_once(added.values()), key=_order))


def _order(one: Usage) -> tuple[object, ...]:
    return (-one.count, one.name, one.source, one.vpc, one.key_id, one.resources)


def _alike(one: Usage) -> Hashable:
    buckets = one.resources if one.origin == "oss" else ()
    return (one.origin, one.service, one.operation, *_who(one), one.link, buckets)


def _once(usages: Iterable[Usage]) -> Iterator[Usage]:
    """Calls to OSS and the log service may be in the trail and in the service's own log, under two names
    but one action: of these the source counts that saw more."""
    told: dict[Hashable, list[Usage]] = {}
    for one in usages:
        told.setdefault(_same_calls(one), []).append(one)
    for alike in told.values():
        seen = Counter[str]()
        for one in alike:
            seen[one.origin] += one.count
        best = max(seen, key=lambda origin: (seen[origin], origin in _OWN_LOGS))
        yield from (one for one in alike if one.origin == best)


def _same_calls(one: Usage) -> Hashable:
    if one.service.lower() not in _OWN_LOGS or not one.action:
        return id(one)
    vpc = "" if one.service.lower() == "sls" else one.vpc
    name = "" if one.key_id else one.identity
    return (one.action, one.source, vpc, one.kind, name, one.key_id)


def _who(one: Usage) -> tuple[Hashable, ...]:
    name = "" if one.key_id else one.identity
    return (one.source, one.vpc, one.kind, name, one.key_id)


def _sum(one: Usage, other: Usage) -> Usage:
    newer, older = _ordered(one, other)
    return replace(
        newer,
        count=one.count + other.count,
        refused=one.refused + other.refused,
        first=min((at for at in (one.first, other.first) if at), default=None),
        codes=tuple(dict.fromkeys((*newer.codes, *older.codes)))[:_FEW_CODES],
        message=newer.message or older.message,
        resources=tuple(dict.fromkeys((*newer.resources, *older.resources)))[:MOST_RESOURCES],
        identity=newer.identity or older.identity,
    )


def _ordered(one: Usage, other: Usage) -> tuple[Usage, Usage]:
    """The newer first."""
    return (other, one) if (other.newest or _LONG_AGO) > (one.newest or _LONG_AGO) else (one, other)
