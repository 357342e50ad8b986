"""The events that a claim is made of, one row an event or a request to data."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


def evidence_rows(row: Row) -> tuple[Row, ...]:
    """All that a finding, or an identity, is made of: the calls that came with it, then bare ids."""
    at_hand = list(calls_of(row))
    known = {each.values["event_id"] for each in at_hand}
    named = [(each, "event") for each in texts(row.values.get("event_ids"))]
    named += [(each, "request to data") for each in texts(row.values.get("request_ids"))]
    bare = (Row({"event_id": each, "event": f"({kind})"}, {}) for each, kind in named if each not in known)
    return (*at_hand, *bare)


def calls_of(row: Row) -> Iterator[Row]:
    """The calls that came with an answer's row, each with its record as it was read."""
    for call, record in zip(records(row.raw.get("calls")), records(row.raw.get("events")), strict=False):
        yield Row(_values(call), record)


def _values(call: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "event_id": str(call.get("id") or ""),
        "at": call.get("at"),
        "event": call.get("operation"),
        "service": call.get("service"),
        "region": call.get("region"),
        "source_ip": call.get("source"),
        "error": call.get("code"),
        "resource": ", ".join(texts(call.get("resources"))),
    }


def calls_in(rows: Iterable[Row], keep: Callable[[Row], bool]) -> tuple[Row, ...]:
    """The calls of several findings that are meant, each once, the oldest first."""
    found = {str(call.values["event_id"]): call for row in rows for call in calls_of(row) if keep(call)}
    return tuple(sorted(found.values(), key=lambda call: str(call.values["at"])))


class Evidence(TablePane):
    """Enter on a row shows its record as it came."""

    number = 1
    name_short = "Evidence"
    place = "top"
    help_text = (
        "The events that this is made of, by their ids, and requests to data by theirs. Enter "
        "shows the record as it came: of most it is here, of the others it is taken from what was read, or "
        "looked up by its id in ActionTrail."
    )

    def __init__(
        self, rows: Sequence[Row], none: str, show: Callable[[Row], None], *, whole: int = 0
    ) -> None:
        super().__init__(id="evidence")
        self.rows = tuple(rows)
        self.whole = whole
        """How many calls there were, these among them."""
        self.none = none
        """What stands here where there is no event."""
        self.show = show

    def on_mount(self) -> None:
        self.border_title = line(f"{self.name_short} {len(self.rows)}")
        self.table.fill(self.rows, COLUMNS)
        self.draw()

    def empty(self) -> Content:
        return self.no_match() if self.rows else line(self.none)

    def status(self) -> Content:
        count = len(self.rows)
        if not count:
            return Content("")
        shown = len(self.table.shown)
        many = f"{shown} of {count}" if shown != count else f"{count}"
        rest = (
            f"  of {self.whole} calls: the key's events (e) and logs (o) have all"
            if self.whole > count
            else ""
        )
        told = f"{many} id{'' if count == 1 else 's'}"
        return line(told, (rest, "$warning"), ("  Enter shows the record", "$muted"))

    def open_row(self, row: Row) -> bool:
        self.show(row)
        return True

    def record(self) -> tuple[str, Any] | None:
        row = self.table.row
        return None if row is None or not row.raw else (str(row.values["event_id"]), row.raw)
