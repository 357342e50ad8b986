"""The Logs screen: what to ask of the logs, the text it sends, the groups that come back, and their rows."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.timer import Timer

from aktui.errors import AktuiError
from aktui.models import Window, utc_now
from queries.base import Query, Result, Row
from queries.inquiry import Inquiry
from screens.background import in_background
from screens.desk import Desk
from screens.logpanes.catalogue import Catalogue, Statement
from screens.logpanes.edit import Edits, EditScreen
from screens.logpanes.groups import Groups, Sources
from screens.logpanes.hours import bars_of
from screens.logpanes.options import OptionsScreen
from screens.logpanes.questions import BY_HOUR, Question, lead
from screens.logpanes.timespan import Span
from screens.logpanes.work import LogWork
from screens.lookup import SPANS
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
from screens.working import WorkingScreen

WIDE = 118
SETTLE = 0.6
"""Seconds after a change of the time until what was asked is asked anew."""


class LogsScreen(WorkingScreen):
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
        Binding("w", "widen", "Wider", id="window", tooltip="Look back 30, 90, again 7 days"),
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
            tooltip="Earlier",
        ),
        Binding(
            "right_square_bracket", "zoom('later')", "Later", show=False, id="time.later", tooltip="Later"
        ),
        Binding("0", "zoom('all')", "All time", show=False, id="time.all", tooltip="The whole time"),
        Binding(
            "t",
            "clock",
            "Local",
            id="time.zone",
            tooltip="The time line in UTC, or as this machine's clock has it",
        ),
        Binding("tab", "go(1)", "Pane", id="pane.next", tooltip="Next pane"),
        Binding("shift+tab", "go(-1)", "Pane back", show=False, id="pane.previous", tooltip="Previous pane"),
        *(
            Binding(str(n), f"pane({n})", f"Pane {n}", show=False, id=f"pane.{n}", tooltip="Pane by number")
            for n in (1, 2, 3, 4)
        ),
        Binding("q", "leave", "Back", show=False, id="rows.back", tooltip="Back to where you were"),
    ]

    def __init__(self, desk: Desk, standing: Standing, work: LogWork, start: Pivot | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.standing = standing
        self.work = work
        self.chosen: Query | None = None
        self.about: dict[str, str] = dict(start.params) if start else {}
        """Parameters that a person chose."""
        self.span = _span_of(work.inquiry.window)
        self.current = "questions"
        self._start = start
        self._settling: Timer | None = None
        self._hours: tuple[object, ...] = ()
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
    def catalogue(self) -> Catalogue:
        return self.query_one(Catalogue)

    @property
    def groups(self) -> Groups:
        return self.query_one(Groups)

    @property
    def chart(self) -> ActivityChart:
        return self.query_one(ActivityChart)

    @property
    def inquiry(self) -> Inquiry:
        """The inquiry over the time that is looked at."""
        return self.work.at(_window_of(self.span)) if not self.span.whole else self.work.at(self.window)

    @property
    def window(self) -> Window:
        """The whole time that is asked about."""
        return Window(
            datetime.fromtimestamp(self.span.first, UTC), datetime.fromtimestamp(self.span.last, UTC)
        )

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
        self._show()

    def _show(self) -> None:
        if self.chosen is None:
            return
        self.query_one(Statement).show(self.chosen, self.params, self.work, self.inquiry)
        if self.chosen.plan is None:
            self.groups.choose(self.inquiry, self.chosen.id, self.params, self.chosen.title)
        self._label()

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
            self._show()
            self.groups.ask_now()
            self._follow_hours(question)
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

    # Activity

    def _follow_hours(self, question: Question) -> None:
        """The question by hour, for the bars."""
        hourly = BY_HOUR.get(question.log, "")
        query = next((one.query for one in self.catalogue.asked if one.query.id == hourly), None)
        if query is None:
            self.chart.note = "This log has no question that counts by hour."
            self.chart.bars = None
            return
        takes = {param.name for param in query.params}
        params = {name: value for name, value in self.params.items() if name in takes and name != "text"}
        known = (self.inquiry, hourly, tuple(params.items()))
        if known != self._hours:
            self._hours = known
            self.chart.note, self.chart.bars = "counting…", None
            in_background(
                self, partial(self._count_hours, self.inquiry, hourly, params), "hours", "activity by hour"
            )

    async def _count_hours(self, inquiry: Inquiry, query_id: str, params: dict[str, str]) -> None:
        result: Result = await inquiry.ask(query_id, **params)
        self.chart.ends = (self.span.start, self.span.end)
        self.chart.bars = bars_of(result, self.span.start, self.span.end, self.chart.room)
        if self.chart.bars is None:
            self.chart.note = result.detail or "No row."
        self._label()

    @on(ActivityChart.Picked)
    def _stretch_picked(self, event: ActivityChart.Picked) -> None:
        event.stop()
        self._look_at(self.span.at(event.start, event.end))

    def action_zoom(self, how: str) -> None:
        span = self.span
        steps = {
            "closer": span.closer(None),
            "wider": span.wider(),
            "later": span.moved(1),
            "earlier": span.moved(-1),
            "all": span.all(),
        }
        self._look_at(steps[how])

    def _look_at(self, span: Span) -> None:
        """Another time: what was asked is asked anew over it, once the hand rests."""
        if span == self.span:
            return
        asked = self.groups.result is not None or self.groups.loading_now
        self.span = span
        self._show()
        if asked:
            if self._settling is not None:
                self._settling.stop()
            self._settling = self.set_timer(SETTLE, self._ask_again)

    def _ask_again(self) -> None:
        question = self.catalogue.chosen
        if question is not None and not question.many:
            self.groups.ask_now()
            self._follow_hours(question)

    def action_widen(self) -> None:
        """The next span of days, up to the end that all questions share."""
        days = round((self.span.last - self.span.first) / 86_400)
        wider = next((each for each in SPANS if each > days), SPANS[0])
        end = self.work.inquiry.window.end
        self._look_at(_span_of(Window(end - timedelta(days=wider), end)))

    def action_clock(self) -> None:
        self.work.local = not self.work.local
        self.chart.local = self.work.local
        self._label()

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
        self._show()
        if run:
            self.ask()

    def action_options(self) -> None:
        if self.chosen is not None:
            self.app.push_screen(OptionsScreen(self.chosen, self.about), self._options)

    def _options(self, about: dict[str, str] | None) -> None:
        if about is not None:
            self.about = about
            self._show()
            self.ask()

    def action_rows(self) -> None:
        self._drill(None)

    # The screen

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        self.call_after_refresh(self._show)

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
        self._label()

    @on(Pane.Changed)
    def _label(self) -> None:
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
            if pane.digit == number:
                self.attend(name)

    def action_go(self, step: int) -> None:
        names = list(self.panes)
        self.attend(names[(names.index(self.current) + step) % len(names)])

    def action_again(self) -> None:
        if self.pane is self.query_one(Sources):
            self.pane.again()
        else:
            self.groups.again()

    def action_leave(self) -> None:
        self.leave()

    def leave(self) -> None:
        if self.current == "questions" and not self.about:
            self.dismiss()
        elif self.current != "questions":
            self.attend("questions")
        else:
            self.about = {}
            self._show()

    def _tick(self) -> None:
        investigation = self.desk.investigation
        self.query_one(HeaderLine).now = investigation.cloud.now() if investigation else utc_now()
        for pane in self.panes.values():
            pane.tick()
        self._label()
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


def _span_of(window: Window) -> Span:
    return Span.whole_of(int(window.start.timestamp()), int(window.end.timestamp()))


def _window_of(span: Span) -> Window:
    return Window(datetime.fromtimestamp(span.start, UTC), datetime.fromtimestamp(span.end, UTC))
