"""A reason of a verdict, with where to look."""

from dataclasses import dataclass
from datetime import datetime

from queries.attribution.values import Side

MOST_REFS = 50
"""Ids that one reason carries."""


@dataclass(frozen=True)
class Reason:
    sentence: str
    side: Side
    finding: str = ""
    """The finding it comes from."""
    count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    refs: tuple[str, ...] = ()
    """Ids of events or requests, or of the provider's reports."""
    query: str = ""
    """The question whose answer it is, where no finding is: `leak-reports`."""
