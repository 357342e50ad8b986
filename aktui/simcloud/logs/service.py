"""The log service on the wire: who asks, may they, what is the answer, what does it leave behind."""

import json
import logging
import secrets
import time
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

from aktui.simcloud import authenticate
from aktui.simcloud.account import Account, Identity
from aktui.simcloud.calls import Calls, CallSeen
from aktui.simcloud.fault import ApiError
from aktui.simcloud.faults import Fault
from aktui.simcloud.logs import operations, refusals
from aktui.simcloud.logs.compress import compressed
from aktui.simcloud.logs.operations import Answer
from aktui.simcloud.logs.permission import authorise
from aktui.simcloud.logs.queries import Queries
from aktui.simcloud.logs.record import Done, record
from aktui.simcloud.logs.request import LogRequest, read_log_request
from aktui.simcloud.request import Request, Scheme
from aktui.simcloud.signatures import sls1, sls4
from aktui.simcloud.signatures.claim import Claim
from aktui.simcloud.surface import Handled, Response

log = logging.getLogger(__name__)
PRODUCT = "Sls"
API_VERSIONS = ("0.4.0", "0.6.0")
_JSON = "application/json"

_LISTS: dict[str, Callable[[Account, LogRequest], Answer]] = {
    "ListProject": operations.list_project,
    "GetProject": operations.get_project,
    "ListLogStores": operations.list_logstores,
    "GetLogStore": operations.get_logstore,
    "GetIndex": operations.get_index,
}
_BEFORE_QUERIES = ("ListLogStores", "GetLogStore", "GetIndex")


class LogService:
    """The log service of one account."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._queries = Queries(account)

    def stop(self) -> None:
        """End what is under way; for when the program ends."""
        self._queries.stop()

    def note(self, calls: Calls, request: Request) -> CallSeen:
        call = read_log_request(request, self._account.projects)
        return calls.note(
            request,
            PRODUCT,
            False,
            secrets.token_hex(12).upper(),
            self._account.clock.now(),
            action=call.action,
            version=request.headers.get("x-log-apiversion", ""),
            region=call.region or self._account.region,
            key_id=call.key_id,
            params=call.shown(),
            signature=str(call.scheme),
        )

    async def handle(self, request: Request, request_id: str, fault: Fault | None) -> Handled:
        call = read_log_request(request, self._account.projects)
        made_up = _refusal(fault)
        if made_up is not None:
            return self._refused(made_up, request_id)
        try:
            _check_headers(call)
            claim, caller = self._identify(call)
        except ApiError as error:
            return self._refused(error, request_id)
        began = time.monotonic()
        handled = await self._run(call, claim, caller, request_id, fault.kind if fault else "")
        spent = int((time.monotonic() - began) * 1_000_000)
        status, sent = handled.response.status, len(handled.response.body)
        record(self._account, Done(call, caller, request_id, status, sent, spent, handled.error))
        return handled

    def _identify(self, call: LogRequest) -> tuple[Claim, Identity]:
        claim = _read_claim(call)
        try:
            return claim, authenticate.identify(self._account, claim.key_id)
        except ApiError as error:
            raise refusals.translated(error, claim.key_id) from None

    async def _run(
        self, call: LogRequest, claim: Claim, caller: Identity, request_id: str, kind: str
    ) -> Handled:
        try:
            self._admit(call, claim, caller, deny=kind == "deny")
            answer = await self._answer(call, incomplete=kind == "incomplete")
            return self._answered(call, answer, request_id)
        except ApiError as error:
            return self._refused(error, request_id)
        except Exception:
            log.exception("Sls %s broke", call.operation)
            return self._refused(ApiError(500, "InternalServerError", "Internal server error."), request_id)

    def _admit(self, call: LogRequest, claim: Claim, caller: Identity, *, deny: bool) -> None:
        account, source_ip = self._account, call.http.source_ip
        try:
            authenticate.verify(account, caller, claim, None, source_ip)
        except ApiError as error:
            raise refusals.translated(error, claim.key_id) from None
        authorise(account, caller, call, source_ip, account.clock.now(), deny=deny)

    async def _answer(self, call: LogRequest, *, incomplete: bool) -> Answer:
        listed = _LISTS.get(call.operation)
        if listed is not None:
            answer = listed(self._account, call)
            if call.operation in _BEFORE_QUERIES:
                self._queries.expect(call)
            return answer
        return await self._queries.answer(call, incomplete=incomplete)

    def _answered(self, call: LogRequest, answer: Answer, request_id: str) -> Handled:
        body, headers = _json(answer.body), self._headers(request_id) | dict(answer.headers)
        if call.operation == "GetLogsV2":
            body, how = compressed(body, call.http.headers.get("accept-encoding", ""))
            headers |= how
        return Handled(Response(200, body, headers))

    def _refused(self, error: ApiError, request_id: str) -> Handled:
        body = _json({"errorCode": error.code, "errorMessage": error.message})
        return Handled(Response(error.status, body, self._headers(request_id) | error.headers), error)

    def _headers(self, request_id: str) -> dict[str, str]:
        now = self._account.clock.now()
        return {
            "content-type": _JSON,
            "server": "nginx",
            "date": format_datetime(now, usegmt=True),
            "x-log-requestid": request_id,
            "x-log-time": str(int(now.timestamp())),
        }


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace")


def _check_headers(call: LogRequest) -> None:
    """What every request must have, before anybody asks whose it is."""
    headers = call.http.headers
    if not call.operation:
        raise refusals.unknown_operation(call.http.method, call.http.path)
    version = headers.get("x-log-apiversion")
    if version is None:
        message = "x-log-apiversion does not exist in http header."
        raise ApiError(400, "MissingAPIVersion", message)
    if version not in API_VERSIONS:
        raise ApiError(400, "InvalidAPIVersion", f"x-log-apiversion {version} is unsupported.")
    if call.http.body and not headers.get("content-type"):
        message = "Content-Type does not exist in http header when body is not empty."
        raise ApiError(400, "MissingContentType", message)


def _read_claim(call: LogRequest) -> Claim:
    """Raises ApiError for a request that claims nothing readable."""
    if call.scheme is Scheme.NONE:
        raise ApiError(401, "Unauthorized", "The Authorization header is missing or of no known kind.")
    try:
        return sls4.read_claim(call.http) if call.scheme is Scheme.SLS4 else sls1.read_claim(call.http)
    except ApiError as error:
        raise refusals.translated(error, call.key_id) from None


def _refusal(fault: Fault | None) -> ApiError | None:
    """The refusal a fault makes up, before anything is looked at."""
    if fault is None or fault.kind not in ("throttle", "status"):
        return None
    if fault.kind == "throttle":
        error = refusals.read_quota()
        return ApiError(fault.status or error.status, error.code, error.message)
    busy = refusals.busy()
    return ApiError(fault.status or busy.status, fault.code or busy.code, fault.message or busy.message)
