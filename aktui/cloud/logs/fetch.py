"""The rows of one slice: its pages side by side, and whether they are what the histogram counted."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from aktui.cloud.logs.slices import Slice, together
from aktui.cloud.sls import PAGE
from aktui.models import Histogram, LogPage, LogstoreRef, Window

Row = Mapping[str, str]

ROUNDS = 4
"""How often a slice is fetched whose rows change in the meantime."""


class Searches(Protocol):
    """The part of `aktui.cloud.sls.Logs` that a download uses."""

    async def histogram(self, where: LogstoreRef, query: str, window: Window) -> Histogram: ...

    async def page(
        self, where: LogstoreRef, query: str, window: Window, *, offset: int = 0, lines: int = PAGE
    ) -> LogPage: ...


class Unfinished(Exception):
    """The rows of a slice could not be had whole. The message is a full sentence."""


class Fetcher:
    """Fetches slices of one search, with at most `at_once` requests under way."""

    def __init__(
        self, logs: Searches, where: LogstoreRef, query: str, at_once: int, came: Callable[[int], None]
    ) -> None:
        """`came` is called with the number of rows of each page."""
        self._logs = logs
        self._where = where
        self._query = query
        self._turns = asyncio.Semaphore(at_once)
        self._came = came

    async def rows(self, part: Slice) -> list[Row]:
        """The rows of a slice in order of time. Raises Unfinished, or the CloudError of a call.

        Rows that arrive while pages are fetched shift what the next page begins with, so what came is only
        taken when its number is the one counted before. A slice that differs is counted and fetched again;
        what comes twice alike is taken whatever the histogram says.
        """
        expected, before = part.lines, None
        for turn in range(ROUNDS):
            rows = await self._fetch(part, expected)
            if len(rows) == expected or rows == before:
                return rows
            before = rows
            if turn + 1 < ROUNDS:
                expected = await self._recount(part)
        raise Unfinished(
            f"Its rows kept changing while they were read: {expected} were counted, {len(rows)} came."
        )

    async def _fetch(self, part: Slice, expected: int | None) -> list[Row]:
        """All pages. One page more than rows are expected tells whether there are more."""
        pages = (expected or 0) // PAGE + 1 if part.open_end else -(-(part.lines or 0) // PAGE)
        got = await together(self._page(part, number) for number in range(pages))
        while part.open_end and len(got[-1].rows) == PAGE:
            got.append(await self._page(part, len(got)))
        return [row for page in got for row in page.rows]

    async def _page(self, part: Slice, number: int) -> LogPage:
        async with self._turns:
            page = await self._logs.page(
                self._where, self._query, part.window, offset=part.offset + number * PAGE
            )
        if not page.complete:
            raise Unfinished("The log service kept calling its answer incomplete.")
        self._came(len(page.rows))
        return page

    async def _recount(self, part: Slice) -> int | None:
        """How many rows the slice has by now; None when that can not be said."""
        async with self._turns:
            found = await self._logs.histogram(self._where, self._query, part.window)
        if not found.complete:
            return None
        rest = max(0, sum(bucket.count for bucket in found.buckets) - part.offset)
        return rest if part.open_end else min(rest, part.lines or 0)
