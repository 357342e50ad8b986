"""A source weighed: whose it is, and why."""

from dataclasses import dataclass
from enum import StrEnum

from queries.attribution.units import Unit
from queries.attribution.weighing import Signal


class Side(StrEnum):
    BUSINESS = "business"
    INTRUDER = "intruder"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Weighed:
    """A unit, whose it is and why."""

    unit: Unit
    side: Side
    points: float
    signals: tuple[Signal, ...]
    established: bool = False
    """Part of the key's past: there from the beginning of what is known."""
    marked: bool = False
    novel: frozenset[str] = frozenset()
    """Operations that the business never calls, or hardly ever where they are much of what is done here."""

    @property
    def why(self) -> str:
        """The weightiest first, in one sentence."""
        told = sorted(self.signals, key=lambda one: -abs(one.points))
        return "; ".join(one.sentence for one in told) or "used from there since before what is known begins"
