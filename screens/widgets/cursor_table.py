"""What all tables share: a cursor moved by the same keys, the same looks, a title line that stands still."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

MARK = 2
"""Cells before the first column: the cursor's `>`, and `*` on a marked row."""


class CursorTable(ScrollView):
    """A table with a cursor on one cell. How many rows and columns there are, others know."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--head",
        "rows--cursor",
        "rows--cell",
        "rows--alert",
        "rows--marked",
        "rows--quiet",
    }
    DEFAULT_CSS = """
    CursorTable { height: 1fr; overflow-y: auto; }
    CursorTable > .rows--head { color: $muted; text-style: bold; }
    CursorTable > .rows--cursor { text-style: bold; }
    CursorTable > .rows--alert { color: $warning; }
    CursorTable > .rows--marked { color: $success; text-style: bold; }
    CursorTable > .rows--quiet { color: $muted; }
    CursorTable > .rows--cell { text-style: bold underline; }
    CursorTable:focus > .rows--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground;
    }
    CursorTable:focus > .rows--cell {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold underline;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", id="rows.open", tooltip="Open what the cursor is on"),
        Binding("down,j", "step(1)", "Down", show=False, id="rows.down", tooltip="One row down"),
        Binding("up,k", "step(-1)", "Up", show=False, id="rows.up", tooltip="One row up"),
        Binding("pagedown", "leap(1)", "Page down", show=False, id="rows.page-down", tooltip="One page down"),
        Binding("pageup", "leap(-1)", "Page up", show=False, id="rows.page-up", tooltip="One page up"),
        Binding("g,home", "to(0)", "First", show=False, id="rows.first", tooltip="First row"),
        Binding("G,end", "to(-1)", "Last", show=False, id="rows.last", tooltip="Last row"),
        Binding("right", "column(1)", "Right", show=False, id="rows.right", tooltip="Next column"),
        Binding("left", "column(-1)", "Left", show=False, id="rows.left", tooltip="Previous column"),
    ]

    cursor: var[int] = var(0, init=False)
    """Index of the row under the cursor, among all that are shown."""
    cursor_column: var[int] = var(0, init=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._note_strips: list[Strip] = []

    @property
    def total(self) -> int:
        """How many rows there are to stand on."""
        raise NotImplementedError

    @property
    def breadth(self) -> int:
        """How many columns are shown."""
        raise NotImplementedError

    @property
    def _top(self) -> int:
        return round(self.scroll_offset.y)

    @property
    def _page(self) -> int:
        """Rows in view, the title line apart."""
        return max(1, self.scrollable_content_region.height - 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # The title line stays where it is, so a scroll is never a plain shift of the lines.
        self.refresh()

    def action_step(self, rows: int) -> None:
        if not self.total:
            self.scroll_relative(y=rows, animate=False)
            return
        self.cursor = max(0, min(self.total - 1, self.cursor + rows))

    def action_leap(self, pages: int) -> None:
        self.action_step(pages * max(1, self._page - 1))

    def action_to(self, index: int) -> None:
        self.cursor = max(0, self.total - 1) if index < 0 else 0

    def action_column(self, step: int) -> None:
        self.cursor_column = max(0, min(self.breadth - 1, self.cursor_column + step))

    def _note_line(self, index: int, width: int, style: Style) -> Strip:
        """A line of what stands here while there is no row."""
        if index >= len(self._note_strips):
            return Strip.blank(width, style)
        strip = self._note_strips[index].crop_extend(0, width - 1, style)
        return Strip([Segment(" ", style), *strip])
