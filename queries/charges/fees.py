"""Fees that come round: subscriptions that are renewed, packages that fall due on the same day each month."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from queries.charges.lines import Line

_ALIKE = 0.25
"""How far two amounts of the same fee may differ, as a share."""
_MONTHS = tuple((30 * months + months // 2 - 3, 30 * months + months // 2 + 4) for months in range(1, 13))
"""Days between two dates that are so many months apart."""


def new_fees(lines: Sequence[Line]) -> list[Line]:
    """Prepaid lines of the window that repeat nothing: no renewal, and no fee that falls due again."""
    prepaid = sorted((line for line in lines if line.prepaid), key=lambda line: (line.day, line.instance))
    return [
        line for at, line in enumerate(prepaid) if line.in_window and not _comes_round(line, prepaid[:at])
    ]


def _comes_round(line: Line, before: Iterable[Line]) -> bool:
    earlier = [one for one in before if _same_kind(one, line) and _alike(one, line)]
    if line.instance:
        return any(one.instance == line.instance for one in earlier)
    due = Counter(one.day for one in earlier if _months_apart(one.day, line.day))
    already = sum(one.day == line.day for one in earlier)
    return max(due.values(), default=0) > already


def _same_kind(one: Line, other: Line) -> bool:
    return (one.product, one.region, one.currency) == (other.product, other.region, other.currency)


def _alike(one: Line, other: Line) -> bool:
    return abs(one.amount - other.amount) * 4 <= max(abs(one.amount), abs(other.amount))


def _months_apart(earlier: date, later: date) -> bool:
    between = (later - earlier).days
    return any(least <= between <= most for least, most in _MONTHS)


def comes_monthly(peaks: Mapping[date, float], day: date, times: int) -> bool:
    """Whether a peak of this size came so many times before, each some months earlier."""
    value = peaks[day]
    alike = [
        other
        for other, was in peaks.items()
        if other < day and _months_apart(other, day) and abs(was - value) <= _ALIKE * max(was, value)
    ]
    return len({(other.year, other.month) for other in alike}) >= times
