"""Log rows for tests: a few hours of one bucket's traffic, and stores to put them in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aktui.case.rows.asking import Part
from aktui.case.rows.store import RowStore
from aktui.case.rows.table import LogTable

START = 1_795_000_000
KEY = "LTAI5tPracticeSuspect001"
IPS = ("203.0.113.7", "198.51.100.9", "192.0.2.44")


def traffic(count: int, *, start: int = START, step: int = 7) -> list[dict[str, str]]:
    """Rows as the log service gives them; sizes are such that text and number order differ."""
    return [
        {
            "__time__": str(start + number * step),
            "__topic__": "oss_access_log",
            "access_id": KEY if number % 3 else "-",
            "client_ip": IPS[number % len(IPS)],
            "operation": "GetObject" if number % 5 else "DeleteObjects",
            "bucket": "acme-backups",
            "object": f"backup%2F2026%2Fdump-{number}.sql.gz",
            "http_status": "200" if number % 4 else "403",
            "content_length_out": "-" if number % 11 == 10 else str(number * 37 % 1009),
        }
        for number in range(count)
    ]


class Kept:
    """Stands in for a ledger, and can be told to fail."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.failure: Exception | None = None

    async def __call__(self, part: Part) -> None:
        if self.failure is not None:
            raise self.failure
        self.parts.append(part)


@asynccontextmanager
async def opened(
    directory: Path, name: str = "oss_access", keep: Kept | None = None
) -> AsyncIterator[LogTable]:
    async with RowStore(directory, keep=keep) as store:
        yield await store.table(name)


async def filled(directory: Path, rows: Sequence[dict[str, str]], *, slices: int = 4) -> None:
    """The rows in as many parts, not in order of time."""
    async with opened(directory) as table:
        for number in reversed(range(slices)):
            await table.append(rows[number::slices], source="sls", slice_id=str(number))
