"""A disk that fails at any write of the journal, a ledger that takes no copy, a last line that was torn."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from aktui.case.journal import FILE, Line, append, read_journal
from aktui.contain import journal
from aktui.errors import CaseError
from tests.contain.crash.table import Trial, trial_named, trials
from tests.contain.crash.workshop import Workshop, aftermath, memory, recovered, unhurried, workshop


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


class Full(CaseError):
    """The disk is full."""


def failing_disk(n: int) -> Callable[..., Line]:
    """An `append` whose n-th entry does not get to the disk."""
    seen = 0

    def fail(directory: Path, kind: str, body: Mapping[str, Any]) -> Line:
        nonlocal seen
        seen += 1
        if seen == n:
            raise Full("No space left on device.")
        return append(directory, kind, body)

    return fail


def failing_ledger(n: int) -> Callable[[Line], Awaitable[None]]:
    """A copy that is refused for the n-th entry."""

    async def fail(line: Line) -> None:
        if line.number == n:
            raise Full("The ledger takes nothing.")

    return fail


async def ran(at: Workshop, **more: Any) -> bool:
    """Whether the run came to its end."""
    async with at.engine(**more) as engine:
        plan = await at.plan(engine)
        try:
            await at.execute(engine, plan)
        except Full:
            return False
        return True


async def course(trial: Trial, directory: Path) -> int:
    """How many entries an undisturbed run has."""
    async with workshop(trial, directory) as at:
        assert await ran(at)
        return len(read_journal(directory).lines)


@pytest.mark.parametrize("trial", trials(), ids=lambda trial: trial.name)
@pytest.mark.parametrize("what", ["disk", "ledger"])
async def test_what_can_not_be_written_down_is_not_sent(
    trial: Trial, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await course(trial, tmp_path / "undisturbed")
    for n in range(1, number + 1) if number < 12 else (1, 2, 3, 5, number - 1, number):
        async with workshop(trial, tmp_path / f"entry-{n}") as at:
            try:
                with monkeypatch.context() as patch:
                    if what == "disk":
                        patch.setattr(journal, "append", failing_disk(n))
                    copy = failing_ledger(n) if what == "ledger" else None
                    assert not await ran(at, copy=copy)
                at.agrees()
                await aftermath(at, memory(trial))
            except AssertionError as error:
                error.add_note(f"the {what} failed at entry {n} of {number}")
                raise


@pytest.mark.parametrize("kept", [1, 2, 3, 4])
@pytest.mark.parametrize("torn", [b'{"at":"2026-1', b"\x00\xff\xfe"])
async def test_whatever_a_crash_left_of_the_last_line_the_run_is_recovered(
    kept: int, torn: bytes, tmp_path: Path
) -> None:
    trial = trial_named("disable-key")
    async with workshop(trial, tmp_path / "case") as at:
        assert await ran(at)
        path = at.directory / FILE
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:kept]) + torn)
        run = await recovered_or_not_sent(at, kept)
        if run:
            assert read_journal(at.directory).torn == 1
            assert read_journal(at.directory).problem == ""


async def recovered_or_not_sent(at: Workshop, kept: int) -> bool:
    """The cloud was changed by a run whose intent is in the journal only from its second line on."""
    async with at.engine() as engine:
        if kept == 1:
            (run,) = await engine.recover()
            assert not run.changed
            return True
    return await recovered(at) is not None


async def test_a_last_line_that_lacks_only_its_end_counts(tmp_path: Path) -> None:
    trial = trial_named("disable-key")
    async with workshop(trial, tmp_path / "case") as at:
        assert await ran(at)
        path = at.directory / FILE
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2])[:-1])
        assert [line.kind for line in read_journal(at.directory).lines] == ["plan", "intent"]
        run = await recovered(at)
        assert run is not None
        assert run.changed
        found = read_journal(at.directory)
        assert (found.problem, found.torn, found.lines[-1].kind) == ("", 0, "end")
