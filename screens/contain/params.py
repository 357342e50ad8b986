"""What an action must be told first: values to choose as things are now, or to type."""

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from aktui.contain.action import Action, Choice
from aktui.contain.engine import Engine
from aktui.errors import AktuiError
from queries.base import Column, Param, Row
from screens.background import in_background
from screens.widgets.display import line
from screens.widgets.hints import Hints
from screens.widgets.table import RowTable
from screens.widgets.trouble import trouble

_COLUMNS = (Column("label", "Choice"), Column("value", "Value"))
_LEAVE_OUT = Choice("", "(left out)")


class ParamsScreen(ModalScreen[dict[str, str] | None]):
    """One field a parameter; Enter on the last goes on to the preview. Nothing is sent by it."""

    DEFAULT_CSS = """
    ParamsScreen { align: center middle; }
    ParamsScreen > Vertical {
        width: 94%; max-width: 110; height: auto; max-height: 94%; border: heavy $border; padding: 0 1;
        background: $surface; border-title-color: $foreground; border-title-style: bold;
    }
    ParamsScreen VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    ParamsScreen .what { height: auto; margin: 1 0 0 0; }
    ParamsScreen Input, ParamsScreen Input:focus {
        height: 1; border: none; padding: 0 1; background: $boost;
    }
    ParamsScreen Input:focus { background: $block-cursor-background; }
    ParamsScreen RowTable { height: 7; }
    ParamsScreen #said { height: auto; margin: 1 0 0 0; color: $muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave it", priority=True, id="page.back", tooltip="Leave it"),
        Binding("tab", "app.focus_next", "Next", priority=True, id="pane.next", tooltip="Next field"),
        Binding("ctrl+r", "go", "Preview", priority=True, id="contain.preview", tooltip="Show the preview"),
        Binding(
            "f4", "turn", "Type it", priority=True, id="contain.type", tooltip="Type the value, or choose it"
        ),
    ]

    def __init__(self, engine: Engine, action: Action, preset: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.engine = engine
        self.action = action
        self.preset = dict(preset or {})
        """Values that were chosen where this screen was opened from."""
        self.choices: dict[str, tuple[Choice, ...]] = {}

    def compose(self) -> ComposeResult:
        with Vertical():
            with VerticalScroll(can_focus=False):
                for param in self.action.params:
                    needed = "" if param.required else "  (may be left out)"
                    what = line((param.name, "bold"), f"  {param.help}", (needed, "$muted"))
                    yield Static(what, classes="what")
                    if param.name in self.action.choices:
                        yield RowTable(_COLUMNS, id=f"from-{param.name}")
                    typed = Input(self._given(param), id=f"typed-{param.name}", select_on_focus=False)
                    typed.display = param.name not in self.action.choices
                    yield typed
            yield Static(line("Enter goes on; after the last one the preview follows."), id="said")
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(Vertical).border_title = line(self.action.title)
        self.fields[0].focus()
        for name in self.action.choices:
            self._table(name).explain(line(("Looking what there is to choose from…", "$muted")))
        if self.action.choices:
            in_background(self, self._look, "choices", "what there is to choose from")

    def _given(self, param: Param) -> str:
        return self.preset.get(param.name, param.default)

    @property
    def fields(self) -> list[Input | RowTable]:
        return [self._field(param) for param in self.action.params]

    def _field(self, param: Param) -> Input | RowTable:
        """What is in view of a parameter: its choices, or the line to type it in."""
        typed = self.query_one(f"#typed-{param.name}", Input)
        return typed if typed.display else self._table(param.name)

    def _table(self, name: str) -> RowTable:
        return self.query_one(f"#from-{name}", RowTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Typing in place of choosing is offered where there is a choice."""
        return bool(self.action.choices) if action == "turn" else True

    def action_turn(self) -> None:
        """Type what could be chosen, or the other way round."""
        for param in self.action.params:
            field = self._field(param)
            if field.has_focus and param.name in self.action.choices:
                typed, table = self.query_one(f"#typed-{param.name}", Input), self._table(param.name)
                if not typed.display:
                    typed.value = self._value(param)
                typed.display, table.display = not typed.display, typed.display
                self._field(param).focus()
                return

    async def _look(self) -> None:
        """The choices of each parameter, as things are now."""
        width = max(20, self.size.width * 94 // 100 - 6)
        try:
            ground = await self.engine.survey()
        except Exception as error:
            # Whatever it is, it must be read here.
            for name in self.action.choices:
                self._table(name).explain(trouble(error, width))
            return
        try:
            for param in self.action.params:
                if param.name in self.action.choices:
                    found = await self.action.choices[param.name](ground)
                    self._offer(param, found)
        except AktuiError as error:
            self._table(param.name).explain(trouble(error, width))
        except Exception as error:
            # A bug of ours, or an answer nobody foresaw: it must show, and only here.
            self._table(param.name).explain(trouble(error, width))
        finally:
            await ground.aclose()

    def _offer(self, param: Param, found: tuple[Choice, ...]) -> None:
        offered = found if param.required else (_LEAVE_OUT, *found)
        self.choices[param.name] = offered
        table = self._table(param.name)
        table.explain(line(("There is nothing to choose from.", "$warning")))
        rows = [Row({"label": one.label, "value": one.value}, {"value": one.value}) for one in offered]
        table.fill(rows, _COLUMNS)
        places = [at for at, one in enumerate(offered) if one.value == self._given(param)]
        table.cursor = places[0] if places else 0
        if param.name in self.preset and not places:
            self._not_offered(param)

    def _not_offered(self, param: Param) -> None:
        """What was chosen is none of the choices: it stays, so that no other one is taken in its place."""
        table, typed = self._table(param.name), self.query_one(f"#typed-{param.name}", Input)
        here = table.has_focus
        typed.value, typed.display, table.display = self.preset[param.name], True, False
        if here:
            typed.focus()
        said = f"{self.preset[param.name]} is not among the choices; the preview tells why. F4 shows them."
        self.query_one("#said", Static).update(line((said, "bold $warning")))

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()

    @on(RowTable.Chosen)
    def _chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self._on_from(event.table)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._on_from(event.input)

    def _on_from(self, field: Input | RowTable) -> None:
        """To the next field, or after the last one to the preview."""
        fields = self.fields
        at = fields.index(field)
        if at + 1 < len(fields):
            fields[at + 1].focus()
        else:
            self.action_go()

    def action_go(self) -> None:
        told = {param.name: self._value(param) for param in self.action.params}
        for param in self.action.params:
            if param.required and not told[param.name]:
                self.query_one("#said", Static).update(line((f"{param.name} is needed.", "bold $warning")))
                self._field(param).focus()
                return
        self.dismiss({name: value for name, value in told.items() if value})

    def _value(self, param: Param) -> str:
        field = self._field(param)
        if isinstance(field, Input):
            return field.value.strip()
        return str(field.row.raw["value"]) if field.row is not None else ""

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(VerticalScroll).styles.max_height = max(5, event.size.height - 8)
