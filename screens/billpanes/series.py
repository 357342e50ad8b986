"""The bills of a window and its baseline as days of a chart, each with how far it is known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from aktui.models import Window
from queries.base import Result, Status
from queries.charges import days
from queries.charges.asked import BASELINE
from queries.charges.money import NOTHING
from screens.billpanes.bills import Bills, Sums, troubled_days
from screens.widgets.daychart import COLOURS, DayBar, Days, State

OTHERS = "all others"


@dataclass(frozen=True)
class Span:
    """From the first day of the baseline to the last of the window."""

    first: date
    window: date
    last: date
    billed: date
    """The last day that should be billed by now."""

    @classmethod
    def of(cls, window: Window, now: datetime) -> "Span":
        begin, last = days.span(window, now)
        first, _ = days.span(window, now, before=timedelta(days=BASELINE))
        return cls(first, begin, last, days.billed_until(now))


def series(
    bills: Bills, result: Result, span: Span, *, currency: str, loading: bool, unusual: Collection[date]
) -> Days:
    """The days of a currency, in order."""
    sums = bills.sums.get(currency, {})
    layers = _layers(sums, span)
    told = {day for some in bills.sums.values() for day in some}
    states = _states(result, span, told, loading=loading)
    bars = tuple(
        DayBar(day, _parts(sums.get(day, {}), layers), states[day], day >= span.window, day in unusual)
        for day in days.each(span.first, span.last)
    )
    return Days(bars, layers, currency)


def _states(result: Result, span: Span, told: Collection[date], *, loading: bool) -> dict[date, State]:
    """A day without a line is zero only where its bill was read and is due; else nobody knows."""
    covered = days.day_of(result.covered.end) if result.covered else None
    troubled = troubled_days(result)
    return {
        day: _state(day, day in told, day in troubled, covered, span, loading=loading)
        for day in days.each(span.first, span.last)
    }


def _state(
    day: date, told: bool, troubled: bool, covered: date | None, span: Span, *, loading: bool
) -> State:
    if troubled:
        return State.CUT if told else State.UNREAD
    if told:
        return State.BILLED
    if day > span.billed or (covered is not None and day >= covered):
        return State.WAITING
    if loading:
        return State.LOADING
    return State.UNREAD if covered is None else State.BILLED


def _layers(sums: Sums, span: Span) -> tuple[str, ...]:
    """The products that cost most in the window, by themselves; all others together."""
    totals: dict[str, tuple[Decimal, Decimal]] = {}
    for day, parts in sums.items():
        for product, value in parts.items():
            here, ever = totals.get(product, (NOTHING, NOTHING))
            totals[product] = (here + (value if day >= span.window else NOTHING), ever + value)
    ordered = sorted(totals, key=lambda name: (*(-value for value in totals[name]), name))
    if len(ordered) <= len(COLOURS):
        return tuple(ordered)
    return (*ordered[: len(COLOURS)], OTHERS)


def _parts(of_day: dict[str, Decimal], layers: tuple[str, ...]) -> tuple[Decimal, ...]:
    rest = sum((value for product, value in of_day.items() if product not in layers), NOTHING)
    return tuple(
        rest + of_day.get(OTHERS, NOTHING) if name == OTHERS else of_day.get(name, NOTHING) for name in layers
    )


def waiting(found: Days) -> list[date]:
    """The days that are not billed yet."""
    return [bar.day for bar in found.bars if bar.state is State.WAITING]


def unread(found: Days) -> list[date]:
    """The days whose bill was asked for and did not come, or not whole."""
    return [bar.day for bar in found.bars if bar.state in (State.UNREAD, State.CUT)]


def asked_whole(result: Result | None) -> bool:
    """Whether all that was asked for has come, days that are not billed yet aside."""
    return result is not None and all(gap.status is Status.NOT_COVERED for gap in result.gaps)
