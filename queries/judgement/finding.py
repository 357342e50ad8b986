"""What a finding is: one thing to look for among what was gathered, and what was seen of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from queries.attribution.values import Side, Weighed
from queries.evidence.catalogues import Danger, danger_of
from queries.evidence.values import Act, Cell
from queries.judgement.judging import Judged

MOST_IDS = 20_000


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


@dataclass(frozen=True)
class Technique:
    """Of MITRE ATT&CK, cloud matrix."""

    id: str
    name: str


@dataclass(frozen=True)
class Sighting:
    """What was seen: acts with their ids, or, where the business explains them, units without."""

    sentence: str
    acts: tuple[Act, ...] = ()
    units: tuple[Weighed, ...] = ()
    cells: tuple[Cell, ...] = ()
    """Calls counted, where they are known but not looked at one by one."""
    side: Side = Side.INTRUDER
    severity: Severity | None = None
    """Where it is graver, or less so, than the finding usually is."""
    also: tuple[str, ...] = field(default=())
    """Other identities it is about."""


@dataclass(frozen=True)
class Finding:
    """One detection. A module in `queries/findings` defines one as `FINDING`."""

    id: str
    title: str
    severity: Severity
    technique: Technique
    benign: str
    """What would be a harmless reason, as a sentence."""
    look: Callable[[Judged], Iterable[Sighting]]


def of_sides(judged: Judged, wanted: Callable[[Act], bool]) -> Iterable[tuple[Side, tuple[Act, ...]]]:
    """The acts that are meant: an intruder's, and those of which it is not clear whose they are."""
    for side, acts in ((Side.INTRUDER, judged.hostile), (Side.UNCLEAR, judged.unclear)):
        if found := tuple(act for act in acts if wanted(act)):
            yield side, found


def danger(act: Act) -> Danger | None:
    return danger_of(act.service, act.operation)


def of_kind(kind: str, *, least: int = 1) -> Callable[[Act], bool]:
    """Acts that the catalogue has under a class."""

    def wanted(act: Act) -> bool:
        found = danger(act)
        return found is not None and found.kind == kind and found.grave >= least

    return wanted


def names(acts: Iterable[Act], most: int = 5) -> str:
    """The operations, the most frequent first, with how often."""
    counted: dict[str, int] = {}
    for act in acts:
        counted[act.name] = counted.get(act.name, 0) + 1
    told = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(f"{name} ({count})" if count > 1 else name for name, count in told[:most]) + more


def things(acts: Iterable[Act], most: int = 4) -> str:
    """What the acts were about, without repeating."""
    told = list(dict.fromkeys(name for act in acts for name in act.resources))
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more if told else ""


def refused(acts: Iterable[Act]) -> int:
    return sum(not act.ok for act in acts)


def by_catalogue(kind: str, what: str, *, least: int = 1) -> Callable[[Judged], Iterable[Sighting]]:
    """Looks for one class of the catalogue and says what was called on which things."""

    def look(judged: Judged) -> Iterable[Sighting]:
        for side, acts in of_sides(judged, of_kind(kind, least=least)):
            done = [act for act in acts if act.ok]
            about = f": {things(done or acts)}" if things(done or acts) else ""
            how = what if done else f"tried, and was refused: {what}"
            severity = None if done else Severity.MEDIUM
            yield Sighting(f"{how} ({names(acts)}){about}.", acts, side=side, severity=severity)

    return look
