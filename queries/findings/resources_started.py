"""Things started that cost: machines, containers, functions. Large or accelerated ones are mining's."""

from collections.abc import Iterable

from queries.asking.reading import ident
from queries.evidence.reading import asked_of
from queries.evidence.values import Act
from queries.judgement.finding import Finding, Severity, Sighting, Technique, names, of_kind, of_sides, things
from queries.judgement.judging import Judged

_ACCELERATED = (".gn", ".vgn", ".sgn", ".ebm", ".sccgn", ".f3", ".scch")
_LARGE = 8
"""`…8xlarge` and more."""


def look(judged: Judged) -> Iterable[Sighting]:
    for side, acts in of_sides(judged, of_kind("create")):
        done = [act for act in acts if act.ok]
        kinds = sorted({kind for act in acts if (kind := ident(asked_of(act).get("InstanceType")))})
        mining = any(map(for_mining, kinds))
        regions = sorted({act.region for act in acts if act.region})
        what = "starts machines as miners want them" if mining else "starts things that cost"
        how = what if done else f"tried, and was refused: {what}"
        types = f", of type {', '.join(kinds[:4])}" if kinds else ""
        where = f" in {', '.join(regions[:4])}" if regions else ""
        about = f": {things(done)}" if things(done) else ""
        severity = Severity.MEDIUM if not done else Severity.CRITICAL if mining else None
        yield Sighting(f"{how} ({names(acts)}){types}{where}{about}.", acts, side=side, severity=severity)


def for_mining(kind: str) -> bool:
    """Whether a type of instance is accelerated, or large."""
    size = kind.rpartition(".")[2].removesuffix("xlarge")
    return any(part in kind for part in _ACCELERATED) or (size.isdigit() and int(size) >= _LARGE)


def started(judged: Judged) -> tuple[Act, ...]:
    """An intruder's acts that started something."""
    wanted = of_kind("create")
    return tuple(act for act in judged.hostile if act.ok and wanted(act))


FINDING = Finding(
    id="resources-started",
    title="Machines or other things that cost started",
    severity=Severity.HIGH,
    technique=Technique("T1578.002", "Modify Cloud Compute Infrastructure: Create Cloud Instance"),
    benign="The business grows, or a pipeline makes machines for a while; compare types and regions.",
    look=look,
)
