"""The Findings screen: what was found of an intruder, the gravest first, and what is odd and explained."""

from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from aktui.case.rows.asking import Filter, Order
from queries.base import Column, Result, Row
from screens.answer import QueryPane
from screens.contain.overlay import OverScreen
from screens.desk import Desk
from screens.investigation import Investigation
from screens.judgement.finding import told, told_short
from screens.judgement.line import VerdictLine
from screens.widgets.header import Standing
from screens.widgets.table import RowTable
from screens.widgets.tell import tell

TALL = 40
DONE = Column("succeeded", "Done", "count")
"""How many calls succeeded, under a shorter title."""
SHOWN = (
    "severity",
    "title",
    "side",
    "succeeded",
    "refused",
    "first",
    "last",
    "technique",
    "sources",
    "identities",
    "provider_blocks",
    "sentence",
)


class Findings(QueryPane):
    """One row a finding."""

    number = 1
    name_short = "Findings"
    place = "top"
    query_id = "findings"
    help_text = (
        "What was looked for and seen: an intruder's acts first, then what is unclear, then what looks odd "
        "and is explained. Succeeded and refused calls are counted apart. Enter shows a finding: what "
        "would be a harmless reason, whether the provider would have blocked it, and its evidence, event "
        "by event. Ctrl+S writes the findings to a file: JSON, OCSF, STIX, CSV."
    )

    @property
    def digit(self) -> str:
        """It is alone on its screen: no key goes here."""
        return ""

    def columns(self, result: Result) -> tuple[Column, ...]:
        known = {column.id: column for column in (*result.query.columns, DONE)}
        return tuple(known[name] for name in SHOWN if name in known)

    def on_mount(self) -> None:
        self.table.quiet = lambda row: row.values.get("side") == "business"

    def open_row(self, row: Row) -> bool:
        self.post_message(FindingsScreen.Wanted(row))
        return True


class FindingsScreen(OverScreen):
    """The list, under the verdict; where there is room, the finding under the cursor below it."""

    DEFAULT_CSS = """
    FindingsScreen Findings { height: 1fr; }
    FindingsScreen #told { height: 3; padding: 0 1; }
    FindingsScreen.-tall #told { height: auto; max-height: 14; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+s",
            "export",
            "Export",
            id="rows.export",
            tooltip="Write findings to a file: JSON, OCSF, STIX, CSV",
        ),
        Binding("d", "identities", "Whose", id="identities", tooltip="Sources and identities: whose is what"),
        Binding("exclamation_mark", "contain", "Contain", id="contain", tooltip="What can be done about it"),
        Binding("x", "stop", "Stop", show=False, id="stop", tooltip="Give up what is loading"),
    ]

    class Wanted(QueryPane.Changed):
        """A finding is to be shown."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def __init__(self, desk: Desk, standing: Standing, investigation: Investigation) -> None:
        super().__init__(desk, standing)
        self.investigation = investigation

    @property
    def pane(self) -> Findings:
        return self.query_one(Findings)

    def body(self) -> ComposeResult:
        yield VerdictLine(self.investigation.inquiry)
        yield Findings()
        yield Static(id="told")

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= TALL, "-tall")
        self._tell()

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        row, tell_it = self.pane.table.row, told if self.has_class("-tall") else told_short
        key, width = self.investigation.key_id, max(20, self.size.width - 2)
        text = tell_it(row, key, width) if row is not None else Content("")
        self.query_one("#told", Static).update(text)

    def on_mount(self) -> None:
        self.pane.begin(self.investigation.inquiry)
        self.pane.table.focus()
        self.set_interval(1.0, self.pane.tick)

    def on_screen_resume(self) -> None:
        """Back from another screen: by marks made there, it was judged anew."""
        if (
            self.pane.inquiry is not None
            and self.investigation.inquiry.peek("findings") is not self.pane.result
        ):
            self.pane.ask()
            self.query_one(VerdictLine).follow()

    def on_findings_screen_wanted(self, event: "FindingsScreen.Wanted") -> None:
        event.stop()
        action = self.query_one(VerdictLine).next_action
        open_finding(self, self.desk, self.standing, event.row, action=action)

    def action_again(self) -> None:
        inquiry = self.investigation.inquiry
        inquiry.mark(inquiry.marks)
        self.pane.ask()
        self.query_one(VerdictLine).follow()

    def action_identities(self) -> None:
        from screens.judgement.identities import open_identities

        open_identities(self, self.desk, self.standing)

    def action_contain(self) -> None:
        from screens.contain.menu import open_containment

        open_containment(self, self.desk, self.standing, at=self.query_one(VerdictLine).next_action)

    def action_export(self) -> None:
        from screens.export import ExportScreen, Offer
        from screens.judgement.writing import Answer, AnswerTable, forms_of

        result, work = self.pane.result, self.investigation.work
        if result is None or not result.rows or work is None:
            tell(self.app, "There are no findings to write yet.")
            return
        rows = result.rows
        shown = tuple(at for at, row in enumerate(rows) if row in self.pane.table.shown)
        views = {"view": (Filter(ids=shown), len(shown)), "all": (Filter(), len(rows))}
        answer = Answer("Findings", AnswerTable(result.query.columns, rows))
        folder, first = work.directory / "exports", forms_of(self.investigation.inquiry, rows)
        offer = Offer(answer, views, Order(), folder, forms=("csv", "jsonl"), first=first)
        self.app.push_screen(ExportScreen(offer))


def open_findings(screen: Screen[Any], desk: Desk, standing: Standing) -> None:
    """Show the Findings screen over this one."""
    if desk.investigation is None:
        tell(screen.app, "Findings can be asked for once the key is open.")
        return
    screen.app.push_screen(FindingsScreen(desk, standing, desk.investigation))


def open_finding(screen: Screen[Any], desk: Desk, standing: Standing, row: Row, *, action: str) -> None:
    """Show one finding over this screen; `action`: where `!` leads from there."""
    from screens.judgement.finding import FindingScreen

    if desk.investigation is not None:
        screen.app.push_screen(FindingScreen(desk, standing, desk.investigation, row, action=action))
