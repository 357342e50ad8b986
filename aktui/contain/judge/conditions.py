"""Conditions of policy statements: do they hold for a call? None when that can not be told."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aktui.case import networks
from aktui.contain.judge.verdict import all_of, any_of

ABSENT = object()
"""The call is known to have no value under a key."""

Facts = Mapping[str, Any]
"""What is known of a call, by condition key in small letters; a key that is not there is not known."""

Test = Callable[[Any, str], bool]
"""Raises ValueError when a value can not be read."""


def holds(condition: object, facts: Facts) -> bool | None:
    """Whether all conditions of a statement hold."""
    if condition is None or condition == {}:
        return True
    if not isinstance(condition, Mapping):
        return None
    return all_of(
        _holds(str(operator), str(key), wanted, facts)
        for operator, keys in condition.items()
        for key, wanted in (keys.items() if isinstance(keys, Mapping) else [("", None)])
    )


def _holds(operator: str, key: str, wanted: Any, facts: Facts) -> bool | None:
    test, negated = _ANY.get(operator), False
    if test is None:
        test, negated = _NONE.get(operator), True
    if test is None or key.lower() not in facts:
        return None
    value = facts[key.lower()]
    if value is ABSENT:
        return None if negated else False
    listed = wanted if isinstance(wanted, list) else [wanted]
    met = any_of(_met(test, value, one) for one in listed)
    return met if not negated or met is None else not met


def _met(test: Test, value: Any, wanted: Any) -> bool | None:
    try:
        return test(value, str(wanted).lower() if isinstance(wanted, bool) else str(wanted))
    except ValueError:
        return None


def _equals(value: Any, wanted: str) -> bool:
    return str(value) == wanted


def _equals_ignoring_case(value: Any, wanted: str) -> bool:
    return str(value).lower() == wanted.lower()


def _like(value: Any, wanted: str) -> bool:
    return wildcard(wanted).fullmatch(str(value)) is not None


def _inside(value: Any, wanted: str) -> bool:
    if networks.network(wanted) is None or networks.address(str(value)) is None:
        raise ValueError("no address")
    return networks.contains(wanted, str(value))


def _date(compare: Callable[[datetime, datetime], bool]) -> Test:
    def test(value: Any, wanted: str) -> bool:
        if not isinstance(value, datetime):
            raise ValueError("no date")
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


def wildcard(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """A pattern of RAM: `*` stands for any text, `?` for one character."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else re.NOFLAG))
