"""The Logstore a trail delivers to: one row an event, in the form in which events are delivered."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.logs.store import FieldIndex, Index, create, literal
from aktui.simcloud.trail import Event, is_data

if TYPE_CHECKING:
    import duckdb

INDEX = Index(fields={"event": FieldIndex("json")}, full_text=True)

TOPIC = "actiontrail_audit_event"
SOURCE = "actiontrail_internal"


class TrailRows:
    """The management events of an account as its trail delivered them, as far back as the Logstore keeps."""

    def __init__(self, account: Account, days: int) -> None:
        since = iso(account.clock.now() - timedelta(days=days))
        self.account_id = account.id
        self._events = tuple(
            event for event in account.trail if event["eventTime"] > since and not is_data(event)
        )

    @property
    def count_hint(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[dict[str, str]]:
        """The rows, as SLS would return them."""
        for event in self._events:
            yield row_of(event, self.account_id)

    def load(self, connection: "duckdb.DuckDBPyConnection", table: str) -> None:
        """Through a file that DuckDB's own reader takes."""
        create(connection, table, ["event"])
        with tempfile.TemporaryDirectory(prefix="aktui-rows-") as folder:
            path = Path(folder) / "rows.json"
            with path.open("wb") as file:
                for row in self:
                    file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
            columns = (
                "{'__time__': 'BIGINT', '__topic__': 'VARCHAR', '__source__': 'VARCHAR', 'event': 'VARCHAR'}"
            )
            reader = f"read_json({literal(str(path))}, format='newline_delimited', columns={columns})"
            connection.execute(f"INSERT INTO {table} SELECT * FROM {reader}")  # noqa: S608


def row_of(event: Event, account_id: str) -> dict[str, str]:
    """The row of one event."""
    return {
        "__time__": str(int(datetime.fromisoformat(event["eventTime"]).timestamp())),
        "__topic__": TOPIC,
        "__source__": SOURCE,
        "event": orjson.dumps(delivered(event, account_id), option=orjson.OPT_SORT_KEYS).decode(),
    }


def delivered(event: Event, account_id: str) -> dict[str, Any]:
    """An event as trails deliver it, which is not quite what LookupEvents returns."""
    shape = {name: value for name, value in event.items() if name not in ("isGlobal", "eventCategory")}
    return {**shape, "eventVersion": str(event.get("eventVersion", 1)), "recipientAccountId": account_id}
