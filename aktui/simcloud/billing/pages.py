"""Pages of bills: by number, or by a token that is good for one request only."""

from collections.abc import Sequence
from typing import Any, TypeVar

from aktui.simcloud import cursor
from aktui.simcloud.billing.period import bad
from aktui.simcloud.cursor import NEXT, next_token
from aktui.simcloud.op import Answer, Call

T = TypeVar("T")

USUAL, MOST = 20, 300


def by_number(call: Call, items: Sequence[T], most: int = MOST) -> tuple[list[T], Answer]:
    """The page of `PageNum` and `PageSize`, and what the answer says of it."""
    number, size = _size(call, "PageNum", 1, 10**6), _size(call, "PageSize", USUAL, most)
    shown = list(items[(number - 1) * size : number * size])
    return shown, {"PageNum": number, "PageSize": size, "TotalCount": len(items)}


def by_token(call: Call, items: Sequence[T]) -> tuple[list[T], Answer]:
    """The page of `MaxResults` and `NextToken`, and what the answer says of it."""
    size = _size(call, "MaxResults", USUAL, MOST)
    start = cursor.start(call, lambda name: bad(name, "is not one that was given out for this request"))
    told: dict[str, Any] = {"MaxResults": size, "TotalCount": len(items), NEXT: ""}
    if start + size < len(items):
        told[NEXT] = next_token(call, start=start + size)
    return list(items[start : start + size]), told


def _size(call: Call, name: str, usual: int, most: int) -> int:
    size = int(call.get(name, usual))
    if not 1 <= size <= most:
        raise bad(name, f"must be from 1 to {most}")
    return size
