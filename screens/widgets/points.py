"""Points below each other, one line each; the one under the cursor is told whole, and Enter takes it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.widgets import Static

from screens.widgets.display import Part, line, lines

LABEL = 9
"""Cells of a point's label, the cursor's among them."""


@dataclass(frozen=True)
class Point:
    """One point. Its texts may come from anywhere."""

    label: str
    said: tuple[Part, ...]
    more: str = ""
    """After it as far as there is room on one line; below it, whole, while the cursor is on it."""
    target: object = None
    """What Enter hands out."""
    style: str = "$muted"
    """Of the label."""
    stays: bool = False
    """No cursor comes here, and it is wrapped always: a heading."""

    @property
    def text(self) -> str:
        """All of it in one harmless line, to be copied."""
        return line(f"{self.label} ", *self.said, f"  {self.more}").plain.strip()


class Points(VerticalScroll, can_focus=True):
    """A list to go through; what stands at its head is not part of it."""

    DEFAULT_CSS = """
    Points { height: 1fr; padding: 0; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    Points > Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", id="rows.open", tooltip="Open what the cursor is on"),
        Binding("down,j", "step(1)", "Down", show=False, id="rows.down", tooltip="One row down"),
        Binding("up,k", "step(-1)", "Up", show=False, id="rows.up", tooltip="One row up"),
        Binding("pagedown", "step(5)", "Page down", show=False, id="rows.page-down", tooltip="Further down"),
        Binding("pageup", "step(-5)", "Page up", show=False, id="rows.page-up", tooltip="Further up"),
        Binding("g,home", "to(0)", "First", show=False, id="rows.first", tooltip="First row"),
        Binding("G,end", "to(-1)", "Last", show=False, id="rows.last", tooltip="Last row"),
    ]

    class Chosen(Message):
        """Enter, or a second click, on a point."""

        def __init__(self, points: "Points", point: Point) -> None:
            super().__init__()
            self.points = points
            self.point = point

    def __init__(self) -> None:
        super().__init__()
        self.points: tuple[Point, ...] = ()
        self.cursor = 0
        """Index among all points; it never stands on a heading while there is another."""
        self._tops: list[int] = []
        self._note = Content("")

    def compose(self) -> ComposeResult:
        yield Static()

    @property
    def point(self) -> Point | None:
        """The point under the cursor."""
        found = self.points[self.cursor] if self.cursor < len(self.points) else None
        return None if found is None or found.stays else found

    def show(self, points: Sequence[Point]) -> None:
        """These from now on; the cursor stays where it was, as far as that is a point."""
        here = self.point
        self.points = tuple(points)
        self.cursor = next((at for at, one in enumerate(self.points) if here == one), self.cursor)
        self._draw(follow=False)

    def explain(self, note: Content) -> None:
        """What stands here while there is no point."""
        self._note = note
        self._draw(follow=False)

    def on_resize(self, _event: events.Resize) -> None:
        self._draw(follow=False)

    def on_focus(self) -> None:
        self._draw(follow=True)

    def on_blur(self) -> None:
        self._draw(follow=False)

    def _places(self) -> list[int]:
        return [at for at, point in enumerate(self.points) if not point.stays]

    def _draw(self, *, follow: bool) -> None:
        if not self.is_mounted:
            return
        places = self._places()
        if places and self.cursor not in places:
            self.cursor = min(places, key=lambda at: abs(at - self.cursor))
        width = max(20, self.scrollable_content_region.width)
        drawn, self._tops, top = [], [], 0
        for at, point in enumerate(self.points):
            text = self._drawn(point, width, here=at == self.cursor)
            drawn.append(text)
            self._tops.append(top)
            top += text.plain.count("\n") + 1
        self._tops.append(top)
        self.query_one(Static).update(lines(*drawn) if drawn else self._note)
        if follow:
            self.call_after_refresh(self._scroll_to_cursor)

    def _drawn(self, point: Point, width: int, *, here: bool) -> Content:
        room = max(10, width - LABEL)
        said = line(*point.said)
        if point.stays:
            return (
                _beside((point.label, point.style), said.wrap(room))
                if point.label
                else lines(*said.wrap(width))
            )
        if not here:
            whole = line(*point.said, (f"  {point.more}" if point.more else "", "$muted"))
            return _beside((f"  {point.label}", point.style), [whole.truncate(room, ellipsis=True)])
        first = _beside((f"> {point.label}", point.style), said.wrap(room))
        first = lines(*(each.pad_right(max(0, width - each.cell_length)) for each in first.split("\n")))
        if self.has_focus:
            first = first.stylize("bold $block-cursor-foreground on $block-cursor-background")
        return lines(first, _beside(("", ""), line(point.more).wrap(room))) if point.more else first

    def _scroll_to_cursor(self) -> None:
        if self.cursor + 1 >= len(self._tops):
            return
        top, end = self._tops[self.cursor], self._tops[self.cursor + 1]
        if self.cursor == next(iter(self._places()), -1):
            top = 0
        height = min(end - top, max(1, self.size.height))
        self.scroll_to_region(Region(0, top, 1, height), animate=False, force=True)

    # Keys and mouse

    def action_step(self, step: int) -> None:
        places = self._places()
        if not places:
            self.scroll_relative(y=step, animate=False)
            return
        at = places.index(self.cursor) if self.cursor in places else 0
        self.cursor = places[max(0, min(len(places) - 1, at + step))]
        self._draw(follow=True)

    def action_to(self, end: int) -> None:
        if places := self._places():
            self.cursor = places[end]
            self._draw(follow=True)

    def action_choose(self) -> None:
        if self.point is not None:
            self.post_message(self.Chosen(self, self.point))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, a second one opens."""
        if event.chain == 2:
            # What lies under the mouse may have moved: the first click told this point whole.
            self.action_choose()
            return
        y = event.screen_y - self.content_region.y + round(self.scroll_offset.y)
        at = next((at for at in self._places() if self._tops[at] <= y < self._tops[at + 1]), None)
        if at is not None:
            self.cursor = at
            self._draw(follow=False)


def _beside(label: tuple[str, str], rows: Sequence[Content]) -> Content:
    """Lines to the right of a label."""
    text, style = label
    margins = [line((text.ljust(LABEL), style)), *([Content(" " * LABEL)] * (len(rows) - 1))]
    return lines(*(before + each for before, each in zip(margins, rows or [Content("")], strict=True)))
