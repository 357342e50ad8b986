"""What the screens of containment have in common: header, a body, the hints, the clock, the way back."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from aktui.errors import AktuiError
from aktui.models import utc_now
from screens.contain.containing import Containment
from screens.desk import Desk
from screens.pane import TablePane
from screens.widgets.header import HeaderLine, Standing
from screens.widgets.hints import Hints
from screens.widgets.tell import tell
from screens.working import WorkingScreen


class OverScreen(WorkingScreen):
    """A screen over the one it was opened from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "Back", id="contain.back", tooltip="Back to where you were"),
    ]

    def __init__(self, desk: Desk, standing: Standing) -> None:
        super().__init__()
        self.desk = desk
        self.standing = standing

    def body(self) -> ComposeResult:
        """What stands between header and hints."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        header = HeaderLine()
        header.standing = self.standing
        yield header
        yield from self.body()
        yield Hints()

    def on_mount(self) -> None:
        self.set_interval(0.5, self._tick)
        self._tick()

    def _tick(self) -> None:
        investigation = self.desk.investigation
        self.query_one(HeaderLine).now = investigation.cloud.now() if investigation else utc_now()
        if investigation is not None:
            cloud = investigation.cloud
            newest = cloud.exchanges[-1].number if cloud.exchanges else 0
            self.query_one(Hints).activity = f"calls {newest}  wait {cloud.waiting}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Filtering, ordering and copying are for rows; a page of text has none."""
        if action in ("filter", "sort", "reverse", "copy"):
            return isinstance(self.pane, TablePane)
        return True

    def action_leave(self) -> None:
        self.leave()

    def leave(self) -> None:
        self.dismiss()

    def action_watch(self) -> None:
        from screens.contain.watch import open_watch

        open_watch(self, self.desk, self.standing)

    def action_journal(self) -> None:
        from screens.contain.journal import open_journal

        open_journal(self, self.desk, self.standing)

    def recover(self, containment: Containment) -> None:
        """Look up what was cut off, and show it."""
        try:
            containment.recover()
        except AktuiError as error:
            tell(self.app, f"{error.message} {error.hint}".strip(), severity="warning")
        else:
            self.show_progress(containment)

    def show_sources(self, containment: Containment) -> None:
        """The sources, to mark them."""
        from screens.contain.sources import SourcesScreen

        self.app.push_screen(SourcesScreen(self.desk, self.standing, containment))

    def show_progress(self, containment: Containment) -> None:
        """The run on top, or the last one."""
        from screens.contain.progress import ProgressScreen

        if containment.doing is not None:
            self.app.push_screen(ProgressScreen(self.desk, self.standing, containment, containment.doing))
