"""How sure a verdict is: less by each source that was not seen, by little to compare with, by weak signs."""

from queries.attribution.values import Side
from queries.judgement.judging import Judged
from queries.judgement.provider import Told

BUSINESS, INTRUDER, BOTH = "business", "intruder", "business-and-intruder"
IDLE, NOT_ENOUGH = "idle", "not-enough-data"
LITTLE, SOME = 5, 14
"""Days of use by the business: fewer are little, or not much, to compare with."""
MAIN = ("owner", "AccessKey audit", "trail", "events of the trail", "LookupEvents", "newest events", "cloud")
"""Sources without which the use of a key is not fully known."""
_LOST, _PARTLY = ("denied", "failed"), ("partial", "late", "not-asked")
_BEST, _LEAST = 0.97, 0.05
_HALF_SEEN = 0.7
"""With a source lost, no key is called clean with more than middling confidence."""
_INTRUDER_NEEDS = 0.5
"""What was seen of an intruder stays seen, whatever else was not: missing sources count half then."""
_STRONG = 5.0
_PUBLISHED, _UNKNOWN = 0.1, 0.03
"""A key that others can read may be theirs, too; whether it is one may not be known."""


def confidence(judged: Judged, verdict: str, *, unclear: bool, told: Told) -> float:
    """From 0 to 1. A verdict without data has next to none."""
    missing = sum(source.weight for source in judged.evidence.sources)
    found = verdict in (INTRUDER, BOTH)
    sure = _BEST - missing * (_INTRUDER_NEEDS if found else 1.0)
    sure -= 0.05 if judged.gaps else 0.0
    sure -= _of_intruder(judged, verdict) if found else _of_business(judged) if verdict == BUSINESS else 0.0
    if unclear:
        sure -= 0.15 if found else 0.25
    sure -= _UNKNOWN if told.unknown else 0.0
    if told.published and verdict == BUSINESS:
        sure = min(sure - _PUBLISHED, _HALF_SEEN)
    if not found and half_seen(judged):
        sure = min(sure, _HALF_SEEN)
    if verdict == NOT_ENOUGH:
        sure = min(sure, 0.3)
    return round(max(_LEAST, min(sure, _BEST)), 2)


def half_seen(judged: Judged) -> bool:
    """Whether a source was lost: in part or whole where it tells of the use of a key, whole elsewhere."""
    for source in judged.evidence.sources:
        if source.status in _LOST or (source.name in MAIN and source.status in _PARTLY):
            return True
    return False


def days_of_business(judged: Judged) -> int:
    """On how many days the business is known to have used the key."""
    units = (one.unit for one in judged.of(Side.BUSINESS) if not one.unit.console)
    return len({day for unit in units for day in unit.days})


def _of_intruder(judged: Judged, verdict: str) -> float:
    """Less sure where signs are weak, nobody else is there to compare with, or a known source has turned."""
    hostile = judged.of(Side.INTRUDER)
    strongest = max((one.points for one in hostile), default=0.0)
    less = 0.15 * max(0.0, _STRONG - strongest)
    if verdict == INTRUDER and not days_of_business(judged):
        less += 0.15
    if hostile and all(one.unit.only for one in hostile):
        less += 0.25
    return min(less, 0.4)


def _of_business(judged: Judged) -> float:
    """Less sure where little is known of the business, something new was explained, or it began late."""
    ours = judged.of(Side.BUSINESS)
    days = days_of_business(judged)
    less = 0.3 if days < LITTLE else 0.15 if days < SOME else 0.0
    if any(one.points > 0 for one in ours):
        less += 0.1
    if any(signal.id == "taken-up" for one in ours for signal in one.signals):
        less += 0.25
    return less
