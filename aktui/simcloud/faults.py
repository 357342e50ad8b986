"""Faults to inject into answers, so that what a client does about them can be seen.

A fault is described as JSON: `{"kind": "status", "action": "ListUsers", "product": "ims", "times": 3,
"status": 503, "code": "ServiceUnavailable"}`. `action` may be a glob and defaults to `*`, `product` to any;
`times` null or absent means for ever.

    latency      wait `seconds`, then go on (with any other fault that matches)
    hang         never answer (with `seconds`: close the connection after them); nothing is applied
    throttle     Throttling.User with `status` (400); `x-acs-retry-after` when `retry_after_ms` is given
    status       `status` (503), `code`, `body` if given; nothing is applied
    deny         refuse as the account does when a RAM policy denies the call, naming the missing action
                 (also `status` with the code NoPermission and no message or body of its own)
    incomplete   of the log service: answer in part and say so (`Incomplete`)
    cut-before   close the connection; nothing is applied
    cut-after    apply, then close the connection without an answer
    malformed    apply, then answer 200 (or `status`) with `body`, which need not be JSON
    truncate     apply, then send half of the answer and close the connection
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

KINDS = (
    "latency",
    "hang",
    "throttle",
    "status",
    "deny",
    "incomplete",
    "cut-before",
    "cut-after",
    "malformed",
    "truncate",
)
_TYPES: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "action": (str,),
    "product": (str,),
    "times": (int, type(None)),
    "status": (int,),
    "code": (str,),
    "message": (str,),
    "seconds": (int, float),
    "retry_after_ms": (int, type(None)),
    "body": (str,),
}


class BadFault(Exception):
    """A fault that can not be understood; the text says which and why."""


@dataclass
class Fault:
    """One fault, and how often it is still to happen (None: for ever)."""

    kind: str
    action: str = "*"
    product: str = ""
    times: int | None = None
    status: int | None = None
    code: str = ""
    message: str = ""
    seconds: float | None = None
    retry_after_ms: int | None = None
    body: str | None = None
    hits: int = 0

    def matches(self, product: str, action: str) -> bool:
        if self.times == 0 or (self.product and self.product.lower() != product.lower()):
            return False
        return fnmatchcase(action, self.action)

    def spend(self) -> None:
        self.hits += 1
        if self.times is not None:
            self.times -= 1

    def describe(self) -> dict[str, Any]:
        """As it was given, `times` counting down, and how often it has happened."""
        return {
            name: value for name, value in vars(self).items() if value not in (None, "") or name == "times"
        }


class Faults:
    """The faults that are armed, oldest first."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def add(self, descriptions: object) -> None:
        """Arm a list of faults: all of them or, when one is wrong, none. Raises BadFault."""
        if not isinstance(descriptions, list):
            raise BadFault("faults: must be a list")
        self._armed += [parse(item, f"faults[{at}]") for at, item in enumerate(descriptions)]

    def clear(self) -> None:
        self._armed.clear()

    def describe(self) -> list[dict[str, Any]]:
        return [fault.describe() for fault in self._armed]

    def strike(self, product: str, action: str) -> list[Fault]:
        """The faults that happen to this call: every latency, the first of the others. They count as used."""
        matching = [fault for fault in self._armed if fault.matches(product, action)]
        chosen = [fault for fault in matching if fault.kind == "latency"]
        chosen += [fault for fault in matching if fault.kind != "latency"][:1]
        for fault in chosen:
            fault.spend()
        return chosen


def parse(item: object, where: str) -> Fault:
    """A fault from its JSON. Raises BadFault, naming the field."""
    if not isinstance(item, Mapping):
        raise BadFault(f"{where}: must be an object")
    for name, value in item.items():
        if name not in _TYPES:
            raise BadFault(f"{where}.{name}: no such field; there are {', '.join(_TYPES)}")
        if isinstance(value, bool) or not isinstance(value, _TYPES[name]):
            raise BadFault(f"{where}.{name}: {value!r} is of the wrong type")
    fault = Fault(**item) if "kind" in item else None
    if fault is None or fault.kind not in KINDS:
        raise BadFault(f"{where}.kind: must be one of {', '.join(KINDS)}")
    _check_ranges(fault, where)
    if fault.kind == "status" and fault.code == "NoPermission" and not fault.message and fault.body is None:
        fault.kind = "deny"
    return fault


def _check_ranges(fault: Fault, where: str) -> None:
    if fault.times is not None and fault.times < 1:
        raise BadFault(f"{where}.times: must be at least 1, or null for ever")
    if fault.status is not None and not 200 <= fault.status <= 599:
        raise BadFault(f"{where}.status: must be an HTTP status from 200 to 599")
    if fault.seconds is not None and not 0 <= fault.seconds <= 3600:
        raise BadFault(f"{where}.seconds: must be from 0 to 3600")
    if fault.kind == "latency" and fault.seconds is None:
        raise BadFault(f"{where}.seconds: latency needs it")
