"""The question before anything is changed. It returns an answer and executes nothing.

Cancel has the focus; Enter and Escape cancel; the one key that confirms is not the one that opened it, and is
no binding, so that neither the palette nor a click can press it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from aktui.contain.handover import FileHandover, Handover
from aktui.contain.plan import Approval, Plan
from screens.contain.containing import OnScreen
from screens.contain.planpage import summary
from screens.contain.steady import Steady
from screens.widgets.byhand import ByHand
from screens.widgets.display import Part, line
from screens.widgets.hints import Hints

CONFIRM = "ctrl+y"
READ_ONLY = (
    "aktui was started READ-ONLY. Start it with --allow-containment to arm it; nothing can be sent now."
)
AROUND = 9
"""Lines of the dialog around its summary, without the fields."""


@dataclass(frozen=True)
class Answer:
    """What a person confirmed, and where secrets are to go."""

    approval: Approval
    handover: Handover | None = None


class ConfirmScreen(ModalScreen[Answer | None]):
    """None: cancelled."""

    DEFAULT_CSS = """
    ConfirmScreen { align: center middle; }
    ConfirmScreen > Vertical {
        width: 94%; max-width: 104; height: auto; max-height: 100%; border: heavy $warning; padding: 0 1;
        background: $surface; border-title-color: $foreground; border-title-style: bold;
    }
    ConfirmScreen VerticalScroll { height: auto; scrollbar-size-vertical: 1; margin: 0 0 1 0; }
    ConfirmScreen Static { height: auto; }
    ConfirmScreen .field { height: 1; }
    ConfirmScreen .field > Static { width: 26; color: $muted; }
    ConfirmScreen .field > Input, ConfirmScreen .field > Input:focus {
        height: 1; border: none; padding: 0 1; background: $boost; width: 1fr;
    }
    ConfirmScreen .field > Input:focus { background: $block-cursor-background; }
    ConfirmScreen #once { width: 1fr; }
    ConfirmScreen #said { min-height: 2; margin: 1 0 0 0; }
    ConfirmScreen #keys { height: 1; }
    ConfirmScreen #cancel { width: auto; min-width: 10; height: 1; border: none; background: $panel; }
    ConfirmScreen #cancel:focus {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
    }
    ConfirmScreen #how { width: 1fr; padding: 0 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", priority=True, id="page.back", tooltip="Nothing is sent"),
        Binding("tab", "app.focus_next", "Next", priority=True, id="pane.next", tooltip="Next field"),
        Binding("f2", "place", "Other place", id="confirm.place", tooltip="To a file, or shown once"),
        Binding("pagedown", "more(1)", "More", id="confirm.more", tooltip="More of the summary"),
        Binding("pageup", "more(-1)", "Back", show=False, id="confirm.less", tooltip="Back up"),
    ]
    AUTO_FOCUS = "#cancel"

    def __init__(self, plan: Plan, *, armed: bool, gives: bool) -> None:
        super().__init__()
        self.plan = plan
        self.armed = armed
        self.gives = gives
        self.on_screen = False
        """Whether the secret that is made is shown once, in place of a file."""
        self._steady = Steady()

    def compose(self) -> ComposeResult:
        plan = self.plan
        with Vertical():
            with VerticalScroll(can_focus=False):
                yield Static(id="summary")
            if plan.typed and self.armed:
                with Horizontal(classes="field"):
                    yield Static(line("Type the key's last ", (plan.typed, "bold $foreground")))
                    yield ByHand(id="typed")
            if plan.needs_reason and self.armed:
                yield Static(line((plan.needs_reason, "bold $warning")))
                with Horizontal(classes="field"):
                    yield Static(line("Reason, for the journal"))
                    yield Input(id="reason", select_on_focus=False)
            if self.gives and self.armed:
                with Horizontal(classes="field"):
                    yield Static(line("The new secret goes to"))
                    yield Input(str(Path.home() / f"{plan.key_id}-new.txt"), id="file", select_on_focus=False)
                    yield Static(line(("the screen, once (F2: a file)", "bold")), id="once")
            yield Static(id="said")
            with Horizontal(id="keys"):
                yield Button(line("Cancel"), id="cancel")
                yield Static(self._how(), id="how")
        yield Hints()

    def on_mount(self) -> None:
        self._steady = Steady()
        box = self.query_one(Vertical)
        box.border_title = line("Confirm")
        box.border_subtitle = line(f"plan {self.plan.digest[:12]}")
        self._say("" if self.armed else READ_ONLY)
        self._show_place()

    def on_resize(self, event: events.Resize) -> None:
        """The summary scrolls where it does not fit; fields and keys always stay in view."""
        box = self.query_one(VerticalScroll)
        fields = len(self.query(".field")) + (2 if self.plan.needs_reason and self.armed else 0)
        box.styles.max_height = max(4, event.size.height - AROUND - fields)
        width = min(104, event.size.width * 94 // 100) - 5
        self.query_one("#summary", Static).update(summary(self.plan, width))

    def _how(self) -> Content:
        if not self.armed:
            return line(("READ-ONLY: can not be confirmed", "$muted"))
        return line(("Ctrl+Y", "bold $warning"), " does it    ", ("Enter, Esc cancel", "$muted"))

    def _say(self, *parts: Part) -> None:
        self.query_one("#said", Static).update(line(*parts))

    # Cancelling

    def action_cancel(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed)
    def _cancelled(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(None)

    # Confirming: one key, from a hand at rest

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._steady.touch()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """Enter in a field does nothing but say how it goes on."""
        event.stop()
        self._steady.touch()
        self._say("Enter does not confirm. ", ("Ctrl+Y", "bold"), " does it, Esc cancels.")

    @on(ByHand.Pasted)
    def _pasted(self, event: ByHand.Pasted) -> None:
        event.stop()
        self._steady.touch()
        self._say(("Type it: what is pasted is not taken here.", "$warning"))

    def on_key(self, event: events.Key) -> None:
        calm = self._steady.touch()
        if event.key != CONFIRM:
            return
        event.stop()
        if not self.armed:
            self._say((READ_ONLY, "bold $warning"))
        elif not calm:
            self._say(("That came too fast after another key. ", "$warning"), "Once more, on its own.")
        elif missing := self._missing():
            self._say((missing, "bold $warning"))
        else:
            self.dismiss(Answer(self._approval(), self._handover()))

    def _value(self, field: str) -> str:
        found = self.query(f"#{field}")
        return found.first(Input).value.strip() if found else ""

    def _missing(self) -> str:
        """What must be filled in first; empty: nothing."""
        if self.plan.typed and self._value("typed") != self.plan.typed:
            self.query_one("#typed").focus()
            return f"Type {self.plan.typed} first: the last characters of the key's ID."
        if self.plan.needs_reason and not self._value("reason"):
            self.query_one("#reason").focus()
            return "Give a reason first; it goes into the journal."
        if self.gives and not self.on_screen and not self._value("file"):
            self.query_one("#file").focus()
            return "Name a file that does not exist yet, or press F2: shown once."
        return ""

    def _approval(self) -> Approval:
        return Approval(self.plan.digest, self._value("typed"), self._value("reason"))

    # Where a secret goes

    def _handover(self) -> Handover | None:
        if not self.gives:
            return None
        return OnScreen() if self.on_screen else FileHandover(Path(self._value("file")))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The place of a secret is asked for only where there will be one."""
        return self.gives and self.armed if action == "place" else True

    def action_place(self) -> None:
        self.on_screen = not self.on_screen
        self._show_place()

    def _show_place(self) -> None:
        for field in self.query("#file"):
            field.display = not self.on_screen
        for field in self.query("#once"):
            field.display = self.on_screen
        if self.gives and self.armed and not self.on_screen:
            self._say("A new file that only you can read. ", ("F2: shown on the screen, once.", "$muted"))
        elif self.gives and self.armed:
            self._say("Shown after the run on a screen of its own, and kept nowhere.")

    def action_more(self, pages: int) -> None:
        box = self.query_one(VerticalScroll)
        box.scroll_relative(y=pages * max(1, box.size.height - 1), animate=False)
