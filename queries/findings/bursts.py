"""Hours with far more calls than the business ever makes in one."""

from collections import Counter
from collections.abc import Iterable

from queries.attribution.values import Side
from queries.evidence.values import HOUR
from queries.judgement.finding import Finding, Severity, Sighting, Technique, of_sides
from queries.judgement.judging import Judged

_LEAST, _TIMES = 30, 3


def look(judged: Judged) -> Iterable[Sighting]:
    usual = max((n for one in judged.of(Side.BUSINESS) for n in one.unit.hours.values()), default=0)
    for side, acts in of_sides(judged, lambda act: act.is_event):
        hours = Counter((act.source, act.at // HOUR) for act in acts)
        busy = {hour for hour, number in hours.items() if number >= max(_LEAST, _TIMES * usual + 1)}
        mine = tuple(act for act in acts if (act.source, act.at // HOUR) in busy)
        if mine:
            most = max(hours.values())
            said = f"{most} calls in one hour; the business's busiest hour had {usual}."
            yield Sighting(said, mine, side=side)


FINDING = Finding(
    id="bursts",
    title="Bursts of calls",
    severity=Severity.MEDIUM,
    technique=Technique("T1496", "Resource Hijacking"),
    benign="A migration or a sale; the operations are then those that the key always called.",
    look=look,
)
