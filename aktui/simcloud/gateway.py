"""What happens to one API call, from the parsed request to its answer. Knows nothing of HTTP servers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aktui.simcloud.products  # noqa: F401  (declares the operations)
from aktui.simcloud import authenticate
from aktui.simcloud.account import Account, Identity
from aktui.simcloud.authorise import authorise
from aktui.simcloud.events import from_call
from aktui.simcloud.fault import ApiError
from aktui.simcloud.limits import Limiter
from aktui.simcloud.logs.delivery import happened
from aktui.simcloud.op import OPERATIONS, VERSIONS, Answer, Call, Operation
from aktui.simcloud.request import Request
from aktui.simcloud.trail import Event
from aktui.simcloud.validate import typed

log = logging.getLogger(__name__)
_PRODUCTS = {version: product for product, version in VERSIONS.items()}


@dataclass(frozen=True)
class Outcome:
    """How a call ended: exactly one of `answer` and `error` is there."""

    answer: Answer | None = None
    error: ApiError | None = None


def product_of(request: Request) -> str:
    """The product a request is for, by its version; empty when the version is of none."""
    return _PRODUCTS.get(request.version, "")


def operation_of(request: Request) -> Operation | None:
    return OPERATIONS.get((request.version, request.action))


class Gateway:
    """The front of one account: it refuses, in the order of the real one, or runs the operation."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._nonces = authenticate.Nonces()
        self._limiter = Limiter()

    def handle(self, request: Request, request_id: str, *, deny: bool = False) -> Outcome:
        """Answer one call. What is refused after the key is known is an event of the account too.

        With `deny` the call is refused as if a policy of the account denied it.
        """
        try:
            operation = _operation(request)
            claim = authenticate.read_claim(request)
            caller = authenticate.identify(self.account, claim.key_id)
        except ApiError as error:
            return Outcome(error=error)
        now = self.account.clock.now()

        def admit() -> None:
            authenticate.verify(self.account, caller, claim, self._nonces, request.source_ip)
            self._limiter.take(operation, request.region)

        outcome, event = perform(
            self.account, operation, request, caller, request_id, now, admit=admit, deny=deny
        )
        happened(self.account, event)
        return outcome


def perform(
    account: Account,
    operation: Operation,
    request: Request,
    caller: Identity,
    request_id: str,
    now: datetime,
    *,
    admit: Callable[[], None],
    deny: bool = False,
) -> tuple[Outcome, Event]:
    """Run the call of a caller who is known, and write its event, which the account does not have yet.

    `admit` raises ApiError for what speaks against the call before permissions are asked for.
    """
    outcome = _outcome(account, operation, request, caller, request_id, now, admit, deny)
    event = from_call(
        account,
        caller,
        operation,
        request,
        request_id=request_id,
        now=now,
        answer=outcome.answer,
        error=outcome.error,
    )
    return outcome, event


def _outcome(
    account: Account,
    operation: Operation,
    request: Request,
    caller: Identity,
    request_id: str,
    now: datetime,
    admit: Callable[[], None],
    deny: bool,
) -> Outcome:
    try:
        admit()
        call = _call(account, operation, request, caller, request_id, now)
        authorise(call, deny=deny)
        return Outcome(answer=operation.run(call))
    except ApiError as error:
        return Outcome(error=error)
    except Exception:
        log.exception("%s %s broke", operation.product, operation.action)
        message = "The request processing has failed due to some unknown error."
        return Outcome(error=ApiError(500, "InternalError", message))


def _call(
    account: Account,
    operation: Operation,
    request: Request,
    caller: Identity,
    request_id: str,
    now: datetime,
) -> Call:
    return Call(
        account=account,
        caller=caller,
        op=operation,
        params=typed(operation, request.params),
        now=now,
        region=request.region,
        source_ip=request.source_ip,
        request_id=request_id,
        host=request.host,
        user_agent=request.user_agent,
    )


def _operation(request: Request) -> Operation:
    if request.method not in ("GET", "POST"):
        raise ApiError(405, "UnsupportedHTTPMethod", "This http method is not supported.")
    for name, value in (("Action", request.action), ("Version", request.version)):
        if not value:
            message = (
                f'The input parameter "{name}" that is mandatory for processing this request is not supplied.'
            )
            raise ApiError(400, "MissingParameter", message)
    if not product_of(request):
        raise ApiError(400, "InvalidVersion", "Specified parameter Version is not valid.")
    operation = operation_of(request)
    if operation is None or request.path not in ("", "/"):
        message = "Specified api is not found, please check your url and method."
        raise ApiError(404, "InvalidAction.NotFound", message)
    return operation
