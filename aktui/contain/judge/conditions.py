"""Conditions of policy statements: do they hold for a call? None when that can not be told."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt
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
    name = _OPERATOR.fullmatch(operator)
    if name is None or key.lower() not in facts:
        return None
    negated = bool(name["no"] or name["not"] or (name["bound"] or "").startswith("Not"))
    value = facts[key.lower()]
    if value is ABSENT:
        return None if negated else False
    test = _test_of(name)
    met = any_of(_met(test, value, one) for one in (wanted if isinstance(wanted, list) else [wanted]))
    return met if not negated or met is None else not met


_OPERATOR = re.compile(
    r"(?P<no>Not)?(?P<address>IpAddress)|(?P<flag>Bool)"
    r"|(?P<text>String)(?P<not>Not)?(?P<way>Equals|EqualsIgnoreCase|Like)"
    r"|(?P<number>Numeric|Date)(?P<bound>(?:Not)?Equals|(?:Less|Greater)Than(?:Equals)?)"
)
"""The operators of RAM, by how their names are made up."""

_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "Equals": eq,
    "LessThan": lt,
    "LessThanEquals": le,
    "GreaterThan": gt,
    "GreaterThanEquals": ge,
}


def _test_of(name: re.Match[str]) -> Test:
    """What one wanted value is compared by; that a name says Not is the caller's to heed."""
    if name["address"]:
        return _inside
    if name["number"]:
        read, compare = _READ[name["number"]], _BOUNDS[name["bound"].removeprefix("Not")]
        return lambda value, wanted: compare(read(value), read(wanted))
    if name["flag"] or name["way"] == "EqualsIgnoreCase":
        return lambda value, wanted: str(value).casefold() == wanted.casefold()
    if name["way"] == "Like":
        return lambda value, wanted: wildcard(wanted).fullmatch(str(value)) is not None
    return lambda value, wanted: str(value) == wanted


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


_READ: Mapping[str, Callable[[Any], Any]] = {"Numeric": float, "Date": _moment}


def _inside(value: Any, wanted: str) -> bool:
    if networks.network(wanted) is None or networks.address(str(value)) is None:
        raise ValueError("no address")
    return networks.contains(wanted, str(value))


def _met(test: Test, value: Any, wanted: Any) -> bool | None:
    try:
        return test(value, str(wanted).lower() if isinstance(wanted, bool) else str(wanted))
    except (ValueError, TypeError):
        return None


def wildcard(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """A pattern of RAM: `*` stands for any text, `?` for one character."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else re.NOFLAG))
