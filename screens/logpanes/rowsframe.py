"""The look of the explorer: where its parts stand, and what is said around the rows."""

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from screens.logpanes.sight import Sight
from screens.logpanes.subject import TIME, Filling
from screens.pane import Pane
from screens.widgets.activity import ActivityChart
from screens.widgets.cells import counted
from screens.widgets.coverage import account_of, emptiness
from screens.widgets.display import Part, line, lines
from screens.widgets.facets import FacetList
from screens.widgets.moments import zone
from screens.widgets.viewer import Viewer
from screens.widgets.window_table import WindowTable


class RowsFrame(Pane):
    """Activity above, rows below, values beside them, one row in full at the bottom, and the last word."""

    number = 1
    name_short = "Rows"
    place = "story"
    help_text = (
        "Every row that came, and what it is made of. The bars show how many rows there are over time: + and "
        "- zoom, [ and ] move, 0 shows all, a click or a drag picks a stretch. Tab goes to the values: Enter "
        "shows only rows with the value, Backspace only those without it. / filters by words and by fields: "
        'bucket:backups status=403 ip!=10.0.0.1 bytes_out>1000000 "two words". s orders by the column under '
        "the cursor, p asks more about the value under it, Space marks rows, Ctrl+S writes them to a file."
    )

    def __init__(self, *, id: str = "rows") -> None:  # noqa: A002
        super().__init__(id=id)
        self.sight: Sight | None = None
        """None while it is not known which rows there are."""
        self.filling: Filling | None = None
        self.local = False
        self.fault = ""
        """What went wrong with counting."""
        self._said: tuple[str, str, Content, Content] | None = None
        """What stands around the rows now."""
        self._tall = 0
        """Lines of the last word."""
        self.waiting_for = "Looking for the logs."
        """Said while it is not known yet which rows there are."""

    def compose(self) -> ComposeResult:
        yield ActivityChart()
        with Horizontal(id="beside"):
            yield WindowTable()
            yield FacetList()
        yield Input(placeholder='words, or column:value  status=403  "two words"', select_on_focus=False)
        yield Viewer()
        yield Static(classes="status")

    @property
    def table(self) -> WindowTable:
        return self.query_one(WindowTable)

    @property
    def facets(self) -> FacetList:
        return self.query_one(FacetList)

    @property
    def chart(self) -> ActivityChart:
        return self.query_one(ActivityChart)

    def target(self) -> Any:
        return self.table

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < 116, "-narrow")
        self.set_class(event.size.height < 30, "-low")
        self._said, self._tall = None, 0
        self.draw()

    def moment(self) -> int | None:
        """When the row under the cursor happened."""
        moment = self.table.values.get(TIME)
        return moment if isinstance(moment, int) else None

    def draw(self) -> None:
        """Renew title, status, and what stands where there are no rows."""
        if not self.is_mounted:
            return
        result = self.filling.result if self.filling else None
        self.troubled = bool(self.table.fault or self.fault) or bool(result and result.gaps)
        narrowing = self.sight.told(local=self.local) if self.sight else ""
        said = self._title(), narrowing, self._empty(narrowing), self._status()
        if said == self._said:
            return  # what stands there need not be laid out again
        self._said = said
        self.border_title = line(said[0])
        self.border_subtitle = line(said[1]) if said[1] else None
        self.table.explain(said[2])
        status = self.query_one(".status", Static)
        width = status.content_size.width
        tall = len(said[3].wrap(width)) if width else 0
        # While rows come this is said anew several times a second: only another height moves the rest.
        status.update(said[3], layout=not tall or tall != self._tall)
        self._tall = tall

    def _title(self) -> str:
        if self.sight is None:
            return self.name_short
        count = "…" if self.table.unsure else counted(self.table.total)
        return f"{self.sight.subject.title} · {count} rows"

    def _empty(self, narrowing: str) -> Content:
        """Why there is no row to be seen."""
        filling = self.filling
        if self.table.fault:
            return line((self.table.fault, "$error"))
        if self.sight is None and (filling is None or filling.busy):
            return line((self.waiting_for, "$muted"))
        if self.sight is not None and self.table.unsure:
            return line(("Looking.", "$muted"))
        if narrowing:
            return line(f"No row fits: {narrowing}. ", ("Esc takes the filter back.", "$muted"))
        if filling is not None and filling.busy:
            return line(("Nothing yet; still loading.", "$muted"))
        result = filling.result if filling else None
        if result is not None:
            return emptiness(result, max(20, self.size.width - 8))
        return line((filling.told() if filling else "No rows.", "bold"))

    def _status(self) -> Content:
        """Rows and marks; how complete they are; what is wrong."""
        parts: list[Part] = []
        shown = counted(self.table.total)
        parts.append(f"row {counted(self.table.cursor + 1) if self.table.total else 0} of {shown}")
        if self.table.marks:
            parts.append((f"  {len(self.table.marks)} marked", "bold $success"))
        parts.append((f"  times in {zone(self.local)}", "$muted"))
        if self.table.waiting:
            parts.append(("  looking…", "$muted"))
        rows = [line(*parts)]
        if self.filling is not None:
            # The last word on how complete the rows are waits for the last rows.
            last = self.table.behind and not self.filling.busy
            told = "taking up the last rows" if last else self.filling.told()
            rows.append(line((told, "$warning" if self.troubled else "$muted")))
        if self.fault:
            rows.append(line((self.fault, "$error")))
        return lines(*rows)

    def about(self, width: int) -> Content:
        result = self.filling.result if self.filling else None
        return account_of(result, width) if result is not None else super().about(width)
