"""Delete the key: only a disabled one, to the recycle bin, and what that keeps is said."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aktui.contain.handover import MemoryHandover
from aktui.contain.plan import Approval, Danger
from aktui.errors import Drifted, NotApproved, NotPossible
from aktui.simcloud.account import AccessKey
from tests.contain.stage import NOW, approved, stage
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, DEPLOYER_OLD_KEY, small_account


async def test_a_disabled_key_goes_to_the_recycle_bin(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=DEPLOYER_OLD_KEY) as at:
        done = await at.do("delete-key")
        assert done.good
        assert at.account.keys[DEPLOYER_OLD_KEY].recycled
        assert (await at.undo(done)).good
        back = at.account.keys[DEPLOYER_OLD_KEY]
        assert (back.recycled, back.status) == (None, "Inactive")


async def test_a_key_that_works_is_disabled_first(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        with pytest.raises(NotPossible, match="disable-key"):
            await at.plan("delete-key")
        assert at.writes() == []


async def test_the_end_of_the_key_id_has_to_be_typed(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=DEPLOYER_OLD_KEY) as at:
        plan = await at.plan("delete-key")
        assert plan.danger is Danger.HIGH
        assert plan.typed == DEPLOYER_OLD_KEY[-4:]
        with pytest.raises(NotApproved, match=DEPLOYER_OLD_KEY[-4:]):
            await at.engine.execute(plan, Approval(plan.digest, "yes"))
        with pytest.raises(NotApproved):
            await at.engine.execute(replace(plan, typed=""), approved(plan))
        assert at.writes() == []


async def test_it_says_until_when_the_recycle_bin_keeps_it(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=DEPLOYER_OLD_KEY) as at:
        (kept,) = (await at.plan("delete-key")).warnings
        assert "30 days, until 2026-12-22" in kept


async def test_it_says_which_key_the_full_recycle_bin_loses(tmp_path: Path) -> None:
    account = small_account(NOW)
    for days in (9, 20, 3):
        key = f"LTAI5tBINNEDBINNEDBINN{days:02}"
        gone = NOW - timedelta(days=days)
        account.keys[key] = AccessKey(key, "s" * 30, DEPLOYER_ID, "Inactive", NOW, NOW, recycled=gone)
    async with stage(tmp_path, account, key_id=DEPLOYER_OLD_KEY) as at:
        plan = await at.plan("delete-key")
        assert any("LTAI5tBINNEDBINNEDBINN20 is lost for good" in warning for warning in plan.warnings)
        await at.run(plan)
        assert "LTAI5tBINNEDBINNEDBINN20" not in at.account.keys


async def test_a_deleted_key_is_deleted_already(tmp_path: Path) -> None:
    account = small_account(NOW)
    account.keys[DEPLOYER_KEY].recycled = NOW
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="in the recycle bin already"):
            await at.plan("delete-key")


async def test_a_key_that_was_enabled_since_the_preview_is_not_deleted(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=DEPLOYER_OLD_KEY) as at:
        plan = await at.plan("delete-key")
        at.account.keys[DEPLOYER_OLD_KEY].status = "Active"
        with pytest.raises(Drifted):
            await at.run(plan)
        assert at.writes() == []


async def test_in_a_rotation_it_wants_a_reason_until_the_business_does_without_it(tmp_path: Path) -> None:
    account = small_account(NOW)
    del account.keys[DEPLOYER_OLD_KEY]
    async with stage(tmp_path, account) as at:
        await at.do("rotate", handover=MemoryHandover())
        await at.do("disable-key")
        plan = await at.plan("delete-key")
        assert "not known yet that the business does without" in plan.needs_reason
        with pytest.raises(NotApproved):
            await at.run(plan)
        assert (await at.run(plan, reason="the business is closed for good")).good
