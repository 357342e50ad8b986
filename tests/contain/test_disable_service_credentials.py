"""Disable the user's service credentials, each a step of its own."""

from pathlib import Path

import pytest

from aktui.contain.history import Ended
from aktui.errors import Drifted, NotPossible
from aktui.simcloud.account import Account
from tests.contain.furnished import furnished
from tests.contain.stage import NOW, stage
from tests.simcloud.accounts import DEPLOYER_ID, small_account

ACTION = "disable-service-credentials"


def statuses(account: Account) -> list[str]:
    return [one.status for one in account.users[DEPLOYER_ID].credentials]


async def test_the_active_ones_are_disabled_and_come_back(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        done = await at.do(ACTION)
        assert done.good
        assert statuses(at.account) == ["Inactive"] * 3
        assert at.writes() == ["ims:UpdateServiceCredential"] * 2
        assert (await at.undo(done)).good
        assert statuses(at.account) == ["Active", "Inactive", "Active"]


async def test_planning_changes_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan(ACTION)
        assert len(plan.steps) == 2
        assert "can not be told" in plan.warnings[0]
        assert at.writes() == []


async def test_a_user_without_any_is_told_so(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        with pytest.raises(NotPossible, match="has no service credential"):
            await at.plan(ACTION)


async def test_when_all_are_disabled_there_is_nothing_to_do(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        await at.do(ACTION)
        with pytest.raises(NotPossible, match="All 3"):
            await at.plan(ACTION)


async def test_one_that_was_deleted_since_the_preview_stops_the_run_there(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan(ACTION)
        del at.account.users[DEPLOYER_ID].credentials[2]
        done = await at.run(plan)
        assert done.run.ended is Ended.STOPPED
        assert statuses(at.account) == ["Inactive", "Inactive"]
        plan = await at.engine.undo_plan(done.run.id)
        assert len(plan.steps) == 1


async def test_the_first_one_changed_since_the_preview(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan(ACTION)
        at.account.users[DEPLOYER_ID].credentials[0].status = "Inactive"
        with pytest.raises(Drifted):
            await at.run(plan)


async def test_a_refusal_names_the_permission(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        at.sim.app.faults.add([{"kind": "deny", "action": "UpdateServiceCredential"}])
        done = await at.do(ACTION)
        assert "ram:UpdateServiceCredential" in done.run.note
