"""Disable the user's other keys, but not the one a rotation has just made."""

from pathlib import Path

import pytest

from aktui.contain.handover import MemoryHandover
from aktui.errors import NotPossible
from aktui.simcloud.account import AccessKey
from tests.contain.stage import NOW, stage
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, DEPLOYER_OLD_KEY, small_account

THIRD = "LTAI5tTHIRDTHIRDTHIRD001"


async def test_the_others_are_disabled_and_come_back(tmp_path: Path) -> None:
    account = small_account(NOW)
    account.settings.quotas["AccessKeysPerUserQuota"] = 3
    account.keys[DEPLOYER_OLD_KEY].status = "Active"
    account.keys[THIRD] = AccessKey(THIRD, "s" * 30, DEPLOYER_ID, "Active", NOW, NOW)
    async with stage(tmp_path, account) as at:
        plan = await at.plan("disable-siblings")
        assert [step.target["key"] for step in plan.steps] == [DEPLOYER_OLD_KEY, THIRD]
        assert all("no use known" in warning for warning in plan.warnings)
        assert at.writes() == []
        done = await at.run(plan)
        assert done.good
        states = {key: at.account.keys[key].status for key in (DEPLOYER_KEY, DEPLOYER_OLD_KEY, THIRD)}
        assert states == {DEPLOYER_KEY: "Active", DEPLOYER_OLD_KEY: "Inactive", THIRD: "Inactive"}
        assert (await at.undo(done)).good
        assert at.account.keys[THIRD].status == "Active"


async def test_a_user_with_one_active_key_has_no_others(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        with pytest.raises(NotPossible, match="no other active key"):
            await at.plan("disable-siblings")


async def test_the_new_key_of_a_rotation_is_spared(tmp_path: Path) -> None:
    account = small_account(NOW)
    del account.keys[DEPLOYER_OLD_KEY]
    async with stage(tmp_path, account) as at:
        await at.do("rotate", handover=MemoryHandover())
        with pytest.raises(NotPossible, match="new key of the rotation"):
            await at.plan("disable-siblings")
