"""Delete a RAM user with all that hangs on it, and bring it back."""

from pathlib import Path

import pytest

from aktui.contain.history import Ended
from aktui.contain.plan import Danger
from aktui.errors import Drifted, NotPossible, UsageError
from aktui.simcloud.account import Account, User
from tests.contain.furnished import DEVICE, GUEST_ID, furnished
from tests.contain.stage import NOW, scenario, stage
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, DEPLOYER_OLD_KEY

WRITES = [
    "ims:UpdateAccessKey",
    "ims:DeleteLoginProfile",
    "ims:UnbindMFADevice",
    *["ims:DeleteServiceCredential"] * 3,
    *["ram:DetachPolicyFromUser"] * 2,
    *["ram:RemoveUserFromGroup"] * 2,
    *["ims:DeleteAccessKey"] * 2,
    "ims:DeleteUser",
]


def held(user: User) -> tuple[set[str], set[str]]:
    """Groups and policies."""
    return set(user.groups), {one.policy_name for one in user.policies}


def key_states(account: Account) -> dict[str, str]:
    return {key.id: "bin" if key.recycled else key.status for key in account.keys.values()}


async def test_everything_goes_first_and_then_the_user(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        done = await at.do("delete-user")
        assert done.good
        assert at.writes() == WRITES
        user = at.account.users[DEPLOYER_ID]
        assert user.recycled
        assert held(user) == (set(), set())
        assert (user.login, user.credentials) == (None, [])
        assert at.account.mfa_devices[DEVICE].user == ""
        assert [key_states(at.account)[key] for key in (DEPLOYER_KEY, DEPLOYER_OLD_KEY)] == ["bin", "bin"]


async def test_what_is_lost_for_good_is_said_and_has_to_be_typed(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan("delete-user")
        told = " ".join(plan.warnings)
        assert plan.danger is Danger.HIGH
        assert plan.typed == at.key_id[-4:]
        assert "password for good" in told
        assert "MFA device that was unbound" in told
        assert "service credential that is deleted is lost" in told
        assert "30 days" in told
        assert plan.impact is not None
        assert at.writes() == []


async def test_taking_it_back_brings_back_all_that_can_come_back(tmp_path: Path) -> None:
    account = furnished()
    before = held(account.users[DEPLOYER_ID])
    keys = key_states(account)
    async with stage(tmp_path, account) as at:
        done = await at.do("delete-user")
        plan = await at.engine.undo_plan(done.run.id)
        assert any("Delete the console logon" in warning for warning in plan.warnings)
        back = await at.run(plan)
        assert back.good
        user = at.account.users[DEPLOYER_ID]
        assert not user.recycled
        assert held(user) == before
        assert key_states(at.account) == keys
        with pytest.raises(NotPossible, match="already"):
            await at.engine.undo_plan(done.run.id)


async def test_a_run_that_stopped_half_way_is_taken_back_as_far_as_it_came(tmp_path: Path) -> None:
    account = furnished()
    before = held(account.users[DEPLOYER_ID])
    async with stage(tmp_path, account) as at:
        at.sim.app.faults.add([{"kind": "deny", "action": "RemoveUserFromGroup"}])
        done = await at.do("delete-user")
        assert done.run.ended is Ended.STOPPED
        assert not at.account.users[DEPLOYER_ID].recycled
        assert held(at.account.users[DEPLOYER_ID])[1] == set()
        at.sim.app.faults.clear()
        assert (await at.undo(done)).good
        assert held(at.account.users[DEPLOYER_ID]) == before
        assert at.account.keys[DEPLOYER_KEY].status == "Active"


async def test_the_user_that_the_intruder_made_can_be_named(tmp_path: Path) -> None:
    account = scenario()
    name = account.truth["intruder"]["created"]["users"][0]["name"]
    made = next(user for user in account.users.values() if user.name == name)
    async with stage(tmp_path, account) as at:
        done = await at.do("delete-user", user=name)
        assert done.good
        assert at.account.users[made.id].recycled
        assert at.account.keys[at.key_id].status == "Active", "the key's own user is another"


async def test_the_users_made_lately_are_offered(tmp_path: Path) -> None:
    from aktui.contain.people import users

    async with stage(tmp_path, furnished()) as at:
        ground = await at.engine.survey()
        found = [one.value for one in await users(ground)]
        await ground.aclose()
        assert found == ["ci-deployer", "ci-dep1oyer"]


async def test_a_user_with_nothing_is_one_step(tmp_path: Path) -> None:
    account = furnished()
    account.users[GUEST_ID].policies.clear()
    async with stage(tmp_path, account) as at:
        plan = await at.plan("delete-user", user="ci-dep1oyer")
        assert len(plan.steps) == 1
        assert (await at.run(plan)).good


async def test_a_key_that_somebody_disabled_since_the_preview_stops_it(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan("delete-user")
        at.account.keys[DEPLOYER_KEY].status = "Inactive"
        with pytest.raises(Drifted):
            await at.run(plan)
        assert at.writes() == []


async def test_a_deleted_user_is_restored_with_what_the_journal_knows(tmp_path: Path) -> None:
    account = furnished()
    before = held(account.users[DEPLOYER_ID])
    async with stage(tmp_path, account) as at:
        deleted = await at.do("delete-user")
        plan = await at.plan("restore-user")
        assert any(f"The run {deleted.run.id}" in warning for warning in plan.warnings)
        done = await at.run(plan)
        assert done.good
        user = at.account.users[DEPLOYER_ID]
        assert not user.recycled
        assert held(user) == before
        assert at.account.keys[DEPLOYER_KEY].recycled, "keys wait for their own restoring"
        assert (await at.do("restore-key")).good
        assert at.account.keys[DEPLOYER_KEY].status == "Inactive"


async def test_restoring_is_taken_back_as_well(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        await at.do("delete-user")
        done = await at.do("restore-user")
        assert (await at.undo(done)).good
        assert at.account.users[DEPLOYER_ID].recycled


async def test_a_user_that_others_deleted_comes_back_bare(tmp_path: Path) -> None:
    account = furnished()
    guest = account.users[GUEST_ID]
    guest.policies, guest.recycled = [], NOW
    async with stage(tmp_path, account) as at:
        plan = await at.plan("restore-user", user="ci-dep1oyer")
        assert any("not known here" in warning for warning in plan.warnings)
        assert (await at.run(plan)).good
        assert not at.account.users[GUEST_ID].recycled


async def test_two_deleted_users_of_one_name_are_told_apart_by_id(tmp_path: Path) -> None:
    account = furnished()
    other = User("200000000000000010", "ci-dep1oyer", NOW, NOW, recycled=NOW)
    account.users[other.id] = other
    account.users[GUEST_ID].recycled = NOW
    async with stage(tmp_path, account) as at:
        with pytest.raises(UsageError, match="2 deleted users"):
            await at.plan("restore-user", user="ci-dep1oyer")
        assert (await at.do("restore-user", user=other.id)).good
        assert not at.account.users[other.id].recycled
        with pytest.raises(NotPossible, match="living RAM user"):
            await at.plan("restore-user", user=GUEST_ID)


async def test_nobody_to_restore_is_said(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        with pytest.raises(NotPossible, match="not in the recycle bin"):
            await at.plan("restore-user")
        with pytest.raises(NotPossible, match="No RAM user nobody"):
            await at.plan("restore-user", user="nobody-there")


async def test_a_user_that_the_bin_lost_can_not_come_back(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        done = await at.do("delete-user")
        at.account.clock.advance(31 * 86400)
        with pytest.raises(NotPossible, match="gone for good"):
            await at.undo(done)
