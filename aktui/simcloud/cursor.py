"""Opaque page tokens: good for one account and one set of request parameters."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Call

NEXT = "NextToken"


def refused() -> ApiError:
    """ActionTrail's one answer to a query parameter it does not take."""
    return ApiError(400, "InvalidQueryParameter", "The specified query parameter is invalid.")


def next_token(call: Call, **place: Any) -> str:
    """A token that remembers a place for the next page of the same request."""
    body = {"account": call.account.id, "request": _fingerprint(call), **place}
    return urlsafe_b64encode(json.dumps(body, separators=(",", ":")).encode()).decode()


def place(call: Call) -> dict[str, Any]:
    """What the request's token remembers, empty on the first page.

    Raises:
        ApiError: The token is garbage, another account's, or came with other parameters than its page.
    """
    token = call.get(NEXT)
    if not token:
        return {}
    try:
        body = json.loads(urlsafe_b64decode(token.encode()))
    except (ValueError, RecursionError):
        raise refused() from None
    if not isinstance(body, dict) or body.pop("account", "") != call.account.id:
        raise refused()
    if body.pop("request", "") != _fingerprint(call):
        raise refused()
    return body


def start(call: Call, otherwise: Callable[[str], ApiError]) -> int:
    """Where the page asked for begins; `otherwise` makes the refusal of a token that was not given out."""
    try:
        found = place(call).get("start", 0)
    except ApiError:
        found = None
    if not isinstance(found, int):
        raise otherwise(NEXT)
    return found


def size(call: Call, name: str, low: int, high: int, default: int) -> int:
    """A page size that travels as text."""
    given = call.get(name, "")
    if not given:
        return default
    if not (str(given).isascii() and str(given).isdigit() and low <= int(given) <= high):
        raise refused()
    return int(given) or default


def _fingerprint(call: Call) -> str:
    asked = {name: value for name, value in call.params.items() if name != NEXT}
    text = json.dumps([call.op.action, call.region, asked], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
