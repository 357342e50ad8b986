"""The screen of log rows: explore, mark, write to a file, ask more about a value."""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from aktui.case.rows.asking import Filter
from aktui.errors import AktuiError
from aktui.models import utc_now
from screens.background import Work, in_background
from screens.desk import Desk
from screens.export import ExportScreen, Offer
from screens.logpanes.rowspane import RowsPane
from screens.logpanes.subject import Filling, Subject
from screens.pane import Pane
from screens.pivot import Pivot, PivotScreen
from screens.raw import RawScreen
from screens.widgets.header import HeaderLine, Standing
from screens.widgets.hints import Hints
from screens.widgets.tell import tell
from screens.widgets.window_table import WindowTable
from screens.working import WorkingScreen

FRAME = 0.25
"""Seconds between two looks at what has come."""


class RowsScreen(WorkingScreen):
    """An explorer of rows over the screen it was opened from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "plus,equals_sign", "zoom('closer')", "Zoom", id="time.closer", tooltip="Half the time, closer"
        ),
        Binding("minus", "zoom('wider')", "Wider", show=False, id="time.wider", tooltip="Twice the time"),
        Binding(
            "left_square_bracket",
            "zoom('earlier')",
            "Earlier",
            show=False,
            id="time.earlier",
            tooltip="Earlier by half a view",
        ),
        Binding(
            "right_square_bracket",
            "zoom('later')",
            "Later",
            show=False,
            id="time.later",
            tooltip="Later by half a view",
        ),
        Binding("0", "zoom('all')", "All time", show=False, id="time.all", tooltip="The whole time"),
        Binding(
            "t", "clock", "Local", id="time.zone", tooltip="Times in UTC, or as this machine's clock has them"
        ),
        Binding("p", "pivot", "Pivot", id="rows.pivot", tooltip="Ask more about the value under the cursor"),
        Binding(
            "f", "values", "Values", id="rows.values", tooltip="To the values and their counts, and back"
        ),
        Binding("v", "detail", "Detail", id="rows.detail", tooltip="All fields of the row under the cursor"),
        Binding(
            "ctrl+s",
            "export",
            "Export",
            id="rows.export",
            tooltip="Write rows to a file: CSV, JSONL, Parquet",
        ),
        Binding(
            "s", "sort", "Sort", id="sort", tooltip="Order by the column under the cursor, then the other way"
        ),
        Binding("r,ctrl+r", "again", "Go on", id="refresh", tooltip="Fetch what is missing"),
        Binding("x", "stop", "Stop", id="stop", tooltip="Stop fetching; what has come stays"),
        Binding("exclamation_mark", "contain", "Contain", id="contain", tooltip="What can be done about it"),
        Binding("tab", "values", "Values", show=False, id="pane.next", tooltip="Between rows and values"),
        Binding("q", "leave", "Back", id="rows.back", tooltip="Back to where you were"),
    ]

    def __init__(self, desk: Desk, standing: Standing, filling: Filling | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.standing = standing
        self.filling = filling
        self._shown: Subject | None = None

    @property
    def pane(self) -> Pane:
        return self.rows

    @property
    def rows(self) -> RowsPane:
        return self.query_one(RowsPane)

    def compose(self) -> ComposeResult:
        header = HeaderLine()
        header.standing = self.standing
        yield header
        yield RowsPane()
        yield Hints()

    def on_mount(self) -> None:
        self.rows.filling = self.filling
        work = self.desk.investigation.work if self.desk.investigation else None
        if work is not None and work.local:
            self.rows.turn_clock()
        self.rows.set_class(self.size.height >= 40, "-detail")
        self.rows.table.focus()
        self.set_interval(FRAME, self._tick)
        self._tick()

    def follow(self, filling: Filling) -> None:
        """Show what this brings from now on."""
        self.filling = self.rows.filling = filling
        self._tick()

    def subject(self) -> Subject | None:
        """What there is to explore by now; None until that is known."""
        return getattr(self.filling, "subject", None)

    def _tick(self) -> None:
        investigation = self.desk.investigation
        self.query_one(HeaderLine).now = investigation.cloud.now() if investigation else utc_now()
        subject = self.subject()
        if subject is not None and subject is not self._shown:
            self._shown = subject
            self.rows.explore(subject, self.filling)
        self.rows.tick()
        if investigation is not None:
            cloud = investigation.cloud
            newest = cloud.exchanges[-1].number if cloud.exchanges else 0
            self.query_one(Hints).activity = f"calls {newest}  wait {cloud.waiting}"

    # Actions

    def action_zoom(self, how: str) -> None:
        self.rows.zoom(how)

    def action_clock(self) -> None:
        self.rows.turn_clock()
        investigation = self.desk.investigation
        if investigation is not None and investigation.work is not None:
            investigation.work.local = self.rows.local

    def action_values(self) -> None:
        self.rows.toggle_values()

    def action_detail(self) -> None:
        self.rows.toggle_detail()

    def action_stop(self) -> None:
        if self.filling is None or not self.filling.busy:
            tell(self.app, "Nothing is being fetched.")
        self.rows.stop()

    def action_again(self) -> None:
        if self.filling is None or not self.filling.can_go_on:
            tell(
                self.app,
                "Nothing is missing that could be fetched." if self.filling else "All rows are here.",
            )
        self.rows.again()

    def action_contain(self) -> None:
        from screens.contain.menu import open_containment

        open_containment(self, self.desk, self.standing)

    def action_leave(self) -> None:
        self.leave()

    def leave(self) -> None:
        self.dismiss()

    @on(WindowTable.Chosen)
    def _row_chosen(self, event: WindowTable.Chosen) -> None:
        event.stop()
        self._open(event.row_id, raw_only=False)

    def action_raw(self) -> None:
        row_id = self.rows.table.row_id
        if row_id is None:
            tell(self.app, "There is no row under the cursor.")
        else:
            self._open(row_id, raw_only=True)

    def _open(self, row_id: int, *, raw_only: bool) -> None:
        self._work(partial(self._show_record, row_id, raw_only), "one row")

    async def _show_record(self, row_id: int, raw_only: bool) -> None:
        values = await self.rows.full(row_id)
        title = self._shown.title if self._shown else "Row"
        if raw_only:
            self.app.push_screen(RawScreen.of_record(f"Record: {title}", values))
        else:
            self.app.push_screen(RawScreen.of_row(title, values, self.rows.fields(values)))

    def action_pivot(self) -> None:
        cell, subject = self.rows.cell, self._shown
        if cell is None or subject is None:
            tell(self.app, "There is no value under the cursor.")
            return
        column, value = cell
        self.app.push_screen(PivotScreen(column, value, local=self.rows.local), self._pivot)

    def _pivot(self, pivot: Pivot | None) -> None:
        if pivot is None:
            return
        if pivot.query_id:
            from screens.logs import open_logs

            open_logs(self, self.desk, self.standing, pivot)
        else:
            self.rows.hold(pivot.column, pivot.value, without=pivot.without)

    def action_export(self) -> None:
        subject, investigation = self._shown, self.desk.investigation
        if subject is None or investigation is None or investigation.work is None:
            tell(self.app, "There are no rows to write yet.")
            return
        table = self.rows.table
        views = {"view": (table.question.where, table.total), "all": (subject.base, None)}
        if table.marks:
            marked = Filter(ids=tuple(table.marks))
            views = {"marked": (marked, len(table.marks)), **views}
        offer = Offer(subject, views, table.order, investigation.work.directory / "exports")
        self.app.push_screen(ExportScreen(offer))

    def _work(self, work: Work, what: str) -> None:
        in_background(self, partial(self._told, work), what, what)

    async def _told(self, work: Work) -> None:
        """Do it; what goes wrong is told."""
        try:
            await work()
        except AktuiError as error:
            tell(self.app, f"{error.message} {error.hint}", severity="error")
