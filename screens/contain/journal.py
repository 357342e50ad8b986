"""What was done, from the journal of the case: how each run ended, its steps, and the way back."""

from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen

from aktui.contain.history import Run
from queries.base import Column, Row
from screens.background import in_background
from screens.contain.containing import Containment, uncertain
from screens.contain.menu import WIDE
from screens.contain.overlay import OverScreen
from screens.contain.page import Page
from screens.contain.progress import end_line
from screens.contain.runpage import run_facts, run_lines
from screens.contain.undoing import preview_undo
from screens.desk import Desk
from screens.pane import Pane, TablePane
from screens.raw import RawScreen
from screens.widgets.display import beside_label, line, lines
from screens.widgets.header import Standing
from screens.widgets.table import RowTable
from screens.widgets.tell import tell
from screens.widgets.trouble import trouble

COLUMNS = (
    Column("begun", "Begun (UTC)", "time"),
    Column("title", "What"),
    Column("ended", "Ended"),
    Column("back", "Taken back"),
    Column("note", "Note"),
    Column("run", "Run", "id"),
)


class Runs(TablePane):
    """One row a run, newest first."""

    number = 1
    name_short = "Journal"
    place = "top"
    help_text = (
        "Every plan that was confirmed and begun, newest first, read from the journal of the case; it was "
        "written before each call was sent. u previews the way back of the run under the cursor. R looks up "
        "what was cut off or did not show: it only looks, nothing is sent again. y shows the run as JSON."
    )

    def __init__(self, containment: Containment) -> None:
        super().__init__(id="runs")
        self.containment = containment
        self.runs: dict[str, Run] = {}
        self.torn = 0
        self.problem = ""
        self.fault: Exception | None = None
        self.read = False

    def on_mount(self) -> None:
        self.border_title = line(self.name_short)
        self.again()

    def again(self) -> None:
        in_background(self, self._read, "runs", "read the journal")
        self.draw()

    async def _read(self) -> None:
        try:
            history = await self.containment.refresh()
        except Exception as error:
            # Whatever it is, it must show here, and nowhere else.
            self.fault = error
        else:
            self.fault, self.read = None, True
            self.runs = {run.id: run for run in reversed(history.runs)}
            self.torn, self.problem = history.torn, history.problem
        self.draw()

    def draw(self) -> None:
        self.table.fill([_row(run) for run in self.runs.values()], COLUMNS)
        super().draw()
        self.post_message(self.Changed())

    @property
    def under_cursor(self) -> Run | None:
        row = self.table.row
        return None if row is None else self.runs.get(str(row.values["run"]))

    def empty(self) -> Content:
        if self.fault is not None:
            return trouble(self.fault, max(20, self.size.width - 6), "r reads it again.")
        if self.runs:
            return self.no_match()
        return line(("None. ", "bold"), "Nothing was ever done here.") if self.read else line("Reading…")

    def status(self) -> Content:
        if self.problem:
            return line((f"The journal does not hold: {self.problem}", "bold $error"))
        open_runs = sum(1 for run in self.containment.history.open) if not self.containment.busy else 0
        count = f"{len(self.runs)} run{'' if len(self.runs) == 1 else 's'}"
        torn = f"  {self.torn} unfinished line{'' if self.torn == 1 else 's'}" if self.torn else ""
        cut = f"  {open_runs} cut off: R looks up what became of it" if open_runs else ""
        return line(count, (torn, "$muted"), (cut, "bold $warning"))

    def open_row(self, row: Row) -> bool:
        run = self.runs[str(row.values["run"])]
        self.app.push_screen(RawScreen.of_row(run.plan.title, row.raw, run_facts(run)))
        return True


def _row(run: Run) -> Row:
    values = {
        "begun": run.begun,
        "title": run.plan.title,
        "ended": f"{run.ended.value}",
        "back": f"by {run.undone_by}" if run.undone_by else "",
        "note": run.note,
        "run": run.id,
    }
    steps = [
        {
            **taken.step.as_json(),
            "took": taken.took.value,
            "observed": taken.observed,
            "note": taken.note,
            "calls": [dict(call) for call in taken.calls],
        }
        for taken in run.steps
    ]
    raw: dict[str, Any] = {**values, "reason": run.reason, "plan": run.plan.as_json(), "taken": steps}
    return Row(values, raw)


class RunPage(Page):
    """All about a run."""

    name_short = "The run"
    help_text = Runs.help_text


class JournalScreen(OverScreen):
    """The runs, and all about the one under the cursor."""

    DEFAULT_CSS = """
    JournalScreen #both { layout: horizontal; height: 1fr; }
    JournalScreen #runs { width: 1fr; height: 1fr; }
    JournalScreen #about-run { width: 1fr; height: 1fr; }
    JournalScreen.-narrow #both { layout: vertical; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "Undo…", id="contain.undo", tooltip="Preview the way back of this run"),
        Binding("R", "recover", "Recover", id="contain.recover", tooltip="Look up what was cut off"),
        Binding("w", "watch", "Watch", id="contain.watch", tooltip="Who still uses the key, and who is hurt"),
        Binding("tab", "other", "Pane", show=False, id="pane.next", tooltip="Between runs and detail"),
    ]

    def __init__(self, desk: Desk, standing: Standing, containment: Containment) -> None:
        super().__init__(desk, standing)
        self.containment = containment

    @property
    def pane(self) -> Pane:
        page = self.query_one(Page)
        return page if page.has_focus else self.runs

    @property
    def runs(self) -> Runs:
        return self.query_one(Runs)

    def body(self) -> ComposeResult:
        with Container(id="both"):
            yield Runs(self.containment)
            yield RunPage(self._about, id="about-run")

    def on_mount(self) -> None:
        self.runs.table.focus()
        self.query_one(Page).border_title = line("The run")

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < WIDE, "-narrow")

    def on_screen_resume(self) -> None:
        if self.runs.is_mounted:
            self.runs.again()

    def on_pane_changed(self) -> None:
        self.query_one(Page).draw()
        self.refresh_bindings()

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()
        self.query_one(Page).draw()

    def _about(self, width: int) -> Content:
        run = self.runs.under_cursor
        if run is None:
            return line("")
        rows = [beside_label("", [(run.plan.title, "bold")], 0, width), end_line(run, width)]
        rows += [*run_lines(run, width), line("")]
        rows += [beside_label(name, [value], 8, width) for name, value in run_facts(run)]
        return lines(*rows)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Recovering is offered where looking anew could tell more."""
        if action == "recover":
            return any(uncertain(run) for run in self.containment.history.runs)
        return super().check_action(action, parameters)

    def action_undo(self) -> None:
        run = self.runs.under_cursor
        if run is None:
            tell(self.app, "There is no run under the cursor.")
        else:
            preview_undo(self, self.containment, run)

    def action_recover(self) -> None:
        self.recover(self.containment)

    def action_other(self) -> None:
        page = self.query_one(Page)
        if page.has_focus:
            self.runs.table.focus()
        else:
            page.focus()


def open_journal(screen: Screen[Any], desk: Desk, standing: Standing) -> None:
    """Show the journal over this screen."""
    if desk.containment is None:
        tell(screen.app, "There is a journal once the key is open.")
    else:
        screen.app.push_screen(JournalScreen(desk, standing, desk.containment))
