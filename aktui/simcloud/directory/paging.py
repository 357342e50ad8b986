"""Pages: an opaque marker says where the next one starts."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from aktui.simcloud.fault import invalid
from aktui.simcloud.op import Answer, Call

T = TypeVar("T")


def paged(
    call: Call, things: Sequence[T], *, identity: Callable[[T], str], default: int = 100
) -> tuple[list[T], Answer]:
    """One page by Marker and MaxItems, and what the answer says of it: `IsTruncated` and `Marker`."""
    size = call.get("MaxItems") or default
    shown, marker = page(call, "Marker", things, size, identity=identity)
    return shown, {"IsTruncated": bool(marker)} | ({"Marker": marker} if marker else {})


def page(
    call: Call, param: str, things: Sequence[T], size: int, *, identity: Callable[[T], str]
) -> tuple[list[T], str]:
    """One page in the order of identities, and the marker of the next one, empty after the last.

    The marker names the last thing given, so that creations and deletions between two pages neither
    repeat nor skip what stays. It is good for the operation that gave it.
    """
    scope = f"{call.op.product}/{call.op.action}/"
    start = _read(param, call.get(param) or "", scope)
    rest = sorted((thing for thing in things if identity(thing) > start), key=identity)
    shown = rest[:size]
    return shown, _write(scope + identity(shown[-1])) if len(rest) > size else ""


def _write(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(param: str, marker: str, scope: str) -> str:
    if not marker:
        return ""
    padded = marker + "=" * (-len(marker) % 4)
    try:
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if not text.startswith(scope):
        raise invalid(param, "is not one that was given out")
    return text.removeprefix(scope)
