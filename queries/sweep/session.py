"""A sweep of an account from its opening to its end: who asks, the evidence, what is kept of it.

Everything heavy is imported when a sweep is opened. The evidence is a ledger of the account's own, beside the
file that tells how far the sweep is; both are under `sweeps` in aktui's home.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aktui.case import sweeps
from aktui.errors import BadReply, CallRef, CaseError
from aktui.models import Exchange, Window
from queries.asking.reading import ident
from queries.inquiry import Inquiry
from queries.sweep.bulk import MOST_SOURCES
from queries.sweep.keeping import kept, known_of
from queries.sweep.known import Known
from queries.sweep.sweeping import Sweep

if TYPE_CHECKING:
    from aktui.case.ledger import Ledger
    from aktui.cloud.session import Cloud
    from aktui.config import Settings

PAST = timedelta(days=90)
"""How far back a trail is asked: enough for each key's own past."""
KEEP_EVERY = 5.0
"""Seconds between two writings of what is known."""


@dataclass
class Session:
    """An open account: ask with `begin` or `go_on`; what is known grows in `known`."""

    settings: "Settings"
    cloud: "Cloud"
    inquiry: Inquiry
    account: str
    caller: str
    known: Known
    """What an earlier sweep has kept, or nothing yet."""
    ledger: "Ledger"
    sweep: Sweep | None = None

    @property
    def done(self) -> tuple[int, int]:
        """Users asked about, and how many there are."""
        return (self.sweep.done if self.sweep else 0), len(self.known.people)

    async def begin(self, tell: Callable[[], None] = lambda: None) -> None:
        """Sweep anew; what was known is forgotten. Raises CaseError, CredentialsError, …"""
        self.known = _nothing(self.settings, self.account)
        await self.go_on(tell)

    async def go_on(self, tell: Callable[[], None] = lambda: None) -> None:
        """Ask what is not known yet. However it ends, what is known by then is kept."""
        self.inquiry.window = Window(self.cloud.now() - PAST, self.cloud.now())
        self.inquiry.forget("calls-by-operation", who="everyone", by="source", limit=MOST_SOURCES)
        self.sweep = Sweep(self.inquiry.asking({}), self.known, tell)
        keeping = asyncio.create_task(self._keep(), name="keep the sweep")
        try:
            await self.sweep.run()
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError, CaseError):
                await keeping
            await self.keep()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(KEEP_EVERY)
            await self.keep()

    async def keep(self) -> None:
        """Write what is known. Raises CaseError when that fails."""
        await asyncio.to_thread(_write, self.settings, _still(self.known))


@asynccontextmanager
async def session(settings: "Settings") -> AsyncIterator[Session]:
    """Open the account that the credentials belong to. Raises AktuiError when it can not be asked."""
    from aktui.case.ledger import Ledger
    from aktui.cloud.session import Cloud

    evidence = _Evidence()
    try:
        async with Cloud(settings, record=evidence.record) as cloud:
            await cloud.credentials.get()
            inquiry = Inquiry(cloud, "", Window(cloud.now() - PAST, cloud.now()))
            try:
                account, caller = await _introduce(inquiry)
                directory = sweeps.evidence(settings.home, account)
                ledger = await Ledger.open(directory, key_id=account, practice=settings.practice)
                await evidence.into(ledger)
                inquiry.window = Window(cloud.now() - PAST, cloud.now())
                known = await _recalled(settings, account)
                yield Session(settings, cloud, inquiry, account, caller, known, ledger)
            finally:
                await inquiry.aclose()
    finally:
        await evidence.aclose()


def _still(known: Known) -> Known:
    """What does not grow while it is being written."""
    return replace(
        known,
        sources=dict(known.sources),
        people=dict(known.people),
        reported=dict(known.reported),
        seen=dict(known.seen),
        uses=dict(known.uses),
    )


def _write(settings: "Settings", known: Known) -> None:
    sweeps.write(settings.home, known.account, kept(known))


class _Evidence:
    """Keeps exchanges; the first one tells whose ledger they belong into, and waits until that is open."""

    def __init__(self) -> None:
        self._first: list[Exchange] = []
        self._ledger: Ledger | None = None

    async def record(self, exchange: Exchange) -> None:
        if self._ledger is None:
            self._first.append(exchange)
        else:
            await self._ledger.record(exchange)

    async def into(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        for exchange in self._first:
            await ledger.record(exchange)

    async def aclose(self) -> None:
        if self._ledger is not None:
            await self._ledger.aclose()


async def _introduce(inquiry: Inquiry) -> tuple[str, str]:
    """The account, and as whom it is asked."""
    reply = await inquiry.asking({}).once.call("sts", "GetCallerIdentity")
    account, arn = ident(reply.body.get("AccountId")), ident(reply.body.get("Arn"))
    if not account:
        message = "The answer names no account, so it is unknown whose keys there are."
        raise BadReply(CallRef("sts", "GetCallerIdentity"), message, request_id=reply.request_id)
    path = arn.rpartition(":")[2]
    return account, path.partition("/")[2] or path


def _nothing(settings: "Settings", account: str) -> Known:
    return Known(account, settings.endpoint, settings.region)


async def _recalled(settings: "Settings", account: str) -> Known:
    """What is kept of the account's sweep; nothing where that was another practice cloud's."""
    document = await asyncio.to_thread(sweeps.read, settings.home, account)
    known = known_of(document) if document is not None else _nothing(settings, account)
    same = known.account == account and known.endpoint == settings.endpoint
    return known if same else _nothing(settings, account)
