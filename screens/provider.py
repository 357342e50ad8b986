"""The Provider screen: what the provider itself knows of the key, each source with how far it goes."""

from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.screen import Screen

from screens.desk import Desk
from screens.investigation import Investigation
from screens.manypanes import TALL, PanesScreen
from screens.pane import Pane
from screens.providerpanes.overview import Overview
from screens.providerpanes.panes import (
    AlertsPane,
    GovernancePane,
    InsightsPane,
    LeaksPane,
    MachinesPane,
    ProtectionPane,
    RulesPane,
)
from screens.widgets.header import Standing
from screens.widgets.table import RowTable
from screens.widgets.tell import tell

KINDS = (
    LeaksPane,
    ProtectionPane,
    AlertsPane,
    InsightsPane,
    GovernancePane,
    RulesPane,
    MachinesPane,
)


class ProviderScreen(PanesScreen):
    """All sources above where there is room, one of them below."""

    DEFAULT_CSS = """
    ProviderScreen.-tall #overview { height: 11; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "leave", "Back", show=False, id="provider.back", tooltip="Back to where you were"),
    ]
    head_from = TALL

    def __init__(self, desk: Desk, standing: Standing, investigation: Investigation, at: str = "") -> None:
        super().__init__(desk, standing, investigation)
        self._at = at
        """The source to begin with; empty for the overview."""

    def make(self) -> list[Pane]:
        self.sources = [kind() for kind in KINDS]
        self.overview = Overview(self.sources, self.attend)
        return [self.overview, *self.sources]

    def first(self) -> str:
        return self._at if self._at in self.panes else self.current

    @on(RowTable.Moved)
    def _source_under_cursor(self, event: RowTable.Moved) -> None:
        """Below the overview stands the source that its cursor is on."""
        row = self.overview.table.row if event.table is self.overview.table else None
        if row is not None and self.together and self.pane is self.overview:
            self.below = str(row.raw["pane"])
            self.arrange_panes()

    def _notice(self, name: str) -> None:
        """In the overview the cursor is on the source that is looked at."""
        super()._notice(name)
        if self.panes[name] in self.sources and self.overview.is_mounted:
            self.overview.go_to(name)

    def on_pane_changed(self) -> None:
        super().on_pane_changed()
        self.overview.renew_rows()

    def action_again(self) -> None:
        if self.pane is self.overview:
            self.action_again_all()
        else:
            super().action_again()

    def action_contain(self) -> None:
        """A report that waits is marked as dealt with from here; for the rest, what can be done at all."""
        from screens.contain.menu import open_containment
        from screens.contain.opening import open_action

        pane = self.shown
        if isinstance(pane, LeaksPane) and pane.table.row is not None:
            open_action(self, self.desk, self.standing, "mark-leak-handled")
        else:
            open_containment(self, self.desk, self.standing)


def open_provider(screen: Screen[Any], desk: Desk, standing: Standing, at: str = "") -> None:
    """Show the Provider screen over this one, at a source such as `leak-reports`."""
    if desk.investigation is None:
        tell(screen.app, "The provider can be asked once the key is open.")
        return
    screen.app.push_screen(ProviderScreen(desk, standing, desk.investigation, at))
