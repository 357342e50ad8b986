"""What an intruder left behind, chosen by hand: keys, roles, policies attached, memberships in groups."""

from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from aktui.contain import otherkeys
from aktui.contain.action import actions
from aktui.contain.history import Ended
from aktui.errors import Drifted, NotPossible, UsageError
from aktui.simcloud.account import AccessKey, Account, Attachment, Role
from aktui.simcloud.scenarios.leaked_ci_key import LOOK_ALIKE
from tests.contain.quick import quick
from tests.contain.restrict import calm, shape, trust
from tests.contain.stage import Stage
from tests.contain.usages import KEY, usage

TRUST = (
    '{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["acs:ram::666:root"]}}],'
    '"Version":"1"}'
)
BACK_DOOR = "AppAutoScaleRole"


def key_of(account: Account, name: str) -> str:
    owner = next(user for user in account.users.values() if user.name == name)
    return next(key.id for key in account.keys_of(owner.id) if key.id not in account.suspects)


def with_role() -> Account:
    """The story, with a role that the intruder made for somebody outside."""
    account = quick()
    made = account.clock.now() - timedelta(days=2)
    role = Role("399999999999999999", BACK_DOOR, made, made, TRUST, "auto scaling")
    role.policies = [
        Attachment("System", "AdministratorAccess", made),
        Attachment("Custom", "backup-writer", made),
    ]
    account.roles[BACK_DOOR] = role
    return account


async def choices(at: Stage, action: str, param: str) -> list[str]:
    ground = await at.engine.survey()
    try:
        return [one.value for one in await actions()[action].choices[param](ground)]
    finally:
        await ground.aclose()


async def test_the_intruders_key_is_offered_disabled_and_enabled_again(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        theirs, sibling = key_of(at.account, LOOK_ALIKE), key_of(at.account, "ci-deployer")
        offered = await choices(at, "disable-other-key", "key")
        assert {theirs, sibling} <= set(offered)
        assert at.key_id not in offered
        assert LOOK_ALIKE in await choices(at, "disable-other-key", "user")
        before = shape(at.account)
        done = await at.do("disable-other-key", key=theirs)
        assert done.run.ended is Ended.VERIFIED
        assert at.account.keys[theirs].status == "Inactive"
        assert at.account.keys[at.key_id].status == "Active"
        assert any("is not counted here" in one for one in done.run.plan.warnings)
        assert (await at.undo(done)).good
        assert shape(at.account) == before


async def test_the_only_key_of_a_user_need_not_be_named(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        plan = await at.plan("disable-other-key", user=LOOK_ALIKE)
        assert plan.steps[0].target["key"] == key_of(at.account, LOOK_ALIKE)
        assert at.writes() == []


async def test_a_sibling_key_tells_what_it_is_used_for(tmp_path: Path) -> None:
    account = quick()
    sibling = key_of(account, "ci-deployer")
    calls = (usage(key_id=sibling, own=False, count=3), usage(key_id=KEY))
    async with calm(tmp_path, account, *calls) as at:
        plan = await at.plan("disable-other-key", user="ci-deployer")
        assert plan.steps[0].target["key"] == sibling
        assert plan.impact
        assert (plan.impact.of_other.denied, plan.impact.of_other.kept) == (3, 10)


async def test_a_deleted_key_comes_back_as_it_was(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        theirs = key_of(at.account, LOOK_ALIKE)
        before = shape(at.account)
        done = await at.do("delete-other-key", key=theirs)
        assert done.good
        assert at.writes() == ["ims:UpdateAccessKey", "ims:DeleteAccessKey"]
        assert at.account.keys[theirs].recycled
        assert done.run.plan.typed == at.key_id[-4:]
        assert (await at.undo(done)).good
        assert shape(at.account) == before


async def test_a_key_that_can_not_be_meant_is_refused_with_the_way(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        for params, kind, why in (
            ({}, UsageError, "Which key"),
            ({"key": at.key_id}, NotPossible, "suspect key itself"),
            ({"key": at.account.responder}, NotPossible, "aktui signs with that key"),
            ({"user": "responder-li"}, NotPossible, "aktui works as"),
            ({"key": "LTAI5tNOBODYNOBODYNOBO01"}, NotPossible, "No RAM user of this account"),
            ({"user": "nobody-at-all"}, NotPossible, "There is no RAM user"),
            ({"key": key_of(at.account, LOOK_ALIKE), "user": "ci-deployer"}, NotPossible, "has no key"),
        ):
            with pytest.raises(kind, match=why):
                await at.plan("disable-other-key", **params)
        at.account.keys[key_of(at.account, LOOK_ALIKE)].status = "Inactive"
        with pytest.raises(NotPossible, match="Inactive already"):
            await at.plan("disable-other-key", user=LOOK_ALIKE)
        assert at.writes() == []


async def test_the_intruders_policy_is_offered_and_detached(tmp_path: Path) -> None:
    async with calm(tmp_path, with_role()) as at:
        theirs = f"user/{LOOK_ALIKE}/System/AdministratorAccess"
        offered = await choices(at, "detach-policy", "attachment")
        assert theirs in offered
        assert f"role/{BACK_DOOR}/Custom/backup-writer" in offered
        assert "group/ci/System/AdministratorAccess" in offered
        before = shape(at.account)
        done = await at.do("detach-policy", attachment=theirs)
        assert done.good
        assert shape(at.account)["attached"][f"User {LOOK_ALIKE}"] == set()
        assert (await at.undo(done)).good
        assert shape(at.account) == before


async def test_what_the_keys_user_loses_is_counted(tmp_path: Path) -> None:
    calls = (usage("Ecs:RunInstances"), usage("Ecs:RunCommand", "203.0.113.10"))
    trust(tmp_path, "203.0.113.10")
    async with calm(tmp_path, None, *calls) as at:
        plan = await at.plan("detach-policy", attachment="group/ci/System/AdministratorAccess")
        assert "All members of the group ci lose it." in plan.warnings
        assert plan.impact
        assert (plan.impact.of_trusted.denied, plan.impact.of_other.denied) == (10, 10)
        leave = await at.plan("leave-group", group="ci")
        assert leave.impact
        assert leave.impact.of_trusted.denied == 10


async def test_what_is_not_attached_is_refused(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        for typed, kind, why in (
            ("user/ci-deployer/System/AdministratorAccess", NotPossible, "is not attached to the user"),
            ("AdministratorAccess", NotPossible, "No policy AdministratorAccess is attached"),
            ("user/ci-deployer", UsageError, "names no attachment"),
            ("team/ci/System/AdministratorAccess", UsageError, "names no attachment"),
            ("user/responder-li/System/ReadOnlyAccess", NotPossible, "aktui works as"),
            ("user/gone/System/ReadOnlyAccess", NotPossible, "is not attached"),
        ):
            with pytest.raises(kind, match=why):
                await at.plan("detach-policy", attachment=typed)
        assert at.writes() == []


async def test_somebody_else_detached_it_since(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        plan = await at.plan("detach-policy", attachment="group/ci/System/AdministratorAccess")
        at.account.groups["ci"].policies.clear()
        with pytest.raises(Drifted, match="was attached in the preview and is not attached now"):
            await at.run(plan)


async def test_a_user_leaves_a_group_and_comes_back(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        assert await choices(at, "leave-group", "group") == ["ci"]
        before = shape(at.account)
        done = await at.do("leave-group", group="ci")
        assert done.good
        assert shape(at.account)["groups"]["ci-deployer"] == set()
        assert (await at.undo(done)).good
        assert shape(at.account) == before
        with pytest.raises(NotPossible, match="is not in the group admins"):
            await at.plan("leave-group", group="admins")


async def test_a_role_is_offered_newest_first_and_deleted_after_its_policies(tmp_path: Path) -> None:
    async with calm(tmp_path, with_role()) as at:
        offered = await choices(at, "delete-role", "role")
        assert offered[0] == BACK_DOOR
        assert not any(one.startswith("AliyunServiceRole") for one in offered)
        plan = await at.plan("delete-role", role=BACK_DOOR)
        assert any("acs:ram::666:root" in one for one in plan.warnings)
        assert any("can not be brought back" in one for one in plan.warnings)
        assert plan.typed == at.key_id[-4:]
        assert at.writes() == []
        done = await at.run(plan)
        assert done.good
        assert at.writes() == ["ram:DetachPolicyFromRole"] * 2 + ["ram:DeleteRole"]
        assert BACK_DOOR not in at.account.roles
        assert done.run.plan.steps[-1].before["AssumeRolePolicyDocument"]["Version"] == "1"
        with pytest.raises(NotPossible, match="can not be brought back"):
            await at.undo(done)


async def test_a_role_that_could_not_be_deleted_gets_its_policies_back(tmp_path: Path) -> None:
    async with calm(tmp_path, with_role()) as at:
        before = shape(at.account)
        at.sim.app.faults.add([{"kind": "deny", "action": "DeleteRole"}])
        done = await at.do("delete-role", role=BACK_DOOR)
        assert done.run.ended is Ended.STOPPED
        assert (await at.undo(done)).good
        assert shape(at.account) == before


async def test_calls_in_a_role_and_to_assume_it_count_as_denied(tmp_path: Path) -> None:
    account = with_role()
    arn = f"acs:ram::{account.id}:role/{BACK_DOOR}"
    calls = (
        usage("Kms:GetSecretValue", kind="session", identity=f"{BACK_DOOR}:x", count=4),
        usage("Kms:GetSecretValue", kind="session", identity="other:x", count=2),
        usage("Sts:AssumeRole", resources=(arn,), count=1),
    )
    async with calm(tmp_path, account, *calls) as at:
        plan = await at.plan("delete-role", role=BACK_DOOR)
        assert plan.impact
        assert (plan.impact.of_other.denied, plan.impact.of_other.kept) == (5, 2)


async def test_a_role_that_can_not_be_deleted_is_refused(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        with pytest.raises(NotPossible, match="There is no RAM role"):
            await at.plan("delete-role", role="none-such")
        with pytest.raises(NotPossible, match="belongs to a service"):
            await at.plan("delete-role", role="AliyunServiceRoleForActionTrail")


async def test_a_key_that_the_recycle_bin_would_lose_is_named(tmp_path: Path) -> None:
    account = quick()
    owner = next(user for user in account.users.values() if user.name == LOOK_ALIKE)
    now = account.clock.now()
    for number in range(3):
        old = f"LTAI5tOLDOLDOLDOLDOLD{number}"
        gone = now - timedelta(days=3 - number)
        account.keys[old] = AccessKey(old, "s" * 30, owner.id, "Inactive", gone, gone, recycled=gone)
    async with calm(tmp_path, account) as at:
        plan = await at.plan("delete-other-key", user=LOOK_ALIKE)
        assert any("LTAI5tOLDOLDOLDOLDOLD0 is lost for good" in one for one in plan.warnings)


async def test_the_new_key_of_a_rotation_wants_a_reason(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        sibling = key_of(at.account, "ci-deployer")
        rotation = mock.Mock(new=sibling)
        with mock.patch.object(otherkeys, "begun", return_value=rotation):
            plan = await at.plan("disable-other-key", key=sibling)
        assert "new key of the rotation" in plan.needs_reason
