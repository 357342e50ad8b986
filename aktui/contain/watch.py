"""Watching a key after a change: is it still used, by whom, and is the business hurt?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aktui.case.marks import Marks
from aktui.contain import watched
from aktui.contain.watched import Seen, State, Watched
from aktui.contain.watchsources import Look, Source, best_source
from queries.inquiry import Inquiry
from queries.usage.values import Usage

EVERY = timedelta(seconds=20)

Pause = Callable[[float], Awaitable[None]]


async def watch(
    inquiry: Inquiry,
    since: datetime,
    *,
    marks: Marks,
    every: timedelta = EVERY,
    pause: Pause = asyncio.sleep,
) -> AsyncIterator[Watched]:
    """A look every so often until whoever reads stops. `since`: when the change was made, on the cloud's
    clock. What the cloud refuses is a gap of the look, never an exception."""
    source = await best_source(inquiry, since)
    memory = _Memory(since, marks, await source.before())
    while True:
        yield memory.look(await source.look(), source, inquiry.cloud.now())
        await pause(every.total_seconds())


@dataclass
class _Memory:
    """What stays between two looks."""

    since: datetime
    marks: Marks
    past: list[Usage]
    last: dict[str, Seen | None] = field(default_factory=dict)
    usual: timedelta = timedelta()
    calls_before: int = 0
    answered: bool = False
    known_until: datetime | None = None

    def __post_init__(self) -> None:
        others, trusted = watched.split(self.past, self.marks)
        sides = {"others": watched.side(others, None), "trusted": watched.side(trusted, None)}
        self.last = {name: one.last_accepted for name, one in sides.items()}
        self.calls_before = sides["others"].accepted
        self.usual = watched.usual_gap(others, self.since)

    def look(self, told: Look, source: Source, now: datetime) -> Watched:
        others, trusted = watched.split(told.usages, self.marks)
        of_others = watched.side(others, self.last["others"])
        self.answered = self.answered or told.read
        if told.read and told.known_at:
            self.known_until = told.known_at - source.lag
        known_until = self.known_until or self.since
        state = watched.judged(of_others, self.since, known_until, self.usual)
        one = Watched(
            at=now,
            source=source.name,
            lag=source.lag,
            known_until=known_until,
            state=state if self.answered else State.UNKNOWN,
            others=of_others,
            calls_before=self.calls_before,
            trusted=watched.side(trusted, self.last["trusted"]),
            session_calls=watched.accepted_in_sessions(told.usages),
            sessions_until=told.sessions_until,
            sessions_known=told.sessions_known,
            gaps=told.gaps,
        )
        return replace(one, sentence=watched.sentence(one, self.since))
