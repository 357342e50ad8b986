"""The Events screen: all that the key and its user did, from a trail's Logstore or by LookupEvents."""

from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from queries.base import Result
from queries.logs.logstores import TRAIL, Source
from screens.background import in_background
from screens.desk import Desk
from screens.logpanes.collect import Collection
from screens.logpanes.work import LogWork
from screens.rows import RowsScreen
from screens.widgets.header import Standing
from screens.widgets.tell import tell

NO_TRAIL = "No trail delivers to the log service here, so events come by LookupEvents, two calls a second."
BETTER = (
    "Read from the trail's Logstore: all regions in one search, any field, older than 90 days where kept. "
    "b reads by LookupEvents instead."
)


class EventsScreen(RowsScreen):
    """Rows of events. Which source they are from stands below them; `b` changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "source", "Source", id="events.source", tooltip="Trail's Logstore or LookupEvents"),
    ]

    def __init__(self, desk: Desk, standing: Standing, work: LogWork) -> None:
        super().__init__(desk, standing)
        self.work = work

    def on_mount(self) -> None:
        super().on_mount()
        self.rows.waiting_for = "Looking for a trail that delivers to the log service."
        in_background(self, self._choose, "source", "where events are")

    async def _choose(self) -> None:
        """The trail's Logstore when there is one that can be read, else lookups."""
        found: Result = await self.work.inquiry.ask("log-sources", kind=TRAIL, detail="no")
        readable = [source for source in map(Source.of, found.rows) if source.readable]
        if self.filling is not None:
            return
        if readable:
            self._from_trail()
            tell(self.app, BETTER)
        else:
            self._by_lookups()
            tell(self.app, NO_TRAIL)

    def _from_trail(self) -> None:
        download = self.work.trail_events()
        download.begin()
        self.follow(download)

    def _by_lookups(self) -> None:
        lookups = self.work.lookups()
        lookups.plan()
        self.follow(lookups)

    def action_source(self) -> None:
        """The other source; what the first one brings goes on coming."""
        if isinstance(self.filling, Collection):
            self._from_trail()
        elif self.filling is not None:
            self._by_lookups()


def open_events(screen: Screen[Any], desk: Desk, standing: Standing) -> None:
    """Show the Events screen over this one."""
    investigation = desk.investigation
    if investigation is None or investigation.work is None:
        tell(screen.app, "Events can be asked for once the key is open.")
        return
    screen.app.push_screen(EventsScreen(desk, standing, investigation.work))
