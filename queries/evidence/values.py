"""Evidence as values: cells (calls alike, counted by the hour), acts (single events with their ids), gaps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aktui.models import Window
from queries.base import Gap
from queries.usage.values import By

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Who:
    """As whom a call was made."""

    kind: By
    name: str
    """User name, or `role:session`; empty where the log does not tell."""
    key_id: str
    """Of the key or token; empty in the console."""

    @property
    def label(self) -> str:
        return f"{self.name or 'unknown'} ({self.key_id})" if self.key_id else f"{self.name} (console)"


@dataclass(frozen=True, slots=True)
class Cell:
    """Calls alike in all that attribution looks at, within one hour (or, from data logs, one span)."""

    who: Who
    source: str
    """As logged; need not be an address."""
    agent: str
    service: str
    operation: str
    region: str
    write: bool
    code: str
    """Error code; empty for calls that succeeded."""
    count: int
    first: int
    """Seconds since 1970."""
    last: int
    origin: str
    """Where it was seen: trail, lookup, oss, sls, local."""
    bucket: str = ""
    link: bool = False
    """Through a link that was signed with the key; whoever has the link makes them."""

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True)
class Act:
    """One event, or one row of a data log."""

    id: str
    """Event id, or request id of a log row."""
    at: int
    who: Who
    source: str
    agent: str
    service: str
    operation: str
    region: str
    write: bool
    code: str
    message: str
    resources: tuple[str, ...]
    event: Mapping[str, Any] = field(hash=False, compare=False)
    """The record as it came."""
    origin: str = "trail"

    @property
    def name(self) -> str:
        return f"{self.service}:{self.operation}"

    @property
    def is_event(self) -> bool:
        """Whether `id` is the id of an event, not of a request in a data log."""
        return self.origin not in ("oss", "sls")

    @property
    def ok(self) -> bool:
        return not self.code

    @property
    def when(self) -> datetime:
        return moment_of(self.at)


@dataclass(frozen=True)
class Key:
    """The key that is looked into, as far as it could be told."""

    id: str
    owner: str = ""
    root: bool = False
    created: int | None = None
    status: str = ""
    last_used: int | None = None
    """As the audit has it; it reaches back 400 days."""


@dataclass(frozen=True)
class Source:
    """One place where evidence may come from, and how much of it did."""

    name: str
    status: str
    """complete, partial, denied, failed, not-covered."""
    detail: str = ""
    weight: float = 0.0
    """How much of the confidence hangs on it."""


@dataclass(frozen=True)
class Evidence:
    """What attribution and findings look at. `own` are the key's, its user's and its sessions' cells."""

    key: Key
    window: Window
    """What was asked for; verdicts are about it."""
    known_since: int
    """From when on the main source tells of the key: what is older is not known."""
    own: tuple[Cell, ...]
    neighbours: tuple[Cell, ...] = ()
    """Calls of other identities from the sources that are new to the key."""
    elsewhere: tuple[Cell, ...] = ()
    """What those identities did anywhere, day by day."""
    sources: tuple[Source, ...] = ()
    gaps: tuple[Gap, ...] = ()


def moment_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def span(cells: Iterable[Cell]) -> tuple[int, int]:
    """First and last second. The cells must not be none."""
    known = list(cells)
    return min(cell.first for cell in known), max(cell.last for cell in known)
