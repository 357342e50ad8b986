"""Taking one step: intent, call, outcome, and looking until the change shows or the deadline has passed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aktui.cloud.session import Cloud
from aktui.contain.action import change_named
from aktui.contain.handover import Handover
from aktui.contain.history import Took
from aktui.contain.journal import Journal
from aktui.contain.step import Call, Change, State, Step
from aktui.errors import AktuiError, CaseError, CloudError, NotSent, Refused, Throttled
from aktui.models import Reply, utc_now

Tell = Callable[[str], None]
"""Hears what is going on, for people: one sentence at a time."""


@dataclass(frozen=True)
class Patience:
    """Seconds and counts; tests give smaller ones."""

    first_look: float = 0.3
    longest_pause: float = 5.0
    """Between two looks; the pauses double from the first up to this."""
    settles: float | None = None
    """Longest look, in place of each change's own."""
    throttled: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 15.0)
    """Pauses after which a write that was refused for its rate (so certainly not applied) is made again."""


@dataclass(frozen=True)
class Seen:
    """What looking came to."""

    reached: bool
    state: State
    known: bool
    """Whether the state could be observed at all."""
    until: str
    """When it was looked at last, ISO 8601, this machine's clock."""
    note: str = ""


async def looked(
    cloud: Cloud, change: Change, step: Step, patience: Patience, enough: asyncio.Event, tell: Tell
) -> Seen:
    """Look until the state is reached, or the deadline has passed, or somebody says that it is enough."""
    loop = asyncio.get_running_loop()
    settles = change.settles if patience.settles is None else patience.settles
    deadline, pause = loop.time() + settles, patience.first_look
    while True:
        seen = await _glance(cloud, change, step)
        left = deadline - loop.time()
        if seen.reached or left <= 0 or enough.is_set():
            return seen
        tell(f"Not seen yet: {seen.note or change.told(seen.state)}. Looking for another {left:.0f} s.")
        with suppress(TimeoutError):
            await asyncio.wait_for(enough.wait(), min(pause, max(left, 0.01)))
        pause = min(pause * 2, patience.longest_pause)


async def _glance(cloud: Cloud, change: Change, step: Step) -> Seen:
    try:
        state = await change.observe(cloud, step.target)
    except AktuiError as error:
        return Seen(False, None, False, _now(), f"it could not be looked at: {error}")
    return Seen(change.reached(state, step), state, True, _now())


class Taker:
    """Takes the steps of one run."""

    def __init__(
        self,
        cloud: Cloud,
        journal: Journal,
        run: str,
        patience: Patience,
        enough: asyncio.Event,
        handover: Handover | None,
        tell: Tell,
    ) -> None:
        self._cloud = cloud
        self._journal = journal
        self._run = run
        self._patience = patience
        self._enough = enough
        self._handover = handover
        self._tell = tell

    async def take(self, number: int, step: Step) -> tuple[Took, str]:
        """How far the step got, and a sentence where it did not get to its end. Raises CaseError."""
        change = change_named(step.change)
        self._tell(change.title(step))
        sent, note, made = Took.UNVERIFIED, "", 0
        calls = change.calls(step)
        for call_number, call in enumerate(calls):
            sent, note = await self._make(number, call_number, change, call)
            if sent is not Took.UNVERIFIED:
                break
            made += 1
        seen = await self._look(change, step, sent)
        took = Took.VERIFIED if seen.reached else sent
        told = _told(took, sent, seen, note, change)
        if took is Took.REFUSED and made:
            # Refused as a whole it was not: the calls before have changed something.
            took, told = Took.IN_DOUBT, f"Only {made} of {len(calls)} calls were applied. {told}"
        await self._journal.observed(
            self._run, number, took.value, state=seen.state, known=seen.known, until=seen.until, note=told
        )
        self._tell(f"{change.title(step)}: {took.value}. {told}".strip())
        return took, told

    async def _look(self, change: Change, step: Step, sent: Took) -> Seen:
        """After a refusal one glance is enough: it may have been so already."""
        if sent is Took.REFUSED:
            return await _glance(self._cloud, change, step)
        return await looked(self._cloud, change, step, self._patience, self._enough, self._tell)

    async def _make(self, step: int, number: int, change: Change, call: Call) -> tuple[Took, str]:
        """Make one call, again only after refusals for its rate."""
        pauses = iter(self._patience.throttled)
        attempt = 1
        while True:
            took, note, error = await self._once(step, number, attempt, change, call)
            pause = next(pauses, None) if isinstance(error, Throttled) else None
            if pause is None:
                return took, note
            self._tell(f"{call.name} was refused for its rate; again in {pause:.0f} s.")
            await asyncio.sleep(pause)
            attempt += 1

    async def _once(
        self, step: int, number: int, attempt: int, change: Change, call: Call
    ) -> tuple[Took, str, AktuiError | None]:
        """Intent, call, outcome. The intent is on disk before anything is sent."""
        place = await self._hand_over_first(change, call)
        permit = await self._journal.intend(self._run, step, number, attempt, call)
        self._tell(f"Sending {call.name}.")
        error: AktuiError | None = None
        told: dict[str, object] = {"number": number, "attempt": attempt}
        try:
            reply = await self._cloud.change(
                permit, call.product, call.action, region=call.region, **call.params
            )
            if change.heard is not None:
                change.heard(call, reply)
            told |= {"request_id": reply.request_id, **await self._give(change, call, reply)}
        except (CloudError, CaseError) as failure:
            error = failure
        result, took = _result(error)
        nothing_made = error is not None and (took is Took.REFUSED or change.gives is not None)
        told |= _failure(error) | ({} if nothing_made else place)
        await self._journal.outcome(self._run, step, result, call, **told)
        if nothing_made and change.has_secret and self._handover is not None:
            await self._handover.withdraw()
        note = f"{error} {error.hint}".strip() if error else str(told.get("message", ""))
        return took, note, error

    async def _hand_over_first(self, change: Change, call: Call) -> dict[str, object]:
        """Make sure that a secret can be handed over, and hand over one that the call brings along."""
        if not change.has_secret:
            return {}
        assert self._handover is not None
        await self._handover.prepare()
        if change.carries is None:
            return {}
        await self._handover.give(change.carries(call))
        return {"handed_over": self._handover.place}

    async def _give(self, change: Change, call: Call, reply: Reply) -> dict[str, object]:
        """Hand over what was made; what the journal keeps of it is not secret."""
        if change.gives is None or self._handover is None:
            return {}
        given, made = change.gives(call, reply)
        try:
            await self._handover.give(given)
        except AktuiError as error:
            return {"made": made, "handed_over": "", "message": f"{error} {change.lost_answer}".strip()}
        return {"made": made, "handed_over": self._handover.place}


def _result(error: AktuiError | None) -> tuple[str, Took]:
    """Whether the call was, certainly was not, or may have been applied."""
    if error is None:
        return "accepted", Took.UNVERIFIED
    if isinstance(error, NotSent):
        return "not sent", Took.REFUSED
    return ("refused", Took.REFUSED) if isinstance(error, Refused) else ("no answer", Took.IN_DOUBT)


def _failure(error: AktuiError | None) -> dict[str, object]:
    if not isinstance(error, CloudError):
        return {"message": f"{error}"} if error else {}
    return {
        "message": f"{error.message} {error.hint}".strip(),
        "code": error.code,
        "request_id": error.request_id,
    }


def _told(took: Took, sent: Took, seen: Seen, note: str, change: Change) -> str:
    if took is Took.VERIFIED and sent is Took.IN_DOUBT:
        return f"It is so, but its answer never came: {note} {change.lost_answer}".strip()
    if took is Took.VERIFIED:
        return f"It was refused, but is so already. {note}" if note and sent is Took.REFUSED else note
    looked_at = f"Seen at {seen.until[11:19]} UTC: {seen.note or change.told(seen.state)}."
    if took is Took.IN_DOUBT:
        return f"No answer came ({note}), and the change did not show. {looked_at} It may still come."
    if took is Took.UNVERIFIED:
        return f"Accepted, but it did not show in time. {looked_at} {note}".strip()
    return f"{note} {looked_at}"


def _now() -> str:
    return utc_now().isoformat(timespec="seconds")
