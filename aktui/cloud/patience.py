"""How long to wait for an answer, how often to ask again, and how long to pause in between."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from aktui.errors import BadReply, CloudError, NoAnswer, NotSent, Throttled

_WORTH_ASKING_AGAIN = (Throttled, NoAnswer, NotSent, BadReply)


@dataclass(frozen=True)
class Patience:
    """Seconds and counts; tests give smaller ones."""

    connect: float = 5.0
    read: float = 10.0
    """Longest silence while an answer is awaited or comes in."""
    total: float = 20.0
    """Longest duration of one attempt."""
    attempts: int = 4
    """Attempts of a read that fails otherwise than by throttling."""
    enough: float = 25.0
    """After so long no further attempt is begun, throttling and waiting for a turn aside."""
    first: float = 0.3
    longest: float = 5.0
    """First and longest pause before asking again; the actual one is drawn between zero and it."""
    throttled_first: float = 1.0
    throttled_longest: float = 15.0
    throttled_total: float = 60.0
    """A read that is throttled goes on until its pauses add up to this."""
    search: float = 30.0
    analysis: float = 60.0
    """Longest silence, and longest duration, of a search of logs and of SQL on them (which may take 55 s)."""
    unfinished: int = 6
    """How often logs are asked for again when the answer says that it is incomplete."""
    unfinished_first: float = 0.3

    def pause_unfinished(self, asked: int) -> float | None:
        """Seconds to pause after the `asked`-th incomplete answer, or None to make do with it."""
        return _doubled(self.unfinished_first, asked, self.longest) if asked <= self.unfinished else None


class Tries:
    """The attempts of one read: after each failure, whether to go on and when."""

    def __init__(self, patience: Patience, draw: Callable[[], float] = random.random) -> None:
        self._patience = patience
        self._draw = draw
        self._failed = 0
        self._throttled = 0
        self._paused = 0.0

    def pause_after(self, error: CloudError, *, asked: float, elapsed: float) -> float | None:
        """Seconds to pause before the next attempt, or None to give up.

        `asked` is what the answer asks for (0 when it does not), `elapsed` what attempts and pauses have
        taken so far.
        """
        if not isinstance(error, _WORTH_ASKING_AGAIN):
            return None
        if isinstance(error, Throttled):
            return self._throttle_pause(asked)
        self._failed += 1
        limit = _doubled(self._patience.first, self._failed, self._patience.longest)
        pause = max(asked, limit * self._draw())
        if self._failed >= self._patience.attempts or elapsed + pause > self._patience.enough:
            return None
        return pause

    def _throttle_pause(self, asked: float) -> float | None:
        """At least half of the full pause: returning at once would only be refused again."""
        self._throttled += 1
        limit = _doubled(self._patience.throttled_first, self._throttled, self._patience.throttled_longest)
        pause = max(asked, limit * (1 + self._draw()) / 2)
        self._paused += pause
        return pause if self._paused <= self._patience.throttled_total else None


def _doubled(first: float, count: int, longest: float) -> float:
    return float(min(longest, first * 2 ** min(count - 1, 30)))
