"""The console: a screen, a theme, a way out. What it shows lives in `screens`."""

import asyncio
import signal
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.theme import Theme

from screens.desk import Desk, Setting
from screens.key import KeyScreen
from screens.palette import Commands
from screens.widgets.tell import tell

if TYPE_CHECKING:
    from aktui.config import Settings

THEME = Theme(
    name="aktui",
    primary="#7fb4e6",
    secondary="#8fa3b8",
    accent="#7fb4e6",
    warning="#e0b15e",
    error="#ee6f6a",
    success="#86c28b",
    foreground="#d6dde6",
    background="#0f1318",
    surface="#141a21",
    panel="#1c242e",
    boost="#222c38",
    dark=True,
    variables={
        "border": "#7fb4e6",
        "border-blurred": "#38444f",
        "block-cursor-background": "#2b4a68",
        "block-cursor-foreground": "#ffffff",
        "muted": "#8492a3",
    },
)


NEWS = 0.5
"""Seconds between two looks whether a run has ended."""
INTERRUPTED = 130
"""Exit code when the console was told to end from outside."""


class Console(App[int]):
    """One investigation at a time, from the keyboard."""

    CSS_PATH = "app.tcss"
    TITLE = "aktui"
    COMMANDS: ClassVar = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("colon", "command_palette", "Commands", id="palette", tooltip="All that can be done here"),
        Binding("q", "quit", "Quit", id="quit", tooltip="End the console"),
        Binding("ctrl+q", "quit", "Quit", priority=True, id="quit.always", tooltip="End the console"),
        Binding("ctrl+c", "how_to_quit", "", show=False, system=True, id="how-to-quit"),
    ]

    def __init__(self, desk: Desk, key_id: str = "") -> None:
        super().__init__()
        self.desk = desk
        self.key_id = key_id

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Names that the style sheets of `screens` use, whatever the theme."""
        return {"muted": THEME.variables["muted"]}

    def on_mount(self) -> None:
        self.register_theme(THEME)
        self.theme = THEME.name
        self.set_interval(NEWS, self._tell_news)
        if not self.is_headless:
            self._leave_when_told()
        # A practice has its suspects: the key screen finds out which.
        straight = bool(self.key_id) or self.desk.practice
        self.push_screen(KeyScreen(self.desk, self.key_id) if straight else self._start_screen())

    def _start_screen(self) -> Screen[None]:
        """Imported only where it is shown: the first paint waits for what it needs, nothing else."""
        from screens.start import StartScreen

        return StartScreen(self.desk)

    def _leave_when_told(self) -> None:
        """A closed terminal or a polite kill ends the console as `q` does, with the ledger closed."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                loop.add_signal_handler(getattr(signal, name), self.exit, None, INTERRUPTED)

    async def on_unmount(self) -> None:
        """Panes have stopped asking by now; connections and ledger close here."""
        await self.desk.aclose()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands, without the one that writes the screen to a file outside the case."""
        for command in super().get_system_commands(screen):
            if command.title != "Screenshot":
                yield command

    @property
    def doing(self) -> str:
        """What containment does, or what of it waits: every header says it."""
        there = self.desk.containment
        return there.headline if there is not None else ""

    def _tell_news(self) -> None:
        """How a run ended that nobody looked at while it did."""
        there = self.desk.containment
        if there is None or getattr(self.screen, "doing", None) is there.doing:
            return
        if news := there.news():
            tell(self, news, severity="information" if there.doing and there.doing.good else "warning")

    async def action_quit(self) -> None:
        """End the console; what containment does is not cut off without a question."""
        there = self.desk.containment
        if there is None or not (there.busy or there.secret):
            self.exit()
            return
        from screens.contain.quitting import QuitScreen

        if not isinstance(self.screen, QuitScreen):
            self.push_screen(QuitScreen(there), lambda leave: self.exit() if leave else None)

    def action_how_to_quit(self) -> None:
        tell(self, "Press q to quit (Ctrl+Q where q is being typed).")


def run(desk: Desk, key_id: str = "") -> int:
    """Run the console until it is left; returns the exit code."""
    app = Console(desk, key_id)
    app.run()
    return app.return_code or 0


def run_console(
    settings: "Settings", key_id: str = "", *, suspects: Sequence[str] = (), banner: str = ""
) -> int:
    """The console on the cloud that the settings name; returns the exit code.

    Without a key it asks for one. `suspects` are offered there; `banner` is said beside the mode.
    """

    async def prepare() -> Setting:
        return Setting(settings, tuple(suspects))

    return run(Desk(prepare, practice=settings.practice, armed=settings.armed, banner=banner), key_id)
