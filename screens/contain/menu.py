"""The screen of containment: what can be done, phase by phase, and how each of it stands."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from screens.contain.actions import Actions
from screens.contain.containing import Containment
from screens.contain.detail import detail
from screens.contain.looks import Looked
from screens.contain.overlay import OverScreen
from screens.desk import Desk
from screens.widgets.display import line
from screens.widgets.header import Standing
from screens.widgets.table import RowTable
from screens.widgets.tell import tell

WIDE = 118
RECOVER_FIRST = (
    "A run was cut off and its end is not known. R looks it up (nothing is sent again); until then nothing "
    "else can be done."
)


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

    def __init__(self, desk: Desk, standing: Standing, containment: Containment, at: str = "") -> None:
        super().__init__(desk, standing)
        self.containment = containment
        self._at = at

    @property
    def pane(self) -> Actions:
        return self.query_one(Actions)

    def body(self) -> ComposeResult:
        yield Static(id="notice")
        with Container(id="both"):
            yield Actions(self.containment, self.choose)
            with VerticalScroll(id="detail"):
                yield Static()

    def on_mount(self) -> None:
        self.query_one("#detail").border_title = line("About it")
        self.pane.table.focus()
        self.pane.go_to(self._at)

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

    def take_up(self, action: str, preset: Mapping[str, str]) -> None:
        """As Enter on that action, with these values of its parameters chosen."""
        looked = self.pane.looked.get(action)
        if looked is not None:
            self.choose(looked, preset)

    def choose(self, looked: Looked, preset: Mapping[str, str] | None = None) -> None:
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
                ParamsScreen(self.containment.engine, action, preset),
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

    def action_sources(self) -> None:
        self.show_sources(self.containment)

    def action_other(self) -> None:
        box = self.query_one("#detail")
        if box.has_focus:
            self.pane.table.focus()
        else:
            box.focus()


def open_containment(screen: Screen[Any], desk: Desk, standing: Standing, at: str = "") -> None:
    """Show containment over this screen, and what runs on top of it; `at`: the action to go to."""
    containment = desk.containment
    if containment is None:
        tell(screen.app, "Containment needs the key to be open.")
        return
    menu = ContainScreen(desk, standing, containment, at)
    screen.app.push_screen(menu)
    if containment.busy or containment.secret is not None:
        menu.show_progress(containment)
