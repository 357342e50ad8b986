"""After a crash, or an answer that never came: what is uncertain is looked at, and nothing is sent again."""

import asyncio

from aktui.cloud.session import Cloud
from aktui.contain.action import change_named
from aktui.contain.history import Ended, Run, StepTaken, Took, unfinished
from aktui.contain.journal import Journal
from aktui.contain.step import same
from aktui.contain.taking import Patience, Tell, looked


async def recover(cloud: Cloud, journal: Journal, patience: Patience, tell: Tell) -> tuple[Run, ...]:
    """The runs whose end was not known for certain, as they stand now. Raises CaseError."""
    found = [run for run in (await journal.history()).runs if _uncertain(run)]
    for run in found:
        await _close(cloud, journal, run, patience, tell)
    after = await journal.history()
    return tuple(one for run in found if (one := after.run(run.id)) is not None)


def _uncertain(run: Run) -> bool:
    return run.ended in (Ended.OPEN, Ended.IN_DOUBT, Ended.UNVERIFIED) or bool(unfinished(run.steps))


async def _close(cloud: Cloud, journal: Journal, run: Run, patience: Patience, tell: Tell) -> None:
    took = [taken.took for taken in run.steps]
    for number, taken in enumerate(run.steps):
        if taken in unfinished(run.steps):
            took[number] = await _settle(cloud, journal, run, number, taken, patience, tell)
    await journal.end(run.id, _ended(took).value, _note(run, took), recovered=True)


async def _settle(
    cloud: Cloud, journal: Journal, run: Run, number: int, taken: StepTaken, patience: Patience, tell: Tell
) -> Took:
    """Look until the state wanted shows; what still is as before at the deadline was not applied."""
    change = change_named(taken.step.change)
    tell(f"Looking what became of: {change.title(taken.step)}")
    seen = await looked(cloud, change, taken.step, patience, asyncio.Event(), tell)
    if seen.reached:
        took, note = Took.VERIFIED, "Found applied after the run was cut off."
        if not taken.handed_over:
            note = f"{note} {change.lost_answer}".strip()
    elif not seen.known:
        took, note = Took.IN_DOUBT, f"After the run was cut off {seen.note}"
    elif taken.took is Took.UNVERIFIED and taken.accepted >= len(change.calls(taken.step)):
        took, note = Took.UNVERIFIED, f"It was accepted and does not show: {change.told(seen.state)}."
    elif same(seen.state, taken.step.before) and not taken.accepted:
        took, note = Took.NOT_APPLIED, "Found as it was before, until the deadline."
    else:
        took, note = Took.IN_DOUBT, f"Neither as before nor as wanted: {change.told(seen.state)}."
    await journal.observed(
        run.id, number, took.value, state=seen.state, known=seen.known, until=seen.until, note=note
    )
    tell(f"{change.title(taken.step)}: {took.value}. {note}")
    return took


def _ended(took: list[Took]) -> Ended:
    if Took.IN_DOUBT in took:
        return Ended.IN_DOUBT
    if all(one is Took.VERIFIED for one in took):
        return Ended.VERIFIED
    all_sent = all(one in (Took.VERIFIED, Took.UNVERIFIED) for one in took)
    return Ended.UNVERIFIED if all_sent else Ended.STOPPED


def _note(run: Run, took: list[Took]) -> str:
    counts = ", ".join(f"{took.count(kind)} {kind.value}" for kind in Took if kind in took)
    why = "The run was cut off" if run.ended is Ended.OPEN else "Not all was certain"
    return f"{why}; looked up afterwards: {counts}."
