"""The screen of whose is what: sources, other identities, operations; a mark on one changes the verdict."""

from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen

from aktui.case.marks import Marks
from aktui.errors import AktuiError
from queries.base import Row
from screens.background import in_background
from screens.contain.overlay import OverScreen
from screens.desk import Desk
from screens.investigation import Investigation
from screens.judgement.line import VerdictLine
from screens.judgement.operations import Operations
from screens.judgement.others import ENDED, Others, meant
from screens.judgement.sources import Sources
from screens.judgement.telling import whole
from screens.judgement.whose import Judged
from screens.marked import MARK_BINDINGS
from screens.widgets.header import Standing
from screens.widgets.tabs import Tab, TabStrip
from screens.widgets.tell import tell

TALL = 40
"""From so many lines on, all three are in view."""


class WhoseScreen(OverScreen):
    """Three lists under the verdict: below each other, or one at a time."""

    DEFAULT_CSS = """
    WhoseScreen Judged { height: 1fr; }
    WhoseScreen.-tall TabStrip { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *MARK_BINDINGS,
        Binding("f", "findings", "Findings", id="findings", tooltip="What was found, with its evidence"),
        Binding("exclamation_mark", "contain", "Contain", id="contain", tooltip="What can be done about it"),
        Binding("tab", "go(1)", "Pane", id="pane.next", tooltip="Next pane"),
        Binding("shift+tab", "go(-1)", "Pane back", show=False, id="pane.previous", tooltip="Previous pane"),
        *(
            Binding(n, f"pane('{n}')", f"Pane {n}", show=False, id=f"pane.{n}", tooltip="Pane by number")
            for n in "123"
        ),
        Binding("x", "stop", "Stop", show=False, id="stop", tooltip="Give up what this pane is loading"),
    ]

    def __init__(self, desk: Desk, standing: Standing, investigation: Investigation) -> None:
        super().__init__(desk, standing)
        self.investigation = investigation
        self.panes: tuple[Judged, ...] = (Sources(), Others(), Operations())
        self.current: Judged = self.panes[0]

    @property
    def pane(self) -> Judged:
        return self.current

    def body(self) -> ComposeResult:
        yield VerdictLine(self.investigation.inquiry)
        yield TabStrip()
        with Vertical():
            yield from self.panes

    def on_mount(self) -> None:
        for pane in self.panes:
            pane.begin(self.investigation.inquiry)
        self._attend(self.current)
        self.set_interval(1.0, self._tick_panes)
        in_background(self, self._read, "marks", "read the marks")

    def _tick_panes(self) -> None:
        for pane in self.panes:
            pane.tick()

    # What is in view

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= TALL, "-tall")
        self._arrange()

    def _arrange(self) -> None:
        tall = self.has_class("-tall")
        for pane in self.panes:
            pane.display = tall or pane is self.current
        strip = self.query_one(TabStrip)
        strip.tabs = tuple(Tab(p.id or "", p.digit, p.name_tab or p.name_short, p.sign) for p in self.panes)
        strip.current = self.current.id or ""

    def _attend(self, pane: Judged) -> None:
        self.current = pane
        self._arrange()
        self.set_focus(pane.target())

    def on_pane_changed(self) -> None:
        self._arrange()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        pane = next((node for node in event.widget.ancestors if isinstance(node, Judged)), None)
        if pane is not None and pane is not self.current:
            self.current = pane
            self._arrange()

    @on(TabStrip.Picked)
    def _tab_picked(self, event: TabStrip.Picked) -> None:
        self._attend(next(pane for pane in self.panes if pane.id == event.tab_id))

    def action_go(self, step: int) -> None:
        self._attend(self.panes[(self.panes.index(self.current) + step) % len(self.panes)])

    def action_pane(self, digit: str) -> None:
        self._attend(self.panes[int(digit) - 1])

    # Marks

    async def _read(self) -> None:
        there = self.desk.containment
        if there is None:
            return
        try:
            self._follow(await there.marking.read())
        except AktuiError as error:
            tell(self.app, f"{error.message} {error.hint}".strip(), severity="warning")

    def _follow(self, marks: Marks) -> None:
        """Show these marks; where they are others than it was judged by, judge again."""
        for pane in self.panes:
            pane.show_marks(marks)
        if marks != self.investigation.inquiry.marks:
            self.investigation.inquiry.mark(marks)
            self._judge()

    def _judge(self) -> None:
        for pane in self.panes:
            pane.ask(**pane.params)
        self.query_one(VerdictLine).follow()

    def action_mark(self, stance: str) -> None:
        there, row = self.desk.containment, self.current.table.row
        value = "" if row is None else self.current.markable(row)
        if there is None or not value:
            tell(self.app, "There is nothing under the cursor that can be marked.")
            return
        kind = self.current.kind

        async def put() -> None:
            from screens.contain.sources import put_mark

            await put_mark(self, there, value, stance, kind)
            self._follow(there.marking.marks)

        in_background(self, put, "mark", "put a mark")

    # Other keys

    def action_again(self) -> None:
        inquiry = self.investigation.inquiry
        inquiry.mark(inquiry.marks)
        self._judge()

    @on(Judged.Chosen)
    def _chosen(self, event: Judged.Chosen) -> None:
        event.stop()
        in_background(
            self, lambda: self._show_behind(event.pane, event.row), "behind", "what stands behind a row"
        )

    async def _show_behind(self, pane: Judged, row: Row) -> None:
        from screens.judgement.about import behind
        from screens.judgement.behind import BehindScreen

        there = self.investigation
        found = await behind(pane, row, there.inquiry)
        self.app.push_screen(
            BehindScreen(
                self.desk,
                self.standing,
                there,
                found.page,
                found.calls,
                none=found.none,
                whole=whole(row.values["calls"]),
                action=found.action or self.query_one(VerdictLine).next_action,
                preset=found.preset if found.action else None,
            )
        )

    def action_findings(self) -> None:
        from screens.judgement.findings import open_findings

        open_findings(self, self.desk, self.standing)

    def action_contain(self) -> None:
        """What stops the identity under the cursor, or the verdict's next step."""
        from screens.judgement.opening import open_answer

        row = self.current.table.row if isinstance(self.current, Others) else None
        if row is None or row.values["reach"] == ENDED:
            open_answer(self, self.desk, self.standing, self.query_one(VerdictLine).next_action, {})
            return
        values = row.values
        preset = meant(str(values["kind"]), str(values["name"]))
        open_answer(self, self.desk, self.standing, str(values["action"]), preset)


def open_identities(screen: Screen[Any], desk: Desk, standing: Standing) -> None:
    """Show whose is what over this screen."""
    if desk.investigation is None:
        tell(screen.app, "That can be asked for once the key is open.")
        return
    screen.app.push_screen(WhoseScreen(desk, standing, desk.investigation))
