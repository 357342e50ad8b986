"""`Cloud`: the one door to the cloud. Everything that is asked goes through `Cloud.call`.

    async with Cloud(settings, record=ledger.record) as cloud:
        reply = await cloud.call("ims", "GetUser", UserAccessKeyId="LTAI…")

A call passes the read-only gate, waits for its turn under the rate limits, is signed, sent, recorded and
read; a read that fails for a passing reason is sent again. Importing this module loads neither the SDKs
nor an HTTP library; that happens in a thread at the first call.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from aktui.cloud import gate
from aktui.cloud.calllog import CallLog, Record, Watcher
from aktui.cloud.credentials import CredentialSource
from aktui.cloud.limits import Limits, Turn
from aktui.cloud.patience import Patience, Tries
from aktui.cloud.products import Product, product_named
from aktui.cloud.redact import scrub, secrets_in
from aktui.cloud.skew import Correction, Skew
from aktui.config import Settings
from aktui.errors import BadKey, CallRef, CaseError, CloudError, Throttled
from aktui.models import Exchange, Reply, utc_now
from aktui.redact import redacted, revealed, sealed

if TYPE_CHECKING:
    from aktui.cloud.clients import Client, Clients, Invoke, Sending
    from aktui.cloud.sls import Logs
    from aktui.cloud.transport import Transport


@dataclass(frozen=True)
class _Asked:
    """One call, ready to be sent as often as it takes."""

    call: CallRef
    presumed: str
    """The RAM action to name when a denial names none."""
    params: dict[str, Any]
    invoke: "Invoke"
    scope: str
    """What the rate limit of the operation holds for, where it is not the account."""
    lane: str = ""
    """What shares the places of the host, where not all of its operations do."""
    secrets: tuple[str, ...] = ()
    """What must not be in an answer that is kept, beside what `params` shows to be secret."""
    write: bool = False
    """The answer may hold a secret made just now; no copy that is kept may."""


@dataclass(frozen=True)
class _Outcome:
    """What one attempt came to: a reply, or an error and the pause that the answer asks for."""

    reply: Reply | None = None
    error: CloudError | None = None
    asked_pause: float = 0.0
    elapsed: float = 0.0
    """Seconds it took, the wait for its turn not counted."""
    signed_with: timedelta = timedelta(0)
    """What was added to this machine's time in the signature."""


class Cloud:
    """The cloud as one identity sees it. Use as an async context manager, or call `aclose`."""

    def __init__(
        self,
        settings: Settings,
        *,
        record: Record | None = None,
        patience: Patience | None = None,
        credentials: CredentialSource | None = None,
    ) -> None:
        """`record` is awaited with each exchange before its answer is handed out."""
        self.settings = settings
        self.credentials = credentials or CredentialSource(settings)
        self._patience = patience or Patience()
        self._log = CallLog(record)
        self._limits = Limits()
        self._skew = Skew()
        self._opening = asyncio.Lock()
        self._transport: Transport | None = None
        self._clients: Clients | None = None
        self._logs: Logs | None = None
        self._under_way = 0
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. A call after this is a mistake: RuntimeError."""
        self._closed = True
        async with self._opening:
            if self._transport is not None:
                await self._transport.aclose()

    @property
    def region(self) -> str:
        """The home region."""
        return self.settings.region

    @property
    def patience(self) -> Patience:
        return self._patience

    @property
    def logs(self) -> "Logs":
        """The log service."""
        if self._logs is None:
            from aktui.cloud.sls import Logs

            self._logs = Logs(self)
        return self._logs

    @property
    def offset(self) -> timedelta:
        """The cloud's clock minus this machine's, as far as answers have told."""
        return self._skew.offset

    def now(self) -> datetime:
        """The cloud's time, aware, UTC."""
        return self._skew.now()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The newest 1000 attempts, oldest first."""
        return self._log.exchanges

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` on each exchange from now on; the result ends that."""
        return self._log.watch(watcher)

    @property
    def waiting(self) -> int:
        """How many calls wait for a rate limit now."""
        return self._limits.waiting

    @property
    def in_flight(self) -> int:
        """How many requests are under way now."""
        return self._under_way

    async def endpoint(self, product: str, region: str = "") -> str:
        """The host that a product is called at."""
        return (await self._client(product_named(product), region)).host

    async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Reply:
        """Ask one question, with parameters by their wire names; those that are None are left out.

        Raises ReadOnly for what is not a read; Refused, NotSent, NoAnswer or BadReply when there is no good
        answer (reads have been tried again by then); CredentialsError, ConfigError; CaseError when the answer
        could not be recorded. An unknown product, operation or parameter is a TypeError.
        """
        known = product_named(product)
        gate.check(CallRef(product, action, region))
        given = {name: value for name, value in params.items() if value is not None}
        client = await self._client(known, region)
        where = (region or self.region) if known.regional else region
        call = CallRef(product, action, where, client.host)
        return await self._persist(
            _Asked(call, f"{known.ram}:{action}", given, client.prepare(action, given), scope=where)
        )

    async def change(
        self, permit: gate.Permit, product: str, action: str, *, region: str = "", **params: object
    ) -> Reply:
        """Make one write, once: it is never sent again from here. A `Secret` may stand for a value.

        Secrets in the answer come as `Secret`. Raises ReadOnly unless the settings are armed and the permit
        is for this call; Refused or NotSent when it was certainly not applied; NoAnswer or BadReply when it
        may have been; CaseError when it was made and the answer could not be recorded.
        """
        known = product_named(product)
        given = {name: value for name, value in params.items() if value is not None}
        gate.admit(CallRef(product, action, region), given, permit, armed=self.settings.armed)
        client = await self._client(known, region)
        where = (region or self.region) if known.regional else region
        call = CallRef(product, action, where, client.host)
        shown = redacted(given)
        asked = _Asked(
            call,
            f"{known.ram}:{action}",
            shown,
            client.prepare(action, revealed(given)),
            scope=where,
            secrets=tuple(secrets_in(revealed(given))),
            write=True,
        )
        outcome = await self._attempt(asked, 1)
        if outcome.reply is None:
            assert outcome.error is not None
            raise outcome.error
        return Reply(sealed(outcome.reply.body), outcome.reply.request_id, outcome.reply.exchange)

    async def perform(
        self, call: CallRef, params: dict[str, Any], invoke: "Invoke", *, presumed: str, lane: str
    ) -> Reply:
        """What `call` does, for a call that speaks a wire form of its own; it fills `Reply.body` itself.

        `invoke` sends one attempt; `lane` is for `Limits.place`, `presumed` the RAM action that guards it.
        """
        gate.check(call)
        await self._open()
        return await self._persist(_Asked(call, presumed, params, invoke, scope=call.host, lane=lane))

    async def _client(self, product: Product, region: str) -> "Client":
        clients = await self._open()
        return await clients.client(product, region)

    async def _open(self) -> "Clients":
        if self._closed:
            raise RuntimeError("this Cloud has been closed")
        async with self._opening:
            if self._clients is None:
                clients, self._transport = await asyncio.to_thread(_load, self.settings, self._patience)
                self._clients = clients
            return self._clients

    async def _persist(self, asked: _Asked) -> Reply:
        """Attempts until there is a reply, or an error that asking again would not mend."""
        tries, correction = Tries(self._patience), Correction(self._skew)
        pace = self._limits.pace(asked.call.product, asked.call.action, asked.scope)
        attempt, spent = 1, 0.0
        while True:
            outcome = await self._attempt(asked, attempt)
            if outcome.reply is not None:
                return outcome.reply
            assert outcome.error is not None
            attempt += 1
            if correction.mends(outcome.error, outcome.signed_with):
                continue
            spent += outcome.elapsed
            pause = tries.pause_after(outcome.error, asked=outcome.asked_pause, elapsed=spent)
            if pause is None:
                raise outcome.error
            if isinstance(outcome.error, Throttled):
                pace.close_for(pause)
            else:
                spent += pause
                await asyncio.sleep(pause)

    async def _attempt(self, asked: _Asked, attempt: int) -> _Outcome:
        """Send once, and record what came of it before anybody sees it."""
        credentials = await self.credentials.get()
        call = asked.call
        asked_at = time.monotonic()
        turn = await self._limits.pace(call.product, call.action, asked.scope).turn()
        async with self._place(call.host, asked.lane):
            waited = time.monotonic() - asked_at
            signed_with = self._skew.signing
            sending = self._sending(asked, credentials, turn)
            exchange = _Draft(self._log.next_number(), asked, attempt, waited)
            error: CloudError | None = None
            try:
                await asked.invoke(sending)
            except CloudError as failure:
                error = failure
            except asyncio.CancelledError:
                with suppress(CaseError):
                    await self._log.add(exchange.done(sending, "cancelled before the answer came"))
                raise
            finished = exchange.done(sending, f"{error}" if error else "", error)
        self._learn(sending, error)
        await self._log.add(finished)
        pause = sending.answer.asked_pause if sending.answer else 0.0
        if error is not None:
            return _Outcome(None, error, pause, finished.elapsed, signed_with)
        return _Outcome(Reply(sending.body, finished.request_id, finished.number))

    def _sending(self, asked: _Asked, credentials: Any, turn: Turn) -> "Sending":
        from aktui.cloud.clients import Sending

        assert self._transport is not None
        return Sending(
            call=asked.call,
            transport=self._transport,
            credentials=credentials,
            signed_at=utc_now() + self._skew.signing,
            on_sent=turn.sent,
            presumed=asked.presumed,
            secrets=[
                credentials.secret.reveal(),
                credentials.token.reveal(),
                *secrets_in(asked.params),
                *asked.secrets,
            ],
        )

    @asynccontextmanager
    async def _place(self, host: str, lane: str) -> AsyncIterator[None]:
        async with self._limits.place(host, lane):
            self._under_way += 1
            try:
                yield
            finally:
                self._under_way -= 1

    def _learn(self, sending: "Sending", error: CloudError | None) -> None:
        if sending.answer is not None and (date := sending.answer.headers.get("date")):
            self._skew.heard(date, utc_now())
        if isinstance(error, BadKey):
            self.credentials.forget()


class _Draft:
    """An exchange whose answer is still to come."""

    def __init__(self, number: int, asked: _Asked, attempt: int, waited: float) -> None:
        self._number = number
        self._asked = asked
        self._attempt = attempt
        self._waited = waited
        self._started = utc_now()
        self._begun = time.monotonic()

    def done(self, sending: "Sending", what_failed: str, error: CloudError | None = None) -> Exchange:
        from aktui.cloud.replies import request_id_of

        call, answer = self._asked.call, sending.answer
        request_id = request_id_of(answer, sending.body) if answer else ""
        status = answer.status if answer else None
        if error is not None:
            request_id, status = error.request_id or request_id, error.status or status
        return Exchange(
            number=self._number,
            product=call.product,
            action=call.action,
            region=call.region,
            host=call.host,
            params=redacted(self._asked.params),
            attempt=self._attempt,
            started=self._started,
            elapsed=time.monotonic() - self._begun,
            status=status,
            request_id=request_id,
            body=self._kept(sending),
            error=what_failed,
            waited=self._waited,
        )

    def _kept(self, sending: "Sending") -> bytes:
        if sending.answer is None:
            return b""
        made = secrets_in(sending.body) if self._asked.write else []
        return scrub(sending.answer.body, made)


def _load(settings: Settings, patience: Patience) -> "tuple[Clients, Transport]":
    """In a thread: the HTTP library, the SDKs' core and the CA certificates take a while to load."""
    from aktui.cloud.clients import Clients
    from aktui.cloud.transport import Transport

    return Clients(settings), Transport.open(settings, patience)
