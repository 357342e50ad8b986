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


@dataclass(frozen=True)
class LogstoreRef:
    """A Logstore of the log service."""

    region: str
    project: str
    logstore: str


@dataclass(frozen=True)
class LogPage:
    """One answer of the log service: rows of a search, or of the SQL behind it."""

    rows: tuple[Mapping[str, str], ...]
    """As they came. Values are text; a search gives each row `__time__` (seconds since 1970)."""
    complete: bool
    """False when the log service still called the answer incomplete after it was asked again and again."""
    count: int | None
    """Rows in this answer, as the log service counts them."""
    processed: int | None
    """Rows it read for that."""
    request_id: str
    exchange: int
    """`Exchange.number` of the answer."""
    columns: tuple[str, ...] = ()
    """Names of the fields or columns, also when there is no row; SQL keeps its order."""
    limited: int = 0
    """Not 0: the SQL names no LIMIT, and no more than so many rows were given."""


@dataclass(frozen=True)
class Bucket:
    """How many rows a span of time has; the start belongs to it, the end does not."""

    start: datetime
    end: datetime
    count: int
    complete: bool


@dataclass(frozen=True)
class Histogram:
    """Rows over time, in order of time. The log service chooses the width of the buckets."""

    buckets: tuple[Bucket, ...]
    complete: bool
    request_id: str


def utc_now() -> datetime:
    """This machine's clock, aware, UTC."""
    return datetime.now(UTC)
