"""What speaks against a key, in words, and how grave it is; what could not be told is said, never dropped."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from queries.owners.escalation import ADMIN, ESCALATE, UNKNOWN
from queries.provider.naming import names_key
from queries.sweep.declared import SOURCES
from queries.sweep.known import (
    LEAKS,
    POWERS,
    REPORT,
    TRAIL,
    USES,
    Known,
    Leak,
    Person,
    Power,
    Reported,
    Seen,
    Source,
)
from queries.sweep.lastuse import IDLE, LastUse

OLD = timedelta(days=90)
LEAKED, ROOT, MAY_ALL, ABNORMAL = "leaked", "root", "admin", "abnormal"
UNUSED, AGED, NO_MFA, INACTIVE = "idle", "old", "no-mfa", "inactive"
ASPECTS = (LEAKED, ROOT, MAY_ALL, ABNORMAL, UNUSED, NO_MFA, AGED, INACTIVE)
LEVELS = (("critical", 100), ("high", 50), ("medium", 20), ("low", 1), ("none", 0))
_AUDIT_DAYS = 400
_ASLEEP = 0.3
"""What is left of the weight of a key that is disabled: it works again with one call."""


@dataclass(frozen=True)
class Reason:
    """One thing against a key."""

    code: str
    words: str
    weight: int


@dataclass(frozen=True)
class Doubt:
    """An aspect that is not known, and why."""

    aspect: str
    why: str


@dataclass(frozen=True)
class Facts:
    """All that is known of one key."""

    key_id: str
    """Empty where only the credential report tells of it."""
    owner: str
    root: bool
    active: bool | None
    created: datetime | None
    use: LastUse
    person: Person | None
    reported: Reported | None
    power: Power | None
    seen: Seen | None
    leaks: tuple[Leak, ...]


@dataclass
class Verdict:
    """Reasons and doubts, the gravest first."""

    reasons: list[Reason] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def say(self, code: str, words: str, weight: int) -> None:
        self.reasons.append(Reason(code, words, weight))

    def doubt(self, aspect: str, why: str) -> None:
        self.doubts.append(Doubt(aspect, why))


def judged(known: Known, facts: Facts, now: datetime) -> Verdict:
    """What speaks against the key."""
    found = Verdict()
    _leaked(known, facts, found)
    if facts.root:
        found.say(ROOT, "key of the account itself: may do everything, and no policy limits it", 50)
    else:
        _power(known, facts, found)
    _abnormal(known, facts, found)
    _idle(facts, found, now)
    _logon(known, facts, found)
    _old(facts, found, now)
    if facts.active is False:
        found.say(INACTIVE, "disabled but not deleted", 5)
    elif facts.active is None:
        found.doubt(INACTIVE, "its state is not told")
    found.reasons.sort(key=lambda reason: -reason.weight)
    return found


def score_of(verdict: Verdict, active: bool | None) -> int:
    total = sum(reason.weight for reason in verdict.reasons)
    return max(round(total * _ASLEEP), 1) if active is False and total else total


def level_of(score: int) -> str:
    return next(name for name, least in LEVELS if score >= least)


def _leaked(known: Known, facts: Facts, found: Verdict) -> None:
    for leak in sorted(facts.leaks, key=lambda leak: not leak.open)[:1]:
        when = f" on {leak.found:%Y-%m-%d}" if leak.found else ""
        more = f" ({len(facts.leaks)} reports)" if len(facts.leaks) > 1 else ""
        dealt = "not dealt with" if leak.open else f"marked as dealt with ({leak.deal or 'no word how'})"
        whose = "" if facts.key_id else f"{leak.key}, a key of {facts.owner}, was "
        words = f"{whose}found in public{when}, {dealt}{more}"
        found.say(LEAKED, words, 100 if leak.open else 60)
    if not facts.leaks and (why := why_not(known.source(LEAKS), LEAKS)):
        found.doubt(LEAKED, why)


def leaks_of(leaks: tuple[Leak, ...], key_id: str) -> tuple[Leak, ...]:
    """The reports of a key, by its id, whole or masked."""
    return tuple(leak for leak in leaks if names_key(leak.key, key_id))


def _power(known: Known, facts: Facts, found: Verdict) -> None:
    power = facts.power
    if power is not None and power.level in (ADMIN, ESCALATE):
        what = "owner may do everything" if power.level == ADMIN else "owner can make itself administrator"
        found.say(MAY_ALL, f"{what} ({power.why})", 40 if power.level == ADMIN else 30)
    if power is None:
        found.doubt(MAY_ALL, why_not(known.source(POWERS), POWERS) or "not asked yet")
    elif power.doubt or power.level == UNKNOWN:
        found.doubt(MAY_ALL, power.doubt or power.why)


def _abnormal(known: Known, facts: Facts, found: Verdict) -> None:
    if facts.seen is not None and facts.seen.oddities:
        found.say(ABNORMAL, "; ".join(facts.seen.oddities), 45)
    if why := why_not(known.source(TRAIL), TRAIL):
        found.doubt(ABNORMAL, why)
    elif not facts.key_id:
        found.doubt(ABNORMAL, "without its id, its calls can not be told from others")


def _idle(facts: Facts, found: Verdict, now: datetime) -> None:
    use, age = facts.use, now - facts.created if facts.created else None
    if not use.told:
        found.doubt(UNUSED, f"its last use is not told: {use.doubt}")
    elif use.used is None:
        words = f"never used in the {_days(age)} since it was made" if age else "never used"
        if use.source == USES and (age is None or age.days > _AUDIT_DAYS):
            words = f"no use recorded in {_AUDIT_DAYS} days, as far as the audit reaches"
        if age is None or age.days >= 1:
            found.say(UNUSED, words, 15)
    elif now - use.used > IDLE:
        found.say(UNUSED, f"not used for {_days(now - use.used)}", 12)


def _logon(known: Known, facts: Facts, found: Verdict) -> None:
    reported, whose = facts.reported, "the account" if facts.root else "its owner"
    if reported is None:
        found.doubt(NO_MFA, why_not(known.source(REPORT), REPORT) or "the credential report has no such user")
    elif (reported.console is None and not facts.root) or (reported.console and reported.mfa is None):
        found.doubt(NO_MFA, "the credential report does not tell")
    elif reported.mfa is False and (reported.console or facts.root):
        found.say(NO_MFA, f"{whose} may log on to the console without MFA", 20 if facts.root else 12)


def _old(facts: Facts, found: Verdict, now: datetime) -> None:
    if facts.created is None:
        found.doubt(AGED, "when it was made is not told")
    elif now - facts.created > OLD:
        found.say(AGED, f"{_days(now - facts.created)} old, never rotated", 10)


def why_not(source: Source, name: str) -> str:
    """Why a source does not tell; empty when it gave all it has."""
    title = SOURCES[name].title
    if source.complete:
        return ""
    if not source.ended:
        return f"{title}: not asked yet"
    reason = f"needs {source.missing}" if source.missing else source.detail or source.code
    return f"{title}: {source.status}{f', {reason}' if reason else ''}"


def _days(span: timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"
