"""Drawing rows: titles that stand still, cells in lanes, a cursor, marks. Which rows, others know."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.reactive import var
from textual.strip import Strip

from aktui.case.rows.asking import Order
from aktui.text import pad
from screens.widgets.cells import log_cell, suspicious
from screens.widgets.cursor_table import MARK, CursorTable
from screens.widgets.moments import zone
from screens.widgets.row_window import Block, Question
from screens.widgets.wide import GAP, Lane


class RowCanvas(CursorTable):
    """Draws the lines in view from the block of rows at hand."""

    local: var[bool] = var(False, init=False)
    """Times as this machine's clock shows them, not UTC."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.question = Question()
        self.marks: dict[int, None] = {}
        """Ids of the marked rows, in the order they were marked."""
        self._block: Block | None = None
        self._lanes: tuple[Lane, ...] = ()

    @property
    def total(self) -> int:
        """How many rows fit, by the newest answer."""
        return self._block.rows.total if self._block else 0

    @property
    def breadth(self) -> int:
        return len(self._lanes)

    @property
    def order(self) -> Order:
        return self.question.order

    def render_line(self, y: int) -> Strip:
        """The title line, or the row that has been scrolled to line `y`."""
        base = self.rich_style
        width = self.scrollable_content_region.width
        if not self.total:
            return self._note_line(self._top + y, width, base)
        if y == 0:
            head = base + self.get_component_rich_style("rows--head", partial=True)
            return self._joined([(self._title(lane), head) for lane in self._lanes], "  ", head, head, width)
        index = self._top + y - 1
        if index >= self.total:
            return Strip.blank(width, base)
        return self._row_line(index, base, width)

    def _title(self, lane: Lane) -> str:
        title = lane.column.title
        if lane.column.kind == "time":
            title = f"{title} ({zone(self.local)})"
        arrow = ("▾" if self.order.descending else "▴") if lane.column.id == self.order.column else ""
        return pad(f"{title}{arrow}", lane.width, right=lane.right)

    def _row_line(self, index: int, base: Style, width: int) -> Strip:
        at_cursor = index == self.cursor
        style = base + self.get_component_rich_style("rows--cursor", partial=True) if at_cursor else base
        block = self._block
        values = block.values_at(index) if block else None
        row_id = block.id_at(index) if block else None
        if block is None or values is None:
            texts = [(pad("…", lane.width), style) for lane in self._lanes]
            return self._joined(texts, ">" if at_cursor else " ", style, style, width)
        shown = dict(zip(block.rows.columns, values, strict=True))
        texts = []
        for place, lane in enumerate(self._lanes):
            text = log_cell(shown.get(lane.column.id), lane.column.kind, local=self.local)
            cell = style
            if suspicious(lane.column.id, text):
                cell = style + self.get_component_rich_style("rows--alert", partial=True)
            if at_cursor and place == self.cursor_column and self.has_focus:
                cell = base + self.get_component_rich_style("rows--cell", partial=True)
            texts.append((pad(text, lane.width, right=lane.right), cell))
        marked = row_id in self.marks
        sign = (">" if at_cursor else " ") + ("*" if marked else " ")
        edge = style + self.get_component_rich_style("rows--marked", partial=True) if marked else style
        return self._joined(texts, sign, edge, style, width)

    def _joined(
        self, texts: Sequence[tuple[str, Style]], sign: str, edge: Style, style: Style, width: int
    ) -> Strip:
        """The cells beside each other: the first stands still, the others are moved by what was scrolled."""
        still = [Segment(pad(sign, MARK), edge)]
        if texts:
            still += [Segment(texts[0][0], texts[0][1]), Segment(" " * GAP, style)]
        moving: list[Segment] = []
        for text, cell in texts[1:]:
            moving += [Segment(text, cell), Segment(" " * GAP, style)]
        left = Strip(still)
        room = max(0, width - left.cell_length)
        scrolled = round(self.scroll_offset.x)
        rest = Strip(moving).crop_extend(scrolled, scrolled + room, style)
        return Strip([*left, *rest]).adjust_cell_length(width, style).simplify()
