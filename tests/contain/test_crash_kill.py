"""Runs that are killed by SIGKILL at exact and at random moments: what is found afterwards is what is so.

Each action has its share. After each kill a fresh engine recovers, the journal is compared with the
practice cloud itself, no write may have been applied twice, the case verifies, and the way back leads back.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aktui.case.copies import uncopied
from aktui.case.journal import read_journal
from aktui.case.ledger import Ledger
from aktui.case.verify import verify
from aktui.contain.history import Ended
from aktui.simcloud.faults import Fault
from aktui.simcloud.request import Request
from aktui.simcloud.surface import Handled
from tests.contain.crash.killing import ALL, Course, Driver, Kill, kills
from tests.contain.crash.table import Trial, trial_named, trials
from tests.contain.crash.truth import last_run
from tests.contain.crash.workshop import Workshop, aftermath, memory, unhurried, workshop
from tests.contain.stage import HASTY

PER_TRIAL = -(-ALL // len(trials()))
SLOW = 0.06
"""Seconds that the cloud takes for a write during which the run is killed."""


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with Driver() as found:
        yield found


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


async def undisturbed(driver: Driver, trial: Trial, directory: Path) -> Course:
    """How the run goes when nobody kills it."""
    async with workshop(trial, directory) as at:
        done = await asyncio.to_thread(driver.attempt, at, None)
        assert "error" not in done, done["error"]
        run = last_run(directory)
        assert run is not None
        assert run.ended is Ended.VERIFIED
        written = {call["action"] for call in at.writes}
        which = tuple(number for number, action in enumerate(done["requests"], 1) if action in written)
        entries = len(read_journal(directory).lines)
        return Course(entries, len(done["requests"]), which, done["took"])


async def killed(driver: Driver, at: Workshop, kill: Kill, course: Course) -> None:
    if kill.when == "during" and kill.n in course.writes:
        at.sim.app.faults.add([{"kind": "latency", "action": name, "seconds": SLOW} for name in WRITING])
    done = await asyncio.to_thread(driver.attempt, at, kill)
    assert done["began"], done
    # Moments may come too late, and a run may once make a request less than another time.
    exact = kill.of == "journal" or (kill.of == "request" and kill.when != "during")
    assert done["killed"] or not exact or kill.n > len(done["requests"]), done
    at.sim.app.faults.clear()


WRITING = (
    "Create*",
    "Update*",
    "Delete*",
    "Restore*",
    "Set*",
    "Unbind*",
    "Attach*",
    "Detach*",
    "Add*",
    "Remove*",
)


async def copied(at: Workshop) -> None:
    """What `aktui recover` does first."""
    ledger = await Ledger.open(at.directory, key_id=at.key_id, practice=True)
    for line in uncopied(at.directory):
        await ledger.record_action(line)
    await ledger.aclose()


@pytest.mark.parametrize("trial", trials(), ids=lambda trial: trial.name)
async def test_killed_anywhere_the_journal_and_the_cloud_agree(
    driver: Driver, trial: Trial, tmp_path: Path
) -> None:
    course = await undisturbed(driver, trial, tmp_path / "undisturbed")
    for number, kill in enumerate(kills(course, trial.name, PER_TRIAL)):
        async with workshop(trial, tmp_path / f"kill-{number}") as at:
            try:
                await killed(driver, at, kill, course)
                await aftermath(at, memory(trial))
                await copied(at)
                assert verify(at.directory).problems == []
            except AssertionError as error:
                error.add_note(f"killed at {kill} of {course}")
                raise


async def test_what_is_applied_only_after_recovering_began_is_found_all_the_same(
    driver: Driver, tmp_path: Path
) -> None:
    trial = trial_named("disable-key")
    course = await undisturbed(driver, trial, tmp_path / "undisturbed")
    async with workshop(trial, tmp_path / "case") as at:
        release = hold_writes(at)
        done = await asyncio.to_thread(driver.attempt, at, Kill("request", "during", course.writes[0]))
        assert done["killed"]
        assert at.account.keys[at.key_id].status == "Active"

        def hear(sentence: str) -> None:
            if sentence.startswith("Not seen yet"):
                release()

        async with at.engine(replace(HASTY, settles=60.0)) as engine:
            (run,) = await engine.recover(tell=hear)
        assert run.ended is Ended.VERIFIED
        assert at.account.keys[at.key_id].status == "Inactive"
        at.agrees()


def hold_writes(at: Workshop) -> Callable[[], None]:
    """The practice cloud takes writes and does nothing about them until the result is called."""
    held, handle = asyncio.Event(), at.sim.app.rpc.handle

    async def patient(request: Request, request_id: str, fault: Fault | None) -> Handled:
        if request.action.startswith("Update"):
            await held.wait()
        return await handle(request, request_id, fault)

    at.sim.app.rpc.handle = patient  # type: ignore[method-assign]

    def release() -> None:
        at.sim._loop.call_soon_threadsafe(held.set)

    return release
