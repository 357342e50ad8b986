"""What the judgement tells apart, to be marked: the list that sources, identities and operations share."""

from typing import ClassVar

from textual.message import Message

from aktui.case.marks import Kind, Marks, Stance
from queries.base import Column, Result, Row
from screens.answer import QueryPane
from screens.marked import MARK

MARKING = (
    "t trusts, h calls it hostile, u takes the mark off: it is judged again at once, and the verdict follows."
)


class Judged(QueryPane):
    """Rows of the judgement, with the marks on them. While it is judged again, the rows before stay."""

    place = "top"
    kind: ClassVar[Kind]
    """What a mark here is put on."""
    shown: ClassVar[tuple[str, ...]]
    """The columns, the most telling first."""

    class Chosen(Message):
        """Enter on a row."""

        def __init__(self, pane: "Judged", row: Row) -> None:
            super().__init__()
            self.pane = pane
            self.row = row

    def __init__(self) -> None:
        super().__init__()
        self.marks = Marks()
        self._rows: tuple[Row, ...] = ()

    def on_mount(self) -> None:
        self.table.quiet = self.quiet

    def quiet(self, row: Row) -> bool:
        """Whether a row stands back."""
        return row.values.get("side") == "business"

    def markable(self, row: Row) -> str:
        """What a mark on this row names."""
        return str(row.values.get(self.shown[0]) or "")

    def stance(self, row: Row) -> Stance | None:
        """What the marks say of it."""
        raise NotImplementedError

    def draw(self) -> None:
        """With the cursor on what it was on, also where that is judged otherwise now."""
        row = self.table.row if self.is_mounted else None
        here = "" if row is None else self.markable(row)
        super().draw()
        places = [self.markable(each) for each in self.table.shown] if here else []
        if here in places and self.table.row is not None and self.markable(self.table.row) != here:
            self.table.cursor = places.index(here)

    def show_marks(self, marks: Marks) -> None:
        self.marks = marks
        self.draw()

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        if result.rows or result.done:
            self._rows = self.made(result)
        return tuple(self._with_mark(row) for row in self._rows)

    def made(self, result: Result) -> tuple[Row, ...]:
        """The rows as they are shown, but for the marks."""
        return result.rows

    def _with_mark(self, row: Row) -> Row:
        stance = self.stance(row)
        return Row({**row.values, MARK.id: stance.value}, row.raw) if stance else row

    def columns(self, result: Result) -> tuple[Column, ...]:
        """The mark right after what the row is about."""
        known = {column.id: column for column in self.all_columns(result)}
        first, *others = (known[name] for name in self.shown if name in known)
        return (first, MARK, *others)

    def all_columns(self, result: Result) -> tuple[Column, ...]:
        return result.query.columns

    def count(self, result: Result) -> int:
        return len(self._rows)

    def open_row(self, row: Row) -> bool:
        self.post_message(self.Chosen(self, row))
        return True
