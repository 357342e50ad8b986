"""Lines around a line: `… | with_pack_meta` gives rows their places, GetContextLogs reads around one."""

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aktui.simcloud.logs.refusals import bad_parameter

if TYPE_CHECKING:
    from aktui.simcloud.logs.table import Table

WITH_PLACES = "with_pack_meta"
MOST_LINES = 100
_PACK = "5F3C1A9E00000001-1"
"""All rows of a Logstore are of one pack, in the order of time."""


def places(number: int) -> dict[str, str]:
    """The fields that tell where a row stands."""
    place = base64.b64encode(str(number).encode()).decode()
    return {"__tag__:__pack_id__": _PACK, "__pack_meta__": f"0|{place}|1|0"}


def around(table: "Table", asked: Mapping[str, Any]) -> dict[str, Any]:
    """The rows before and after a row, and itself. Raises ApiError 400 for places that are none."""
    number = _number(asked)
    back, forward = _lines(asked, "back_lines"), _lines(asked, "forward_lines")
    low = max(0, number - back)
    numbers = range(low, min(number + forward, table.size() - 1) + 1)
    rows = table.rows(numbers, 0, len(numbers))
    logs = [
        {"__index_number__": str(at - number), **places(at), **row}
        for at, row in zip(numbers, rows, strict=True)
    ]
    return {
        "total_lines": len(logs),
        "back_lines": number - low,
        "forward_lines": len(logs) - 1 - (number - low),
        "progress": "Complete",
        "logs": logs,
    }


def _number(asked: Mapping[str, Any]) -> int:
    if asked.get("pack_id") != _PACK:
        raise bad_parameter("pack_id")
    try:
        return int(base64.b64decode(str(asked.get("pack_meta", "")).split("|")[1], validate=True))
    except (ValueError, IndexError, binascii.Error):
        raise bad_parameter("pack_meta") from None


def _lines(asked: Mapping[str, Any], name: str) -> int:
    text = str(asked.get(name, ""))
    if not text.isascii() or not text.isdigit() or int(text[:4]) > MOST_LINES:
        raise bad_parameter(name, f"must be from 0 to {MOST_LINES}")
    return int(text)
