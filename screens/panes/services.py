"""Which services the key was used with; the one under the cursor drives the panes beside it."""

from collections.abc import Sequence

from textual import on
from textual.message import Message

from queries.base import Row
from screens.answer import QueryPane
from screens.widgets.table import RowTable

ALL = Row({"service": "All services"}, {})
"""The row that stands for no choice."""


class Services(QueryPane):
    """One row a service, and one for all of them."""

    number = 2
    name_short = "Services"
    place = "use"
    query_id = "services"
    newest_first = "last_used"
    first_columns = ("service", "last_used", "source_ip", "event", "region", "source")
    help_text = (
        "Which services the key was used with, and when last. The service under the cursor fills the panes "
        "Events, IPs and Resources; Enter goes to its events. 'Recorded as' says how the newest use was "
        "seen: of data-plane calls (DataEvent) only the service is kept here, their details are in that "
        "service's own logs."
    )

    class Picked(Message):
        """Another service (or, empty, all of them) is under the cursor."""

        def __init__(self, service: str, *, entered: bool = False) -> None:
            super().__init__()
            self.service = service
            self.entered = entered

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Services.Picked) and not message.entered

    def pinned(self) -> Sequence[Row]:
        return (ALL,)

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()
        self.post_message(self.Picked(_service(event.row)))

    def open_row(self, row: Row) -> bool:
        self.post_message(self.Picked(_service(row), entered=True))
        return True


def _service(row: Row | None) -> str:
    return "" if row is None or row is ALL else str(row.values.get("service") or "").strip()


PANE = Services
