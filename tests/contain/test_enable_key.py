"""Enable the key again."""

from pathlib import Path

import pytest

from aktui.errors import Drifted, NotPossible
from tests.contain.stage import NOW, stage
from tests.simcloud.accounts import DEPLOYER_KEY, DEPLOYER_OLD_KEY, NOBODY_KEY, ROOT_KEY, small_account


async def test_a_disabled_key_works_again(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=DEPLOYER_OLD_KEY) as at:
        done = await at.do("enable-key")
        assert done.good
        assert at.account.keys[DEPLOYER_OLD_KEY].status == "Active"
        assert (await at.undo(done)).good
        assert at.account.keys[DEPLOYER_OLD_KEY].status == "Inactive"


async def test_it_says_who_else_gets_in_again(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=DEPLOYER_OLD_KEY) as at:
        plan = await at.plan("enable-key")
        assert "Whoever else has the secret" in plan.warnings[0]
        assert len(plan.warnings) == 1
        assert at.writes() == []


async def test_taking_our_own_run_back_is_the_better_way_and_it_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        done = await at.do("disable-key")
        plan = await at.plan("enable-key")
        assert any(f"The run {done.run.id}" in warning for warning in plan.warnings)
        await at.undo(done)
        at.account.keys[DEPLOYER_KEY].status = "Inactive"
        assert not any(done.run.id in warning for warning in (await at.plan("enable-key")).warnings)


@pytest.mark.parametrize("key", [DEPLOYER_KEY, NOBODY_KEY])
async def test_a_key_that_works_needs_no_enabling(tmp_path: Path, key: str) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=key) as at:
        with pytest.raises(NotPossible, match="Active already"):
            await at.plan("enable-key")


async def test_a_deleted_key_has_to_be_restored_first(tmp_path: Path) -> None:
    account = small_account(NOW)
    account.keys[DEPLOYER_KEY].recycled = NOW
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="restore-key"):
            await at.plan("enable-key")


async def test_a_root_key_is_only_roots_own(tmp_path: Path) -> None:
    account = small_account(NOW)
    async with stage(tmp_path, account, key_id=ROOT_KEY) as at:
        with pytest.raises(NotPossible):
            await at.plan("enable-key")


async def test_somebody_enabled_it_since_the_preview(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=DEPLOYER_OLD_KEY) as at:
        plan = await at.plan("enable-key")
        at.account.keys[DEPLOYER_OLD_KEY].status = "Active"
        with pytest.raises(Drifted, match="was Inactive in the preview and is Active now"):
            await at.run(plan)
