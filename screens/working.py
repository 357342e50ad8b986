"""The screens on which panes are worked with: what the keys do to the pane that has the focus.

What only an action needs is imported there: the first paint waits for everything this module imports.
"""

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from screens.widgets.tell import tell

if TYPE_CHECKING:
    from screens.pane import Pane
    from screens.widgets.table import RowTable


class WorkingScreen(Screen[None]):
    """Filter, order, look closer, copy, ask again: the same keys on every screen that has panes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", id="help", tooltip="Help for where you are"),
        Binding("slash", "filter", "Filter", id="filter", tooltip="Show only rows that hold these words"),
        Binding("y", "raw", "Raw", id="raw", tooltip="The record as it came, as JSON"),
        Binding("r,ctrl+r", "again", "Refresh", id="refresh", tooltip="Ask this pane's question again"),
        Binding("s", "sort", "Sort", id="sort", tooltip="Order by the next column"),
        Binding("S", "reverse", "Reverse", show=False, id="sort.reverse", tooltip="The other way round"),
        Binding(
            "i", "about", "About", id="about", tooltip="How complete this answer is: source, window, gaps"
        ),
        Binding("c", "copy(False)", "Copy", id="copy", tooltip="Copy the cell under the cursor (OSC 52)"),
        Binding("C", "copy(True)", "Copy row", show=False, id="copy.row", tooltip="Copy the whole row"),
        Binding("x", "stop", "Stop", show=False, id="stop", tooltip="Give up what this pane is loading"),
        Binding("escape", "back", "Back", show=False, id="back", tooltip="Clear the filter, or go back"),
    ]

    @property
    def pane(self) -> "Pane":
        """The pane that the keys work on."""
        raise NotImplementedError

    def action_help(self) -> None:
        from screens.help import PageScreen, keys_page

        pane = self.pane
        self.app.push_screen(PageScreen(f"Help: {pane.name_short}", keys_page(self, pane.help_text)))

    def action_filter(self) -> None:
        if not self.pane.start_filter():
            tell(self.app, "There are no rows to filter here.")

    def action_sort(self) -> None:
        self._sort(reverse=False)

    def action_reverse(self) -> None:
        self._sort(reverse=True)

    def _sort(self, *, reverse: bool) -> None:
        if not self.pane.sort(reverse=reverse):
            tell(self.app, "There are no rows to order here.")

    def action_raw(self) -> None:
        from screens.raw import RawScreen

        found = self.pane.record()
        if found is None:
            tell(self.app, "There is no record under the cursor.")
        else:
            self.app.push_screen(RawScreen.of_record(f"Record: {found[0]}", found[1]))

    def action_about(self) -> None:
        from screens.help import PageScreen

        self.app.push_screen(PageScreen(f"About: {self.pane.name_short}", self.pane.about))

    def action_again(self) -> None:
        self.pane.again()

    def action_stop(self) -> None:
        self.pane.stop()

    def action_copy(self, whole: bool) -> None:
        text = self.pane.copyable(whole=whole)
        if not text:
            tell(self.app, "There is nothing under the cursor to copy.")
            return
        self.app.copy_to_clipboard(text)
        tell(self.app, f"Sent to the terminal's clipboard: {text[:60]}")

    def action_back(self) -> None:
        if not self.pane.clear_filter():
            self.leave()

    def leave(self) -> None:
        """Where Escape goes when there is no filter to clear."""

    def on_row_table_chosen(self, event: "RowTable.Chosen") -> None:
        """Enter on a row: what its pane does, or all of the row."""
        from screens.pane import TablePane
        from screens.raw import RawScreen
        from screens.widgets.display import value_text

        event.stop()
        pane = event.table.parent
        if not isinstance(pane, TablePane) or pane.open_row(event.row):
            return
        columns = event.table.columns
        values = event.row.values
        fields = [
            (each.title, value_text(values.get(each.id), each.kind, whole=True))
            for each in columns
            if values.get(each.id) not in (None, "")
        ]
        self.app.push_screen(RawScreen.of_row(pane.title_text(), event.row.raw, fields))
