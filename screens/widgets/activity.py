"""How much happened when, as bars: a click or a drag on them asks for that stretch of time."""

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from aktui.text import cells
from screens.widgets.cells import counted
from screens.widgets.display import Part, duration, line, lines
from screens.widgets.moments import tick, zone

EIGHTHS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Bars:
    """Counts over spans of equal length."""

    start: int
    """Seconds."""
    step: int
    counts: tuple[int, ...]
    unsure: frozenset[int] = frozenset()
    """Places of counts that may be too low."""

    @property
    def end(self) -> int:
        return self.start + self.step * len(self.counts)

    def place_of(self, second: int) -> int | None:
        """Which span a moment falls into."""
        place = (second - self.start) // self.step
        return place if 0 <= place < len(self.counts) else None


class ActivityChart(Widget):
    """Bars as wide as there is room, the span they cover below them."""

    DEFAULT_CSS = """
    ActivityChart { height: 5; padding: 0 1; }
    """

    bars: reactive[Bars | None] = reactive(None)
    here: reactive[int | None] = reactive(None)
    """The moment the cursor is on: its bar stands out."""
    ends: reactive[tuple[int, int] | None] = reactive(None)
    """The time that was asked about, where bars reach beyond it."""
    local: reactive[bool] = reactive(False)
    note: reactive[str] = reactive("")
    """Said in the bars' place while there are none."""

    class Picked(Message):
        """A stretch of time was pointed out; seconds."""

        def __init__(self, start: int, end: int) -> None:
            super().__init__()
            self.start = start
            self.end = end

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._pressed: int | None = None

    @property
    def room(self) -> int:
        """Bars that can be told apart here."""
        return max(1, self.content_size.width)

    def render(self) -> Content:
        if self.bars is None or not self.bars.counts:
            return line((self.note, "$muted"))
        height = max(1, self.content_size.height - 1)
        return lines(*drawn(self.bars, self.room, height, self.here), self._axis(self.bars))

    def _axis(self, bars: Bars) -> Content:
        first, last = self.ends or (bars.start, bars.end)
        ends = max(first, bars.start), min(last, bars.end)
        start, end = (tick(second, bars.step, local=self.local) for second in ends)
        peak = max(bars.counts)
        at_least = "at least " if bars.unsure else ""
        words = [
            f"peak {counted(peak)} in {duration(bars.step)}",
            f"{at_least}{counted(sum(bars.counts))} in all",
        ]
        left, right = f"{start} {zone(self.local)}", end
        middle = ""
        for word in words:
            longer = f"{middle}  {word}" if middle else word
            if cells(left) + cells(longer) + cells(right) + 4 <= self.room:
                middle = longer
        space = max(2, self.room - cells(left) - cells(middle) - cells(right))
        parts: list[Part] = [(left, "$muted"), " " * (space // 2), (middle, "$muted")]
        return line(*parts, " " * (space - space // 2), (right, "$muted"))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._pressed = self._place(event.x)
        self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self.release_mouse()
        pressed, self._pressed = self._pressed, None
        released = self._place(event.x)
        if self.bars is not None and pressed is not None and released is not None:
            first, last = sorted((pressed, released))
            bars = self.bars
            self.post_message(
                self.Picked(bars.start + first * bars.step, bars.start + (last + 1) * bars.step)
            )

    def _place(self, x: int) -> int | None:
        """The bar at a column of the widget."""
        if self.bars is None or not self.bars.counts:
            return None
        x = max(0, min(self.room - 1, x - self.styles.padding.left))
        return bar_at(x, len(self.bars.counts), self.room)


def bar_at(x: int, bars: int, room: int) -> int:
    """Which bar a column of the chart belongs to."""
    return min(bars - 1, x * bars // room)


def drawn(bars: Bars, room: int, height: int, here: int | None) -> list[Content]:
    """The bars, from the top line down."""
    most = max(bars.counts) or 1
    steps = height * 8
    levels = [max(1, round(count * steps / most)) if count else 0 for count in bars.counts]
    at = None if here is None else bars.place_of(here)
    places = [bar_at(x, len(levels), room) for x in range(room)]
    rows = []
    for row in range(height - 1, -1, -1):
        parts: list[tuple[str, str]] = []
        for place in places:
            glyph = EIGHTHS[max(0, min(8, levels[place] - row * 8))]
            if place == at and row == 0 and glyph == " ":
                glyph = "▁"
            style = "bold $warning" if place == at else "$muted" if place in bars.unsure else "$primary"
            if parts and parts[-1][1] == style:
                parts[-1] = (parts[-1][0] + glyph, style)
            else:
                parts.append((glyph, style))
        rows.append(line(*parts))
    return rows
