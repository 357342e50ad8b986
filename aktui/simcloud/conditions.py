"""The conditions of policy statements."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from typing import Any

Context = Mapping[str, Any]
"""What is known about a call, by condition key: texts, and a datetime for acs:CurrentTime."""

Test = Callable[[Any, str], bool]
"""Whether the value of the call meets one wanted value. Raises ValueError when either cannot be read."""


def hold(condition: Mapping[str, Mapping[str, Any]], context: Context, *, if_unknown: bool) -> bool:
    """Whether all conditions of a statement hold.

    An operator, a key or a value that cannot be judged counts as `if_unknown`: true where the statement
    denies, false where it allows, so that not knowing never opens a door.
    """
    return all(
        _holds(operator, key, wanted, context, if_unknown)
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _holds(operator: str, key: str, wanted: Any, context: Context, if_unknown: bool) -> bool:
    known = {name.lower(): value for name, value in context.items()}
    if key.lower() not in known:
        return if_unknown
    value = known[key.lower()]
    listed = wanted if isinstance(wanted, list) else [wanted]
    try:
        if operator in _ANY:
            return any(_ANY[operator](value, _text(one)) for one in listed)
        if operator in _NONE:
            return not any(_NONE[operator](value, _text(one)) for one in listed)
    except ValueError:
        return if_unknown
    return if_unknown


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _equals(value: Any, wanted: str) -> bool:
    return str(value) == wanted


def _equals_ignoring_case(value: Any, wanted: str) -> bool:
    return str(value).lower() == wanted.lower()


def _like(value: Any, wanted: str) -> bool:
    pattern = "".join(".*" if char == "*" else "." if char == "?" else re.escape(char) for char in wanted)
    return re.fullmatch(pattern, str(value), re.DOTALL) is not None


def _inside(value: Any, wanted: str) -> bool:
    return ip_address(value) in ip_network(wanted, strict=False)


def _date(compare: Callable[[datetime, datetime], bool]) -> Test:
    def test(value: Any, wanted: str) -> bool:
        if not isinstance(value, datetime):
            raise ValueError("the call has no date under this key")
        moment = datetime.fromisoformat(wanted)
        return compare(value, moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    return test


def _number(compare: Callable[[float, float], bool]) -> Test:
    return lambda value, wanted: compare(float(value), float(wanted))


_ANY: dict[str, Test] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": _like,
    "Bool": _equals_ignoring_case,
    "IpAddress": _inside,
    "DateEquals": _date(lambda value, wanted: value == wanted),
    "DateLessThan": _date(lambda value, wanted: value < wanted),
    "DateLessThanEquals": _date(lambda value, wanted: value <= wanted),
    "DateGreaterThan": _date(lambda value, wanted: value > wanted),
    "DateGreaterThanEquals": _date(lambda value, wanted: value >= wanted),
    "NumericEquals": _number(lambda value, wanted: value == wanted),
    "NumericLessThan": _number(lambda value, wanted: value < wanted),
    "NumericLessThanEquals": _number(lambda value, wanted: value <= wanted),
    "NumericGreaterThan": _number(lambda value, wanted: value > wanted),
    "NumericGreaterThanEquals": _number(lambda value, wanted: value >= wanted),
}
"""Hold when any wanted value is met."""

_NONE: dict[str, Test] = {
    "StringNotEquals": _equals,
    "StringNotEqualsIgnoreCase": _equals_ignoring_case,
    "StringNotLike": _like,
    "NotIpAddress": _inside,
    "DateNotEquals": _date(lambda value, wanted: value == wanted),
    "NumericNotEquals": _number(lambda value, wanted: value == wanted),
}
"""Hold when no wanted value is met."""
