"""When a recurring call is due: the same seed gives the same moments, however often one asks."""

from dataclasses import dataclass
from math import ceil
from zlib import crc32

_SOON = 20.0
"""Seconds within which everything has been done for the first time."""


@dataclass(frozen=True)
class Cadence:
    """Moments are seconds since 1970; calls are numbered from 0."""

    seed: str
    begin: float
    every: float
    jitter: float

    def moment(self, number: int) -> float:
        """When call `number` is due; never before the one before."""
        first = self.begin + self._draw("first") * min(self.every, _SOON)
        late = (2 * self._draw(str(number)) - 1) * self.jitter if number else 0
        return first + number * self.every + late

    def after(self, when: float) -> int:
        """The number of the first call that is due later than that moment."""
        number = max(0, ceil((when - self.begin - self.jitter) / self.every) - 2)
        while self.moment(number) <= when:
            number += 1
        return number

    def _draw(self, what: str) -> float:
        """From 0 to 1."""
        return crc32(f"{self.seed} {what}".encode()) / 2**32
