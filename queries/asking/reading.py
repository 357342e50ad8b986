"""Readers for answers nobody promised the shape of.

The values come from the vendor and, through it, from the intruder. A reader never raises on an odd value:
it gives the empty value, and the raw record stays beside the row. What may not be missing is the list (or
object) that was asked for: without it an empty answer would look like a "none", so `listed` and `member`
raise `BadReply`.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aktui.errors import BadReply, CallRef, NotFound
from aktui.models import Reply

Record = Mapping[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\d{9,14}")
_LARGEST_NESTED = 1_000_000
"""Characters of a JSON text inside a field beyond which it is not parsed."""


def text(value: object) -> str:
    """A text as it came; numbers in digits; anything else empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def ident(value: object) -> str:
    """An id or a name used to ask further: without the blanks and line ends that answers sometimes carry."""
    return text(value).strip()


def count(value: object) -> int | None:
    """A whole number, also one written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,18}\s*", value):
        return int(value)
    return None


def flag(value: object) -> bool | None:
    """Yes or no, also as text; None when it is neither (`N/A`, `-`)."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(text(value).strip().lower())


def moment(value: object) -> datetime | None:
    """A moment, aware, UTC, from ISO text, milliseconds (or seconds) as number or text; else None."""
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, float) and value.is_integer():
        number = int(value)
    if isinstance(value, str):
        stripped = value.strip()
        if not _DIGITS.fullmatch(stripped) or not stripped.isascii():
            return _iso(stripped)
        number = int(stripped)
    return _since_epoch(number) if number is not None and number > 0 else None


def _since_epoch(number: int) -> datetime | None:
    milliseconds = number if number >= 10**11 else number * 1000
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _iso(stripped: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(stripped)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def record(value: object) -> Record:
    """An object, or the empty one."""
    return value if isinstance(value, Mapping) else {}


def records(value: object) -> list[Record]:
    """The objects of a list; a lone object counts as a list of one, anything else is kept as `value`."""
    if isinstance(value, Mapping):
        return [value]
    if not isinstance(value, list):
        return []
    return [item if isinstance(item, Mapping) else {"value": item} for item in value]


def nested(value: object) -> Record:
    """The object a field holds as JSON text (or as an object already); empty when it is not one."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, str) or len(value) > _LARGEST_NESTED:
        return {}
    try:
        return record(json.loads(value))
    except (ValueError, RecursionError):
        return {}


def listed(reply: Reply, call: str, *path: str) -> list[Record]:
    """The list at `path` of an answer; `BadReply` when there is none. `call` reads `ims:ListAccessKeys`."""
    value = _at(reply, path)
    if not isinstance(value, list | Mapping):
        raise _unlike(reply, call, ".".join(path), "list")
    return records(value)


def member(reply: Reply, call: str, *path: str) -> Record:
    """The object at `path` of an answer; `BadReply` when there is none."""
    value = _at(reply, path)
    if not isinstance(value, Mapping):
        raise _unlike(reply, call, ".".join(path), "object")
    return value


def _at(reply: Reply, path: tuple[str, ...]) -> object:
    value: object = reply.body
    for name in path:
        value = record(value).get(name)
    return value


def _unlike(reply: Reply, call: str, where: str, kind: str) -> BadReply:
    product, _, action = call.partition(":")
    return BadReply(
        CallRef(product, action),
        f"The answer has no {kind} '{where}', so nothing can be concluded from it.",
        request_id=reply.request_id,
        hint="Ask again; the raw answer is in the case.",
    )


def absent(error: object) -> bool:
    """Whether the cloud said that the thing does not exist (and not, say, that the API does not)."""
    return isinstance(error, NotFound) and error.code.startswith("EntityNotExist")


def absent_kind(error: object, kind: str) -> bool:
    """Like `absent`, for one kind of thing: `User.LoginProfile`."""
    return isinstance(error, NotFound) and error.code == f"EntityNotExist.{kind}"
