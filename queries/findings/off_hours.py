"""Calls at hours of the day at which the business hardly calls."""

from collections import Counter
from collections.abc import Iterable

from queries.attribution.values import Side
from queries.evidence.values import HOUR, Act
from queries.judgement.finding import Finding, Severity, Sighting, Technique, of_sides
from queries.judgement.judging import Judged

_SELDOM = 0.003
_ENOUGH = 100


def look(judged: Judged) -> Iterable[Sighting]:
    usual: Counter[int] = Counter()
    for one in judged.of(Side.BUSINESS):
        usual.update(one.unit.day_hours)
    if usual.total() < _ENOUGH:
        return
    seldom = {hour for hour in range(24) if usual[hour] < usual.total() * _SELDOM}

    def odd(act: Act) -> bool:
        return act.at // HOUR % 24 in seldom

    for side, acts in of_sides(judged, odd):
        hours = sorted({act.at // HOUR % 24 for act in acts})
        said = f"calls at hours (UTC) at which the business hardly does: {', '.join(map(str, hours))}."
        yield Sighting(said, acts, side=side)


FINDING = Finding(
    id="off-hours",
    title="Called outside the usual hours",
    severity=Severity.LOW,
    technique=Technique("T1078.004", "Valid Accounts: Cloud Accounts"),
    benign="Work at night, a job that ran late, somebody in another time zone.",
    look=look,
)
