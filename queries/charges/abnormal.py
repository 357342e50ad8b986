"""Which charges are out of the ordinary for this account, and why, in words.

Each product in each region is a series of days and is held against its own past. Amounts are compared with
amounts of the same series only: no fixed sum decides anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from queries.charges.fees import comes_monthly, new_fees
from queries.charges.lines import Line
from queries.charges.money import NOTHING, as_number, shown
from queries.charges.usual import Daily, Expected, Never, Usual, above, rising, usual

NEW_PRODUCT, NEW_REGION, LEVEL, SLOPE, NEW_FEE = "new product", "new region", "level", "slope", "new fee"

_LONE = 1.5
_CLOSE = 4
"""Days between two odd days of the same matter."""
_CARRIED = Decimal("0.2")
"""Share of what is too much that instances must account for to be named instead of the product."""


@dataclass(frozen=True)
class SeriesKey:
    """What is compared with its own past."""

    product: str
    region: str
    currency: str

    @property
    def where(self) -> str:
        return f"{self.product} in {self.region}" if self.region else self.product


@dataclass(frozen=True)
class _Carrier:
    """An instance that accounts for what is too much; the whole series where `instance` is empty."""

    instance: str
    lines: tuple[Line, ...]
    past: Usual


@dataclass(frozen=True)
class Abnormal:
    """A charge that is out of the ordinary."""

    key: SeriesKey
    kind: str
    why: str
    since: date
    until: date
    lines: tuple[Line, ...]
    """What was charged on the odd days; of one instance where `instance` is not empty."""
    expected: Decimal
    instance: str = ""

    @property
    def amount(self) -> Decimal:
        return total(self.lines)


def total(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), NOTHING)


def find(lines: Sequence[Line], baseline: Sequence[date]) -> list[Abnormal]:
    """All abnormal charges, the largest excess first. `baseline` are the days of the past that were read."""
    series: dict[SeriesKey, list[Line]] = {}
    for line in lines:
        if not line.prepaid:
            series.setdefault(SeriesKey(line.product, line.region, line.currency), []).append(line)
    known = {key.product for key, past in series.items() if any(not one.in_window for one in past)}
    found = [one for key, group in series.items() for one in _of_series(key, group, baseline, known)]
    found += [_new_fee(line) for line in new_fees(lines)]
    return sorted(found, key=lambda one: (one.expected - one.amount, one.key.where, one.instance))


def _of_series(
    key: SeriesKey, lines: list[Line], baseline: Sequence[date], known: set[str]
) -> Iterator[Abnormal]:
    past = usual(daily(line for line in lines if not line.in_window), baseline)
    amounts = daily(line for line in lines if line.in_window)
    days, kind = _odd_days(past, amounts, daily(lines))
    if isinstance(past, Never):
        kind = NEW_REGION if key.product in known else NEW_PRODUCT
    for odd in _runs(days):
        if len(odd) == 1 and not _stands_out(amounts[odd[0]], past.on(odd[0])):
            continue
        charged = [line for line in lines if line.in_window and line.day in odd]
        expected = _sum(past, odd)
        why = _words(key, kind, amounts, odd, past, len(baseline))
        for one in _carriers(lines, charged, total(charged) - expected, baseline):
            own = _sum(one.past, odd) if one.instance else expected
            since, until = min(line.day for line in one.lines), max(line.day for line in one.lines)
            yield Abnormal(key, kind, why, since, until, one.lines, own, one.instance)


def _sum(past: Usual, days: Iterable[date]) -> Decimal:
    return sum((Decimal(repr(past.on(day).amount)) for day in days), NOTHING)


def _stands_out(value: float, expected: Expected) -> bool:
    """A lone day has to be half again as far above: one in a hundred ordinary days is a little too high."""
    return value - expected.amount >= _LONE * (expected.limit - expected.amount)


def _runs(days: list[date]) -> list[list[date]]:
    """Odd days that follow each other closely are one matter."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and (day - runs[-1][-1]).days <= _CLOSE:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def daily(lines: Iterable[Line]) -> dict[date, float]:
    """Sums by day."""
    sums: dict[date, Decimal] = {}
    for line in lines:
        sums[line.day] = sums.get(line.day, NOTHING) + line.amount
    return {day: as_number(value) for day, value in sums.items()}


def _odd_days(past: Usual, amounts: dict[date, float], whole: dict[date, float]) -> tuple[list[date], str]:
    """The odd days of the window and how they are odd; a peak that comes round each month is none."""
    if isinstance(past, Daily):
        peaks, needed = {day: value for day, value in whole.items() if value > past.on(day).limit}, 2
    else:
        peaks, needed = whole, 1
    odd = [day for day in above(amounts, past.on) if not comes_monthly(peaks, day, needed)]
    if not odd and isinstance(past, Daily):
        return rising(amounts, past), SLOPE
    return odd, LEVEL


def _carriers(
    lines: list[Line], charged: list[Line], excess: Decimal, baseline: Sequence[date]
) -> list[_Carrier]:
    """The instances that account for it: not charged before, or above their own past; else the whole."""
    own, past = _by_instance(charged), _by_instance(line for line in lines if not line.in_window)
    found = [
        _Carrier(instance, tuple(mine), usual(daily(past.get(instance, ())), baseline))
        for instance, mine in own.items()
        if instance
    ]
    found = [one for one in found if above(daily(one.lines), one.past.on)]
    carried = total(line for one in found for line in one.lines)
    return found if found and carried >= excess * _CARRIED else [_Carrier("", tuple(charged), Never())]


def _by_instance(lines: Iterable[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.instance, []).append(line)
    return found


def _words(
    key: SeriesKey, kind: str, amounts: dict[date, float], odd: list[date], past: Usual, days: int
) -> str:
    """Why it is abnormal, with the figures of its worst day."""
    worst = max(odd, key=lambda day: (amounts[day] - past.on(day).amount, day))
    expected = past.on(worst)
    most = shown(Decimal(repr(amounts[worst])), key.currency)
    if kind == NEW_PRODUCT:
        return f"{key.product} was never charged in the {days} days before; up to {most} a day."
    if kind == NEW_REGION:
        return f"{key.where} was never charged in the {days} days before; up to {most} a day."
    begin = f"{key.where} climbs day by day" if kind == SLOPE else f"{key.where} is above its usual level"
    return f"{begin}: {most} on {worst}, {_yardstick(expected, key.currency)}"


def _yardstick(expected: Expected, currency: str) -> str:
    amount, limit = (Decimal(repr(value)) for value in (expected.amount, expected.limit))
    return f"usual are {shown(amount, currency)}, at most {shown(limit, currency)} ({expected.words})."


def _new_fee(line: Line) -> Abnormal:
    key = SeriesKey(line.product, line.region, line.currency)
    why = f"{key.where} was paid in advance and repeats no earlier fee of this account."
    return Abnormal(key, NEW_FEE, why, line.day, line.day, (line,), NOTHING, line.instance)
