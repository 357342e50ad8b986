"""Reads an answer: the JSON object of a success, or the error that says what the caller can do.

Refusals are told apart by their `Code`, because the same code comes with different HTTP statuses; the
status only decides about codes that are not known.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import chain
from typing import Any

import orjson

from aktui.errors import (
    BadKey,
    BadReply,
    BadSignature,
    CallRef,
    CloudError,
    Conflict,
    Forbidden,
    Invalid,
    NoAnswer,
    NotFound,
    Restricted,
    Throttled,
)
from aktui.models import utc_now

DEEPEST = 100
"""Answers nested deeper are refused: whatever walks through them later may recurse."""

_LONGEST_MESSAGE = 400
_NESTING = frozenset((dict, list))
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
LEAK_RISK = "risk of leakage of this accesskey"
"""How a refusal of a key under restrictive protection reads, in lower case."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, whole."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def asked_pause(self) -> float:
        """Seconds the answer asks to wait before trying again, 0 when it does not."""
        try:
            if milliseconds := self.headers.get("x-acs-retry-after"):
                return max(0.0, float(milliseconds) / 1000)
            if after := self.headers.get("retry-after"):
                return max(0.0, _seconds(after))
        except (ValueError, TypeError):
            return 0.0
        return 0.0


def read(call: CallRef, answer: Answer, presumed: str) -> dict[str, Any]:
    """The JSON object of a successful answer. Raises the fitting CloudError for any other.

    `presumed` is the RAM action to name when a denial does not say which one is missing.
    """
    no_redirect(call, answer)
    body = object_of(call, answer)
    said_no = body.get("Success") is False or str(body.get("Success")).lower() == "false"
    if answer.status >= 400 or said_no:
        raise _refusal(call, answer, body, presumed)
    return body


def request_id_of(answer: Answer, body: Mapping[str, Any] | None = None) -> str:
    """The request id, from the body or else from the headers."""
    found = (body or {}).get("RequestId") or (body or {}).get("requestId")
    headers = answer.headers
    return str(found or headers.get("x-acs-request-id") or headers.get("x-log-requestid") or "")


def value_of(call: CallRef, answer: Answer) -> Any:
    """The JSON value that an answer is. Raises BadReply when it is none, or is nested too deep."""
    try:
        parsed = _loads(answer.body)
    except ValueError:
        if answer.status >= 500 or answer.status == 429:
            raise _refusal(call, answer, {}, "") from None
        what = "was empty" if not answer.body.strip() else "is not JSON"
        raise bad(
            call,
            answer,
            f"The answer (HTTP {answer.status}) {what}.",
            hint="Something between this machine and the cloud may have answered, for instance a proxy.",
        ) from None
    if _too_deep(parsed):
        raise bad(call, answer, f"The answer is nested more than {DEEPEST} levels deep.")
    return parsed


def object_of(call: CallRef, answer: Answer) -> dict[str, Any]:
    """The JSON object that an answer is. Raises BadReply when it is none."""
    parsed = value_of(call, answer)
    if not isinstance(parsed, dict):
        raise bad(call, answer, f"The answer (HTTP {answer.status}) is JSON, but not an object.")
    return parsed


def _loads(body: bytes) -> Any:
    """JSON, also with half a surrogate pair in a string, which is then replaced by U+FFFD."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if b"\\u" not in body:
            raise
    try:
        return _whole(json.loads(body))
    except RecursionError:
        raise ValueError("nested too deep") from None


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF_A_PAIR.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_whole(name): _whole(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value


def _too_deep(value: Any) -> bool:
    level = [value] if type(value) in _NESTING else []
    for _ in range(DEEPEST):
        # A page of logs has thousands of values: exact types, which is all that JSON gives, are told faster.
        inside = chain.from_iterable(node.values() if type(node) is dict else node for node in level)
        level = [child for child in inside if type(child) in _NESTING]
        if not level:
            return False
    return True


def no_redirect(call: CallRef, answer: Answer) -> None:
    """Raise BadReply for an answer that points elsewhere."""
    if 300 <= answer.status < 400:
        where = answer.headers.get("location", "elsewhere")[:200]
        raise bad(call, answer, f"The answer was a redirect to {where}, which is not followed.")


def bad(call: CallRef, answer: Answer, message: str, hint: str = "") -> BadReply:
    """The error for an answer that is none."""
    return BadReply(call, message, status=answer.status, request_id=request_id_of(answer), hint=hint)


KINDS: tuple[tuple[type[CloudError], re.Pattern[str]], ...] = (
    (Throttled, re.compile(r"Throttling|^TooManyRequests|^QpsLimit")),
    (
        BadKey,
        re.compile(
            r"^InvalidAccessKeyId|^InvalidSecurityToken|^MissingSecurityToken|^SecurityTokenExpired"
            r"|^Forbidden\.AccessKey|^AccessPolicyDenied"
        ),
    ),
    (
        BadSignature,
        re.compile(
            r"^SignatureDoesNotMatch|^IncompleteSignature|^(Invalid|Illegal)Time[Ss]tamp|^SignatureNonceUsed"
        ),
    ),
    (NoAnswer, re.compile(r"^(ServiceUnavailable|InternalError|UndefinedError|ServerError)")),
    (Invalid, re.compile(r"^(InvalidAction|InvalidVersion|InvalidApi|UnsupportedHTTPMethod|Inactive)\b")),
    (
        Forbidden,
        re.compile(
            r"NoPermission|^Forbidden(?!\.RegionNotFound)|^Forbbiden|^AccessDenied|^AccessForbidden|^NotAuthori[sz]ed"
            r"|^Unauthori[sz]ed|^ImplicitDeny|^ExplicitDeny"
        ),
    ),
    (NotFound, re.compile(r"^EntityNotExist|NotFound|^NotExists?\b|DoesNotExist|^NoSuch")),
    (Conflict, re.compile(r"AlreadyExist|^DeleteConflict|^LimitExceeded|^ExceedLimit|^MaximumNumberOf")),
)
"""Which codes mean what; the first that fits counts."""

BY_STATUS: Mapping[int, type[CloudError]] = {
    401: BadKey,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: Throttled,
}


def _refusal(call: CallRef, answer: Answer, body: Mapping[str, Any], presumed: str) -> CloudError:
    code = str(body.get("Code") or body.get("code") or "")
    message = message_of(str(body.get("Message") or body.get("message") or ""), answer.status)
    request_id = request_id_of(answer, body)
    kind = _kind(code, message, answer.status)
    if kind is Forbidden:
        missing, hint = _permission(code, body, presumed)
        return Forbidden(
            call, message, missing=missing, code=code, status=answer.status, request_id=request_id, hint=hint
        )
    hint = HINTS.get(kind, "")
    return kind(call, message, code=code, status=answer.status, request_id=request_id, hint=hint)


def _kind(code: str, message: str, status: int) -> type[CloudError]:
    if LEAK_RISK in message.lower():
        return Restricted
    for kind, pattern in KINDS:
        if code and pattern.search(code):
            return kind
    if status >= 500:
        return NoAnswer
    return BY_STATUS.get(status, Invalid)


def message_of(text: str, status: int) -> str:
    """The cloud's own sentence, without the string it would have signed, which repeats the request."""
    text = re.split(r",?\s*server string to sign is", text, maxsplit=1, flags=re.IGNORECASE)[0].strip()
    if not text:
        return f"The cloud answered HTTP {status} without saying why."
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"


def _permission(code: str, body: Mapping[str, Any], presumed: str) -> tuple[str, str]:
    """The RAM action that is missing, and what to do about it."""
    if code == "Forbidden.NotSupportRAM":
        return presumed, "No RAM user or role may make this call; only the account itself may."
    found = body.get("AccessDeniedDetail")
    detail: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    action = str(detail.get("AuthAction") or "")
    if not action:
        return presumed, f"The cloud does not say which permission is missing; presumably it is {presumed}."
    policy = str(detail.get("PolicyType") or "")
    if detail.get("NoPermissionType") == "ExplicitDeny":
        return (
            action,
            f"A policy ({policy or 'type unknown'}) denies {action} expressly; granting it does not help.",
        )
    who = str(detail.get("AuthPrincipalDisplayName") or "")
    return action, f"Grant {action} to the calling identity{f' ({who})' if who else ''}."


HINTS: Mapping[type[CloudError], str] = {
    Restricted: "The provider has restricted the calling key because it leaked; use another identity.",
    Throttled: "Others in this account may be using up the same quota; try again later.",
    BadSignature: "Check the secret of the calling key and this machine's clock.",
    BadKey: "The calling key is disabled, deleted, expired, or barred from this network; use another one.",
}


def _seconds(value: str) -> float:
    """Seconds of a `Retry-After`, which is a number or a date."""
    if re.fullmatch(r"\d+(\.\d+)?", value.strip()):
        return float(value)
    return (parsedate_to_datetime(value) - utc_now()).total_seconds()
