"""What every pane can do, and the panes that show rows."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input, Static

from queries.base import Row
from queries.inquiry import Inquiry
from screens.widgets.display import line, plain, value_text
from screens.widgets.rows import View
from screens.widgets.table import RowTable


class Pane(Vertical):
    """A part of a screen: a title, a number to reach it by, an answer or several."""

    DEFAULT_CSS = """
    Pane { border: round $border-blurred; border-title-color: $muted; padding: 0; }
    Pane:focus-within { border: heavy $border; border-title-color: $foreground; border-title-style: bold; }
    """

    number: ClassVar[int]
    """The place in the order, from 1; its last digit is the key that goes here."""
    letter: ClassVar[str] = ""
    """The key that goes here where it is no digit."""
    rank: ClassVar[float] = 0.0
    """The place in the order where its number is not that."""
    name_short: ClassVar[str]
    """For the title."""
    name_tab: ClassVar[str] = ""
    """For the tab strip, where the title is too long for it."""
    place: ClassVar[str]
    """The group of the layout it belongs to: `top`, `use` or `story`."""
    help_text: ClassVar[str]
    """For the help screen: what this pane answers and how to read it."""

    class Changed(Message):
        """Loading state or count changed: the strip and the footer may say something else."""

    loading_now: var[bool] = var(False)
    troubled: var[bool] = var(False)
    """Something is missing from the answer."""

    @property
    def digit(self) -> str:
        """The key that goes here, a digit for most."""
        return self.letter or str(self.number % 10)

    def begin(self, inquiry: Inquiry) -> None:
        """Start asking."""

    def again(self) -> None:
        """Ask anew."""

    def renew(self) -> None:
        """Ask anew, with all other panes."""
        self.again()

    def followed(self, query_id: str, params: Mapping[str, str]) -> None:
        """Another pane asks this question anew: follow the new run if it is shown here too."""

    def questions(self) -> list[tuple[str, Mapping[str, str]]]:
        """What is asked here: query ids with their parameters."""
        return []

    def stop(self) -> None:
        """Give up what is being asked; what has come stays."""

    def tick(self) -> None:
        """Once a second."""

    def record(self) -> tuple[str, Any] | None:
        """The untouched record the cursor is on, after its name."""
        return None

    def copyable(self, *, whole: bool) -> str:
        """What `c` (a cell) and `C` (all of the row) copy."""
        return ""

    def about(self, width: int) -> Content:
        """All there is to know about the answer shown, laid out for so many cells."""
        return Content("\n").join(plain(self.help_text).wrap(width))

    def target(self) -> "Pane | RowTable":
        """What gets the focus when somebody comes here."""
        return self

    def start_filter(self) -> bool:
        """Open the filter line; False when there is nothing to filter."""
        return False

    def clear_filter(self) -> bool:
        """Close the filter line; whether there was anything to clear."""
        return False

    def sort(self, *, reverse: bool) -> bool:
        """Order by the next column, or the other way round; False when there is nothing to order."""
        return False

    @property
    def sign(self) -> str:
        """What a tab shows of it: that it loads, that something is missing, or a blank."""
        if self.loading_now:
            return "…"
        return "!" if self.troubled else " "

    def watch_loading_now(self) -> None:
        self.post_message(self.Changed())

    def watch_troubled(self) -> None:
        self.post_message(self.Changed())


class TablePane(Pane):
    """A pane of rows: filter line, table, and a line that says how far they can be trusted."""

    DEFAULT_CSS = """
    TablePane > .status { height: auto; max-height: 2; padding: 0 1; color: $muted; }
    TablePane > Input { height: 1; border: none; padding: 0 1; background: $boost; display: none; }
    TablePane > Input:focus { border: none; }
    TablePane > Input.-on { display: block; }
    """

    def compose(self) -> ComposeResult:
        yield RowTable()
        yield Input(placeholder="words that a row must hold", select_on_focus=False)
        yield Static(classes="status")

    @property
    def table(self) -> RowTable:
        return self.query_one(RowTable)

    def target(self) -> RowTable:
        return self.table

    def title_text(self) -> str:
        """The name of what is shown."""
        return self.name_short

    def empty(self) -> Content:
        """What stands in the table's place while it shows no row."""
        raise NotImplementedError

    def status(self) -> Content:
        """What stands under the table."""
        raise NotImplementedError

    def draw(self) -> None:
        """Renew what stands around the rows."""
        self.table.explain(self.empty())
        self.query_one(".status", Static).update(self.status())

    def no_match(self) -> Content:
        return line(f"No row has all of: {self.table.view.filter}. ", ("Esc clears the filter.", "$muted"))

    def record(self) -> tuple[str, Any] | None:
        row = self.table.row
        return None if row is None else (self.title_text(), row.raw)

    def copyable(self, *, whole: bool) -> str:
        row, column = self.table.row, self.table.column
        if row is None or column is None:
            return ""
        if not whole:
            return value_text(row.values.get(column.id), column.kind, whole=True)
        cells = (value_text(row.values.get(each.id), each.kind, whole=True) for each in self.table.columns)
        return "\t".join(cells)

    def open_row(self, row: Row) -> bool:
        """What Enter does here other than showing the row; True when that was all."""
        return False

    def sort(self, *, reverse: bool) -> bool:
        if reverse:
            self.table.sort_reverse()
        else:
            self.table.sort_next()
        return True

    def start_filter(self) -> bool:
        box = self.query_one(Input)
        box.add_class("-on")
        box.focus()
        return True

    def clear_filter(self) -> bool:
        box = self.query_one(Input)
        there = bool(self.table.view.filter) or box.has_class("-on")
        box.value = ""
        box.remove_class("-on")
        self.table.look(View("", self.table.view.sort, self.table.view.reverse))
        if there:
            self.table.focus()
        return there

    @on(RowTable.Changed)
    def _view_changed(self) -> None:
        words = self.table.view.filter
        self.border_subtitle = line(f"/ {words}") if words else None
        self.draw()

    @on(Input.Changed)
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        view = self.table.view
        self.table.look(View(event.value, view.sort, view.reverse))

    @on(Input.Submitted)
    def _filter_done(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value:
            self.query_one(Input).remove_class("-on")
        self.table.focus()

    def on_key(self, event: events.Key) -> None:
        """Up and down leave the filter line for the rows."""
        if event.key in ("down", "up") and self.query_one(Input).has_focus:
            event.stop()
            self.table.focus()
