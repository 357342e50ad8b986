"""Telling a hand that means it from one that slipped, a key that repeats, and text pasted as keys."""

import time

OPENED = 0.4
"""Seconds after the dialog appeared in which no key confirms: it may have been meant for something else."""
GAP = 0.25
"""Seconds since the key before: keys that repeat, or come out of a paste, are faster."""


class Steady:
    """Sees every key of a dialog; says which of them comes from a hand at rest."""

    def __init__(self) -> None:
        self._opened = self._last = time.monotonic()

    def touch(self) -> bool:
        """A key was pressed; whether it may confirm."""
        now = time.monotonic()
        calm = now - self._opened >= OPENED and now - self._last >= GAP
        self._last = now
        return calm
