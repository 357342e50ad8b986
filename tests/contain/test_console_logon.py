"""Demand MFA of a user or of all, disable a console logon."""

from dataclasses import replace
from pathlib import Path

import pytest

from aktui.contain.action import action_named
from aktui.contain.history import Ended
from aktui.errors import Drifted, NotPossible
from aktui.simcloud.account import Account, LoginProfile
from tests.contain.furnished import DEVICE, GUEST_ID, furnished
from tests.contain.stage import HASTY, NOW, stage
from tests.simcloud.accounts import DEPLOYER_ID, ROOT_KEY, small_account


def logon(account: Account, user: str = DEPLOYER_ID) -> LoginProfile:
    found = account.users[user].login
    assert found is not None
    return found


async def test_mfa_is_demanded_and_no_longer(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        done = await at.do("require-mfa")
        assert done.good
        assert logon(at.account).mfa_bind_required
        assert (await at.undo(done)).good
        assert not logon(at.account).mfa_bind_required


async def test_only_what_changes_is_sent(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        await at.do("require-mfa")
        (sent,) = [call for call in at.calls() if call["action"] == "UpdateLoginProfile"]
        assert "Status" not in f"{sent}"
        assert "Password" not in f"{sent['params']}".replace("PasswordResetRequired", "")


async def test_without_a_device_whoever_logs_on_next_binds_one(tmp_path: Path) -> None:
    account = furnished()
    async with stage(tmp_path, account) as at:
        assert len((await at.plan("require-mfa")).warnings) == 1
        account.mfa_devices[DEVICE].user = ""
        plan = await at.plan("require-mfa")
        assert any("reset-password" in warning for warning in plan.warnings)
        assert at.writes() == []


@pytest.mark.parametrize("action", ["require-mfa", "disable-logon", "reset-password"])
async def test_a_user_without_console_logon_needs_none_of_it(tmp_path: Path, action: str) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        with pytest.raises(NotPossible, match="no console logon"):
            await at.plan(action)


async def test_what_is_demanded_already_is_not_demanded_again(tmp_path: Path) -> None:
    account = furnished()
    logon(account).mfa_bind_required = True
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="already"):
            await at.plan("require-mfa")


async def test_the_logon_is_disabled_and_comes_back_with_its_password(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        done = await at.do("disable-logon")
        assert done.good
        assert logon(at.account).status == "Inactive"
        with pytest.raises(NotPossible, match="Inactive already"):
            await at.plan("disable-logon")
        assert (await at.undo(done)).good
        assert (logon(at.account).status, logon(at.account).password) == ("Active", "oldpassword")


async def test_it_says_what_the_user_did_in_the_console(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan("disable-logon")
        assert plan.impact is not None
        assert not plan.impact.of_trusted.denied


async def test_another_user_can_be_named(tmp_path: Path) -> None:
    account = furnished()
    account.users[GUEST_ID].login = LoginProfile("theirpassword", "Active", NOW)
    async with stage(tmp_path, account) as at:
        assert (await at.do("disable-logon", user="ci-dep1oyer")).good
        assert logon(at.account, GUEST_ID).status == "Inactive"
        assert logon(at.account).status == "Active"


async def test_also_where_the_suspect_key_is_the_accounts_own(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished(), key_id=ROOT_KEY) as at:
        assert (await at.do("disable-logon", user="ci-deployer")).good
        with pytest.raises(NotPossible):
            await at.plan("disable-logon")


@pytest.mark.parametrize(
    "action", ["require-mfa", "disable-logon", "reset-password", "delete-user", "disable-service-credentials"]
)
async def test_the_responder_does_not_saw_off_the_own_branch(tmp_path: Path, action: str) -> None:
    async with stage(tmp_path, furnished()) as at:
        with pytest.raises(NotPossible, match="aktui works as"):
            await at.plan(action, user="responder")


async def test_a_user_who_is_not_there_can_not_be_meant(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        with pytest.raises(NotPossible, match="There is no RAM user nobody-there"):
            await at.plan("disable-logon", user="nobody-there")


async def test_somebody_changed_the_logon_since_the_preview(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan("disable-logon")
        logon(at.account).mfa_bind_required = True
        with pytest.raises(Drifted, match="in the preview"):
            await at.run(plan)


async def test_an_answer_that_never_came_is_looked_up(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished(), patience=replace(HASTY, settles=0.2)) as at:
        at.sim.app.faults.add([{"kind": "cut-after", "action": "UpdateLoginProfile"}])
        done = await at.do("disable-logon")
        assert done.run.ended is Ended.VERIFIED
        assert "its answer never came" in done.run.note


async def test_mfa_is_made_mandatory_for_all_and_set_back(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        before = dict(at.account.security_preference)
        done = await at.do("require-mfa-account")
        assert done.good
        assert at.account.security_preference == {**before, "MFAOperationForLogin": "mandatory"}
        with pytest.raises(NotPossible, match="already"):
            await at.plan("require-mfa-account")
        assert (await at.undo(done)).good
        assert at.account.security_preference["MFAOperationForLogin"] == "independent"


async def test_the_account_setting_is_shown_as_it_is(tmp_path: Path) -> None:
    account = furnished()
    account.security_preference["MFAOperationForLogin"] = "adaptive"
    async with stage(tmp_path, account) as at:
        plan = await at.plan("require-mfa-account")
        assert "unusual logons only" in plan.warnings[-1]
        assert at.writes() == []
        account.security_preference["MFAOperationForLogin"] = "independent"
        with pytest.raises(Drifted):
            await at.run(plan)


async def test_a_user_without_logon_does_not_block_it_for_others(tmp_path: Path) -> None:
    for key in (small_account(NOW).suspects[0], ROOT_KEY):
        async with stage(tmp_path / key, small_account(NOW), key_id=key) as at:
            ground = await at.engine.survey()
            for action in ("require-mfa", "disable-logon", "reset-password", "delete-user"):
                found = await action_named(action).look(ground)
                assert found.state
                assert not found.blocked
            await ground.aclose()
