"""Ending the console while a plan runs: asked first, and what it means is said."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.widgets.display import line, lines
from screens.widgets.hints import Hints

if TYPE_CHECKING:
    from screens.contain.containing import Containment

RUNS = (
    "A plan is running. If aktui ends now, it stops looking, and what was sent may or may not be applied. "
    "The journal has every call: the next start says so, and R looks it up without sending anything again."
)
WAITS = (
    "A secret that was made waits to be looked at. It is kept nowhere else: if aktui ends now, it is lost."
)


class QuitScreen(ModalScreen[bool]):
    """True: end it all the same. Escape and Enter stay."""

    DEFAULT_CSS = """
    QuitScreen { align: center middle; }
    QuitScreen > Vertical {
        width: 92%; max-width: 76; height: auto; border: heavy $warning; background: $surface; padding: 1 2;
        border-title-color: $foreground; border-title-style: bold;
    }
    QuitScreen Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter", "dismiss(False)", "Stay", id="page.back", tooltip="Stay, let it go on"),
        Binding("E", "dismiss(True)", "End aktui", id="quit.all-the-same", tooltip="End it all the same"),
    ]

    def __init__(self, containment: "Containment") -> None:
        super().__init__()
        self.text = RUNS if containment.busy else WAITS

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(lines(line(self.text), line(""), line(("Esc stays, E ends aktui.", "$muted"))))
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(Vertical).border_title = line("End aktui?")
