"""The main screen: everything known about one key, growing while the answers come."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from aktui.errors import AktuiError
from aktui.models import utc_now
from aktui.text import clip
from screens.desk import Desk
from screens.doors import Doors
from screens.keymarks import MarkedScreen
from screens.layout import Form, form_of, in_view, tabs
from screens.widgets.display import line, lines
from screens.widgets.header import HeaderLine, Standing
from screens.widgets.hints import Hints
from screens.widgets.tabs import Tab, TabStrip

if TYPE_CHECKING:
    from screens.investigation import Investigation
    from screens.pane import Pane
    from screens.panes.facts import Facts
    from screens.panes.services import Services
    from screens.panes.verdict import Verdict

SETTLE = 0.12
"""Seconds the cursor must rest on a service before it is asked about."""

GROUPS = ("top", "use", "story")


class KeyScreen(Doors, MarkedScreen):
    """Panes around one key. It opens the investigation; the panes do the asking."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "go(1)", "Pane", id="pane.next", tooltip="Next pane"),
        Binding("shift+tab", "go(-1)", "Pane back", show=False, id="pane.previous", tooltip="Previous pane"),
        *(
            Binding(n, f"pane('{n}')", f"Pane {n}", show=False, id=f"pane.{n}", tooltip="Pane by number")
            for n in "1234567890"
        ),
        Binding("v", "pane('v')", "Verdict", id="pane.v", tooltip="The verdict: whose use it is, and why"),
        Binding(
            "R", "again_all", "All anew", show=False, id="refresh.all", tooltip="Ask every question again"
        ),
    ]

    def __init__(self, desk: Desk, key_id: str = "") -> None:
        super().__init__()
        self.desk = desk
        self.key_id = key_id
        self.panes: dict[str, Pane] = {}
        """By id; they come after the first paint."""
        self.places: dict[str, str] = {}
        self.current = "facts"
        self.story = ""
        self.form = Form.NARROW
        self._picked = ""

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield Static(id="notice")
        yield TabStrip(id="strip")
        for group in GROUPS:
            if group == "story":
                yield TabStrip(id="story-strip")
            yield Horizontal(id=group, classes="group")
        yield Hints()

    def on_mount(self) -> None:
        self._stand(self.desk.standing())
        self.set_interval(1.0, self._tick)
        self.set_interval(0.25, self._count)
        self._tick()
        self.call_after_refresh(self._bring_panes)

    async def _bring_panes(self) -> None:
        """The panes, once the first paint is out; then the asking begins."""
        from screens.panes import panes

        self.panes = {pane.id or "": pane for pane in (kind() for kind in panes())}
        self.places = {name: pane.place for name, pane in self.panes.items()}
        self.story = next(name for name, place in self.places.items() if place == "story")
        self.facts.key_id = self.key_id
        with self.app.batch_update():
            for group in GROUPS:
                members = [pane for pane in self.panes.values() if pane.place == group]
                await self.query_one(f"#{group}").mount_all(members)
            self.arrange_panes()
        self.set_focus(self.facts.target())
        self.refresh_bindings()
        self.open()

    @property
    def facts(self) -> "Facts":
        """The card."""
        from screens.panes.facts import Facts

        card = self.panes["facts"]
        assert isinstance(card, Facts)
        return card

    @property
    def verdict(self) -> "Verdict":
        """The pane of the verdict."""
        from screens.panes.verdict import Verdict

        found = self.panes["verdict"]
        assert isinstance(found, Verdict)
        return found

    @property
    def next_action(self) -> str:
        return self.verdict.next_action

    @property
    def pane(self) -> "Pane":
        return self.panes[self.current]

    def open(self) -> None:
        """Connect and begin, in a worker; what goes wrong shows on the card."""
        self.run_worker(
            self._open(),
            name="open",
            group="open",
            description="open the key",
            exclusive=True,
            exit_on_error=False,
        )

    async def _open(self) -> None:
        self._note("")
        try:
            investigation = await self._connect()
        except AktuiError as error:
            self._fail(error.message, error.hint)
        except Exception as error:
            # Whatever it is, the responder must see it here and be able to go on.
            self._fail(f"aktui could not start on this key ({type(error).__name__}: {error}).", "")
        else:
            if investigation is not None:
                await self._identify(investigation)

    async def _connect(self) -> "Investigation | None":
        if not self.key_id:
            suspects = (await self.desk.ready()).suspects
            if len(suspects) != 1:
                self.action_another()
                return None
            self.key_id = self.facts.key_id = suspects[0]
            self.facts.draw()
        investigation = await self.desk.open(self.key_id)
        for pane in self.panes.values():
            pane.begin(investigation.inquiry)
        self._renew_marks()
        self._tick()
        return investigation

    async def _identify(self, investigation: "Investigation") -> None:
        """The header's account and caller, as soon as they are known."""
        known = self.desk.standing(investigation.cloud.region)
        self._stand(known)
        async for result in investigation.inquiry.follow("caller"):
            if result.rows:
                who = result.rows[0].values
                self._stand(replace(known, account=str(who["account_id"]), caller=str(who["name"])))
            elif result.done:
                self._note(f"As whom aktui asks is not known: {result.detail}")

    def _fail(self, message: str, hint: str) -> None:
        what = lines(
            line((message, "$error")),
            line(hint or "See `aktui doctor` for what was found and where."),
            line(("Press R to try again, n for another key, q to quit.", "$muted")),
        )
        self.facts.fail(what)
        self._note(message)

    def _note(self, message: str) -> None:
        """A line under the header; empty takes it away."""
        notice = self.query_one("#notice", Static)
        notice.update(line((message, "$error")))
        notice.display = bool(message)

    def _stand(self, standing: Standing) -> None:
        self.query_one(HeaderLine).standing = standing

    def _tick(self) -> None:
        investigation = self.desk.investigation
        self.query_one(HeaderLine).now = investigation.cloud.now() if investigation else utc_now()
        for pane in self.panes.values():
            pane.tick()
        if self.panes:
            self._judge()

    def _count(self) -> None:
        """What is going on, at the right edge of the last line."""
        loading = [pane.name_short for pane in self.panes.values() if pane.loading_now]
        parts = []
        if loading:
            names = ", ".join(loading) if self.size.width >= 140 else str(len(loading))
            parts.append(f"loading {clip(names, 40)}")
        if self.desk.investigation is not None:
            cloud = self.desk.investigation.cloud
            newest = cloud.exchanges[-1].number if cloud.exchanges else 0
            parts += [f"calls {newest}", f"wait {cloud.waiting}"]
        self.query_one(Hints).activity = "  ".join(parts)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Until the panes are there, only the way to another key is open."""
        return bool(self.panes) or action == "another"

    # What is in view

    def on_resize(self, event: events.Resize) -> None:
        self.form = form_of(event.size.width, event.size.height)
        self.arrange_panes()

    def arrange_panes(self) -> None:
        """Show the panes that belong in view at this size."""
        if not self.panes:
            return
        view = in_view(self.form, self.current, self.story, self.places)
        for form in Form:
            self.set_class(form is self.form, f"-{form}")
        for name, pane in self.panes.items():
            pane.display = name in view
        for group in GROUPS:
            members = [name for name in view if self.places[name] == group]
            box = self.query_one(f"#{group}")
            box.display = bool(members)
            box.set_class(len(view) == len(members), "-alone")
        self._label_tabs()

    def on_pane_changed(self) -> None:
        """A pane loads, or has loaded: the strip says so, and the judgement may be next."""
        self._label_tabs()
        self._count()
        self._judge()

    def _judge(self) -> None:
        """The verdict is asked for once the other panes have their answers."""
        busy = any(pane.loading_now for pane in self.panes.values() if pane is not self.verdict)
        self.verdict.come(others_busy=busy)

    def _label_tabs(self) -> None:
        offered = [
            Tab(name, pane.digit, pane.name_tab or pane.name_short, pane.sign)
            for name, pane in ((name, self.panes[name]) for name in tabs(self.form, self.places))
        ]
        full = self.form is Form.FULL
        top, story = self.query_one("#strip", TabStrip), self.query_one("#story-strip", TabStrip)
        top.display, story.display = not full, full
        strip = story if full else top
        strip.tabs = tuple(offered)
        known = {tab.id for tab in offered}
        strip.current = self.story if full else (self.current if self.current in known else "facts")

    @on(TabStrip.Picked)
    def _tab_picked(self, event: TabStrip.Picked) -> None:
        self.attend(event.tab_id)

    def attend(self, name: str) -> None:
        """Bring a pane into view and give it the focus."""
        self._notice_pane(name)
        self.set_focus(self.panes[name].target())

    def _notice_pane(self, name: str) -> None:
        if name == self.current:
            return
        self.current = name
        if self.places[name] == "story":
            self.story = name
        self.arrange_panes()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = next((node.id for node in event.widget.ancestors if node.id in self.panes), None)
        if name is not None:
            self._notice_pane(name)

    def action_pane(self, digit: str) -> None:
        for name, pane in self.panes.items():
            if pane.digit == digit:
                self.attend(name)

    def action_go(self, step: int) -> None:
        names = list(self.panes)
        self.attend(names[(names.index(self.current) + step) % len(names)])

    # The service under the cursor

    def on_services_picked(self, event: "Services.Picked") -> None:
        """Another service is under the cursor, or one was chosen."""
        self._picked = event.service
        if event.entered:
            self._show_service()
            self.attend("events")
        else:
            self.set_timer(SETTLE, lambda: self._settled(event.service))

    def _settled(self, service: str) -> None:
        if service == self._picked:
            self._show_service()

    def _show_service(self) -> None:
        from screens.by_service import ServicePane

        for pane in self.query(ServicePane):
            pane.pick(self._picked)

    # Actions

    def action_again(self) -> None:
        if self.desk.investigation is None:
            self.open()
            return
        pane = self.pane
        pane.again()
        for query_id, params in pane.questions():
            for other in self.panes.values():
                if other is not pane:
                    other.followed(query_id, params)

    def action_again_all(self) -> None:
        if self.desk.investigation is None:
            self.open()
            return
        for pane in self.panes.values():
            pane.renew()

    def leave(self) -> None:
        self.attend("facts")
