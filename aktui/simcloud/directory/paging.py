"""Pages: an opaque marker says where the next one starts."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from aktui.simcloud.fault import ApiError

T = TypeVar("T")


def page(things: Sequence[T], marker: str, size: int, *, identity: Callable[[T], str]) -> tuple[list[T], str]:
    """One page and the marker of the next one, empty after the last.

    `things` are in the order of their identities. The marker names the last thing given, so that
    creations and deletions between two pages neither repeat nor skip what stays.
    """
    start = _read(marker) if marker else ""
    rest = [thing for thing in things if identity(thing) > start]
    shown = rest[:size]
    return shown, _write(identity(shown[-1])) if len(rest) > size else ""


def paged(
    things: Sequence[T],
    params: "Any",
    *,
    identity: Callable[[T], str],
    default: int = 100,
) -> tuple[list[T], dict[str, Any]]:
    """One page by Marker and MaxItems, and the answer's own `IsTruncated` and `Marker`."""
    ordered = sorted(things, key=identity)
    shown, marker = page(
        ordered, params.get("Marker") or "", params.get("MaxItems") or default, identity=identity
    )
    return shown, {"IsTruncated": bool(marker)} | ({"Marker": marker} if marker else {})


def _write(last: str) -> str:
    return base64.urlsafe_b64encode(f"1:{last}".encode()).decode().rstrip("=")


def _read(marker: str) -> str:
    padded = marker + "=" * (-len(marker) % 4)
    try:
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    if not text.startswith("1:"):
        raise ApiError(400, "InvalidParameter.Marker", "The parameter Marker is not one that was given out.")
    return text.removeprefix("1:")
