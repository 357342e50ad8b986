"""A table that draws only the lines in view: size costs nothing, no cell meets a markup parser."""

from collections.abc import Callable, Sequence
from datetime import datetime

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.visual import Visual

from aktui.text import pad
from queries.base import Column, Row
from screens.widgets.columns import GAP, Slot, fit
from screens.widgets.cursor_table import MARK, CursorTable
from screens.widgets.display import alarming, value_text
from screens.widgets.rows import View


class RowTable(CursorTable, can_focus=True):
    """Rows of an answer under their columns' titles, with a cursor, a filter and an order."""

    DEFAULT_CSS = "RowTable { overflow-x: hidden; scrollbar-size-vertical: 1; }"

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
        self._slots: tuple[Slot, ...] = ()
        self._told: Row | None = None

    @property
    def total(self) -> int:
        return len(self.shown)

    @property
    def breadth(self) -> int:
        return len(self._slots)

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
        width = max(1, self._room() - MARK)
        self._slots = fit(self.columns, self.shown, width, now=self.now)
        if self.cursor_column >= len(self._slots):
            self.set_reactive(RowTable.cursor_column, max(0, len(self._slots) - 1))
        self._note_strips = []
        if not self.shown and self.size.width:
            # The note stands a cell away from both edges; before the first layout there is none.
            self._note_strips = Visual.to_strips(self, self._note, width, None, self.visual_style)
        self.virtual_size = Size(self.size.width, len(self._note_strips) or len(self.shown) + 1)
        self.refresh()

    def _room(self) -> int:
        """Cells for a row: without those of the scrollbar, also where that only comes with these rows."""
        whole = self.content_region
        bar = self.styles.scrollbar_size_vertical if len(self.shown) + 1 > whole.height else 0
        return whole.width - bar

    def on_resize(self, _event: events.Resize) -> None:
        self._arrange()
        self._scroll_to_cursor()

    def watch_cursor(self) -> None:
        self._scroll_to_cursor()
        self.refresh()
        self._tell()

    def watch_cursor_column(self) -> None:
        self.refresh()

    def _tell(self) -> None:
        if self.row is not self._told:
            self._told = self.row
            self.post_message(self.Moved(self, self.row))

    def _scroll_to_cursor(self) -> None:
        page = self.scrollable_content_region.height - 1
        top = self._top
        if page <= 0:
            return
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False)

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
        index = self._top + event.y - 1
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
            return self._note_line(self._top + y, width, base)
        style = base
        if y == 0:
            segments = self._title_line(base + self.get_component_rich_style("rows--head", partial=True))
        else:
            index = self._top + y - 1
            if index < len(self.shown) and self.quiet(self.shown[index]):
                style = base + self.get_component_rich_style("rows--quiet", partial=True)
            if index == self.cursor:
                style = style + self.get_component_rich_style("rows--cursor", partial=True)
            segments = self._row_line(index, base, style) if index < len(self.shown) else []
        return Strip(segments).adjust_cell_length(width, style if segments else base).simplify()

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
        name, top = self.grouped, self._top
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
