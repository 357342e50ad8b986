"""One key being looked up: its ledger, the cloud, the answers so far.

Nothing heavy is imported until one is opened.
"""

import asyncio
import gc
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from aktui.errors import AktuiError
from aktui.models import Exchange, Window
from queries.base import Caller
from queries.inquiry import Inquiry

if TYPE_CHECKING:
    from aktui.config import Settings
    from screens.contain.containing import Containment
    from screens.logpanes.work import LogWork

WINDOW = timedelta(days=7)
"""How far back the events of a key are asked for at first."""

INTRODUCTION = 5.0
"""Seconds to wait for the cloud to tell its time before taking this machine's."""

COLLECT = 5000
"""New objects until the next small collection, in place of the usual 700."""

SWITCH = 0.0005
"""Seconds; with 100,000 rows on their way the screen is late by half of what it is with 5 ms."""

HEAVY = (
    "aktui.case.directory",
    "aktui.case.ledger",
    "aktui.cloud.session",
    "screens.contain.containing",
    "screens.logpanes.work",
)
"""What is imported off the loop, after the first paint."""


class CloudView(Caller, Protocol):
    """The part of `aktui.cloud.session.Cloud` that the screens use."""

    @property
    def exchanges(self) -> Sequence[Exchange]: ...

    @property
    def waiting(self) -> int: ...

    @property
    def in_flight(self) -> int: ...

    def watch(self, callback: Callable[[Exchange], None]) -> Callable[[], None]: ...


@dataclass
class Investigation:
    """One key, the cloud it is looked up in, and the answers so far."""

    key_id: str
    cloud: CloudView
    inquiry: Inquiry
    keeping: AsyncExitStack = field(default_factory=AsyncExitStack)
    """What to close, newest first."""
    work: "LogWork | None" = None
    """The log rows of the case, and what is being fetched into it."""
    containment: "Containment | None" = None
    """What may be changed, and the run that changes it."""

    async def aclose(self) -> None:
        """Stop asking, then close the connections and the ledger."""
        await self.inquiry.aclose()
        await self.keeping.aclose()


def load_heavy() -> None:
    """Import what the first paint did without: the SDKs, the HTTP client, the queries. Run it in a thread."""
    for name in HEAVY:
        import_module(name)
    import_module("queries").catalogue()
    import_module("aktui.contain.action").actions()
    # What was imported stays until the end; without this each full collection walks it and holds the screen.
    gc.freeze()
    # Drawing leaves cycles behind, thousands a second; looked for seven times less often, they hold it less.
    gc.set_threshold(COLLECT)
    # Threads that store rows let the screen in at once, not after the usual 5 ms at every turn.
    sys.setswitchinterval(SWITCH)


async def open_investigation(settings: "Settings", key_id: str) -> Investigation:
    """The ledger of the key's case, a cloud that writes into it, the inquiry on both. Raises AktuiError."""
    await asyncio.to_thread(load_heavy)
    from aktui.case.directory import case_directory
    from aktui.case.ledger import Ledger
    from aktui.case.rows.store import RowStore
    from aktui.cloud.session import Cloud
    from aktui.contain.engine import Engine
    from screens.contain.containing import Containment
    from screens.logpanes.work import LogWork

    async with AsyncExitStack() as keeping:
        directory = case_directory(settings.home, key_id, practice=settings.practice)
        ledger = await Ledger.open(directory, key_id=key_id, practice=settings.practice)
        keeping.push_async_callback(ledger.aclose)
        cloud = await keeping.enter_async_context(Cloud(settings, record=ledger.record))
        await cloud.credentials.get()
        inquiry = Inquiry(cloud, key_id, _window(cloud))
        store = await keeping.enter_async_context(RowStore(directory, keep=ledger.record_part))
        work = LogWork(inquiry, store, directory)
        keeping.push_async_callback(work.aclose)
        containment = Containment(Engine(cloud, key_id, directory, copy=ledger.record_action))
        keeping.push_async_callback(containment.aclose)
        with suppress(AktuiError):
            # What is wrong with the journal shows where it is needed: on the screens of containment.
            await containment.refresh()
        with suppress(AktuiError):
            # Marks that can not be read are told where they are shown.
            inquiry.mark(await containment.marking.read())
        investigation = Investigation(key_id, cloud, inquiry, keeping, work, containment)
        try:
            await _learn_time(inquiry)
        except BaseException:
            await inquiry.aclose()
            raise
        inquiry.window = _window(cloud)
        investigation.keeping = keeping.pop_all()
        return investigation


def _window(cloud: Caller) -> Window:
    now = cloud.now()
    return Window(now - WINDOW, now)


async def _learn_time(inquiry: Inquiry) -> None:
    """The first answer brings the cloud's clock; what is wrong with that call shows in the panes."""
    with suppress(TimeoutError):
        await asyncio.wait_for(inquiry.ask("caller"), INTRODUCTION)
