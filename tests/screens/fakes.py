"""A cloud that answers nothing and questions that answer what a test gives them: the real inquiry between."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aktui.config import Settings
from aktui.models import Exchange, Reply, Window
from queries import catalogue
from queries.base import Asking, Gap, Logs, Page, Query, Row
from queries.inquiry import Inquiry
from screens.desk import Desk, Setting
from screens.investigation import Investigation

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
KEY = "LTAI5tQxExampleExample9f"


class FakeCloud:
    """A clock and an empty call log; a call to it is a mistake of the test."""

    region = "cn-hangzhou"
    waiting = 0
    in_flight = 0

    def __init__(self, exchanges: Sequence[Exchange] = ()) -> None:
        self.exchanges = tuple(exchanges)

    @property
    def logs(self) -> Logs:
        raise AssertionError("unexpected call to the log service")

    def now(self) -> datetime:
        return NOW

    def watch(self, callback: Callable[[Exchange], None]) -> Callable[[], None]:
        return lambda: None

    async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Reply:
        raise AssertionError(f"unexpected call {product}:{action}")


Told = Callable[[Asking], AsyncIterator[Page]]


def pages(*given: Page) -> Told:
    """A question that answers with these pages."""

    async def run(_asking: Asking) -> AsyncIterator[Page]:
        for page in given:
            yield page

    return run


def rows(query_id: str, *values: Mapping[str, Any]) -> tuple[Row, ...]:
    """Rows of a query; columns not given are empty."""
    blank = {column.id: "" for column in catalogue()[query_id].columns}
    return tuple(Row({**blank, **each}, {"as": "it came", **each}) for each in values)


def hanging(_asking: Asking) -> AsyncIterator[Page]:
    """A question that is never answered."""

    async def run() -> AsyncIterator[Page]:
        await asyncio.Event().wait()
        yield Page()

    return run()


def failing(error: Exception, *before: Page) -> Told:
    """A question that ends in an error, after these pages."""

    async def run(_asking: Asking) -> AsyncIterator[Page]:
        for page in before:
            yield page
        raise error

    return run


def gap_page(gap: Gap, *given: Row) -> Told:
    return pages(Page(tuple(given), gaps=(gap,)))


def fake_catalogue(told: Mapping[str, Told]) -> dict[str, Query]:
    """The real queries, answering what they are told; the others answer with nothing."""
    return {name: replace(query, run=told.get(name, pages(Page()))) for name, query in catalogue().items()}


def fake_desk(
    cloud: FakeCloud | None = None,
    *,
    suspects: Sequence[str] = (),
    banner: str = "",
    practice: bool = False,
    settings: Settings | None = None,
) -> Desk:
    """A desk on which every key opens at once, without a ledger."""
    there = cloud or FakeCloud()

    async def prepare() -> Setting:
        return Setting(settings or Settings(), tuple(suspects))

    async def open_key(_settings: Settings, key_id: str) -> Investigation:
        window = Window(NOW - timedelta(days=7), NOW)
        return Investigation(key_id, there, Inquiry(there, key_id, window))

    return Desk(prepare, open_key=open_key, banner=banner, practice=practice)
