"""What stands behind a claim: it is told above, its events are below, the record of each a key away."""

from collections.abc import Callable, Mapping, Sequence
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
from screens.raw import RawScreen
from screens.widgets.header import Standing
from screens.widgets.tell import tell

Page = Callable[[int], Content]
"""A text laid out for so many cells."""


class BehindScreen(OverScreen):
    """A text, and its evidence; `!` goes to the action of containment that answers it, where one does."""

    DEFAULT_CSS = """
    BehindScreen #told { height: auto; max-height: 60%; padding: 0 1; scrollbar-size-vertical: 1; }
    BehindScreen #told > Static { height: auto; }
    BehindScreen #evidence { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("exclamation_mark", "contain", "Contain", id="contain", tooltip="What can be done about it"),
        Binding(
            "tab", "other", "Text", show=False, id="pane.next", tooltip="Between the text and its evidence"
        ),
    ]

    def __init__(
        self,
        desk: Desk,
        standing: Standing,
        investigation: Investigation,
        page: Page,
        evidence: Sequence[Row],
        *,
        none: str,
        whole: int = 0,
        action: str = "",
        preset: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(desk, standing)
        self.investigation = investigation
        self.page = page
        self.evidence = tuple(evidence)
        self.none = none
        self.whole = whole
        self.answer = action
        """The action of containment that `!` leads to."""
        self.preset = dict(preset or {})

    @property
    def pane(self) -> Evidence:
        return self.query_one(Evidence)

    def body(self) -> ComposeResult:
        with VerticalScroll(id="told"):
            yield Static()
        yield Evidence(self.evidence, self.none, self.show_record, whole=self.whole)

    def on_mount(self) -> None:
        self.pane.table.now = self.investigation.cloud.now()
        self.pane.table.focus()

    def on_resize(self) -> None:
        width = max(20, self.size.width - 3)
        self.query_one("#told Static", Static).update(self.page(width))

    def action_other(self) -> None:
        if self.pane.table.has_focus:
            self.query_one("#told").focus()
        else:
            self.pane.table.focus()

    def action_contain(self) -> None:
        from screens.judgement.opening import open_answer

        open_answer(self, self.desk, self.standing, self.answer, self.preset)

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
