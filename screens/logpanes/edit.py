"""The texts of a question, to read and to edit before they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from aktui.errors import CaseError
from queries.base import LogText, Query
from screens.background import in_background
from screens.logpanes.questions import LOGS
from screens.logpanes.work import LogWork
from screens.widgets.display import line
from screens.widgets.hints import Hints
from screens.widgets.tell import tell


@dataclass(frozen=True)
class Edits:
    """One text: as it stands, and as it would be built."""

    text: LogText
    now: str
    built: str


class EditScreen(ModalScreen[bool | None]):
    """True: kept, and to be asked; False: kept; None: left as it was."""

    DEFAULT_CSS = """
    EditScreen { align: center middle; }
    EditScreen > Vertical {
        width: 94%; max-width: 130; height: 80%; border: heavy $border; background: $surface; padding: 0 1;
        border-title-color: $foreground; border-title-style: bold;
    }
    EditScreen Static { height: auto; color: $muted; }
    EditScreen TextArea { height: 1fr; border: round $border-blurred; background: $surface; padding: 0; }
    EditScreen TextArea:focus { border: round $border; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Leave it", priority=True, id="page.back", tooltip="Leave it as it was"),
        Binding(
            "ctrl+r", "keep(True)", "Ask", priority=True, id="edit.ask", tooltip="Remember the text and ask"
        ),
        Binding("ctrl+s", "keep(False)", "Keep", priority=True, id="edit.keep", tooltip="Remember the text"),
        Binding(
            "ctrl+b",
            "built",
            "As built",
            priority=True,
            id="edit.built",
            tooltip="The text as aktui builds it",
        ),
    ]

    def __init__(self, query: Query, edits: Sequence[Edits], work: LogWork) -> None:
        super().__init__()
        self.about = query
        self.edits = tuple(edits)
        self.work = work

    def compose(self) -> ComposeResult:
        with Vertical():
            for each in self.edits:
                if len(self.edits) > 1:
                    yield Static(line(LOGS[each.text.log]))
                yield TextArea(each.now, soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(Vertical).border_title = line(f"{self.about.title}: the text that is sent")
        for area in self.query(TextArea):
            area.cursor_blink = False
        self.query(TextArea).first().focus()

    def action_built(self) -> None:
        for area, each in zip(self.query(TextArea), self.edits, strict=True):
            area.text = each.built

    def action_keep(self, run: bool) -> None:
        in_background(self, partial(self._keep, run), "keep", "remember a text")

    async def _keep(self, run: bool) -> None:
        try:
            for area, each in zip(self.query(TextArea), self.edits, strict=True):
                text = " ".join(area.text.split("\n")).strip()
                await self.work.remember(self.about, each.text, "" if text == each.built else text)
        except CaseError as error:
            tell(self.app, f"{error.message} {error.hint}", severity="error")
        self.dismiss(run)
