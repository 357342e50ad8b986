"""Without a key: which one to look at."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from aktui.errors import AktuiError, UsageError
from aktui.models import utc_now
from aktui.text import parse_key_id
from queries.base import Column, Row
from screens.desk import Desk
from screens.help import PageScreen, keys_page
from screens.widgets.display import line, lines
from screens.widgets.header import HeaderLine
from screens.widgets.hints import Hints
from screens.widgets.table import RowTable

CASES = (Column("key_id", "AccessKey", "id"), Column("last", "Last added to", "time"), Column("what", "What"))
SECRET_LENGTH = 24
"""From this many characters, what does not begin like an ID is hidden while it is typed."""

HELP = (
    "Type or paste the ID of the AccessKey (it starts with LTAI), then Enter. Never the secret: aktui does "
    "not need it. Or go down to a key of the list. Or, before you know which key: s sweeps them all."
)


class KeyInput(Input):
    """The line for a key id. While it is empty, `s` is no letter but the way to the sweep."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return super().check_consume_key(key, character) and not (key == "s" and not self.value)


class StartScreen(Screen[None]):
    """Takes a key id, or one of a list: recent cases, or the suspects of a practice."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "list", "List", id="start.list", tooltip="To the list of keys, and back"),
        Binding(
            "s",
            "sweep",
            "Sweep",
            priority=True,
            id="sweep",
            tooltip="All keys of the account by risk",
        ),
        Binding("f1,question_mark", "help", "Help", id="help", tooltip="Help for where you are"),
        Binding(
            "escape", "input", "To the line", show=False, id="start.input", tooltip="Back to the input line"
        ),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    def compose(self) -> ComposeResult:
        header = HeaderLine()
        header.standing = self.desk.standing(idle=True)
        yield header
        with Vertical(id="start"):
            yield Static(line("Which AccessKey is believed leaked?"), id="ask")
            yield KeyInput(placeholder="LTAI…", id="key")
            yield Static(id="reason")
            yield Static(line(self._list_title()), id="list-title")
            yield RowTable(CASES)
        yield Hints()

    def _list_title(self) -> str:
        return "Suspect keys of this practice" if self.desk.practice else "Recent cases"

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.query_one(RowTable).explain(line(("Loading…", "$muted")))
        self.set_interval(1.0, self._tick)
        self._tick()
        self.call_after_refresh(self._list)

    def _tick(self) -> None:
        self.query_one(HeaderLine).now = utc_now()

    def _list(self) -> None:
        self.run_worker(
            self._fill(),
            name="cases",
            group="cases",
            description="list of keys",
            exclusive=True,
            exit_on_error=False,
        )

    async def _fill(self) -> None:
        table = self.query_one(RowTable)
        try:
            rows = await self._rows()
        except AktuiError as error:
            table.explain(lines(line((error.message, "$error")), line(error.hint)))
        except Exception as error:
            # The list is a convenience; without it a key can still be typed.
            table.explain(line((f"The list can't be read ({type(error).__name__}: {error}).", "$error")))
        else:
            table.explain(line(("None yet.", "$muted")))
            table.now = utc_now()
            table.fill(rows, CASES)

    async def _rows(self) -> list[Row]:
        setting = await self.desk.ready()
        if self.desk.practice and setting.suspects:
            return [Row({"key_id": key, "what": "suspect"}, {"key_id": key}) for key in setting.suspects]
        return [
            Row(
                {
                    "key_id": case.key_id,
                    "last": case.last,
                    "what": case.problem or ("1 entry" if case.entries == 1 else f"{case.entries} entries"),
                },
                {"directory": str(case.directory)},
            )
            for case in await self.desk.cases()
        ]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """What looks like a secret is hidden, so that it is not read off the screen."""
        value = event.value.strip()
        self.refresh_bindings()
        event.input.password = len(value) >= SECRET_LENGTH and not value.startswith("LTAI")
        if value:
            self.query_one("#reason", Static).update(Content(""))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        try:
            key_id = parse_key_id(event.value)
        except UsageError as error:
            if event.input.password:
                event.input.value = ""
            self.query_one("#reason", Static).update(line((error.message, "$warning"), f" {error.hint}"))
            return
        self._go(key_id)

    @on(RowTable.Chosen)
    def _chosen(self, event: RowTable.Chosen) -> None:
        self._go(str(event.row.values["key_id"]))

    def _go(self, key_id: str) -> None:
        from screens.key import KeyScreen

        self.app.switch_screen(KeyScreen(self.desk, key_id))

    def action_list(self) -> None:
        table = self.query_one(RowTable)
        if table.has_focus:
            self.action_input()
        else:
            table.focus()

    def action_input(self) -> None:
        self.query_one(Input).focus()

    def action_sweep(self) -> None:
        from screens.sweep import open_sweep

        open_sweep(self, self.desk)

    def action_help(self) -> None:
        self.app.push_screen(PageScreen("Help: start", keys_page(self, HELP)))
