"""From a judgement to a verdict: whose use it is, how sure that is, why, what was not seen, what is next."""

from collections.abc import Iterable
from dataclasses import dataclass

from queries.attribution.values import Side, Weighed
from queries.evidence.values import Source, moment_of
from queries.judgement.confidence import (
    BOTH,
    BUSINESS,
    IDLE,
    INTRUDER,
    LITTLE,
    NOT_ENOUGH,
    confidence,
    days_of_business,
    half_seen,
)
from queries.judgement.finding import Finding, Severity, Sighting
from queries.judgement.judging import Judged
from queries.judgement.provider import NOBODY_ASKED, Told
from queries.judgement.reason import MOST_REFS, Reason
from queries.judgement.steps import Step, next_steps

_SURE, _FAIRLY = 0.75, 0.45


@dataclass(frozen=True)
class Verdict:
    verdict: str
    confidence: float
    """From 0 to 1."""
    summary: str
    reasons: tuple[Reason, ...]
    not_covered: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def certainty(self) -> str:
        return "high" if self.confidence >= _SURE else "medium" if self.confidence >= _FAIRLY else "low"


def conclude(
    judged: Judged,
    seen: list[tuple[Finding, Sighting]],
    *,
    keys_of_owner: int | None,
    rotatable: bool | None,
    told: Told = NOBODY_ASKED,
) -> Verdict:
    """`keys_of_owner`: how many keys the user has, None when not known; `rotatable`: the responder's word.

    `told`: what the provider says of the key.
    """
    start = int(judged.evidence.window.start.timestamp())
    signed = [one for one in judged.units if not one.unit.console and one.unit.last >= start]
    business = [one for one in signed if one.side is Side.BUSINESS]
    hostile = bool(judged.hostile) or any(one.side is Side.INTRUDER for one in signed)
    unclear = [one for one in signed if one.side is Side.UNCLEAR]
    verdict = _verdict(judged, bool(business), hostile, bool(unclear), start)
    return Verdict(
        verdict,
        confidence(judged, verdict, unclear=bool(unclear), told=told),
        _summary(judged, verdict, business, told),
        tuple(_reasons(judged, seen, business, verdict, told)),
        (*_missing(judged), *(f"{gap.what} ({gap.status.value}): {gap.detail}" for gap in told.gaps)),
        next_steps(judged, verdict, keys_of_owner=keys_of_owner, rotatable=rotatable),
    )


def _verdict(judged: Judged, business: bool, hostile: bool, unclear: bool, start: int) -> str:
    if hostile:
        return BOTH if business or any(one.established for one in judged.of(Side.UNCLEAR)) else INTRUDER
    if business:
        return BUSINESS
    used = judged.evidence.key.last_used
    if unclear or (used is not None and used >= start):
        return NOT_ENOUGH
    witnesses = [one for one in judged.evidence.sources if one.name not in ("owner", "trail")]
    read = [one for one in witnesses if one.status in ("complete", "partial")]
    main = any(one.name in ("AccessKey audit", "LookupEvents", "events of the trail") for one in read)
    return IDLE if main else NOT_ENOUGH


def _summary(judged: Judged, verdict: str, business: list[Weighed], told: Told) -> str:
    key = judged.evidence.key
    last = max((one.unit.last for one in business), default=None)
    at_work = f"The business used it last {moment_of(last):%Y-%m-%d %H:%M} UTC. " if last else ""
    if verdict in (INTRUDER, BOTH):
        sources = sorted({act.source for act in judged.hostile})
        first = min((act.at for act in judged.hostile), default=None)
        since = f" since {moment_of(first):%Y-%m-%d %H:%M} UTC" if first else ""
        theirs = (
            f"An intruder calls{since} from {', '.join(sources[:6])}: {len(judged.hostile)} calls known. "
        )
        return f"{theirs}{at_work}".strip()
    but = ", but not all could be seen" if half_seen(judged) else ""
    public = " But it was found in public: others can have it." if told.published else ""
    if verdict == BUSINESS:
        return f"{at_work}No call seen speaks for an intruder{but}.{public}"
    used = f"last used {moment_of(key.last_used):%Y-%m-%d %H:%M} UTC" if key.last_used else "no use recorded"
    if verdict == IDLE:
        return f"{'Nobody is known to have' if but else 'Nobody'} used it in the window: {used}{but}.{public}"
    return f"What could be read does not tell who uses it: {used}.{public}"


def _reasons(
    judged: Judged,
    seen: list[tuple[Finding, Sighting]],
    business: list[Weighed],
    verdict: str,
    told: Told,
) -> Iterable[Reason]:
    """What the intruder did first, what the provider says, what the business does, what is explained."""
    odd = [(finding, one) for finding, one in seen if one.side is not Side.BUSINESS]
    odd.sort(key=lambda pair: (pair[1].severity or pair[0].severity) is Severity.LOW)
    for finding, one in odd:
        yield _of_sighting(finding, one)
    yield from told.reasons
    established = [one for one in business if one.established]
    if established:
        calls = sum(one.unit.count for one in established)
        sources = ", ".join(sorted({one.unit.source for one in established})[:5])
        said = f"{calls} calls from sources that belong to the key's past: {sources}."
        yield Reason(said, Side.BUSINESS, count=calls)
    for finding, one in seen:
        if one.side is Side.BUSINESS:
            yield _of_sighting(finding, one)
    if verdict == IDLE:
        yield Reason("No call signed with the key was found in the window.", Side.BUSINESS)


def _of_sighting(finding: Finding, one: Sighting) -> Reason:
    acts = one.acts
    first = moment_of(min(act.at for act in acts)) if acts else None
    last = moment_of(max(act.at for act in acts)) if acts else None
    refs = tuple(act.id for act in acts[:MOST_REFS])
    return Reason(f"{finding.title}: {one.sentence}", one.side, finding.id, len(acts), first, last, refs)


def _missing(judged: Judged) -> Iterable[str]:
    if (days := days_of_business(judged)) < LITTLE and judged.units:
        yield f"The key's past: the business is known to have used it on {days} days, little to compare with."
    for source in judged.evidence.sources:
        if source.weight or source.status not in ("complete", "partial"):
            yield _said(source)
    yield from dict.fromkeys(f"{gap.what}: {gap.detail}" for gap in judged.gaps)


def _said(source: Source) -> str:
    return (
        f"{source.name} ({source.status}): {source.detail}"
        if source.detail
        else f"{source.name}: {source.status}"
    )
