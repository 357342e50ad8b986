"""The parameters of a query, checked: what it looks for, in which time, which part of it is wanted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aktui.simcloud.fault import ApiError
from aktui.simcloud.logs.context import WITH_PLACES
from aktui.simcloud.logs.refusals import bad_parameter, bad_search, bad_time_range

MOST_LINES = 100
_LATEST = 2**40


@dataclass(frozen=True)
class Query:
    """What a query asks for."""

    search: str
    sql: str
    topic: str
    start: int
    end: int
    """Seconds since 1970; the end is not included."""
    line: int = MOST_LINES
    offset: int = 0
    reverse: bool = False
    with_places: bool = False
    """Whether rows tell where they stand, for GetContextLogs."""

    @property
    def window(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def text(self) -> str:
        """What tells queries apart that are answered in part a few times first."""
        return repr(self)


def read_query(asked: Mapping[str, Any]) -> Query:
    """Raises ApiError 400: InvalidTimeRange, InvalidLine, InvalidOffset, InvalidReverse, ParameterInvalid."""
    start, end = _seconds(asked, "from"), _seconds(asked, "to")
    if start >= end:
        raise bad_time_range()
    query = _text(asked, "query")
    search, sql = split(query)
    with_places = sql.lower() == WITH_PLACES
    sql = "" if with_places else sql
    offset = _count(asked, "offset", 0, 2**31 - 1, "InvalidOffset")
    if sql and offset:
        message = (
            "ErrorType:OLSQueryParseError.ErrorMessage:offset is not available for pagination in sql query, "
            "please use limit x,y syntax for pagination."
        )
        raise ApiError(400, "ParameterInvalid", message)
    # What SQL returns, its own LIMIT says.
    line = MOST_LINES if sql else _count(asked, "line", MOST_LINES, MOST_LINES, "InvalidLine")
    topic, reverse = _text(asked, "topic"), _flag(asked, "reverse")
    return Query(search, sql, topic, start, end, line, offset, reverse, with_places)


def split(query: str) -> tuple[str, str]:
    """The search part and the SQL part (or empty) of a query. Raises ApiError for SQL without a search."""
    inside = False
    at = 0
    while at < len(query):
        char = query[at]
        if char == "\\" and inside:
            at += 1
        elif char == '"':
            inside = not inside
        elif char == "|" and not inside:
            return query[:at], query[at + 1 :].strip()
        at += 1
    if re.match(r"\s*select\s", query, re.IGNORECASE):
        raise bad_search("sql query must follow search query,please read syntax doc")
    return query, ""


def _text(asked: Mapping[str, Any], name: str) -> str:
    value = asked.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise bad_parameter(name, "must be a string")
    # Half of a character pair, which JSON can carry, is no text.
    return value.encode("utf-8", errors="replace").decode()


def _seconds(asked: Mapping[str, Any], name: str) -> int:
    value = asked.get(name)
    if value is None or value == "":
        raise bad_parameter(name, "is required")
    number = _whole(value)
    if number is None or not 0 <= number <= _LATEST:
        raise bad_time_range()
    return number


def _count(asked: Mapping[str, Any], name: str, default: int, most: int, code: str) -> int:
    value = asked.get(name)
    if value is None or value == "":
        return default
    number = _whole(value)
    if number is None or not 0 <= number <= most:
        raise ApiError(400, code, f"{name.capitalize()} is invalid.")
    return number


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _flag(asked: Mapping[str, Any], name: str) -> bool:
    value = str(asked.get(name, "")).lower()
    if value not in ("", "true", "false"):
        raise ApiError(400, "InvalidReverse", "Reverse value is invalid.")
    return value == "true"
