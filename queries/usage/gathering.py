"""Asks for the calls of the key, of its user and of the role sessions it opened, where they are told best.

The Logstore of a trail counts them in one question. Where there is none, or it does not reach back far
enough, LookupEvents tells them one by one; where that is refused too, the audit at least tells the newest of
each. Calls to objects and log rows are in logs of their own. What none of them can tell is a gap.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from aktui.models import Window
from queries.asking.reading import ident
from queries.base import Gap, Result, Row, Status
from queries.inquiry import Inquiry
from queries.logs.callers import MOST_TOKENS
from queries.owners.holder import find_holder
from queries.usage import reading
from queries.usage.asking import Ask, event_of, token_of
from queries.usage.merging import merged
from queries.usage.values import Usage, UsageReport

_GROUPS = "20000"
_LOOKUPS = 2000
"""Events read in each region of what LookupEvents tells: half a minute of calls, two a second."""
_MOST_SESSIONS = 200
_MOST_ASSUMED = 20_000
_SLACK = timedelta(hours=1)
_CONSOLE, _EVERYONE = "console-events", "everyone"


async def usage_of(inquiry: Inquiry, days: float | None = None, *, lookups: int = _LOOKUPS) -> UsageReport:
    """The calls of the last days (without it: of the inquiry's window). Never raises for what was refused."""
    window = _window(inquiry, days)
    ask = Ask(inquiry, window)
    holder = await find_holder(inquiry.asking({}))
    (usages, covered, gaps), oss, sls = await asyncio.gather(
        _management(ask, holder.name, lookups),
        ask.told("oss-by-caller", limit=_GROUPS),
        ask.told("sls-by-caller", limit=_GROUPS),
    )
    usages += [*reading.from_oss(oss, ask.key_id), *reading.from_sls(sls, ask.key_id)]
    # The logs of the services tell ids of keys only.
    named = (replace(one, identity=one.identity or holder.name) if one.own else one for one in usages)
    return _report(named, window, covered, (*holder.gaps, *gaps, *oss.gaps, *sls.gaps))


async def account_usage(inquiry: Inquiry, days: float | None = None) -> UsageReport:
    """From where each key of the account called, by source only: for a policy that binds them all."""
    window = _window(inquiry, days)
    ask = Ask(inquiry, window)
    params = {"who": _EVERYONE, "by": "source", "limit": _GROUPS}
    everywhere = {**params, "regions": "all"}
    trail, oss, sls = await asyncio.gather(
        ask.told("calls-by-operation", None, **params),
        ask.told("oss-by-caller", None, **everywhere),
        ask.told("sls-by-caller", None, **everywhere),
    )
    usages = [
        *reading.from_trail(trail, ask.key_id),
        *reading.from_oss(oss, ask.key_id),
        *reading.from_sls(sls, ask.key_id),
    ]
    gaps = [*trail.gaps, *oss.gaps, *sls.gaps]
    if trail.covered is None:
        detail = (
            "Without a trail that delivers to a Logstore nobody can tell from where the other keys of the "
            "account call. Create one, or ask those who hold them, before a policy binds them all."
        )
        gaps.insert(0, Gap(Status.NOT_COVERED, "calls of the account's other keys", detail))
    return _report(usages, window, trail.covered, gaps)


async def _management(ask: Ask, name: str, lookups: int) -> tuple[list[Usage], Window | None, list[Gap]]:
    """The management calls: from the trail as far as it reaches, before that by lookups."""
    key = await ask.told("calls-by-operation", limit=_GROUPS)
    gaps = list(key.gaps)
    if key.covered is None:
        usages, covered, missed = await _by_lookups(ask, ask.window, lookups)
        return usages, covered, [*gaps, *missed]
    usages = list(reading.from_trail(key, ask.key_id))
    (of_user, missed), (sessions, more) = await asyncio.gather(_of_user(ask, name), _sessions(ask, usages))
    usages, gaps = [*sessions, *of_user], [*gaps, *missed, *more]
    start = key.covered.start
    if start <= ask.window.start + _SLACK:
        return usages, key.covered, gaps
    older, before, missed = await _by_lookups(ask, Window(ask.window.start, start), lookups)
    covered = Window(before.start, key.covered.end) if before else key.covered
    return [*usages, *older], covered, [*gaps, *missed]


async def _of_user(ask: Ask, name: str) -> tuple[list[Usage], list[Gap]]:
    """What the key's user did with other keys and in the console."""
    if not name:
        return [], [_nobody()]
    told = await ask.told("calls-by-operation", who=_EVERYONE, user=name, limit=_GROUPS)
    return [one for one in reading.from_trail(told, ask.key_id) if not one.own], list(told.gaps)


async def _sessions(ask: Ask, usages: list[Usage]) -> tuple[list[Usage], list[Gap]]:
    """The usages with the roles that were asked for, and what was done in the sessions that were opened."""
    asked = [one for one in usages if one.own and one.operation == "AssumeRole"]
    number = sum(one.count for one in asked)
    if number > _MOST_ASSUMED:
        detail = f"The key asked for role sessions {number} times, too often to follow each of them."
        return usages, [Gap(Status.PARTIAL, "role sessions", detail)]
    if not number:
        return usages, []
    opened = await ask.told("trail-events", event="AssumeRole")
    found, gaps = await _in_sessions(
        ask, [token for row in reversed(opened.rows) if (token := token_of(row))]
    )
    if opened.status is Status.COMPLETE and len(opened.rows) >= number:
        events = (Row(row.values, event_of(row)) for row in opened.rows)
        usages = [one for one in usages if one not in asked]
        usages += reading.from_events(events, ask.key_id, "trail")
    return [*usages, *found], [*opened.gaps, *gaps]


async def _in_sessions(ask: Ask, tokens: list[str]) -> tuple[list[Usage], list[Gap]]:
    """What was done with these tokens, the newest first."""
    tokens = list(dict.fromkeys(tokens))
    gaps: list[Gap] = []
    if len(tokens) > _MOST_SESSIONS:
        detail = f"The key opened {len(tokens)} role sessions; those of the newest {_MOST_SESSIONS} count."
        gaps.append(Gap(Status.PARTIAL, "role sessions", detail))
    some = tokens[:_MOST_SESSIONS]
    usages: list[Usage] = []
    for start in range(0, len(some), MOST_TOKENS):
        chunk = ",".join(some[start : start + MOST_TOKENS])
        told = await ask.told("calls-by-operation", tokens=chunk, limit=_GROUPS)
        usages += reading.from_trail(told, ask.key_id)
        gaps += told.gaps
    return usages, gaps


async def _by_lookups(ask: Ask, window: Window, lookups: int) -> tuple[list[Usage], Window | None, list[Gap]]:
    """Events one by one; where none can be read, what the audit knows."""
    limit = str(lookups)
    key, user, sessions = await asyncio.gather(
        ask.told("recent-events", window, limit=limit),
        ask.told(_CONSOLE, window, limit=limit),
        ask.told("role-sessions", window, limit=limit),
    )
    gaps = [*key.gaps, *user.gaps, *sessions.gaps]
    usages = list(reading.from_events(_each_once((key, user, sessions)), ask.key_id, "lookup"))
    if key.rows or key.status is Status.COMPLETE or key.status is Status.PARTIAL:
        return usages, key.covered, gaps
    audit = await ask.told("events", window)
    rows = [row for row in audit.rows if (at := row.values["last_used"]) and at >= window.start]
    detail = (
        "Only the AccessKey audit could be read: it keeps the newest call of each operation, so that counts "
        "are too low and other sources of the same operation are missing."
    )
    counted = Gap(Status.PARTIAL, "numbers of calls", detail)
    usages += reading.from_events(rows, ask.key_id, "audit")
    return usages, None, [*gaps, *audit.gaps, counted]


def _each_once(results: Iterable[Result]) -> list[Row]:
    """The events of several lookups, each once."""
    rows: dict[str, Row] = {}
    for result in results:
        for row in result.rows:
            rows.setdefault(ident(row.values["event_id"]) or f"no id {len(rows)}", row)
    return list(rows.values())


def _window(inquiry: Inquiry, days: float | None) -> Window:
    end = inquiry.window.end
    return inquiry.window if days is None else Window(end - timedelta(days=days), end)


def _nobody() -> Gap:
    detail = "Whose key it is could not be told, so what its user did without this key is not counted."
    return Gap(Status.PARTIAL, "calls of the key's user", detail)


def _report(
    usages: Iterable[Usage], window: Window, covered: Window | None, gaps: Iterable[Gap]
) -> UsageReport:
    found = merged(usages)
    sources = tuple(dict.fromkeys(usage.origin for usage in found))
    return UsageReport(found, window, covered, tuple(dict.fromkeys(gaps)), sources)
