"""The RPC services on the wire: RAM, ActionTrail, billing and others, told apart by version and action."""

import uuid
from email.utils import format_datetime
from typing import Any

from aktui.simcloud import render
from aktui.simcloud.account import Account
from aktui.simcloud.calls import Calls, CallSeen
from aktui.simcloud.fault import ApiError
from aktui.simcloud.faults import Fault
from aktui.simcloud.gateway import Gateway, Outcome, operation_of, product_of
from aktui.simcloud.limits import throttled
from aktui.simcloud.request import Request
from aktui.simcloud.services import event_source
from aktui.simcloud.surface import Handled, Response


class Rpc:
    """The gateway of an account's RPC services, with bytes on either side."""

    def __init__(self, account: Account) -> None:
        self.gateway = Gateway(account)
        self._account = account

    def note(self, calls: Calls, request: Request) -> CallSeen:
        operation = operation_of(request)
        writes = operation is not None and operation.write
        request_id = str(uuid.uuid4()).upper()
        return calls.note(request, product_of(request), writes, request_id, self._account.clock.now())

    async def handle(self, request: Request, request_id: str, fault: Fault | None) -> Handled:
        deny = fault is not None and fault.kind == "deny"
        outcome = _refusal(fault) or self.gateway.handle(request, request_id, deny=deny)
        return Handled(self._response(request, request_id, outcome), outcome.error)

    def _response(self, request: Request, request_id: str, outcome: Outcome) -> Response:
        headers = {
            "content-type": render.XML_TYPE if request.wants_xml else render.JSON_TYPE,
            "x-acs-request-id": request_id,
            "x-acs-trace-id": uuid.uuid4().hex,
            "date": format_datetime(self._account.clock.now(), usegmt=True),
        }
        if outcome.error is None:
            status, answer = 200, {**(outcome.answer or {}), "RequestId": request_id}
            root = f"{request.action}Response"
        else:
            status, answer = outcome.error.status, _refused(request, request_id, outcome.error)
            root = "Error" if status != 200 else f"{request.action}Response"
            headers |= outcome.error.headers
        body = render.as_xml(root, answer) if request.wants_xml else render.as_json(answer)
        return Response(status, body, headers)


def _refused(request: Request, request_id: str, error: ApiError) -> dict[str, Any]:
    known = {"RequestId": request_id, "Code": error.code, "Message": error.message}
    if error.status == 200:
        # Billing says no inside an answer, which names no host.
        return known | error.detail
    host = request.host or event_source(product_of(request) or "pop", request.region)
    known["HostId"] = host
    return known | error.detail


def _refusal(fault: Fault | None) -> Outcome | None:
    """The refusal a fault makes up, before anything is applied."""
    if fault is None or fault.kind not in ("throttle", "status"):
        return None
    if fault.kind == "throttle":
        return Outcome(error=throttled(fault.status or 400, retry_after_ms=fault.retry_after_ms))
    message = fault.message or "The request has failed due to a temporary failure of the server."
    return Outcome(error=ApiError(fault.status or 503, fault.code or "ServiceUnavailable", message))
