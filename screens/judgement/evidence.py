"""The events a finding is made of, one row an event or a request to data."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from textual.content import Content

from queries.base import Column, Row
from screens.judgement.telling import records, texts
from screens.pane import TablePane
from screens.widgets.display import line

COLUMNS = (
    Column("event_id", "Event or request", "id"),
    Column("at", "At", "time"),
    Column("event", "Event"),
    Column("service", "Service"),
    Column("region", "Region"),
    Column("source_ip", "Source IP", "ip"),
    Column("error", "Error"),
    Column("resource", "Resource"),
)
_REQUEST_IDS = ("request_id", "RequestId", "requestId")


def evidence_rows(row: Row) -> tuple[Row, ...]:
    """A row an id; those whose records came with the finding say what they are."""
    known = _records(row)
    named = [(each, "event") for each in texts(row.values["event_ids"])]
    named += [(each, "request to data") for each in texts(row.values["request_ids"])]
    return tuple(_row(each, kind, known.get(each)) for each, kind in named)


def _records(row: Row) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for record in records(row.raw.get("events")):
        names = (record.get(name) for name in ("eventId", *_REQUEST_IDS))
        for name in (str(each) for each in names if each):
            found.setdefault(name, record)
    return found


def _row(event_id: str, kind: str, record: Mapping[str, Any] | None) -> Row:
    from queries.trail.happening import described

    if record is None:
        return Row({"event_id": event_id, "event": f"({kind})"}, {})
    if record.get("eventId"):
        return Row({**described(record), "event_id": event_id}, record)
    return Row({"event_id": event_id, **dict(_of_data(record))}, record)


def _of_data(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The same facts from a row of a data log, as far as it has them."""
    known = {
        "at": ("time", "__time__"),
        "event": ("operation", "Method"),
        "service": ("__topic__",),
        "region": ("region",),
        "source_ip": ("client_ip", "ClientIP"),
        "error": ("error_code", "ErrorCode"),
        "resource": ("object", "LogStore"),
    }
    for name, fields in known.items():
        value = next((record[field] for field in fields if record.get(field) not in (None, "", "-")), "")
        yield name, str(value)


class Evidence(TablePane):
    """Enter on a row shows its record as it came."""

    number = 1
    name_short = "Evidence"
    place = "top"
    help_text = (
        "The events that this finding is made of, by their ids, and requests to data by theirs. Enter "
        "shows the record as it came: of most it is here, of the others it is taken from what was read, or "
        "looked up by its id in ActionTrail."
    )

    def __init__(self, finding: Row, show: Callable[[Row], None]) -> None:
        super().__init__(id="evidence")
        self.finding = finding
        self.show = show

    def on_mount(self) -> None:
        rows = evidence_rows(self.finding)
        self.border_title = line(f"{self.name_short} {len(rows)}")
        self.table.fill(rows, COLUMNS)
        self.draw()

    def empty(self) -> Content:
        if self.table.rows:
            return self.no_match()
        return line("It is told of sources, not of single events: d on the list of findings shows them.")

    def status(self) -> Content:
        count = len(self.table.rows)
        shown = len(self.table.shown)
        many = f"{shown} of {count}" if shown != count else f"{count}"
        return line((f"{many} id{'' if count == 1 else 's'}  Enter shows the record", "$muted"))

    def open_row(self, row: Row) -> bool:
        self.show(row)
        return True

    def record(self) -> tuple[str, Any] | None:
        row = self.table.row
        return None if row is None or not row.raw else (str(row.values["event_id"]), row.raw)
