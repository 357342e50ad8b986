"""Dangerous calls from where the business calls: listed, since somebody may hide behind it."""

from collections.abc import Iterable

from queries.attribution.values import Side
from queries.evidence.catalogues import Danger, danger_of
from queries.evidence.values import Cell
from queries.judgement.finding import Finding, Severity, Sighting, Technique
from queries.judgement.judging import Judged

_HARMS = 2
_MOST = 4


def look(judged: Judged) -> Iterable[Sighting]:
    by_kind: dict[str, list[tuple[Cell, Danger]]] = {}
    for one in judged.of(Side.BUSINESS):
        for cell in one.unit.cells:
            danger = danger_of(cell.service, cell.operation)
            if danger is not None and danger.grave >= _HARMS:
                by_kind.setdefault(danger.kind, []).append((cell, danger))
    for kind, found in sorted(by_kind.items()):
        yield _sighting(kind, found)


def _sighting(kind: str, found: list[tuple[Cell, Danger]]) -> Sighting:
    counted: dict[str, int] = {}
    for cell, _ in found:
        counted[cell.name] = counted.get(cell.name, 0) + cell.count
    told = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    more = f" and {len(told) - _MOST} more" if len(told) > _MOST else ""
    named = ", ".join(f"{name} ({count})" for name, count in told[:_MOST])
    meanings = sorted({danger.meaning for _, danger in found})
    said = f"{kind}: {'; '.join(meanings)}, from the sources of the business: {named}{more}."
    cells = tuple(cell for cell, _ in found)
    return Sighting(said, cells=cells, side=Side.BUSINESS, severity=Severity.INFO)


FINDING = Finding(
    id="dangerous-at-work",
    title="Dangerous calls that the business makes",
    severity=Severity.INFO,
    technique=Technique("T1078.004", "Valid Accounts: Cloud Accounts"),
    benign="It is what the key is for; an intruder on the same machine would look the same.",
    look=look,
)
