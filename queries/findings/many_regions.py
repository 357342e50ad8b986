"""Calls across many regions, most of which the key never had to do with."""

from collections.abc import Iterable

from queries.attribution.values import Side
from queries.judgement.finding import Finding, Severity, Sighting, Technique, of_sides
from queries.judgement.judging import Judged

_MANY = 3


def look(judged: Judged) -> Iterable[Sighting]:
    usual = {region for one in judged.of(Side.BUSINESS) for region in one.unit.regions}
    for side, acts in of_sides(judged, lambda act: bool(act.region) and act.region not in usual):
        regions = sorted({act.region for act in acts})
        if len(regions) >= _MANY:
            said = (
                f"calls in {len(regions)} regions in which the business does not: {', '.join(regions[:8])}."
            )
            yield Sighting(said, acts, side=side)


FINDING = Finding(
    id="many-regions",
    title="Many regions gone through",
    severity=Severity.MEDIUM,
    technique=Technique("T1535", "Unused/Unsupported Cloud Regions"),
    benign="An inventory over all regions, which then comes back regularly.",
    look=look,
)
