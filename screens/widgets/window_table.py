"""A table of any number of rows that holds only those in view: a million cost what a hundred cost.

Rows are asked for off the loop. While they are on their way the ones at hand stay; a line that is not at hand
yet is drawn empty. When rows come or the order changes, the cursor stays on its row.
"""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.visual import Visual
from textual.worker import Worker

from aktui.case.rows.asking import Order, Value
from aktui.errors import AktuiError
from queries.base import Column
from screens.background import in_background
from screens.widgets.cursor_table import MARK
from screens.widgets.row_canvas import RowCanvas
from screens.widgets.row_window import Block, Question, RowSource, around
from screens.widgets.wide import GAP, Lane, lanes, room_of


class WindowTable(RowCanvas, can_focus=True):
    """Rows of a `RowSource` under titles, with a cursor, marks, a filter and an order."""

    DEFAULT_CSS = "WindowTable { overflow-x: auto; scrollbar-size: 1 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", show=False, id="rows.mark", tooltip="Mark this row, or take it off"),
    ]

    class Chosen(Message):
        """Enter, or a second click, on a row."""

        def __init__(self, table: "WindowTable", row_id: int) -> None:
            super().__init__()
            self.table = table
            self.row_id = row_id

    class Moved(Message):
        """The cursor stands on another row (None: on none that is at hand)."""

        def __init__(self, table: "WindowTable", row_id: int | None) -> None:
            super().__init__()
            self.table = table
            self.row_id = row_id

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, WindowTable.Moved) and message.table is self.table

    class Loaded(Message):
        """Rows came: the first ones of a filter or order, or others of it."""

        def __init__(self, table: "WindowTable") -> None:
            super().__init__()
            self.table = table

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, WindowTable.Loaded) and message.table is self.table

    class Changed(Message):
        """The filter, the order or the marks changed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.source: RowSource | None = None
        self.columns: tuple[Column, ...] = ()
        self.fault = ""
        """Why the rows could not be had, when that is so."""
        self.waiting = False
        """The answer to the question of now is not here yet."""
        self._cursor_id: int | None = None
        self._touched = False
        self._measured: Block | None = None
        """The block that the columns were last fitted to."""
        self._note = Content("")
        self._worker: Worker[None] | None = None
        self._told: int | None = None

    # What is shown

    @property
    def behind(self) -> bool:
        """Whether rows have come that are not among those counted here."""
        block, source = self._block, self.source
        return (
            source is not None and (block is None or block.rows.version != source.version) and not self.fault
        )

    @property
    def unsure(self) -> bool:
        """Whether it is not known yet if there is any row: none has been seen, and there is news."""
        return self.waiting or (self.behind and not self.total)

    @property
    def row_id(self) -> int | None:
        """The row under the cursor."""
        return self._cursor_id

    @property
    def values(self) -> dict[str, Value]:
        """The shown values of the row under the cursor, by column id; empty when it is not at hand."""
        block = self._block
        found = block.values_at(self.cursor) if block else None
        return dict(zip(block.rows.columns, found, strict=True)) if block and found else {}

    @property
    def column(self) -> Column | None:
        """The column under the cursor."""
        return self._lanes[min(self.cursor_column, len(self._lanes) - 1)].column if self._lanes else None

    def show(self, source: RowSource, columns: Sequence[Column], question: Question) -> None:
        """The rows of this source from now on, with these columns."""
        self.source, self.columns, self.question = source, tuple(columns), question
        self._block, self._cursor_id, self._touched = None, None, False
        self._lanes, self._measured = (), None
        self.marks.clear()
        self.set_reactive(WindowTable.cursor, 0)
        self.set_reactive(WindowTable.cursor_column, 0)
        self._ask(anew=True)

    def look(self, question: Question) -> None:
        """Another filter or order; the cursor stays on its row when that is among them."""
        if question != self.question:
            self.question = question
            self._ask(anew=True)
            self.post_message(self.Changed())

    def renew(self) -> None:
        """Take up rows that have come since."""
        block, source = self._block, self.source
        if source is not None and (block is None or block.rows.version != source.version or self.fault):
            self._ask()

    def explain(self, note: Content) -> None:
        """What stands here while there is no row to show."""
        if note != self._note:
            self._note = note
            if not self.total:
                self._arrange()

    # Rows come

    def _ask(self, *, anew: bool = False) -> None:
        """See to it that the rows in view come; `anew` drops a question that is under way."""
        if self.source is None or not self.is_mounted:
            return
        if self._worker is not None and self._worker.is_running and not anew:
            return  # it looks again before it ends
        if anew:
            self.waiting = True
            self.refresh()
        self._worker = in_background(self, partial(self._load, self.source), "window", "rows in view")

    async def _load(self, source: RowSource) -> None:
        """Fetch until the rows in view are those of the question, as new as the source is."""
        while self._stale(source):
            question, kept = self.question, self._cursor_id if self._touched else None
            try:
                place = await self._place(source, question, kept)
                offset, limit = around(self._top + (0 if place is None else place - self.cursor), self._page)
                columns = [column.id for column in self.columns if column.id in source.columns]
                rows = await source.window(
                    offset, limit, where=question.where, order=question.order, columns=columns
                )
            except AktuiError as error:
                self.fault = f"{error.message} {error.hint}".strip()
                break
            except Exception as error:
                # A bug of ours: it must show, and only here.
                self.fault = f"aktui could not read the rows ({type(error).__name__}: {error})."
                break
            self.fault = ""
            self._take(Block(question, rows), place if kept == self._cursor_id else None)
        self.waiting = False
        self._arrange()
        self.post_message(self.Loaded(self))

    async def _place(self, source: RowSource, question: Question, row_id: int | None) -> int | None:
        """Where the cursor's row stands by now; None when nobody has put the cursor on one, or it is gone."""
        block = self._block
        if row_id is None or (block and block.question == question and block.rows.version == source.version):
            return None
        return await source.locate(row_id, where=question.where, order=question.order)

    def _stale(self, source: RowSource) -> bool:
        block = self._block
        return (
            block is None
            or block.question != self.question
            or block.rows.version != source.version
            or not block.covers(self._top, self._page)
        )

    def _take(self, block: Block, place: int | None) -> None:
        """Show this block; the cursor goes with its row, and the rows around it stay where they were.

        `place` is where its row stands, as far as that was found out; the block may know better.
        """
        other = self._block is not None and self._block.question != block.question
        kept = self._cursor_id if self._touched else None
        self._block = block
        here = None if kept is None else block.index_of(kept)
        where = place if here is None else here
        if other and where is None:
            self._touched, where = False, 0
        shift = 0 if where is None else where - self.cursor
        cursor = max(0, min(self.cursor + shift, block.rows.total - 1))
        self._arrange()
        self.set_reactive(WindowTable.cursor, cursor)
        if shift:
            self.scroll_to(y=max(0, self._top + shift), animate=False, immediate=True)
        self._scroll_to_cursor()
        self._know_cursor()

    def _know_cursor(self) -> None:
        """Remember which row the cursor is on, once it is at hand."""
        found = self._block.id_at(self.cursor) if self._block else None
        self._cursor_id = found
        if found != self._told:
            self._told = found
            self.post_message(self.Moved(self, found))

    # Layout

    def _arrange(self) -> None:
        width = max(1, self.scrollable_content_region.width - MARK)
        block = self._block
        if block and block.rows.rows and block is not self._measured:
            self._measured = block
            self._place_lanes(lanes(self.columns, block.rows, width, self._lanes, local=self.local))
        self._note_strips = []
        if not self.total:
            self._note_strips = Visual.to_strips(self, self._note, width, None, self.visual_style)
            self.virtual_size = Size(width, len(self._note_strips))
        else:
            self.virtual_size = Size(MARK + room_of(self._lanes), self.total + 1)
        self.refresh()

    def _place_lanes(self, found: tuple[Lane, ...]) -> None:
        """Draw these from now on; the cursor stays on its column."""
        here = self.column
        self._lanes = found
        places = [lane.column for lane in found]
        if here is not None and here in places:
            self.set_reactive(WindowTable.cursor_column, places.index(here))

    def on_resize(self, _event: events.Resize) -> None:
        self._lanes, self._measured = (), None
        self._arrange()
        self._scroll_to_cursor()
        self._ask()

    def watch_local(self) -> None:
        self._lanes, self._measured = (), None
        self._arrange()

    def watch_cursor(self) -> None:
        self._touched = True
        self._know_cursor()
        self._scroll_to_cursor()
        self.refresh()

    def watch_cursor_column(self) -> None:
        self._scroll_to_column()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._block is not None and not self._block.covers(self._top, self._page):
            self._ask()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_x(old_value, new_value)
        self.refresh()

    def _scroll_to_cursor(self) -> None:
        page, top = self._page, self._top
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + page:
            self.scroll_to(y=self.cursor - page + 1, animate=False, immediate=True)

    def _scroll_to_column(self) -> None:
        """Bring the cursor's column into view; the first one always is."""
        if not self._lanes:
            return
        first = self._lanes[0].width + GAP
        left = sum(lane.width + GAP for lane in self._lanes[1 : self.cursor_column])
        right = left + self._lanes[self.cursor_column].width
        room = self.scrollable_content_region.width - MARK - first
        at = round(self.scroll_offset.x)
        if self.cursor_column == 0 or left < at:
            self.scroll_to(x=left if self.cursor_column else 0, animate=False, immediate=True)
        elif right > at + room:
            self.scroll_to(x=right - room, animate=False, immediate=True)

    # Keys and mouse

    def action_choose(self) -> None:
        if self.row_id is not None:
            self.post_message(self.Chosen(self, self.row_id))

    def action_mark(self) -> None:
        """Mark the row under the cursor, or take its mark off, and go on to the next."""
        if self.row_id is None:
            return
        if self.marks.pop(self.row_id, 0) is not None:
            self.marks[self.row_id] = None
        self.post_message(self.Changed())
        self.refresh()
        self.action_step(1)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, a second one opens; on a title it orders by that column."""
        column = self._column_at(event.x)
        if event.y == 0:
            self.sort_by(column)
            return
        index = self._top + event.y - 1
        if index < self.total:
            self.cursor, self.cursor_column = index, column
            if event.chain == 2:
                self.action_choose()

    def sort_by(self, place: int) -> None:
        """Order by a column; by the one that orders already, the other way round."""
        if place < len(self._lanes):
            name = self._lanes[place].column.id
            again = name == self.order.column
            self.look(Question(self.question.where, Order(name, again and not self.order.descending)))

    def _column_at(self, x: int) -> int:
        if not self._lanes:
            return 0
        left = MARK + self._lanes[0].width + GAP
        if x < left:
            return 0
        x += round(self.scroll_offset.x)
        for index, lane in enumerate(self._lanes[1:], 1):
            left += lane.width + GAP
            if x < left:
                return index
        return len(self._lanes) - 1
