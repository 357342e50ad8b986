"""Whether others of the account vouch for a source: colleagues, long known, at their usual work.

One who has stolen two keys calls with both from one place, so it takes more than being there. At least two
vouch, and each of them either worked there long before the key was used from there, or was seen elsewhere
long before and does there what they always do.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from queries.attribution.units import is_provider
from queries.evidence.values import Cell, Evidence
from queries.usage.values import By

_ENOUGH = 2
_LONG = 14 * 86_400
_FEW = 3
_USUAL = 0.7


def vouchers(evidence: Evidence) -> Mapping[str, tuple[str, ...]]:
    """Who vouches, by source; only sources for which enough do."""
    return {source: names for source, names in vouching(evidence).items() if len(names) >= _ENOUGH}


def vouching(evidence: Evidence) -> Mapping[str, tuple[str, ...]]:
    """Everybody who would vouch, by source."""
    own = {cell.who.name for cell in evidence.own if cell.who.kind is not By.SESSION}
    pasts: dict[str, list[Cell]] = {}
    for cell in evidence.elsewhere:
        if _somebody(cell) and cell.who.name not in own:
            pasts.setdefault(cell.who.name, []).append(cell)
    there: dict[tuple[str, str], list[Cell]] = {}
    for cell in evidence.neighbours:
        if _somebody(cell) and cell.who.name not in own and not is_provider(cell.source):
            there.setdefault((cell.source, cell.who.name), []).append(cell)
    began: dict[str, int] = {}
    for cell in evidence.own:
        began[cell.source] = min(began.get(cell.source, cell.first), cell.first)
    found: dict[str, list[str]] = {}
    for (source, name), cells in sorted(there.items()):
        at_home = began.get(source, 0) - min(cell.first for cell in cells) >= _LONG
        if at_home or _usual(cells, pasts.get(name, ()), source):
            found.setdefault(source, []).append(name)
    return {source: tuple(names) for source, names in found.items()}


def _somebody(cell: Cell) -> bool:
    return bool(cell.who.name) and cell.who.kind in (By.KEY, By.CONSOLE)


def _usual(there: Iterable[Cell], past: Iterable[Cell], source: str) -> bool:
    """Whether somebody long known does at this source what they do elsewhere."""
    here = list(there)
    began = min(cell.first for cell in here)
    earlier = [cell for cell in past if cell.source != source and cell.first < began]
    if not earlier or began - min(cell.first for cell in earlier) < _LONG:
        return False
    done: Counter[str] = Counter()
    for cell in here:
        done[cell.name] += cell.count
    known = {cell.name for cell in earlier}
    usual = sum(count for name, count in done.items() if name in known)
    return done.total() >= _FEW and usual >= _USUAL * done.total()
