"""What the doctor finds: one thing looked at, how it is, and a sentence about it."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    OK = "ok"
    WARN = "warn"
    """Works, with something missing or odd."""
    FAIL = "fail"
    """aktui can not work like this."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One finding."""

    name: str
    health: Health
    sentence: str
    missing: str = ""
    """The RAM action that is missing."""
    leaves_doubt: bool = False
    """Answers would be incomplete, or whether they would be could not be told."""


def exit_code(checks: list[Check]) -> int:
    """1 when aktui can not work, 3 when its answers would be incomplete or that is in doubt, else 0."""
    if any(check.health is Health.FAIL for check in checks):
        return 1
    return 3 if any(check.leaves_doubt for check in checks) else 0
