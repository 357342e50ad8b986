"""A record as it came, to read and to copy."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from screens.widgets.display import as_json, as_received, as_sections, fields_text, line
from screens.widgets.hints import Hints
from screens.widgets.tell import tell
from screens.widgets.viewer import Viewer


class RawScreen(ModalScreen[None]):
    """One text over the whole screen; `t` shows it in its other form, where it has one."""

    DEFAULT_CSS = """
    RawScreen { align: center middle; }
    RawScreen > Vertical {
        width: 92%; height: 90%; max-width: 140; border: heavy $border; background: $surface; padding: 0 1;
        border-title-color: $foreground; border-title-style: bold; border-subtitle-color: $muted;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,y", "dismiss", "Back", id="raw.back", tooltip="Back to where you were"),
        Binding("c", "copy", "Copy all", id="raw.copy", tooltip="Copy the text as shown"),
        Binding(
            "t", "turn", "As it came", id="raw.turn", tooltip="Between the laid-out and the received form"
        ),
    ]

    def __init__(self, title: str, text: str, other: str = "") -> None:
        super().__init__()
        self.about = title
        self.text, self.other = text, other

    @classmethod
    def of_record(cls, title: str, record: Any) -> "RawScreen":
        """A record as JSON, nothing else."""
        return cls(title, as_json(record))

    @classmethod
    def of_row(cls, title: str, record: Any, fields: list[tuple[str, str]]) -> "RawScreen":
        """All values of a row in full, and the record they were read from."""
        return cls(title, as_sections(record, fields))

    @classmethod
    def of_answer(cls, title: str, fields: list[tuple[str, str]], params: Any, body: bytes) -> "RawScreen":
        """One API call: what was sent, and the answer laid out or byte for byte."""
        laid_out, received = as_received(body)
        head = f"{fields_text(fields)}\n\nSent\n{as_json(params)}\n\nAnswer\n"
        return cls(title, head + laid_out, head + received)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Viewer(self.text)
        yield Hints()

    def on_mount(self) -> None:
        box = self.query_one(Vertical)
        box.border_title = line(self.about)
        self.query_one(Viewer).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Turning is offered only where there are two forms."""
        return bool(self.other) if action == "turn" else True

    def action_turn(self) -> None:
        self.text, self.other = self.other, self.text
        self.query_one(Viewer).show(self.text)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.text)
        tell(self.app, f"Sent {len(self.text)} characters to the terminal's clipboard.")
