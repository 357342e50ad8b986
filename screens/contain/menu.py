"""The screen of containment: what can be done, phase by phase, and how each of it stands."""

from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from aktui.errors import AktuiError
from queries.base import Row
from screens.background import in_background
from screens.contain.containing import Containment
from screens.contain.detail import detail
from screens.contain.looks import COLUMNS, Looked, look_at_all, unseen
from screens.contain.overlay import OverScreen
from screens.desk import Desk
from screens.pane import TablePane
from screens.widgets.display import line
from screens.widgets.header import Standing
from screens.widgets.table import RowTable
from screens.widgets.tell import tell
from screens.widgets.trouble import trouble

WIDE = 118
RECOVER_FIRST = (
    "A run was cut off and its end is not known. R looks it up (nothing is sent again); until then nothing "
    "else can be done."
)


class Actions(TablePane):
    """The list of actions, phase by phase."""

    number = 1
    name_short = "Containment"
    place = "top"
    help_text = (
        "What can be done about the key, in the order in which it is usually done: restrict it to where the "
        "business calls from, confirm its use, disable it, look for what was left behind, rotate, delete. "
        "Enter shows a preview; a preview sends nothing. What can not be done now says why. S marks sources "
        "as trusted or hostile, from which the preview knows what would break."
    )

    def __init__(self, containment: Containment) -> None:
        super().__init__(id="actions")
        self.containment = containment
        self.looked: dict[str, Looked] = unseen()
        self.fault: Exception | None = None
        self._as_of: tuple[object, ...] = ()
        """What was done and marked when the actions were looked at last."""

    def on_mount(self) -> None:
        self.border_title = line(self.name_short)
        self.table.grouped = "phase"
        self.table.quiet = lambda row: str(row.values["can"]) == "no"
        self.again()

    def again(self) -> None:
        """Look at everything anew; what was seen before stays until it is seen again."""
        self.fault, self.loading_now, self._as_of = None, True, self._done()
        self.draw()
        in_background(self, self._look, "looks", "look at the actions")

    def _done(self) -> tuple[object, ...]:
        there = self.containment
        return (id(there.doing), there.busy, there.marking.marks)

    def renew(self) -> None:
        """Look anew where something was done or marked since; looking may cost a minute of rated calls."""
        if self._done() != self._as_of:
            self.again()

    async def _look(self) -> None:
        try:
            await self.containment.refresh()
            async for looked in look_at_all(self.containment.engine):
                self.looked[looked.action.id] = looked
                self.draw()
        except AktuiError as error:
            self.fault = error
        except Exception as error:
            # A bug of ours: it must show, and the list must stay usable.
            self.fault = error
        self.loading_now = False
        self.draw()

    def draw(self) -> None:
        if not self.is_mounted:
            return
        self.table.fill([one.row() for one in self.looked.values()], COLUMNS)
        super().draw()
        self.post_message(self.Changed())

    @property
    def under_cursor(self) -> Looked | None:
        row = self.table.row
        return None if row is None else self.looked.get(str(row.raw["id"]))

    def empty(self) -> Content:
        return self.no_match() if self.looked else line("There is no action.")

    def status(self) -> Content:
        if self.fault is not None:
            return trouble(self.fault, max(20, self.size.width - 4), "r looks again.")
        can = sum(1 for one in self.looked.values() if one.look is not None and not one.blocked)
        if self.loading_now:
            seen = sum(1 for one in self.looked.values() if one.look or one.error)
            return line((f"looking  {seen} of {len(self.looked)}", "$muted"), f"  {can} can be done now")
        return line(f"{len(self.looked)} action{'' if len(self.looked) == 1 else 's'}  {can} can be done now")

    def open_row(self, row: Row) -> bool:
        screen = self.screen
        if isinstance(screen, ContainScreen):
            screen.choose(self.looked[str(row.raw["id"])])
        return True


class ContainScreen(OverScreen):
    """The list, and all about the action under the cursor beside or below it."""

    DEFAULT_CSS = """
    ContainScreen #both { layout: horizontal; height: 1fr; }
    ContainScreen #actions { width: 3fr; height: 1fr; }
    ContainScreen #detail {
        width: 2fr; height: 1fr; border: round $border-blurred; border-title-color: $muted; padding: 0 1;
        scrollbar-size-vertical: 1;
    }
    ContainScreen #detail:focus { border: heavy $border; border-title-color: $foreground; }
    ContainScreen.-narrow #both { layout: vertical; }
    ContainScreen.-narrow #actions { width: 1fr; height: 1fr; }
    ContainScreen.-narrow #detail { width: 1fr; height: 10; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "recover", "Recover", id="contain.recover", tooltip="Look up what was cut off"),
        Binding("S", "sources", "Sources", id="contain.sources", tooltip="Sources: trusted or hostile"),
        Binding("w", "watch", "Watch", id="contain.watch", tooltip="Who still uses the key, and who is hurt"),
        Binding("J", "journal", "Journal", id="contain.journal", tooltip="What was done, and its undoing"),
        Binding("P", "progress", "Progress", id="contain.progress", tooltip="The run, or the last one"),
        Binding(
            "tab", "other", "Pane", show=False, id="pane.next", tooltip="Between the list and its detail"
        ),
    ]

    def __init__(self, desk: Desk, standing: Standing, containment: Containment) -> None:
        super().__init__(desk, standing)
        self.containment = containment

    @property
    def pane(self) -> Actions:
        return self.query_one(Actions)

    def body(self) -> ComposeResult:
        yield Static(id="notice")
        with Container(id="both"):
            yield Actions(self.containment)
            with VerticalScroll(id="detail"):
                yield Static()

    def on_mount(self) -> None:
        self.query_one("#detail").border_title = line("About it")
        self.pane.table.focus()

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < WIDE, "-narrow")
        self.call_after_refresh(self._describe)

    def on_screen_resume(self) -> None:
        """Back from a run, or from marking: things may be different now."""
        if self.pane.is_mounted:
            self.pane.renew()

    def on_pane_changed(self) -> None:
        self._describe()

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()
        self._describe()

    def _describe(self) -> None:
        """The detail of what is under the cursor, and what has to be done first."""
        open_runs = self.containment.history.open and not self.containment.busy
        notice = self.query_one("#notice", Static)
        notice.update(line((RECOVER_FIRST, "bold $warning")))
        notice.display = bool(open_runs)
        self.refresh_bindings()
        box, looked = self.query_one("#detail", VerticalScroll), self.pane.under_cursor
        if looked is not None:
            width = max(20, box.scrollable_content_region.width)
            narrow = self.has_class("-narrow")
            told = detail(looked, width, armed=self.containment.engine.armed, short=narrow)
            box.query_one(Static).update(told)

    def choose(self, looked: Looked) -> None:
        """Enter on an action: its parameters first where it has any, then the preview."""
        if self.containment.busy:
            tell(self.app, "A plan runs; one runs at a time. P shows it.")
        elif self.containment.history.open:
            tell(self.app, RECOVER_FIRST, severity="warning")
        elif looked.blocked:
            tell(self.app, f"{looked.action.title}: {looked.blocked}", severity="warning")
        elif looked.action.params:
            from screens.contain.params import ParamsScreen

            action = looked.action
            self.app.push_screen(
                ParamsScreen(self.containment.engine, action),
                lambda params: None if params is None else self._preview(looked, params),
            )
        else:
            self._preview(looked, {})

    def _preview(self, looked: Looked, params: dict[str, str]) -> None:
        from screens.contain.preview import PreviewScreen

        engine, action = self.containment.engine, looked.action
        self.app.push_screen(
            PreviewScreen(
                self.desk,
                self.standing,
                self.containment,
                action.title,
                lambda: engine.plan(action.id, params),
            )
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Recovering is offered where something was cut off."""
        if action == "recover":
            return bool(self.containment.history.open)
        return super().check_action(action, parameters)

    def action_recover(self) -> None:
        self.recover(self.containment)

    def action_progress(self) -> None:
        if self.containment.doing is None:
            tell(self.app, "Nothing was run since the console was started; J shows what was done before.")
        else:
            self.show_progress(self.containment)

    def action_journal(self) -> None:
        from screens.contain.journal import JournalScreen

        self.app.push_screen(JournalScreen(self.desk, self.standing, self.containment))

    def action_sources(self) -> None:
        self.show_sources(self.containment)

    def action_other(self) -> None:
        box = self.query_one("#detail")
        if box.has_focus:
            self.pane.table.focus()
        else:
            box.focus()


def open_containment(screen: Screen[Any], desk: Desk, standing: Standing) -> None:
    """Show containment over this screen, and what runs on top of it."""
    containment = desk.containment
    if containment is None:
        tell(screen.app, "Containment needs the key to be open.")
        return
    menu = ContainScreen(desk, standing, containment)
    screen.app.push_screen(menu)
    if containment.busy or containment.secret is not None:
        menu.show_progress(containment)
