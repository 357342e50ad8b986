"""Roles taken: sessions live on by themselves when the key is disabled."""

from collections.abc import Iterable

from queries.judgement.finding import Finding, Severity, Sighting, Technique, names, of_sides, refused, things
from queries.judgement.judging import Judged


def look(judged: Judged) -> Iterable[Sighting]:
    for side, acts in of_sides(judged, lambda act: act.operation.startswith("AssumeRole")):
        used = [act for other in judged.others if other.kind == "token" for act in other.acts]
        done = f"; in its sessions: {names(used)}" if used else ""
        said = f"takes roles, {refused(acts)} of {len(acts)} times refused: {things(acts)}{done}."
        yield Sighting(said, acts, side=side)


FINDING = Finding(
    id="roles-taken",
    title="Roles taken",
    severity=Severity.HIGH,
    technique=Technique("T1550.001", "Use Alternate Authentication Material: Application Access Token"),
    benign="The program always takes this role, from where it runs.",
    look=look,
)
