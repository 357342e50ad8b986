"""The stretch of time that is looked at, within the one that there are rows of."""

from dataclasses import dataclass, replace

SHORTEST = 10
"""Seconds; nothing is looked at closer."""


@dataclass(frozen=True)
class Span:
    """Seconds since 1970, the end not included; `start` to `end` lies within `first` to `last`."""

    first: int
    last: int
    start: int
    end: int

    @classmethod
    def whole_of(cls, first: int, last: int) -> "Span":
        return cls(first, max(last, first + 1), first, max(last, first + 1))

    @property
    def whole(self) -> bool:
        """Whether all of it is in view."""
        return (self.start, self.end) == (self.first, self.last)

    @property
    def length(self) -> int:
        return self.end - self.start

    def at(self, start: int, end: int) -> "Span":
        """This stretch, as far as there is any of it."""
        start = max(self.first, min(start, self.last - 1))
        return replace(self, start=start, end=max(start + 1, min(end, self.last)))

    def closer(self, around: int | None) -> "Span":
        """Half of it, around a moment, or around its middle."""
        length = max(SHORTEST, self.length // 2)
        if length >= self.length:
            return self
        middle = (
            around if around is not None and self.start <= around < self.end else (self.start + self.end) // 2
        )
        return self._placed(middle - length // 2, length)

    def wider(self) -> "Span":
        """Twice of it."""
        return self._placed(self.start - self.length // 2, self.length * 2)

    def moved(self, step: int) -> "Span":
        """Half a view later, or earlier."""
        return self._placed(self.start + step * max(1, self.length // 2), self.length)

    def all(self) -> "Span":
        return self.whole_of(self.first, self.last)

    def grown(self, first: int, last: int) -> "Span":
        """The same view in a longer stretch; all of it when all was in view."""
        if self.whole:
            return self.whole_of(min(first, self.first), max(last, self.last))
        return replace(self, first=min(first, self.first), last=max(last, self.last))

    def _placed(self, start: int, length: int) -> "Span":
        start = max(self.first, min(start, self.last - length))
        return self.at(start, start + length)
