"""The chart of the days: what was spent when, in which currency, and up to when that is known at all."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from queries.base import Result, Row
from queries.charges.money import shown
from screens.billpanes.bills import Bills, unusual_days
from screens.billpanes.series import Span, series, unread, waiting
from screens.pane import Pane
from screens.widgets.coverage import account_of, emptiness
from screens.widgets.daychart import HATCH, DayBar, DayChart, Days, State
from screens.widgets.display import Part, line

TOTAL, STACKED = "in all", "by product"
LATE = "bills are a day late"
DETAILS = ", names and types of instances two"


class DayPane(Pane):
    """Drawn from the bills that the pane of instances reads."""

    DEFAULT_CSS = """
    DayPane > Static { height: 1; padding: 0 1; }
    DayPane > DayChart { padding: 0 1; }
    DayPane > .status { color: $muted; }
    """

    number = 1
    name_short = "By day"
    place = "head"
    help_text = (
        "What was charged each day, in the window (heavy line) and in the days before it that say what is "
        "usual (thin line). ▲ marks days with an unusual charge. ░ are days that are not billed yet: what "
        "was spent on them is not known, not zero. × are days whose bill could not be read. Left and right "
        "go from day to day, up and down from week to week, Enter shows what was charged on the day. "
        "t turns between products and sums, $ to another currency: amounts of two are never added."
    )

    class DayChosen(Message):
        """What was charged on a day is to be shown."""

        def __init__(self, day: date) -> None:
            super().__init__()
            self.day = day

    def __init__(self) -> None:
        super().__init__(id="by-day")
        self.result: Result | None = None
        self.currency = ""
        self.currencies: list[str] = []
        self.unusual: set[date] = set()
        self._span: Span | None = None
        self._bills: Bills | None = None

    def compose(self) -> ComposeResult:
        yield DayChart()
        yield Static(classes="told")
        yield Static(classes="status")

    @property
    def chart(self) -> DayChart:
        return self.query_one(DayChart)

    def target(self) -> Any:
        return self.chart

    def on_mount(self) -> None:
        self.chart.note = "Waiting for the first bill."
        self._tell()

    def on_resize(self) -> None:
        self._tell()

    # What is drawn

    def show(self, bills: Bills, result: Result, span: Span, *, loading: bool) -> None:
        """The bills as they are known by now."""
        self.result, self._bills, self._span, self.loading_now = result, bills, span, loading
        self.currencies = bills.currencies(span.window)
        if self.currency not in self.currencies:
            self.currency = next(iter(self.currencies), "")
        self._draw()

    def mark(self, rows: Iterable[Row]) -> None:
        """The unusual charges are known."""
        self.unusual = unusual_days(rows)
        self._draw()

    def known(self, day: date) -> bool:
        """Whether the bill of a day is there."""
        bars = self.chart.days.bars if self.chart.days else ()
        return any(bar.day == day and bar.state.known for bar in bars)

    def turn(self) -> None:
        """Between products on top of each other and sums."""
        self.chart.stacked = not self.chart.stacked
        self._tell()

    def other_currency(self) -> None:
        """The next currency that is charged in."""
        if self.currencies:
            at = self.currencies.index(self.currency)
            self.currency = self.currencies[(at + 1) % len(self.currencies)]
            self._draw()

    def _draw(self) -> None:
        if self._bills is None or self.result is None or self._span is None:
            return
        found = series(
            self._bills,
            self.result,
            self._span,
            currency=self.currency,
            loading=self.loading_now,
            unusual=self.unusual,
        )
        known = any(bar.state.known for bar in found.bars)
        self.chart.days = found if known or self.loading_now else None
        self.troubled = bool(unread(found))
        if self.chart.days is None:
            self.chart.note = emptiness(self.result, max(20, self.size.width - 4)).plain
        self._tell()

    @on(DayChart.Moved)
    def _moved(self, event: DayChart.Moved) -> None:
        event.stop()
        self._tell()

    @on(DayChart.Chosen)
    def _chosen(self, event: DayChart.Chosen) -> None:
        event.stop()
        self.post_message(self.DayChosen(event.bar.day))

    def _tell(self) -> None:
        if not self.is_mounted:
            return
        found, chart = self.chart.days, self.chart
        how = STACKED if chart.stacked else TOTAL
        self.border_title = line(
            f"{self.digit} {self.name_short} · {self.currency or 'currency not known yet'} · {how}"
        )
        bar = chart.bar
        told = _of_bar(found, bar) if found and bar else _legend(found, stacked=chart.stacked)
        self.query_one(".told", Static).update(
            line(*told).truncate(max(10, self.size.width - 3), ellipsis=True)
        )
        self.query_one(".status", Static).update(line(*self._status(found)))

    def _status(self, found: Days | None) -> list[Part]:
        """The currency, up to when days are billed, and which are not: said always."""
        if self._span is None:
            return [(LATE, "$muted")]
        known = [bar.day for bar in found.bars if bar.state.known] if found else []
        parts: list[Part] = [(self.currency or "no currency known", "bold")]
        if len(self.currencies) > 1:
            others = (one for one in self.currencies if one != self.currency)
            parts.append((f"  $ also in {', '.join(list(others)[:4])}", "$warning"))
        if self.loading_now:
            parts.append((f"  loading, {len(known)} of {len(found.bars) if found else 0} days", "$muted"))
        elif known:
            parts.append(f"  billed to {known[-1]}")
        if found and not self.loading_now and (missing := unread(found)):
            parts.append((f"  × {len(missing)} day{'' if len(missing) == 1 else 's'} not read", "$warning"))
        late = waiting(found) if found else []
        parts.append(f"  ░ {_short(late)} not yet: " if late else "  ")
        parts.append((LATE, "$muted"))
        whole = [*parts, (DETAILS, "$muted")]
        return whole if line(*whole).cell_length < self.size.width - 2 else parts

    # What the keys of the screen want

    def record(self) -> tuple[str, Any] | None:
        bar = self.chart.bar
        if bar is None or self.chart.days is None:
            return None
        parts = dict(zip(self.chart.days.layers, map(str, bar.parts), strict=True))
        values = {"day": f"{bar.day}", "state": bar.state.value, "currency": self.currency}
        return f"{bar.day}", {**values, "charged": parts if bar.state.known else None}

    def copyable(self, *, whole: bool) -> str:
        bar, found = self.chart.bar, self.chart.days
        return line(*_of_bar(found, bar)).plain if bar and found else ""

    def about(self, width: int) -> Content:
        return account_of(self.result, width) if self.result is not None else super().about(width)


def _short(some: list[date]) -> str:
    """`11-21 to 11-22`."""
    return " to ".join(dict.fromkeys(f"{day:%m-%d}" for day in (some[0], some[-1])))


def _legend(found: Days | None, *, stacked: bool) -> list[Part]:
    """Which colour is which product, and what the other signs mean."""
    if found is None:
        return []
    parts: list[Part] = []
    if stacked:
        for at, name in enumerate(found.layers):
            parts += [("█ ", found.colour(at)), (f"{name}  ", "")]
    else:
        parts += [("█ ", "$primary"), "the window  ", ("█ ", "$muted"), "before it  "]
    if any(bar.unusual for bar in found.bars):
        parts += [("▲ ", "bold $warning"), ("unusual  ", "$muted")]
    states = {bar.state for bar in found.bars}
    for state in (State.WAITING, State.UNREAD, State.LOADING):
        if state in states:
            parts += [(f"{HATCH[state][0]} ", HATCH[state][1]), (f"{state.value}  ", "$muted")]
    return parts


def _of_bar(found: Days, bar: DayBar) -> list[Part]:
    """One day in figures."""
    parts: list[Part] = [(f"{bar.day:%Y-%m-%d %a}  ", "bold")]
    if bar.state is State.WAITING:
        return [*parts, "not billed yet: what was spent is not known, not zero"]
    if not bar.state.known:
        return [*parts, (bar.state.value, HATCH[bar.state][1])]
    at_least = "at least " if bar.state is State.CUT else ""
    parts.append((f"{at_least}{shown(bar.total, found.currency)}", "bold"))
    parts.append(("  unusual" if bar.unusual else "", "bold $warning"))
    ordered = sorted(zip(bar.parts, found.layers, range(len(found.layers)), strict=True), reverse=True)
    for value, name, at in ordered:
        if value:
            parts += [("  █ ", found.colour(at)), f"{name} {shown(value, '')}"]
    return parts
