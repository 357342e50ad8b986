"""All sources in one look: how far each goes, and what it comes to."""

from collections.abc import Callable, Sequence

from textual.content import Content

from queries.base import Column, Row
from screens.noted import Telling
from screens.pane import TablePane
from screens.providerpanes.sourced import SourcePane
from screens.widgets.display import line, lines

COLUMNS = (
    Column("source", "Source"),
    Column("state", "State"),
    Column("says", "What it says"),
)


class Overview(TablePane, Telling):
    """Enter goes to the source under the cursor."""

    number = 1
    name_short = "The provider's view"
    name_tab = "All"
    place = "head"
    help_text = (
        "What the provider itself knows of the key, source by source: how far each answer goes (complete, "
        "partial, denied, not covered) and what it comes to. A digit or Enter goes to a source. What is "
        "denied or switched off is not known; that is no 'none'. Where the terminal is tall, the source "
        "under the cursor stands below."
    )

    def __init__(self, sources: Sequence[SourcePane], go: Callable[[str], None]) -> None:
        super().__init__(id="overview")
        self.sources = tuple(sources)
        self._go = go

    def on_mount(self) -> None:
        self.border_title = line(f"{self.digit} {self.name_short}")
        self.renew_rows()

    def renew_rows(self) -> None:
        """As the sources are now."""
        if not self.is_mounted:
            return
        self.loading_now = any(pane.loading_now for pane in self.sources)
        self.table.fill([_row(pane) for pane in self.sources], COLUMNS)
        self.draw()

    def go_to(self, name: str) -> None:
        """Put the cursor on a source."""
        names = [str(row.raw["pane"]) for row in self.table.shown]
        if name in names:
            self.table.cursor = names.index(name)

    def empty(self) -> Content:
        return self.no_match()

    def status(self) -> Content:
        done = [pane for pane in self.sources if not pane.loading_now]
        missing = [pane.name_short for pane in done if pane.sign == "!"]
        if len(done) < len(self.sources):
            return line((f"loading  {len(done)} of {len(self.sources)} sources answered", "$muted"))
        if missing:
            return line(("Something is missing of: ", "$warning"), f"{', '.join(missing)}.")
        return line((f"All {len(self.sources)} sources answered.", "$muted"))

    def told_short(self, row: Row, width: int) -> Content:
        """All that the source says, where the table has to cut it."""
        said = next((pane.headline for pane in self.sources if pane.id == row.raw["pane"]), "")
        return lines(*line(said).wrap(width))

    def open_row(self, row: Row) -> bool:
        self._go(str(row.raw["pane"]))
        return True


def _row(pane: SourcePane) -> Row:
    said = pane.headline
    text = said if isinstance(said, str) else said[0]
    values = {"source": f"{pane.digit} {pane.name_short}", "state": pane.state()[0], "says": text}
    return Row(values, {"pane": pane.id, **values})
