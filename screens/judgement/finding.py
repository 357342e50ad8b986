"""One finding: what was seen, what would be harmless, what the provider does about it, and its evidence."""

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from aktui.errors import AktuiError
from queries.base import Row
from screens.background import in_background
from screens.contain.overlay import OverScreen
from screens.desk import Desk
from screens.investigation import Investigation
from screens.judgement.evidence import Evidence
from screens.judgement.telling import SIDES, texts
from screens.raw import RawScreen
from screens.widgets.display import Part, as_moment, beside_label, lines, stamp
from screens.widgets.header import Standing
from screens.widgets.tell import tell

LABEL = 13
MOST = 12
"""Sources and identities that are named; the list has them all."""
SEVERE = {"critical": "bold $error", "high": "bold $warning"}


def told(row: Row, width: int) -> Content:
    """All about a finding but its evidence."""
    values = row.values
    side = str(values["side"])
    head: list[Part] = [(str(values["title"]), "bold"), "  "]
    head += [(str(values["severity"]), SEVERE.get(str(values["severity"]), "bold")), "  "]
    head.append((side, SIDES.get(side, "")))
    rows = [beside_label("", head, 0, width), beside_label("", [str(values["sentence"])], 0, width)]
    rows += [beside_label(name, parts, LABEL, width) for name, parts in _facts(row) if any(parts)]
    return lines(*rows)


def _facts(row: Row) -> list[tuple[str, list[Part]]]:
    values = row.values
    first, last = as_moment(values["first"]), as_moment(values["last"])
    counted: list[Part] = [(f"{values['succeeded']} succeeded", "bold"), f", {values['refused']} refused"]
    span = f"  {stamp(first)} to {stamp(last)} UTC" if first and last else ""
    provider = str(values["provider_blocks"] or "") or "no sign was seen that the provider restricts the key"
    return [
        ("calls", [*counted, span]),
        ("harmless if", [str(values["benign"] or "")]),
        ("provider", [provider]),
        ("ATT&CK", [f"{values['technique']}  {values['technique_name']}"]),
        ("sources", [_some(texts(values["sources"]))]),
        ("identities", [_some(texts(values["identities"]))]),
    ]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return ", ".join(names[:MOST]) + more


class FindingScreen(OverScreen):
    """The finding above, the events it is made of below; Enter on one shows its record."""

    DEFAULT_CSS = """
    FindingScreen #told { height: auto; max-height: 50%; padding: 0 1; scrollbar-size-vertical: 1; }
    FindingScreen #told > Static { height: auto; }
    FindingScreen #evidence { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab", "other", "Text", show=False, id="pane.next", tooltip="Between the text and its evidence"
        ),
    ]

    def __init__(self, desk: Desk, standing: Standing, investigation: Investigation, row: Row) -> None:
        super().__init__(desk, standing)
        self.investigation = investigation
        self.row = row

    @property
    def pane(self) -> Evidence:
        return self.query_one(Evidence)

    def body(self) -> ComposeResult:
        with VerticalScroll(id="told"):
            yield Static()
        yield Evidence(self.row, self.show_record)

    def on_mount(self) -> None:
        self.pane.table.now = self.investigation.cloud.now()
        self.pane.table.focus()

    def on_resize(self) -> None:
        width = max(20, self.size.width - 3)
        self.query_one("#told Static", Static).update(told(self.row, width))

    def action_other(self) -> None:
        if self.pane.table.has_focus:
            self.query_one("#told").focus()
        else:
            self.pane.table.focus()

    def action_raw(self) -> None:
        row = self.pane.table.row
        if row is None:
            tell(self.app, "There is no event under the cursor.")
        else:
            self.show_record(row)

    def show_record(self, row: Row) -> None:
        """The untouched record of an event: at hand, or looked up by its id."""
        event_id = str(row.values["event_id"])
        if row.raw:
            self._show(event_id, row.raw)
            return

        async def fetch() -> None:
            try:
                await self._fetch(event_id)
            except AktuiError as error:
                tell(self.app, f"{error.message} {error.hint}".strip(), severity="error")

        in_background(self, fetch, "record", "the record of an event")

    async def _fetch(self, event_id: str) -> None:
        tell(self.app, f"Looking for the record of {event_id}.")
        found = await self.investigation.inquiry.ask("event-record", event_id=event_id)
        if found.rows:
            self._show(event_id, found.rows[0].raw)
        else:
            said = found.detail or "no region that was asked has it"
            tell(self.app, f"{event_id} was not found: {said}", severity="warning")

    def _show(self, event_id: str, record: Any) -> None:
        self.app.push_screen(RawScreen.of_record(f"Record: {event_id}", record))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What was found is asked for anew on the list."""
        return False if action in ("again", "stop") else super().check_action(action, parameters)
