"""Lines of the bills: what was charged on one day, or for one instance, or makes up an unusual charge."""

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from queries.base import Row
from queries.charges.lines import LINE_COLUMNS
from screens.billpanes.running import RunningPane
from screens.contain.overlay import OverScreen
from screens.desk import Desk
from screens.pane import TablePane
from screens.widgets.display import line
from screens.widgets.header import Standing

FIRST = ("day", "product", "region", "instance", "amount", "currency", "spec", "name", "subscription")


class LinesPane(TablePane):
    """Enter on a line shows it as it came."""

    number = 1
    name_short = "Charges"
    place = "top"
    help_text = (
        "Lines of the bills as they came: one instance, one day, one amount before tax and after discounts. "
        "Enter shows the whole line. What is not billed yet is not here."
    )

    def __init__(self, title: str, rows: Sequence[Row], empty: str) -> None:
        super().__init__(id="lines")
        self.title = title
        self.lines = tuple(rows)
        self._empty = empty

    def on_mount(self) -> None:
        self.border_title = line(f"{self.name_short} {len(self.lines)} · {self.title}")
        known = {column.id: column for column in LINE_COLUMNS}
        ahead = tuple(known[name] for name in FIRST)
        self.table.fill(self.lines, (*ahead, *(each for each in LINE_COLUMNS if each not in ahead)))
        self.draw()

    def title_text(self) -> str:
        return f"{self.name_short} · {self.title}"

    def empty(self) -> Content:
        return self.no_match() if self.lines else line(self._empty)

    def status(self) -> Content:
        count, shown = len(self.lines), len(self.table.shown)
        many = f"{shown} of {count}" if shown != count else f"{count}"
        return line((f"{many} line{'' if count == 1 else 's'} of the bills", "$muted"))

    def record(self) -> tuple[str, Any] | None:
        row = self.table.row
        return None if row is None else (self.title, row.raw)


class LinesScreen(OverScreen):
    """Over the screen of charges."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("exclamation_mark", "contain", "Contain", id="contain", tooltip="What can be done about it"),
    ]

    def __init__(
        self,
        desk: Desk,
        standing: Standing,
        title: str,
        rows: Sequence[Row],
        running: RunningPane,
        empty: str = "",
    ) -> None:
        super().__init__(desk, standing)
        self._key_started = running
        self._lines = LinesPane(title, rows, empty or "No line of the bills that were read belongs here.")

    @property
    def pane(self) -> LinesPane:
        return self._lines

    def body(self) -> ComposeResult:
        yield self._lines

    def on_mount(self) -> None:
        self._lines.table.focus()

    def action_contain(self) -> None:
        from screens.billpanes.stopping import contain_row

        contain_row(self, self.desk, self.standing, self._lines.table.row, self._key_started)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The lines are asked for anew where they come from."""
        return False if action in ("again", "stop") else super().check_action(action, parameters)
