"""What each day cost, as bars, one colour a product; a day that is not billed yet is hatched, never blank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from screens.widgets.activity import EIGHTHS
from screens.widgets.display import Part, line, lines

COLOURS = ("#7fb4e6", "#b79ae0", "#6fc3b8", "#c9d1dc", "#5d7fa3")
"""Of the products that cost most; none of them is a colour that warns."""
OTHERS = "$muted"
WIDEST = 8
"""Cells of a bar, however few days there are."""


class State(StrEnum):
    """How far the bill of a day is known."""

    BILLED = "billed"
    CUT = "cut off"
    """At least so much."""
    LOADING = "loading"
    WAITING = "not billed yet"
    UNREAD = "not read"

    @property
    def known(self) -> bool:
        return self in (State.BILLED, State.CUT)


HATCH = {State.WAITING: ("░", "$muted"), State.UNREAD: ("×", "$warning"), State.LOADING: ("·", "$muted")}


@dataclass(frozen=True)
class DayBar:
    """One day: what it cost by layer, and how far that is known."""

    day: date
    parts: tuple[Decimal, ...]
    state: State
    in_window: bool
    unusual: bool = False

    @property
    def total(self) -> Decimal:
        return sum(self.parts, Decimal(0))


@dataclass(frozen=True)
class Days:
    """Days beside each other, in one currency."""

    bars: tuple[DayBar, ...]
    layers: tuple[str, ...]
    """Names of the layers, the largest first; each bar has a part for each."""
    currency: str = ""

    def colour(self, layer: int) -> str:
        return COLOURS[layer] if layer < len(COLOURS) else OTHERS


class DayChart(Widget, can_focus=True):
    """Bars, below them which days are unusual and which are of the window, then their dates."""

    DEFAULT_CSS = """
    DayChart { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "That day", id="rows.open", tooltip="What was charged on this day"),
        Binding("left", "step(-1)", "Day back", show=False, id="rows.left", tooltip="One day back"),
        Binding("right", "step(1)", "Day on", show=False, id="rows.right", tooltip="One day on"),
        Binding("up,k", "step(-7)", "Week back", show=False, id="rows.up", tooltip="A week back"),
        Binding("down,j", "step(7)", "Week on", show=False, id="rows.down", tooltip="A week on"),
        Binding("home,g", "to(0)", "First", show=False, id="rows.first", tooltip="First day"),
        Binding("end,G", "to(-1)", "Last", show=False, id="rows.last", tooltip="Last day"),
    ]

    days: reactive[Days | None] = reactive(None)
    stacked: reactive[bool] = reactive(True)
    here: reactive[int | None] = reactive(None)
    """Place of the day under the cursor."""
    note: reactive[str] = reactive("")
    """Said in the bars' place while there are none."""

    class Moved(Message):
        """Another day is under the cursor."""

    class Chosen(Message):
        """Enter, or a second click, on a day."""

        def __init__(self, bar: DayBar) -> None:
            super().__init__()
            self.bar = bar

    @property
    def bar(self) -> DayBar | None:
        """The day under the cursor."""
        bars = self.days.bars if self.days else ()
        return bars[self.here] if self.here is not None and self.here < len(bars) else None

    def watch_here(self) -> None:
        self.post_message(self.Moved())

    def action_step(self, by: int) -> None:
        count = len(self.days.bars) if self.days else 0
        if count:
            at = count - 1 if self.here is None else self.here
            self.here = max(0, min(count - 1, at + by))

    def action_to(self, end: int) -> None:
        count = len(self.days.bars) if self.days else 0
        if count:
            self.here = 0 if end == 0 else count - 1

    def action_choose(self) -> None:
        if self.bar is not None:
            self.post_message(self.Chosen(self.bar))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a day, a second one opens it."""
        where = event.get_content_offset(self)
        if self.days is None or where is None:
            return
        first, shown, wide = self._in_view(self.days)
        place = where.x // wide
        if place < shown:
            self.here = first + place
            if event.chain == 2:
                self.action_choose()

    def _in_view(self, days: Days) -> tuple[int, int, int]:
        """The first day in view, how many are, and how many cells each has. The newest, or the cursor's."""
        room, count = max(1, self.content_size.width), len(days.bars)
        wide = max(1, min(WIDEST, room // max(1, count)))
        shown = min(count, room // wide)
        first = count - shown
        if self.here is not None and self.here < first:
            first = self.here
        return first, shown, wide

    def render(self) -> Content:
        if self.days is None or not self.days.bars:
            return line((self.note, "$muted"))
        first, shown, wide = self._in_view(self.days)
        bars = self.days.bars[first : first + shown]
        height = max(1, self.content_size.height - 2)
        here = None if self.here is None else self.here - first
        drawn = [
            _row(self.days, bars, level, height, wide, here, stacked=self.stacked)
            for level in range(height - 1, -1, -1)
        ]
        drawn[0] = _with_peak(self.days, drawn[0], self.content_size.width)
        return lines(*drawn, _ground(bars, wide, here), _dates(bars, wide, self.content_size.width))


def _with_peak(days: Days, top: Content, room: int) -> Content:
    """The top line, with what its height stands for where there is room left or right of the bars."""
    most = max((bar.total for bar in days.bars if bar.state.known), default=Decimal(0))
    label = f"{most:,.2f} {days.currency}".strip()
    need, text = len(label) + 1, top.plain
    if most <= 0:
        return top
    if not text[:need].strip() and len(text) >= need:
        return line((label.ljust(need), "$muted")) + top[need:]
    if len(text) + need <= room:
        return top + line((f" {label}", "$muted"))
    return top


def _row(
    days: Days, bars: Sequence[DayBar], level: int, height: int, wide: int, here: int | None, *, stacked: bool
) -> Content:
    """One line of cells, `level` lines above the ground."""
    most = max((bar.total for bar in days.bars if bar.state.known), default=Decimal(0))
    parts: list[Part] = []
    for place, bar in enumerate(bars):
        if bar.state.known:
            glyph, style = _cell(days, bar, level, height * 8, most, stacked=stacked)
        else:
            glyph, style = HATCH[bar.state]
        if place == here and glyph != " ":
            style = f"bold {style}" if stacked or not bar.state.known else "bold $foreground"
        gap = 1 if wide > 2 else 0
        parts += [(glyph * (wide - gap), style), " " * gap]
    return line(*parts)


def _cell(
    days: Days, bar: DayBar, level: int, steps: int, most: Decimal, *, stacked: bool
) -> tuple[str, str]:
    """What stands in one cell of a bar: the layer that fills it, and the next one where it changes."""
    tops = _tops(bar, steps, most)
    end, base = (tops[-1] if tops else 0), level * 8
    if end <= base:
        return " ", ""
    if not stacked:
        colour = COLOURS[0] if bar.in_window else "$muted"
        return EIGHTHS[min(8, end - base)], colour
    below = next(at for at, top in enumerate(tops) if top > base)
    if end < base + 8 or tops[below] >= base + 8:
        return EIGHTHS[min(8, end - base)], days.colour(below)
    above = next(at for at, top in enumerate(tops) if top > tops[below])
    return EIGHTHS[tops[below] - base], f"{days.colour(below)} on {days.colour(above)}"


def _tops(bar: DayBar, steps: int, most: Decimal) -> list[int]:
    """Where each layer ends, in eighths of a line; whatever cost anything is seen."""
    tops, height = [], Decimal(0)
    for part in bar.parts:
        height += max(Decimal(0), part)
        tops.append(round(height * steps / most) if most > 0 else 0)
    if tops and height > 0:
        tops[-1] = max(1, tops[-1])
    return tops


def _ground(bars: Sequence[DayBar], wide: int, here: int | None) -> Content:
    """The line the bars stand on: unusual days marked, the window heavier than what was before it."""
    parts: list[Part] = []
    for place, bar in enumerate(bars):
        glyph, style = ("━", "$primary") if bar.in_window else ("─", "$muted")
        mark, marked = ("▲", "bold $warning") if bar.unusual else (glyph, style)
        if place == here:
            marked = style = "reverse bold $warning" if bar.unusual else "reverse bold $foreground"
        parts += [(mark, marked), (glyph * (wide - 1), style)]
    return line(*parts)


def _dates(bars: Sequence[DayBar], wide: int, room: int) -> Content:
    """The first day, the day the window begins, the last day, as far as there is room."""
    text = [" "] * room
    begins = next((at for at, bar in enumerate(bars) if bar.in_window), None)
    last = f"{bars[-1].day:%m-%d}"
    ends = min(room, len(bars) * wide)
    wanted = [(0, f"{bars[0].day}"), (max(0, ends - len(last)), last)]
    if begins:
        label = f"window {bars[begins].day:%m-%d}"
        wanted.append((min(begins * wide, max(0, ends - len(last) - len(label) - 2)), label))
    for at, label in wanted:
        free = text[max(0, at - 1) : at + len(label) + 1]
        if all(char == " " for char in free) and at + len(label) <= room:
            text[at : at + len(label)] = label
    return line(("".join(text).rstrip(), "$muted"))
