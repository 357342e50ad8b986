"""Values that pass between layers: frozen, small, free of behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


class Secret:
    """A value that must not be seen. `str`, `repr` and formatting show stars; `reveal()` gives it up."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself; call it where it is used and keep nothing."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')" if self._value else "Secret('')"

    def __str__(self) -> str:
        return "**********" if self._value else ""

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not serialised")


@dataclass(frozen=True)
class Window:
    """A span of time, both ends aware, UTC; start included, end excluded."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Exchange:
    """One attempt of one API call: what was asked, what came back. Secrets in `params` are redacted."""

    number: int
    """Counts up from 1 within a `Cloud`; retries of one call are separate exchanges."""
    product: str
    action: str
    region: str
    host: str
    params: Mapping[str, Any]
    """Wire names to values, as sent, secrets replaced."""
    attempt: int
    """1 for the first try."""
    started: datetime
    elapsed: float
    """Seconds from sending to the last byte, or to the failure."""
    status: int | None
    """HTTP status, None when no answer came."""
    request_id: str
    body: bytes = field(repr=False)
    """The answer as it came, byte for byte; empty when none came."""
    error: str = ""
    """Empty on success, else one sentence."""
    waited: float = 0.0
    """Seconds spent waiting for the rate limit before sending."""


@dataclass(frozen=True)
class Reply:
    """The answer to one successful call."""

    body: Mapping[str, Any]
    """The JSON object as it came; nothing dropped."""
    request_id: str
    exchange: int
    """`Exchange.number` of the attempt that succeeded."""


def utc_now() -> datetime:
    """This machine's clock, aware, UTC."""
    return datetime.now(UTC)
