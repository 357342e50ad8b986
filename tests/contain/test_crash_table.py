"""Every action is tried, and every kind of step can be looked at without aktui."""

from pathlib import Path

import pytest

from aktui.contain.action import actions, changes
from aktui.contain.history import Ended
from aktui.errors import NotPossible
from tests.contain.crash.direct import LOOKS
from tests.contain.crash.table import CASES, Case, Trial, trials
from tests.contain.crash.truth import assert_back
from tests.contain.crash.workshop import memory, taken_back, unhurried, workshop


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    unhurried(monkeypatch)


def test_there_is_an_entry_for_every_action() -> None:
    assert set(CASES) == set(actions()), "say in tests/contain/crash/table.py what it is to be tried on"


def test_every_kind_of_step_can_be_looked_at_directly() -> None:
    assert set(LOOKS) == set(changes()), (
        "say in tests/contain/crash/direct.py how it is read from the account"
    )


@pytest.mark.parametrize("trial", trials(), ids=lambda trial: trial.name)
async def test_undisturbed_it_is_verified_and_taken_back(trial: Trial, tmp_path: Path) -> None:
    async with workshop(trial, tmp_path / "case") as at:
        async with at.engine() as engine:
            plan = await at.plan(engine)
            done = await at.execute(engine, plan)
        assert done.run.ended is Ended.VERIFIED, done.run.note
        at.agrees()
        await taken_back(at, done.run, memory(trial)(done.run))


@pytest.mark.parametrize(
    ("action", "case"), [(action, case) for action, cases in CASES.items() for case in cases if case.never]
)
async def test_what_can_never_be_run_says_why(action: str, case: Case, tmp_path: Path) -> None:
    async with workshop(Trial(action, case, action), tmp_path / "case") as at, at.engine() as engine:
        with pytest.raises(NotPossible, match=case.never):
            await at.plan(engine)
        assert_back(at.account, (), {})
        assert at.writes == []
