"""What a question is about: its parameters, each with a word on what it does."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from queries.base import Query
from screens.widgets.display import line
from screens.widgets.hints import Hints


class OptionsScreen(ModalScreen[dict[str, str] | None]):
    """One line a parameter; Enter asks with them."""

    DEFAULT_CSS = """
    OptionsScreen { align: center middle; }
    OptionsScreen > Vertical {
        width: 92%; max-width: 100; height: auto; max-height: 90%; border: heavy $border; padding: 0 1;
        background: $surface; border-title-color: $foreground; border-title-style: bold;
    }
    OptionsScreen VerticalScroll { height: auto; max-height: 14; scrollbar-size-vertical: 1; }
    OptionsScreen Horizontal { height: 1; }
    OptionsScreen Horizontal > Static { width: 14; color: $muted; }
    OptionsScreen Input { height: 1; border: none; padding: 0 1; background: $boost; width: 1fr; }
    OptionsScreen #help { height: auto; min-height: 2; margin: 1 0 0 0; color: $muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Leave it", priority=True, id="page.back", tooltip="Leave it as it was"),
        Binding(
            "down", "app.focus_next", "Next", show=False, priority=True, id="options.next", tooltip="Next"
        ),
        Binding(
            "up", "app.focus_previous", "Before", show=False, priority=True, id="options.up", tooltip="Before"
        ),
    ]

    def __init__(self, query: Query, about: dict[str, str]) -> None:
        super().__init__()
        texts = {text.param for text in query.texts}
        self.heading = query.title
        self.params = [param for param in query.params if param.name not in texts]
        self.about = about

    def compose(self) -> ComposeResult:
        with Vertical():
            with VerticalScroll(can_focus=False):
                for param in self.params:
                    with Horizontal():
                        yield Static(line(f"{param.name}{' *' if param.required else ''}"))
                        yield Input(
                            self.about.get(param.name, ""),
                            placeholder=param.default,
                            id=f"param-{param.name}",
                            select_on_focus=False,
                        )
            yield Static(id="help")
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(Vertical).border_title = line(f"{self.heading}: what it is about (Enter asks)")
        missing = [one for one in self.params if one.required and not self.about.get(one.name)]
        first = missing[0] if missing else self.params[0] if self.params else None
        if first is not None:
            self.query_one(f"#param-{first.name}", Input).focus()

    def on_descendant_focus(self) -> None:
        for param in self.params:
            if self.query_one(f"#param-{param.name}", Input).has_focus:
                needed = " It is needed." if param.required else ""
                self.query_one("#help", Static).update(line(f"{param.name}: {param.help}.{needed}"))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        told = {one.name: self.query_one(f"#param-{one.name}", Input).value.strip() for one in self.params}
        others = {name: value for name, value in self.about.items() if name not in told}
        self.dismiss({**others, **{name: value for name, value in told.items() if value}})
