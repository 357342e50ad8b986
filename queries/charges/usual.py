"""What is usual for a series of daily amounts, told from its own past. Pure reckoning.

Everything is a ratio, so neither the currency nor the size of the account matters. Medians throughout: up to
half of the days may be odd without changing what is usual.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from queries.charges.days import month_end

SPREADS = 5.0
"""How many usual spreads (1.4826 x MAD) above the expected amount a day has to be."""
LEAST_SPREAD = 0.05
"""Spread that is granted to the steadiest series, as a share of the amount: bills are never quite alike."""
_MAD = 1.4826
_TAIL = 2.0
"""How many times as far above what was expected as the highest days of the past a day has to be."""
_OUTLIERS = 2
"""Days of the past that may be as high as they like without being a yardstick: they may be an intruder's."""
_DENSE = 0.5
"""Share of the days with a charge from which a series counts as daily."""
_HALF_AGAIN = 1.5
_WEEKS = 3
"""Weeks of history from which weekdays and a trend are told."""
_RAMP = 0.15
_RAMP_SPREADS = 3.0
_LAST = 7
_DRIFT_DAYS = 28

Amounts = Mapping[date, float]


@dataclass(frozen=True)
class Expected:
    """What a day may cost."""

    amount: float
    limit: float
    words: str
    """Where the limit comes from."""


class Never:
    """There was no charge at all in the past."""

    def on(self, day: date) -> Expected:
        return Expected(0.0, 0.0, "there was none in the days before")


@dataclass(frozen=True)
class NowAndThen:
    """There was a charge on some days only."""

    typical: float
    largest: float
    days: int

    def on(self, day: date) -> Expected:
        words = f"on {self.days} days before there was one, the largest being the yardstick"
        return Expected(self.typical, self.largest * _HALF_AGAIN, words)


@dataclass(frozen=True)
class Daily:
    """There was a charge on most days: a level, a trend, a week, a month's end, and a spread around them."""

    level: float
    slope: float
    """A day."""
    middle: float
    recent: float
    week: Mapping[int, float]
    at_month_end: float
    spread: float
    """As a share of the expected amount."""
    tail: float
    """How far the highest days of the past, but for two, were above what was expected of them."""
    days: int

    def on(self, day: date) -> Expected:
        grown = self.level + self.slope * (day.toordinal() - self.middle)
        amount = max(min(grown, 2 * self.recent), self.recent)
        amount *= self.week.get(day.weekday(), 1.0) * (self.at_month_end if month_end(day) else 1.0)
        by_spread, by_tail = 1 + SPREADS * self.spread, 1 + _TAIL * (self.tail - 1)
        return Expected(amount, amount * max(by_spread, by_tail), self._words(day))

    def _words(self, day: date) -> str:
        parts = [f"median of {self.days} days"]
        if self.slope > 0:
            parts.append("its growth")
        if self.week:
            parts.append(f"a {day:%A}")
        if month_end(day):
            parts.append("a month's end")
        spread = f"{self.spread * 100:.0f} %"
        limit = f"{SPREADS:g} spreads of {spread} (MAD) above"
        if _TAIL * (self.tail - 1) > SPREADS * self.spread:
            limit = "twice as far above as the highest days before"
        return f"{', '.join(parts)} considered; limit {limit}"


Usual = Never | NowAndThen | Daily


def usual(past: Amounts, days: Sequence[date]) -> Usual:
    """What is usual, from the amounts of these past days; a day without an amount had none."""
    values = {day: past.get(day, 0.0) for day in days}
    charged = [value for value in values.values() if value > 0]
    if not charged:
        return Never()
    if len(charged) < _DENSE * len(values) or len(values) < _LAST:
        return NowAndThen(median(charged), max(charged), len(charged))
    return _daily(values)


def _daily(values: Amounts) -> Usual:
    days = sorted(values)
    level = median(values.values())
    middle = median(day.toordinal() for day in days)
    slope = _slope(values, days)

    def trend(day: date) -> float:
        return max(level + slope * (day.toordinal() - middle), level / 4)

    flat = {day: values[day] / trend(day) for day in days}
    week = _by_weekday(flat) if len(days) >= 7 * _WEEKS else {}
    even = {day: ratio / week.get(day.weekday(), 1.0) for day, ratio in flat.items()}
    centre = median(even.values())
    spread = _MAD * median(abs(ratio - centre) for ratio in even.values())
    ends = [ratio for day, ratio in even.items() if month_end(day)]
    recent = median(values[day] / week.get(day.weekday(), 1.0) for day in days[-14:])
    at_end = max(1.0, median(ends) / centre) if len(ends) > 1 and centre > 0 else 1.0
    tail = sorted(even.values())[-1 - _OUTLIERS] / centre
    level, spread = level * centre, max(spread, LEAST_SPREAD)
    return Daily(level, slope, middle, recent, week, at_end, spread, tail, len(days))


def _slope(values: Amounts, days: Sequence[date]) -> float:
    """The median of all slopes between days that are whole weeks apart, so that the week does not matter."""
    if len(days) < 7 * _WEEKS:
        return 0.0
    slopes = [
        (values[later] - values[earlier]) / (later - earlier).days
        for at, earlier in enumerate(days)
        for later in days[at + 7 :: 7]
        if (later - earlier).days % 7 == 0
    ]
    return median(slopes) if slopes else 0.0


def _by_weekday(flat: Amounts) -> dict[int, float]:
    """How each weekday compares with the others; a weekday that usually has nothing counts like any other."""
    by_day: dict[int, list[float]] = {}
    for day, ratio in flat.items():
        by_day.setdefault(day.weekday(), []).append(ratio)
    return {weekday: middle if (middle := median(ratios)) > 0 else 1.0 for weekday, ratios in by_day.items()}


def above(amounts: Amounts, on: Callable[[date], Expected]) -> list[date]:
    """The days whose amount is above what they may cost.

    Ordinary business drifts: a day may cost more by as much as the four weeks before it did, up to what would
    count as a climb of its own.
    """
    found: list[date] = []
    ratios: deque[float] = deque(maxlen=_DRIFT_DAYS)
    for day in sorted(amounts):
        expected, value = on(day), amounts[day]
        drift = median(ratios) if len(ratios) >= _LAST else 1.0
        if value > 0 and value > expected.limit * min(max(drift, 1.0), 1 + _RAMP):
            found.append(day)
        elif expected.amount > 0:
            ratios.append(value / expected.amount)
    return found


def rising(amounts: Amounts, known: Daily) -> list[date]:
    """The days on which a series has climbed out of its past although none stands out; or none."""
    days = sorted(amounts)
    if len(days) < 2 * _LAST:
        return []
    ratios = {day: amounts[day] / expected for day in days if (expected := known.on(day).amount) > 0}
    if len(ratios) < 2 * _LAST:
        return []
    last = median(ratios[day] for day in sorted(ratios)[-_LAST:])
    first = median(ratios[day] for day in sorted(ratios)[:_LAST])
    needed = max(_RAMP, _RAMP_SPREADS * known.spread)
    if last - 1 <= needed or last - first <= needed / 2:
        return []
    return [day for day in sorted(ratios) if ratios[day] > 1 + needed]
