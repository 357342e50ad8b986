"""Mark the key's leak reports as dealt with, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest

from aktui.contain.action import action_named
from aktui.errors import NotPossible, UsageError
from aktui.simcloud.account import Account
from aktui.simcloud.security.findings import Leak
from tests.contain.furnished import furnished
from tests.contain.stage import NOW, stage
from tests.queries.rig import restrict
from tests.simcloud.accounts import DEPLOYER_KEY, DEPLOYER_OLD_KEY


def leak(number: int, key: str = DEPLOYER_KEY, deal: str = "pending") -> Leak:
    found = NOW - timedelta(days=1)
    return Leak(
        number, key, found, "somebody", "scripts", "deploy.ini", "INI", found, "secret = x", deal=deal
    )


def reported(*leaks: Leak) -> Account:
    account = furnished()
    account.leaks.extend(leaks or (leak(7), leak(8), leak(9, DEPLOYER_OLD_KEY)))
    return account


@pytest.mark.parametrize("how", ["manual", "disable"])
async def test_the_reports_of_this_key_are_marked_and_no_others(tmp_path: Path, how: str) -> None:
    async with stage(tmp_path, reported()) as at:
        plan = await at.plan("mark-leak-handled", how=how)
        assert any("changes nothing else" in warning for warning in plan.warnings)
        assert (await at.run(plan)).good
        assert {one.id: one.deal for one in at.account.leaks} == {7: how, 8: how, 9: "pending"}
        assert at.account.keys[DEPLOYER_KEY].status == "Active"
        assert at.writes() == ["sas:ModifyAccessKeyLeakDeal"] * 2


async def test_there_is_no_way_back(tmp_path: Path) -> None:
    async with stage(tmp_path, reported()) as at:
        done = await at.do("mark-leak-handled")
        with pytest.raises(NotPossible):
            await at.undo(done)


async def test_without_a_waiting_report_it_says_why(tmp_path: Path) -> None:
    async with stage(tmp_path, reported(leak(7, deal="manual"))) as at:
        with pytest.raises(NotPossible, match="dealt with already"):
            await at.plan("mark-leak-handled")
    async with stage(tmp_path / "other", reported(leak(9, DEPLOYER_OLD_KEY))) as at:
        with pytest.raises(NotPossible, match="no report of this key"):
            await at.plan("mark-leak-handled")


async def test_it_shows_how_many_wait(tmp_path: Path) -> None:
    async with stage(tmp_path, reported(leak(7), leak(8, deal="manual"))) as at:
        ground = await at.engine.survey()
        try:
            look = await action_named("mark-leak-handled").look(ground)
        finally:
            await ground.aclose()
        assert (look.state, look.blocked) == ("1 of 2 reports not dealt with", "")


async def test_reports_that_may_not_be_read_are_not_called_none(tmp_path: Path) -> None:
    account = reported()
    restrict(account, "yundun-aegis:DescribeAccesskeyLeakList")
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="could not be read"):
            await at.plan("mark-leak-handled")


async def test_a_whitelist_is_not_offered(tmp_path: Path) -> None:
    async with stage(tmp_path, reported()) as at:
        with pytest.raises(UsageError, match="manual or disable"):
            await at.plan("mark-leak-handled", how="add-whitelist")
