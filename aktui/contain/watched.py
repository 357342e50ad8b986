"""What watching a key has shown so far, and whether it may be called silent.

A source is behind: what it does not show yet may have happened. So nothing is called silent for a time that
the source can not know of, nor for less time than usually lies between two calls.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aktui.case.marks import Marks, Stance
from aktui.contain.refusals import Refusal, recognise
from queries.base import Gap, Status
from queries.usage.values import By, Usage, stance

SILENCE = timedelta(minutes=5)
"""The least time without an accepted call that is called silence."""
LONGEST_SESSION = timedelta(hours=12)
"""A role session lives at most so long: the upper limit of a role's MaxSessionDuration."""
BEFORE = timedelta(days=1)
"""How far back of the change it is looked for what was usual."""
_FEW = 20
_BY_RAM = ("explicit-deny", "missing-permission", "no-permission", "leak-protection")
"""Reasons that are found only after the key was taken for good."""


class State(StrEnum):
    """What can be said of those who are not trusted."""

    TOO_EARLY = "too early to tell"
    GOES_ON = "goes on"
    QUIET = "quiet so far"
    """No accepted call since the change, for too short a time to call it silence."""
    SILENT = "silent"
    UNKNOWN = "not known"
    """Nothing could be read."""


@dataclass(frozen=True)
class Seen:
    """Calls alike, seen by the watch."""

    at: datetime
    """The newest of them."""
    operation: str
    source: str
    vpc: str
    identity: str
    event_id: str
    code: str
    calls: int
    refusal: Refusal | None = None
    """Why they were refused, where that is recognised."""


@dataclass(frozen=True)
class Side:
    """The calls of one side: with the key, since the change."""

    accepted: int = 0
    """Calls that the key was good for, also those that failed for another reason than access."""
    refused: int = 0
    key_taken: int = 0
    """Of the refused, those that RAM said no to: the key itself was good."""
    last_accepted: Seen | None = None
    """The newest, also from before the change."""
    first_refused: datetime | None = None
    refusals: tuple[Seen, ...] = ()
    """Refused calls by operation, source and code; the newest first."""


@dataclass(frozen=True)
class Watched:
    """One look."""

    at: datetime
    source: str
    """trail or lookup."""
    lag: timedelta
    """How far that source may be behind."""
    known_until: datetime
    """Until when it can know."""
    state: State
    others: Side
    """Who is not marked as trusted."""
    calls_before: int
    """Accepted calls of others that were seen on the day before the change."""
    trusted: Side
    """The business; its refused calls are the impact."""
    session_calls: int
    """Accepted calls of role sessions that the key opened, since the change."""
    sessions_until: datetime | None
    """When the last token opened with the key is over; None: it opened none that is known and open."""
    sessions_known: bool
    """Whether that moment is told by the events, or the longest there can be."""
    gaps: tuple[Gap, ...] = ()
    sentence: str = field(default="", compare=False)


def side(usages: Iterable[Usage], before: Seen | None) -> Side:
    """One side's calls. Each usage has at most one error code."""
    accepted, refused, taken = 0, 0, 0
    newest, refusals, first = before, [], None
    for usage in usages:
        reason = recognise(usage.codes[0], usage.message) if usage.codes else None
        if reason is not None and reason.id == "throttled":
            continue
        if reason is None:
            accepted += usage.count
            newest = _newer(newest, seen(usage))
        else:
            refused += usage.count
            taken += usage.count if reason.id in _BY_RAM else 0
            refusals.append(seen(usage, reason))
            first = min(filter(None, (first, usage.first, usage.newest)), default=None)
    told = sorted((one for one in refusals if one), key=lambda one: one.at, reverse=True)
    return Side(accepted, refused, taken, newest, first, tuple(told[:_FEW]))


def seen(usage: Usage, refusal: Refusal | None = None) -> Seen | None:
    """A usage as a line of the watch; None when no time is told."""
    if usage.newest is None:
        return None
    return Seen(
        usage.newest,
        usage.name,
        usage.source,
        usage.vpc,
        usage.identity,
        usage.newest_id,
        next(iter(usage.codes), ""),
        usage.count,
        refusal,
    )


def _newer(one: Seen | None, other: Seen | None) -> Seen | None:
    found = [each for each in (one, other) if each]
    return max(found, key=lambda each: each.at, default=None)


def split(usages: Iterable[Usage], marks: Marks) -> tuple[list[Usage], list[Usage]]:
    """The key's own calls: of others, and of trusted sources."""
    own = [usage for usage in usages if usage.own]
    trusted = [usage for usage in own if stance(usage, marks) is Stance.TRUSTED]
    return [usage for usage in own if usage not in trusted], trusted


def accepted_in_sessions(usages: Iterable[Usage]) -> int:
    return sum(usage.accepted for usage in usages if usage.kind is By.SESSION)


def usual_gap(others: Iterable[Usage], since: datetime) -> timedelta:
    """How long it usually took until the next call of others before the change; nothing when none was seen.

    Who had been quiet already for a while is not silenced by as long a quiet.
    """
    calls = [usage for usage in others if usage.newest]
    newest = max((usage.newest for usage in calls if usage.newest), default=None)
    if newest is None:
        return timedelta()
    first = min((usage.first for usage in calls if usage.first), default=newest)
    number = sum(usage.count for usage in calls)
    return max((newest - first) / max(1, number - 1), since - newest)


def judged(others: Side, since: datetime, known_until: datetime, usual: timedelta) -> State:
    """What can be said of the others. `usual`: the time between two of their calls before the change."""
    last = others.last_accepted.at if others.last_accepted else None
    enough = max(SILENCE, 2 * usual)
    if known_until <= since:
        return State.GOES_ON if others.accepted else State.TOO_EARLY
    quiet = known_until - max(since, last or since)
    if quiet >= enough:
        return State.SILENT
    return State.GOES_ON if others.accepted else State.QUIET


def sentence(one: Watched, since: datetime) -> str:
    """The look in a few sentences, for people."""
    source = {"trail": "the trail", "lookup": "LookupEvents"}[one.source]
    parts = [f"Read from {source}, which may be {_span(one.lag)} behind."]
    last = one.others.last_accepted
    if one.state is State.SILENT:
        parts.append(f"No accepted call of others for {_span(quiet_for(one, since))}{_as_far_as(one)}.")
    elif one.state is State.TOO_EARLY:
        parts.append(
            f"Too early to tell: before {since + one.lag:%H:%M:%S} UTC nothing from after the change shows."
        )
    elif one.state is State.GOES_ON and last:
        parts.append(
            f"Others go on: {one.others.accepted:,} accepted since the change, the last at "
            f"{last.at:%H:%M:%S} UTC."
        )
    elif one.state is State.QUIET:
        parts.append("No accepted call of others since the change, for too short a time to call it silence.")
    else:
        parts.append("Nothing could be read, so nothing is known.")
    if one.others.refused:
        taken = (
            f", {one.others.key_taken:,} of them by RAM: the key still works" if one.others.key_taken else ""
        )
        parts.append(f"{one.others.refused:,} of their calls were refused{taken}.")
    if one.trusted.refused:
        reasons = "; ".join(dict.fromkeys(_reason(line) for line in one.trusted.refusals))
        parts.append(f"{one.trusted.refused:,} calls of trusted sources were refused: {reasons}.")
    return " ".join((*parts, *_of_sessions(one)))


def quiet_for(one: Watched, since: datetime) -> timedelta:
    """For how long no call of others was accepted, as far as the source can know."""
    last = one.others.last_accepted
    return max(timedelta(), one.known_until - max(since, last.at if last else since))


def _as_far_as(one: Watched) -> str:
    """Objects and log rows may be read where no log tells of it; some of the source may be refused."""
    unseen = any(gap.status is not Status.PARTIAL for gap in one.gaps)
    seen_so_far = ", as far as can be seen" if unseen else ""
    return f"{seen_so_far}; on the day before none was seen either" if not one.calls_before else seen_so_far


def _reason(line: Seen) -> str:
    return line.refusal.title if line.refusal else line.code


def _of_sessions(one: Watched) -> Iterable[str]:
    if one.session_calls:
        yield f"Role sessions that the key opened made {one.session_calls:,} accepted calls."
    if one.sessions_until and one.sessions_until > one.at:
        at_most = "" if one.sessions_known else " at the latest"
        until = f"{one.sessions_until:%Y-%m-%d %H:%M} UTC"
        yield f"Tokens opened with the key may live on until {until}{at_most}."


def _span(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    if minutes < 2:
        return f"{span.total_seconds():.0f} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
