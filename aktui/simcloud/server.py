"""The practice cloud as a bare ASGI application: bytes in, bytes out, faults in between."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any

from aktui.simcloud import control, render
from aktui.simcloud.account import Account
from aktui.simcloud.calls import Calls, CallSeen
from aktui.simcloud.fault import ApiError
from aktui.simcloud.faults import Fault, Faults
from aktui.simcloud.gateway import Gateway, Outcome, operation_of, product_of
from aktui.simcloud.limits import throttled
from aktui.simcloud.request import Request, read
from aktui.simcloud.services import event_source
from aktui.simcloud.wire import connection_of

Scope = Mapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True)
class Response:
    """A response before it is sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class PracticeCloud:
    """One account behind the wire. Calling it serves one ASGI request."""

    def __init__(self, account: Account, rebuild: Callable[[], Account] | None = None) -> None:
        self._rebuild = rebuild
        self._begin(account)

    @property
    def account(self) -> Account:
        """The account as it is now; `reset` replaces it."""
        return self.gateway.account

    def reset(self) -> None:
        """Back to the beginning: the account as built, no faults, no calls. Raises ControlError."""
        if self._rebuild is None:
            raise control.ControlError(
                409, "this practice cloud was started without a way to rebuild its account"
            )
        self._begin(self._rebuild())

    def _begin(self, account: Account) -> None:
        self.gateway = Gateway(account)
        self.calls = Calls()
        self.faults = Faults()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
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
        product, operation = product_of(request), operation_of(request)
        request_id = str(uuid.uuid4()).upper()
        writes = operation is not None and operation.write
        seen = self.calls.note(request, product, writes, request_id, self.account.clock.now())
        fault = await _waited(self.faults.strike(product, request.action), seen)
        kind = fault.kind if fault else ""
        if fault and kind == "hang":
            await _hang(fault, receive)
        if kind in ("hang", "cut-before"):
            await connection.cut(receive)
            return
        outcome = _refusal(fault) or self.gateway.handle(request, request_id, deny=kind == "deny")
        seen.applied = outcome.error is None
        response = self._response(request, request_id, outcome, fault)
        seen.status, seen.code = response.status, outcome.error.code if outcome.error else ""
        if kind == "cut-after":
            await connection.cut(receive)
        elif kind == "truncate":
            await _send(send, response, only=len(response.body) // 2)
            await connection.cut(receive)
        else:
            await _send(send, response)

    def _response(self, request: Request, request_id: str, outcome: Outcome, fault: Fault | None) -> Response:
        headers = {
            "content-type": render.XML_TYPE if request.wants_xml else render.JSON_TYPE,
            "x-acs-request-id": request_id,
            "x-acs-trace-id": uuid.uuid4().hex,
            "date": format_datetime(self.account.clock.now(), usegmt=True),
        }
        if outcome.error is None:
            status, answer = 200, {**(outcome.answer or {}), "RequestId": request_id}
            root = f"{request.action}Response"
        else:
            status, answer = outcome.error.status, _refused(request, request_id, outcome.error)
            root = "Error"
            headers |= outcome.error.headers
        body = render.as_xml(root, answer) if request.wants_xml else render.as_json(answer)
        if fault and fault.body is not None:
            body = fault.body.encode()
        elif fault and fault.kind == "malformed":
            body = b"<html><body>"
        if fault and fault.kind == "malformed":
            status = fault.status or 200
        return Response(status, body, headers)


def create_app(account: Account, *, rebuild: Callable[[], Account] | None = None) -> PracticeCloud:
    """The ASGI application of one account; `rebuild` makes it anew for `POST /__sim__/reset`."""
    return PracticeCloud(account, rebuild)


def _refused(request: Request, request_id: str, error: ApiError) -> dict[str, Any]:
    host = request.host or event_source(product_of(request) or "pop", request.region)
    known = {"RequestId": request_id, "HostId": host, "Code": error.code, "Message": error.message}
    return known | error.detail


def _refusal(fault: Fault | None) -> Outcome | None:
    """The refusal a fault makes up, before anything is applied."""
    if fault is None or fault.kind not in ("throttle", "status"):
        return None
    if fault.kind == "throttle":
        return Outcome(error=throttled(fault.status or 400, retry_after_ms=fault.retry_after_ms))
    message = fault.message or "The request has failed due to a temporary failure of the server."
    return Outcome(error=ApiError(fault.status or 503, fault.code or "ServiceUnavailable", message))


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
