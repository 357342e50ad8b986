"""A secret that was just made, shown once: never copied or written here, gone when it is closed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from aktui.contain.handover import MemoryHandover
from aktui.contain.step import Given
from screens.widgets.display import line, lines
from screens.widgets.hints import Hints


class SecretScreen(ModalScreen[None]):
    """Takes what waits and holds it only while it is open."""

    DEFAULT_CSS = """
    SecretScreen { align: center middle; }
    SecretScreen > Vertical {
        width: 92%; max-width: 90; height: auto; border: heavy $warning; background: $surface; padding: 1 2;
        border-title-color: $foreground; border-title-style: bold;
    }
    SecretScreen Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close for good", id="page.back", tooltip="Close; it is not kept"),
    ]

    ALLOW_SELECT = False

    def __init__(self, handover: MemoryHandover) -> None:
        super().__init__()
        self._given: tuple[Given, ...] = handover.take()

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static()
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(Vertical).border_title = line("Shown once")
        rows = []
        for given in self._given:
            rows += [line((given.title, "bold")), line(given.name), line(given.secret.reveal()), line("")]
        if not self._given:
            rows = [line("There is nothing to show any more."), line("")]
        rows.append(line(("Put it where it belongs, then close. aktui keeps no copy of it.", "$warning")))
        self.query_one(Static).update(lines(*rows))

    def on_unmount(self) -> None:
        self._given = ()
