"""A key of the account itself: what can be done is said, and nothing is sent."""

from pathlib import Path

import pytest

from aktui.contain.action import Look, action_named
from aktui.errors import NotPossible
from tests.contain.stage import NOW, Stage, scenario, stage
from tests.simcloud.accounts import ROOT_KEY, small_account
from tests.simcloud.happenings import happen


async def looked(at: Stage) -> Look:
    ground = await at.engine.survey()
    try:
        return await action_named("root-key").look(ground)
    finally:
        await ground.aclose()


async def test_the_way_is_told_in_order_and_nothing_is_sent(tmp_path: Path) -> None:
    account = scenario("idle-root-key")
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible) as refused:
            await at.plan("root-key")
        text = refused.value.message
        steps = [text.index(f"{number}. ") for number in range(1, 7)]
        assert steps == sorted(steps)
        assert text.index("disable it there") < text.index("delete the key") < text.index("password")
        assert "restrict-account" in text
        assert "no recycle bin" in text
        found = await looked(at)
        assert found.state.startswith("the account's own key")
        assert found.blocked == text
        assert at.writes() == []


async def test_a_root_key_that_nobody_used_may_be_one(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW), key_id=ROOT_KEY) as at:
        with pytest.raises(NotPossible, match="if it is the account's own"):
            await at.plan("root-key")
        assert (await looked(at)).state.startswith("perhaps")


async def test_for_a_users_key_it_does_not_apply(tmp_path: Path) -> None:
    account = small_account(NOW)
    happen(account, "Ecs:DescribeInstances", NOW)
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="RAM user ci-deployer"):
            await at.plan("root-key")
        assert "ci-deployer" in (await looked(at)).blocked
