"""The Logs screen: what to ask of the logs, the text it sends, the groups that come back, and their rows."""

from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from aktui.errors import AktuiError
from aktui.models import utc_now
from queries.base import Query, Row
from screens.background import in_background
from screens.desk import Desk
from screens.logpanes.catalogue import Catalogue, Statement
from screens.logpanes.edit import Edits, EditScreen
from screens.logpanes.groups import Groups, Sources
from screens.logpanes.options import OptionsScreen
from screens.logpanes.questions import Question, lead
from screens.logpanes.timed import TIME_BINDINGS, TimedScreen
from screens.logpanes.work import LogWork
from screens.pane import Pane
from screens.pivot import Pivot
from screens.rows import RowsScreen
from screens.widgets.activity import ActivityChart
from screens.widgets.display import line
from screens.widgets.header import HeaderLine, Standing
from screens.widgets.hints import Hints
from screens.widgets.moments import tick, zone
from screens.widgets.table import RowTable
from screens.widgets.tabs import Tab, TabStrip
from screens.widgets.tell import tell

WIDE = 118


class LogsScreen(TimedScreen):
    """Questions at the left, text and groups at the right; activity over the window above the groups."""

    DEFAULT_CSS = """
    LogsScreen #left { width: 52; }
    LogsScreen #right { width: 1fr; }
    LogsScreen #questions { height: 3fr; }
    LogsScreen #log-sources { height: 2fr; }
    LogsScreen #statement { height: 9; }
    LogsScreen #over-time { height: 7; border: round $border-blurred; border-title-color: $muted; }
    LogsScreen #over-time > ActivityChart { height: 1fr; }
    LogsScreen #log-groups { height: 1fr; }
    LogsScreen TabStrip { display: none; }
    LogsScreen.-narrow TabStrip { display: block; }
    LogsScreen.-narrow #body { layout: vertical; }
    LogsScreen.-narrow #left, LogsScreen.-narrow #right { width: 1fr; height: 1fr; }
    LogsScreen.-narrow.-asking #right { height: 8; }
    LogsScreen.-narrow #over-time { height: 5; }
    LogsScreen.-narrow #statement { height: 8; }
    LogsScreen.-narrow #log-sources { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "Edit text", id="logs.edit", tooltip="See and edit the text before it is sent"),
        Binding(
            "o", "options", "About", id="logs.options", tooltip="Whose key, which address, bucket, regions"
        ),
        Binding("d", "rows", "All rows", id="logs.rows", tooltip="Fetch all rows of this question"),
        *TIME_BINDINGS,
        Binding("exclamation_mark", "contain", "Contain", id="contain", tooltip="What can be done about it"),
        Binding("tab", "go(1)", "Pane", id="pane.next", tooltip="Next pane"),
        Binding("shift+tab", "go(-1)", "Pane back", show=False, id="pane.previous", tooltip="Previous pane"),
        *(
            Binding(str(n), f"pane({n})", f"Pane {n}", show=False, id=f"pane.{n}", tooltip="Pane by number")
            for n in (1, 2, 3, 4)
        ),
        Binding("q", "leave", "Back", show=False, id="rows.back", tooltip="Back to where you were"),
    ]

    def __init__(self, desk: Desk, standing: Standing, work: LogWork, start: Pivot | None = None) -> None:
        super().__init__(work)
        self.desk = desk
        self.standing = standing
        self.chosen: Query | None = None
        self.about: dict[str, str] = dict(start.params) if start else {}
        """Parameters that a person chose."""
        self.current = "questions"
        self._start = start
        self.panes: dict[str, Pane] = {}

    def compose(self) -> ComposeResult:
        header = HeaderLine()
        header.standing = self.standing
        yield header
        yield TabStrip()
        made: tuple[Pane, ...] = (Catalogue(self.open_question), Statement(), Groups(self._drill), Sources())
        self.panes = {pane.id or "": pane for pane in made}
        questions, statement, groups, sources = made
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield questions
                yield sources
            with Vertical(id="right"):
                yield statement
                with Vertical(id="over-time"):
                    yield ActivityChart()
                yield groups
        yield Hints()

    def on_mount(self) -> None:
        self._arrange()
        in_background(self, self._open, "open", "open the logs")
        self.set_interval(0.5, self._tick)
        self._tick()
        self.catalogue.table.focus()

    async def _open(self) -> None:
        await self.work.texts()
        self.query_one(Sources).begin(self.work.inquiry)
        if self._start is not None:
            self.catalogue.go_to(self._start.query_id)
        self._choose()
        if self._start is not None:
            self.ask()

    # Parts

    @property
    def pane(self) -> Pane:
        return self.panes[self.current]

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the chosen question: those it takes of what was chosen, and edited texts."""
        if self.chosen is None:
            return {}
        takes = {param.name for param in self.chosen.params}
        chosen = {name: value for name, value in self.about.items() if name in takes}
        return self.work.params(self.chosen, chosen)

    # What is asked

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()
        if event.table is self.catalogue.table:
            self._choose()

    def _choose(self) -> None:
        """The question under the cursor: show its text, and its answer if there is one."""
        question = self.catalogue.chosen
        if question is None:
            return
        self.chosen = question.query
        self.catalogue.draw()
        self.show_question()

    def show_question(self) -> None:
        if self.chosen is None:
            return
        self.query_one(Statement).show(self.chosen, self.params, self.work, self.inquiry)
        if self.chosen.plan is None:
            self.groups.choose(self.inquiry, self.chosen.id, self.params, self.chosen.title)
        self.label()

    def ask(self) -> None:
        """Ask the chosen question: groups come here, rows on a screen of their own."""
        question = self.catalogue.chosen
        if question is None:
            return
        missing = [name for name in question.missing if not self.about.get(name)]
        if missing:
            self.action_options()
        elif question.many:
            self._fetch(question, None)
        else:
            self.show_question()
            self.groups.ask_now()
            self.follow_hours(question)
            self.attend("log-groups")

    def open_question(self) -> None:
        """Enter on a question."""
        self._choose()
        self.ask()

    def _drill(self, row: Row | None) -> None:
        """The rows of a group, or all of them."""
        question = self.catalogue.chosen
        if question is not None:
            self._fetch(question, row)

    def _fetch(self, question: Question, row: Row | None) -> None:
        goes = lead(question.query, self.params, row)
        if goes is None:
            tell(self.app, "These groups lead to no rows.")
            return
        try:
            download = self.work.download(goes, self.inquiry.window)
        except AktuiError as error:
            tell(self.app, f"{error.message} {error.hint}", severity="error")
            return
        self.app.push_screen(RowsScreen(self.desk, self.standing, download))

    # Text and parameters

    def action_edit(self) -> None:
        if self.chosen is None:
            return
        edits = []
        for text in self.chosen.texts:
            try:
                built = self.work.built(self.chosen, text, self.params, self.inquiry)
            except AktuiError as error:
                built = ""
                tell(self.app, error.message, severity="warning")
            edits.append(Edits(text, self.work.edited(self.chosen, text) or built, built))
        self.app.push_screen(EditScreen(self.chosen, edits, self.work), self._edited)

    def _edited(self, run: bool | None) -> None:
        if run is None:
            return
        self.show_question()
        if run:
            self.ask()

    def action_options(self) -> None:
        if self.chosen is not None:
            self.app.push_screen(OptionsScreen(self.chosen, self.about), self._options)

    def _options(self, about: dict[str, str] | None) -> None:
        if about is not None:
            self.about = about
            self.show_question()
            self.ask()

    def action_rows(self) -> None:
        self._drill(None)

    # The screen

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        self.call_after_refresh(self.show_question)

    def _arrange(self) -> None:
        """Side by side where there is room; else questions with their text, groups, or sources."""
        if not self.is_mounted:
            return
        narrow = self.size.width < WIDE
        self.set_class(narrow, "-narrow")
        here = self.current
        asking = here in ("questions", "statement")
        self.set_class(asking, "-asking")
        self.query_one("#questions").display = not narrow or asking
        self.query_one("#statement").display = not narrow or asking
        self.query_one("#log-sources").display = not narrow or here == "log-sources"
        self.query_one("#log-groups").display = not narrow or here == "log-groups"
        self.query_one("#over-time").display = not narrow or here == "log-groups"
        self.query_one("#left").display = not narrow or here != "log-groups"
        self.query_one("#right").display = not narrow or here != "log-sources"
        self.label()

    @on(Pane.Changed)
    def label(self) -> None:
        if not self.is_mounted:
            return
        strip = self.query_one(TabStrip)
        strip.tabs = tuple(
            Tab(name, pane.digit, pane.name_tab or pane.name_short, _mark(pane))
            for name, pane in self.panes.items()
        )
        strip.current = self.current
        self.chart.local = self.work.local
        ends = (tick(end, 60, local=self.work.local) for end in (self.span.start, self.span.end))
        part = "" if self.span.whole else "  part of the window, 0 shows all"
        box = self.query_one("#over-time")
        box.border_title = line(f"{' to '.join(ends)} {zone(self.work.local)}{part}")
        groups = self.groups
        if groups.asked_id and groups.result is not None:
            state = (
                "…" if groups.loading_now else f"{len(groups.result.rows)}{'!' if groups.troubled else ''}"
            )
            self.catalogue.mark(groups.asked_id, state)

    @on(TabStrip.Picked)
    def _tab_picked(self, event: TabStrip.Picked) -> None:
        self.attend(event.tab_id)

    def attend(self, name: str) -> None:
        """Bring a pane into view and give it the focus."""
        self.current = name
        self._arrange()
        self.set_focus(self.panes[name].target())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        pane = next((node for node in event.widget.ancestors if isinstance(node, Pane)), None)
        if pane is not None and pane.id and pane.id != self.current:
            self.current = pane.id
            self._arrange()

    def action_pane(self, number: int) -> None:
        for name, pane in self.panes.items():
            if pane.digit == str(number):
                self.attend(name)

    def action_go(self, step: int) -> None:
        names = list(self.panes)
        self.attend(names[(names.index(self.current) + step) % len(names)])

    def action_again(self) -> None:
        if self.pane is self.query_one(Sources):
            self.pane.again()
        else:
            self.groups.again()

    def action_contain(self) -> None:
        from screens.contain.menu import open_containment

        open_containment(self, self.desk, self.standing)

    def action_leave(self) -> None:
        self.leave()

    def leave(self) -> None:
        if self.current == "questions" and not self.about:
            self.dismiss()
        elif self.current != "questions":
            self.attend("questions")
        else:
            self.about = {}
            self.show_question()

    def _tick(self) -> None:
        investigation = self.desk.investigation
        self.query_one(HeaderLine).now = investigation.cloud.now() if investigation else utc_now()
        for pane in self.panes.values():
            pane.tick()
        self.label()
        if investigation is not None:
            cloud = investigation.cloud
            newest = cloud.exchanges[-1].number if cloud.exchanges else 0
            self.query_one(Hints).activity = f"calls {newest}  wait {cloud.waiting}"


def open_logs(screen: Screen[Any], desk: Desk, standing: Standing, start: Pivot | None = None) -> None:
    """Show the Logs screen over this one, at a question when one is given."""
    investigation = desk.investigation
    if investigation is None or investigation.work is None:
        tell(screen.app, "The logs can be asked once the key is open.")
        return
    screen.app.push_screen(LogsScreen(desk, standing, investigation.work, start))


def _mark(pane: Pane) -> str:
    if pane.loading_now:
        return "…"
    return "!" if pane.troubled else " "
