"""Keeps the calls of an account's habits up with its clock.

Nothing runs in the background: whoever looks at the account first lets everything happen that was due
until then, in order of time, each call judged against the account as it was at its own moment. Nothing
changes the account between two looks, so that comes out as if the calls had been made when they were due.
"""

import heapq
from datetime import UTC, datetime
from math import ceil
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.life.cadence import Cadence
from aktui.simcloud.life.caller import Caller
from aktui.simcloud.life.desk import Desk

MOST_AT_ONCE = 400
"""So many calls of one habit are made in one go; after a jump of the clock the rest is thinned out."""


class Life:
    """The recurring calls of one account, from the moment at which this is made."""

    def __init__(self, account: Account, *, running: bool = True) -> None:
        self._account = account
        begin = account.clock.now().timestamp()
        desk = Desk(account)
        self._callers = [Caller(desk, habit) for habit in account.life]
        self._cadences = [
            Cadence(f"{account.id} {account.seed} {at}", begin, habit.every, habit.jitter)
            for at, habit in enumerate(account.life)
        ]
        self._seen = begin
        self._running = running
        self._due: list[tuple[float, int, int]] = []
        self._resume(begin)

    @property
    def running(self) -> bool:
        return self._running

    def run(self, running: bool) -> None:
        """Pause, or go on. What would have been due during a pause is not made up for."""
        self.catch_up()
        if running and not self._running:
            self._resume(self._account.clock.now().timestamp())
        self._running = running

    def catch_up(self) -> None:
        """Let happen what was due until now. Never raises; takes a bounded time however long that is."""
        now = self._account.clock.now().timestamp()
        before, self._seen = self._seen, now
        if not self._running:
            return
        if now < before:
            self._resume(now)
        elif self._due and self._due[0][0] <= now:
            self._live(before, now)

    def told(self) -> dict[str, Any]:
        """As `GET /__sim__/life` tells it."""
        return {"running": self._running, "callers": [one.tally.shown(one.habit) for one in self._callers]}

    def _resume(self, now: float) -> None:
        self._due = []
        for at, cadence in enumerate(self._cadences):
            number = cadence.after(now)
            heapq.heappush(self._due, (cadence.moment(number), at, number))

    def _live(self, before: float, now: float) -> None:
        strides = [max(1, ceil((now - before) / one.every / MOST_AT_ONCE)) for one in self._cadences]
        while self._due[0][0] <= now:
            when, at, number = heapq.heappop(self._due)
            self._callers[at].act(datetime.fromtimestamp(when, UTC))
            cadence, following = self._cadences[at], number + strides[at]
            if strides[at] > 1 and cadence.moment(following) > now:
                following = cadence.after(now)
            heapq.heappush(self._due, (cadence.moment(following), at, following))
