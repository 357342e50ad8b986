"""What a benchmark gives back, and how it is printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Figure:
    """One measured figure beside the budget it must keep. A ratio compares two things of the same run."""

    what: str
    value: float
    unit: str
    budget: float
    at_least: bool = False
    """True when the budget is a floor (so many times faster), False when it is a ceiling."""
    how: str = ""

    @property
    def kept(self) -> bool:
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def line(self) -> str:
        sign = ">=" if self.at_least else "<="
        mark = "ok  " if self.kept else "OVER"
        measured = f"{self.value:>9.3g} {self.unit:<4} budget {sign} {self.budget:g}"
        return f"{mark} {self.what:<58} {measured}   {self.how}"


def middle(values: Iterable[float]) -> float:
    return median(values)


def percentile(values: list[float], percent: int) -> float:
    """The given percentile, 1 to 99; of a single value, that value."""
    return quantiles(values, n=100)[percent - 1] if len(values) > 1 else values[0]
