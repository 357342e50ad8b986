"""Calls that were refused: somebody tries what the key may do."""

from collections.abc import Iterable

from queries.judgement.finding import Finding, Severity, Sighting, Technique, names, of_sides
from queries.judgement.judging import Judged

_STORM = 10


def look(judged: Judged) -> Iterable[Sighting]:
    for side, acts in of_sides(judged, lambda act: not act.ok):
        codes = sorted({act.code for act in acts})
        said = f"{len(acts)} calls were refused ({', '.join(codes[:4])}): {names(acts)}."
        yield Sighting(said, acts, side=side, severity=Severity.MEDIUM if len(acts) >= _STORM else None)


FINDING = Finding(
    id="refusals",
    title="Calls refused",
    severity=Severity.LOW,
    technique=Technique("T1069.003", "Permission Groups Discovery: Cloud Groups"),
    benign="A program was given more to do than its policy permits.",
    look=look,
)
