"""The keys that lead from the key screen to another one; each screen is imported when it is opened."""

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from screens.desk import Desk
from screens.widgets.header import HeaderLine, Standing
from screens.widgets.tell import tell
from screens.working import WorkingScreen

if TYPE_CHECKING:
    from screens.widgets.points import Points


class Doors(WorkingScreen):
    """A screen about one key, from which all others about it are a key away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "findings", "Findings", id="findings", tooltip="What was found, with its evidence"),
        Binding("d", "identities", "Whose", id="identities", tooltip="Sources and identities: whose is what"),
        Binding("l", "calls", "Calls", id="calls", tooltip="The log of all API calls"),
        Binding("o,f2", "logs", "Logs", id="logs", tooltip="The logs: OSS access, log service, trail"),
        Binding("e,f3", "all_events", "All events", id="events", tooltip="Events of key and user, 90 days"),
        Binding("b", "charges", "Charges", id="charges", tooltip="What it cost, and what of it is unusual"),
        Binding("p", "provider", "Provider", id="provider", tooltip="What the provider knows of the key"),
        Binding("exclamation_mark", "contain", "Contain", id="contain", tooltip="What can be done about it"),
        Binding("J", "journal", "Journal", show=False, id="journal", tooltip="What was done: the journal"),
        Binding("W", "watch", "Watch", show=False, id="watch", tooltip="Who still uses the key: the watch"),
        Binding("n", "another", "Another key", show=False, id="another", tooltip="Look at another key"),
    ]
    desk: Desk

    @property
    def standing(self) -> Standing:
        """What the header says of who asks, as far as it is known."""
        return self.query_one(HeaderLine).standing

    @property
    def next_action(self) -> str:
        """The action of containment that the verdict names; empty while there is none."""
        return ""

    def on_points_chosen(self, event: "Points.Chosen") -> None:
        """Enter in the verdict: a step leads to containment, a reason to what was found."""
        from screens.judgement.opening import open_target

        event.stop()
        open_target(self, self.desk, self.standing, event.point.target)

    def action_findings(self) -> None:
        from screens.judgement.findings import open_findings

        open_findings(self, self.desk, self.standing)

    def action_identities(self) -> None:
        from screens.judgement.identities import open_identities

        open_identities(self, self.desk, self.standing)

    def action_calls(self) -> None:
        from screens.calls import CallsScreen

        self.app.push_screen(CallsScreen(self.desk, self.standing))

    def action_logs(self) -> None:
        from screens.logs import open_logs

        open_logs(self, self.desk, self.standing)

    def action_all_events(self) -> None:
        from screens.events import open_events

        open_events(self, self.desk, self.standing)

    def action_charges(self) -> None:
        from screens.charges import open_charges

        open_charges(self, self.desk, self.standing)

    def action_provider(self) -> None:
        from screens.provider import open_provider

        open_provider(self, self.desk, self.standing)

    def action_contain(self) -> None:
        from screens.contain.menu import open_containment

        open_containment(self, self.desk, self.standing, at=self.next_action)

    def action_journal(self) -> None:
        from screens.contain.journal import open_journal

        open_journal(self, self.desk, self.standing)

    def action_watch(self) -> None:
        from screens.contain.watch import open_watch

        open_watch(self, self.desk, self.standing)

    def action_another(self) -> None:
        there = self.desk.containment
        if there is not None and (there.busy or there.secret):
            tell(self.app, "A plan runs, or a secret of it waits: that comes first. ! shows it.")
            return
        from screens.start import StartScreen

        self.app.switch_screen(StartScreen(self.desk))
