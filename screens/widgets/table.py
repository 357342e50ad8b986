"""A table that draws only the lines in view: size costs nothing, no cell meets a markup parser."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from aktui.text import pad
from queries.base import Column, Row
from screens.widgets.columns import GAP, Slot, fit
from screens.widgets.display import alarming, value_text
from screens.widgets.rows import View

MARK = 2
"""Cells before the first column, where the cursor's `>` stands."""


class RowTable(ScrollView, can_focus=True):
    """Rows of an answer under their columns' titles, with a cursor, a filter and an order."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--head",
        "rows--cursor",
        "rows--cell",
        "rows--alert",
        "rows--quiet",
    }
    DEFAULT_CSS = """
    RowTable { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    RowTable > .rows--head { color: $muted; text-style: bold; }
    RowTable > .rows--cursor { text-style: bold; }
    RowTable > .rows--alert { color: $warning; }
    RowTable > .rows--quiet { color: $muted; }
    RowTable > .rows--cell { text-style: bold underline; }
    RowTable:focus > .rows--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    RowTable:focus > .rows--cell {
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

    class Chosen(Message):
        """Enter, or a second click, on a row."""

        def __init__(self, table: "RowTable", row: Row) -> None:
            super().__init__()
            self.table = table
            self.row = row

    class Moved(Message):
        """The cursor stands on another row (None: there is none any more)."""

        def __init__(self, table: "RowTable", row: Row | None) -> None:
            super().__init__()
            self.table = table
            self.row = row

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RowTable.Moved) and message.table is self.table

    class Changed(Message):
        """The filter or the order changed."""

    cursor: var[int] = var(0)
    """Index of the row under the cursor, in the view."""
    cursor_column: var[int] = var(0)
    now: var[datetime | None] = var(None)
    """The moment against which times are shortened."""

    def __init__(self, columns: Sequence[Column] = (), *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.rows: tuple[Row, ...] = ()
        self.pinned: tuple[Row, ...] = ()
        self.shown: list[Row] = []
        self.view = View()
        self.grouped = ""
        """A column whose value is not repeated on the rows below, unless another one orders them."""
        self.quiet: Callable[[Row], bool] = _never
        """Rows that stand back, such as what can not be done now."""
        self._note = Content("")
        self._note_strips: list[Strip] = []
        self._slots: tuple[Slot, ...] = ()
        self._told: Row | None = None

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.shown[self.cursor] if self.cursor < len(self.shown) else None

    @property
    def column(self) -> Column | None:
        """The column under the cursor."""
        slots = self._slots
        return slots[min(self.cursor_column, len(slots) - 1)].column if slots else None

    def fill(self, rows: Sequence[Row], columns: Sequence[Column], *, pinned: Sequence[Row] = ()) -> None:
        """Show these rows, the pinned ones first; the cursor stays on its row when that is still there."""
        if tuple(columns) != self.columns:
            self.columns, self.cursor_column = tuple(columns), 0
        self.rows, self.pinned = tuple(rows), tuple(pinned)
        self._refill()

    def explain(self, note: Content) -> None:
        """What stands here while there is no row to show."""
        self._note = note
        self._arrange()

    def look(self, view: View) -> None:
        """Filter and order as told, over all rows."""
        if view != self.view:
            self.view = view
            self._refill()
            self.post_message(self.Changed())

    def _refill(self) -> None:
        here, at = self.row, self.cursor
        self.shown = [*(self.pinned if self.rows else ()), *self.view.apply(self.rows, self.columns)]
        self.set_reactive(RowTable.cursor, _place_of(here, self.shown, at) if at or here is None else 0)
        self._arrange()
        self._scroll_to_cursor()
        self._tell()

    def _arrange(self) -> None:
        width = max(1, self.scrollable_content_region.width - MARK)
        self._slots = fit(self.columns, self.shown, width, now=self.now)
        if self.cursor_column >= len(self._slots):
            self.set_reactive(RowTable.cursor_column, max(0, len(self._slots) - 1))
        self._note_strips = []
        if not self.shown:
            # The note stands a cell away from both edges.
            self._note_strips = Visual.to_strips(self, self._note, width, None, self.visual_style)
        self.virtual_size = Size(self.size.width, len(self._note_strips) or len(self.shown) + 1)
        self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        self._arrange()
        self._scroll_to_cursor()

    def watch_cursor(self) -> None:
        self._scroll_to_cursor()
        self.refresh()
        self._tell()

    def watch_cursor_column(self) -> None:
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        # The title line stays where it is, so a scroll is never a plain shift of the lines.
        self.refresh()

    def _tell(self) -> None:
        if self.row is not self._told:
            self._told = self.row
            self.post_message(self.Moved(self, self.row))

    def _scroll_to_cursor(self) -> None:
        page = self.scrollable_content_region.height - 1
        top = round(self.scroll_offset.y)
        if page <= 0:
            return
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False)

    def action_step(self, rows: int) -> None:
        if not self.shown:
            self.scroll_relative(y=rows, animate=False)
            return
        self.cursor = max(0, min(len(self.shown) - 1, self.cursor + rows))

    def action_leap(self, pages: int) -> None:
        self.action_step(pages * max(1, self.scrollable_content_region.height - 2))

    def action_to(self, index: int) -> None:
        self.cursor = max(0, len(self.shown) - 1) if index < 0 else 0

    def action_column(self, step: int) -> None:
        self.cursor_column = max(0, min(len(self._slots) - 1, self.cursor_column + step))

    def action_choose(self) -> None:
        if self.row is not None:
            self.post_message(self.Chosen(self, self.row))

    def sort_next(self) -> None:
        """Order by the next column; after the last, as the answer came."""
        ids = ["", *(slot.column.id for slot in self._slots)]
        at = ids.index(self.view.sort) if self.view.sort in ids else 0
        self.look(View(self.view.filter, ids[(at + 1) % len(ids)], False))

    def sort_reverse(self) -> None:
        """The other way round."""
        sort = self.view.sort or (self.column.id if self.column else "")
        self.look(View(self.view.filter, sort, not self.view.reverse))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, a second one opens; on a title it orders by that column."""
        column = self._column_at(event.x)
        if event.y == 0:
            wanted = self._slots[column].column.id if self._slots else ""
            again = wanted == self.view.sort
            self.look(View(self.view.filter, wanted, again and not self.view.reverse))
            return
        index = round(self.scroll_offset.y) + event.y - 1
        if index < len(self.shown):
            self.cursor, self.cursor_column = index, column
            if event.chain == 2:
                self.action_choose()

    def _column_at(self, x: int) -> int:
        left = MARK
        for index, slot in enumerate(self._slots):
            left += slot.width + GAP
            if x < left:
                return index
        return max(0, len(self._slots) - 1)

    def render_line(self, y: int) -> Strip:
        """The title line, or the row that has been scrolled to line `y`."""
        base = self.rich_style
        width = self.scrollable_content_region.width
        if not self.shown:
            return self._note_line(round(self.scroll_offset.y) + y, width, base)
        style = base
        if y == 0:
            segments = self._title_line(base + self.get_component_rich_style("rows--head", partial=True))
        else:
            index = round(self.scroll_offset.y) + y - 1
            if index < len(self.shown) and self.quiet(self.shown[index]):
                style = base + self.get_component_rich_style("rows--quiet", partial=True)
            if index == self.cursor:
                style = style + self.get_component_rich_style("rows--cursor", partial=True)
            segments = self._row_line(index, base, style) if index < len(self.shown) else []
        return Strip(segments).adjust_cell_length(width, style if segments else base).simplify()

    def _note_line(self, index: int, width: int, style: Style) -> Strip:
        if index >= len(self._note_strips):
            return Strip.blank(width, style)
        strip = self._note_strips[index].crop_extend(0, width - 1, style)
        return Strip([Segment(" ", style), *strip])

    def _title_line(self, style: Style) -> list[Segment]:
        segments = [Segment(" " * MARK, style)]
        for slot in self._slots:
            arrow = ("▾" if self.view.reverse else "▴") if slot.column.id == self.view.sort else ""
            text = value_text(slot.column.title) + arrow
            segments.append(Segment(pad(text, slot.width, right=slot.right) + " " * GAP, style))
        return segments

    def _row_line(self, index: int, base: Style, style: Style) -> list[Segment]:
        at_cursor = index == self.cursor
        segments = [Segment("> " if at_cursor else " " * MARK, style)]
        for place, slot in enumerate(self._slots):
            value = self.shown[index].values.get(slot.column.id)
            text = value_text(value, slot.column.kind, short=slot.short, now=self.now)
            if slot.column.id == self.grouped and self._repeats(index):
                text = ""
            cell_style = style
            if alarming(slot.column.id, text):
                cell_style = style + self.get_component_rich_style("rows--alert", partial=True)
            if at_cursor and place == self.cursor_column and self.has_focus:
                cell_style = base + self.get_component_rich_style("rows--cell", partial=True)
            segments.append(Segment(pad(text, slot.width, right=slot.right), cell_style))
            segments.append(Segment(" " * GAP, style))
        return segments

    def _repeats(self, index: int) -> bool:
        """Whether the row above has the same value in the column that groups the rows."""
        name, top = self.grouped, round(self.scroll_offset.y)
        if self.view.sort not in ("", name) or index == top or index == 0:
            return False
        return bool(self.shown[index].values.get(name) == self.shown[index - 1].values.get(name))


def _never(_row: Row) -> bool:
    return False


def _place_of(row: Row | None, rows: Sequence[Row], otherwise: int) -> int:
    """Where a row stands now: the same object, else one of equal values, else about where it was."""
    for index, other in enumerate(rows):
        if other is row:
            return index
    if row is not None:
        for index, other in enumerate(rows):
            if other.values == row.values:
                return index
    return max(0, min(otherwise, len(rows) - 1))
