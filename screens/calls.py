"""Every API call that was made, newest first: the proof of what the console did."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from aktui.models import Exchange
from queries.base import Column, Row
from screens.desk import Desk
from screens.investigation import CloudView
from screens.pane import Pane, TablePane
from screens.raw import RawScreen
from screens.widgets.display import line
from screens.widgets.header import HeaderLine, Standing
from screens.widgets.hints import Hints
from screens.widgets.table import RowTable
from screens.working import WorkingScreen

COLUMNS = (
    Column("number", "#", "count"),
    Column("started", "Time (UTC)", "time"),
    Column("call", "Call"),
    Column("region", "Region"),
    Column("status", "Status", "count"),
    Column("ms", "ms", "count"),
    Column("attempt", "Try", "count"),
    Column("waited", "Waited ms", "count"),
    Column("request_id", "Request ID", "id"),
    Column("error", "Error"),
)


def row_of(exchange: Exchange) -> Row:
    """An exchange as a row of the log."""
    values = {
        "number": exchange.number,
        "started": exchange.started,
        "call": f"{exchange.product}:{exchange.action}",
        "region": exchange.region,
        "status": exchange.status,
        "ms": round(exchange.elapsed * 1000),
        "attempt": exchange.attempt,
        "waited": round(exchange.waited * 1000) or None,
        "request_id": exchange.request_id,
        "error": exchange.error,
    }
    return Row(
        values, {"host": exchange.host, "params": dict(exchange.params), "request_id": exchange.request_id}
    )


class CallsPane(TablePane):
    """The call log as rows."""

    number = 0
    name_short = "Call log"
    place = "top"
    help_text = (
        "Every attempt of every API call of this session, newest first, retries included. Enter shows what "
        "was sent and the answer as it came. Secrets are never kept, so they can't be shown. All of it is in "
        "the case, too."
    )

    def __init__(self, cloud: CloudView | None) -> None:
        super().__init__()
        self.cloud = cloud
        self._exchanges: dict[int, Exchange] = {}
        self._rows: dict[int, Row] = {}

    def on_mount(self) -> None:
        self.border_title = line(self.name_short)
        self.draw()

    def draw(self) -> None:
        if self.cloud is not None:
            self._exchanges = {exchange.number: exchange for exchange in self.cloud.exchanges}
            self._rows = {
                number: self._rows.get(number) or row_of(exchange)
                for number, exchange in self._exchanges.items()
            }
            self.table.now = self.cloud.now()
            self.table.fill([self._rows[number] for number in sorted(self._rows, reverse=True)], COLUMNS)
        super().draw()

    def again(self) -> None:
        self.draw()

    def empty(self) -> Content:
        if self._rows:
            return self.no_match()
        return line(("None. ", "bold"), "No call has been made yet.")

    def status(self) -> Content:
        failed = sum(1 for exchange in self._exchanges.values() if exchange.error)
        oldest = "" if not self._rows or min(self._rows) == 1 else "  older ones are in the case"
        return line(f"{len(self.table.shown)} of {len(self._rows)} attempts  {failed} not successful{oldest}")

    def exchange_of(self, row: Row) -> Exchange | None:
        """The exchange behind a row."""
        return self._exchanges.get(row.values["number"])

    def open_row(self, row: Row) -> bool:
        exchange = self.exchange_of(row)
        if exchange is not None:
            self.app.push_screen(_page(exchange))
        return True


class CallsScreen(WorkingScreen):
    """The call log, over the screen it was opened from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l,q", "leave", "Back", id="calls.back", tooltip="Back to where you were"),
    ]

    def __init__(self, desk: Desk, standing: Standing) -> None:
        super().__init__()
        self.desk = desk
        self.standing = standing
        self._seen = 0

    @property
    def pane(self) -> Pane:
        return self.query_one(CallsPane)

    def compose(self) -> ComposeResult:
        investigation = self.desk.investigation
        header = HeaderLine()
        header.standing = self.standing
        yield header
        yield CallsPane(investigation.cloud if investigation else None)
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(RowTable).focus()
        self.set_interval(0.5, self._renew)
        self._renew()

    def _renew(self) -> None:
        """Draw when something new came; calls come in bursts, so they are not drawn one by one."""
        investigation = self.desk.investigation
        if investigation is None:
            return
        cloud = investigation.cloud
        self.query_one(HeaderLine).now = cloud.now()
        newest = cloud.exchanges[-1].number if cloud.exchanges else 0
        if newest != self._seen:
            self._seen = newest
            self.query_one(CallsPane).draw()

    def action_leave(self) -> None:
        self.leave()

    def leave(self) -> None:
        self.dismiss()

    def action_raw(self) -> None:
        pane = self.query_one(CallsPane)
        if pane.table.row is not None:
            pane.open_row(pane.table.row)

    @on(RowTable.Moved)
    def _moved(self, event: RowTable.Moved) -> None:
        event.stop()


def _page(exchange: Exchange) -> RawScreen:
    fields = [
        ("call", f"{exchange.product}:{exchange.action}"),
        ("host", exchange.host),
        ("region", exchange.region),
        ("started", f"{exchange.started.strftime('%Y-%m-%d %H:%M:%S')} UTC"),
        ("took", f"{exchange.elapsed * 1000:.0f} ms"),
        ("waited", f"{exchange.waited * 1000:.0f} ms for the rate limit"),
        ("try", str(exchange.attempt)),
        ("status", "no answer" if exchange.status is None else str(exchange.status)),
        ("request", exchange.request_id),
        ("error", exchange.error),
    ]
    title = f"Call {exchange.number}: {exchange.product}:{exchange.action}"
    return RawScreen.of_answer(
        title, [field for field in fields if field[1]], dict(exchange.params), exchange.body
    )
