"""Panes whose rows come from a source that can be marked: trusted, hostile, or neither."""

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from queries.base import Column, Result, Row
from screens.by_service import ServicePane

if TYPE_CHECKING:
    from aktui.case.marks import Marks

MARK = Column("mark", "Mark")

MARK_BINDINGS: tuple[BindingType, ...] = (
    Binding("t", "mark('trusted')", "Trust", id="mark.trusted", tooltip="Mark the source as trusted"),
    Binding("h", "mark('hostile')", "Hostile", id="mark.hostile", tooltip="Mark the source as hostile"),
    Binding("u", "mark('')", "Unmark", id="mark.none", tooltip="Take the source's mark off"),
)


class MarkedPane(ServicePane):
    """Shows how each row's source is marked; the screen keeps the marks."""

    BINDINGS: ClassVar[list[BindingType]] = [*MARK_BINDINGS]
    source_column: ClassVar[str]
    marks: "Marks | None" = None

    class Wanted(Message):
        """A source is to be marked; an empty stance takes its mark off."""

        def __init__(self, source: str, stance: str) -> None:
            super().__init__()
            self.source = source
            self.stance = stance

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        if self.marks is None or not self.marks.all:
            return result.rows
        return tuple(self._marked(row, self.marks) for row in result.rows)

    def _marked(self, row: Row, marks: "Marks") -> Row:
        stance = marks.stance_of_source(str(row.values.get(self.source_column) or ""))
        return Row({**row.values, MARK.id: stance.value}, row.raw) if stance else row

    def columns(self, result: Result) -> tuple[Column, ...]:
        """The mark right after what the row is about."""
        first, *others = super().columns(result)
        return (first, MARK, *others)

    def show_marks(self, marks: "Marks") -> None:
        self.marks = marks
        self.draw()

    def action_mark(self, stance: str) -> None:
        row = self.table.row
        source = "" if row is None else str(row.values.get(self.source_column) or "")
        self.post_message(self.Wanted(source, stance))
