"""The practice cloud as a bare ASGI application: bytes in, bytes out, faults in between."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from aktui.simcloud import control, render
from aktui.simcloud.account import Account
from aktui.simcloud.calls import Calls, CallSeen
from aktui.simcloud.faults import Fault, Faults
from aktui.simcloud.life.life import Life
from aktui.simcloud.logs.request import is_log_request
from aktui.simcloud.logs.service import LogService
from aktui.simcloud.request import read
from aktui.simcloud.rpc import Rpc
from aktui.simcloud.surface import Response, Surface
from aktui.simcloud.wire import connection_of

Scope = Mapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LARGEST_BODY = 4 * 1024 * 1024


class PracticeCloud:
    """One account behind the wire. Calling it serves one ASGI request."""

    def __init__(
        self, account: Account, rebuild: Callable[[], Account] | None = None, *, live: bool = False
    ) -> None:
        self._rebuild = rebuild
        self._live = live
        self._begin(account)

    @property
    def account(self) -> Account:
        """The account as it is now; `reset` replaces it."""
        return self._account

    def reset(self) -> None:
        """Back to the beginning: the account as built, no faults, no calls. Raises ControlError."""
        if self._rebuild is None:
            raise control.ControlError(
                409, "this practice cloud was started without a way to rebuild its account"
            )
        account = self._rebuild()
        self.stop()
        self._begin(account)

    def stop(self) -> None:
        """End the queries that are under way; they would hold up the end of the program."""
        self.logs.stop()

    def _begin(self, account: Account) -> None:
        self._account = account
        self.rpc = Rpc(account)
        self.logs = LogService(account)
        self.calls = Calls()
        self.faults = Faults()
        self.life = Life(account, running=self._live)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        self.life.catch_up()
        if scope["path"].startswith(control.PREFIX):
            status, answer = control.answer(self, scope, body or b"")
            await _send(
                send, Response(status, json.dumps(answer).encode(), {"content-type": render.JSON_TYPE})
            )
        elif body is None:
            await _send(send, Response(413, b""))
        else:
            await self._serve(scope, body, receive, send)

    async def _serve(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        connection = connection_of(scope)
        request = read(scope, body, connection=connection.number, home_region=self.account.region)
        surface: Surface = self.logs if is_log_request(request) else self.rpc
        seen = surface.note(self.calls, request)
        fault = await _waited(self.faults.strike(seen.product, seen.action), seen)
        kind = fault.kind if fault else ""
        if fault and kind == "hang":
            await _hang(fault, receive)
        if kind in ("hang", "cut-before"):
            await connection.cut(receive)
            return
        self.life.catch_up()
        handled = await surface.handle(request, seen.request_id, fault)
        seen.applied = handled.error is None
        response = _spoilt(handled.response, fault)
        seen.status, seen.code = response.status, handled.error.code if handled.error else ""
        if kind == "cut-after":
            await connection.cut(receive)
        elif kind == "truncate":
            await _send(send, response, only=len(response.body) // 2)
            await connection.cut(receive)
        else:
            await _send(send, response)


def create_app(
    account: Account, *, rebuild: Callable[[], Account] | None = None, live: bool = False
) -> PracticeCloud:
    """The ASGI application of one account; `rebuild` makes it anew for `POST /__sim__/reset`.

    With `live` the recurring calls of the account go on while it is served.
    """
    return PracticeCloud(account, rebuild, live=live)


def _spoilt(response: Response, fault: Fault | None) -> Response:
    """The response, unless a fault puts another body in its place."""
    if fault is None or (fault.body is None and fault.kind != "malformed"):
        return response
    body = b"<html><body>" if fault.body is None else fault.body.encode()
    status = (fault.status or 200) if fault.kind == "malformed" else response.status
    return Response(status, body, response.headers)


async def _waited(faults: Iterable[Fault], seen: CallSeen) -> Fault | None:
    """Sit out the latencies; the other fault, if there is one."""
    other = None
    for fault in faults:
        seen.fault = fault.kind
        if fault.kind == "latency":
            await asyncio.sleep(fault.seconds or 0)
        else:
            other = fault
    return other


async def _hang(fault: Fault, receive: Receive) -> None:
    """Wait until the client gives up, or for so long as the fault says."""
    try:
        async with asyncio.timeout(fault.seconds):
            while (await receive())["type"] != "http.disconnect":
                continue
    except TimeoutError:
        return


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when it is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size <= LARGEST_BODY:
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts) if size <= LARGEST_BODY else None


async def _send(send: Send, response: Response, *, only: int | None = None) -> None:
    """Send a response; with `only`, so many bytes of a body that was announced whole."""
    headers = {**response.headers, "content-length": str(len(response.body))}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": raw})
    part = response.body if only is None else response.body[:only]
    await send({"type": "http.response.body", "body": part, "more_body": only is not None})
