"""Panes of one question whose answer begins with a sentence; all of a row below, where there is room."""

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from aktui.text import cells
from queries.base import Column, Result, Row
from screens.answer import QueryPane
from screens.widgets.coverage import coverage
from screens.widgets.display import Part, beside_label, line, lines, value_text

LABEL = 18
TWO = 110
"""From so many cells values stand beside each other."""
SHORT = {
    "currency": Column("currency", "Cur"),
    "estimate": Column("estimate", "Estimate", "count"),
}
"""Columns under a shorter title."""


class Telling:
    """A pane of rows that has more to tell of a row than its table has room for."""

    def told(self, row: Row, width: int) -> Content:
        """All of it."""
        return self.told_short(row, width)

    def told_short(self, row: Row, width: int) -> Content:
        """The most telling of it, in few lines."""
        return Content("")


class NotedPane(QueryPane, Telling):
    """The sentence stands above the rows, not among what is said of their completeness."""

    DEFAULT_CSS = """
    NotedPane > .note { height: auto; max-height: 3; padding: 0 1; }
    """

    place = "body"
    said_before: ClassVar[tuple[str, ...]] = ()
    """Columns that are told of a row before all others."""

    def compose(self) -> ComposeResult:
        yield Static(classes="note")
        yield from super().compose()

    def columns(self, result: Result) -> tuple[Column, ...]:
        return tuple(SHORT.get(column.id, column) for column in super().columns(result))

    def note(self) -> list[Part]:
        """What the answer comes to."""
        return [(self.result.note, "bold")] if self.result is not None else []

    def draw(self) -> None:
        super().draw()
        if self.is_mounted:
            told = self.note()
            note = self.query_one(".note", Static)
            note.update(line(*told))
            note.display = any(part if isinstance(part, str) else part[0] for part in told)

    def counted(self, result: Result) -> Result:
        """The answer as its completeness is told."""
        return replace(result, note="")

    def status(self) -> Content:
        if self.loading_now or self.fault or self.result is None:
            return super().status()
        shown = len(self.table.shown)
        result = self.counted(self.result)
        return coverage(result, shown=shown, width=self.size.width - 4, now=self.table.now)

    def told(self, row: Row, width: int) -> Content:
        """All of a row, whole: what the table has no room for. Short values stand two in a line."""
        narrow = width if width < TWO else width // 2 - 1
        shorts: list[Content] = []
        longs: list[Content] = []
        for column in self.table.columns:
            text = value_text(row.values.get(column.id), column.kind, whole=True)
            if text and column.id not in self.said_before:
                fits = cells(text) + LABEL <= narrow
                told = beside_label(column.title, [text], LABEL, narrow if fits else width)
                (shorts if fits else longs).append(told)
        if narrow == width:
            return lines(*shorts, *longs)
        half = (len(shorts) + 1) // 2
        right = [*shorts[half:], Content("")]
        pairs = (
            left.pad_right(narrow + 1 - left.cell_length) + right[at] for at, left in enumerate(shorts[:half])
        )
        return lines(*pairs, *longs)
