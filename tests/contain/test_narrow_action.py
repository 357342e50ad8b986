"""Narrowing what the key's user may do: the business goes on at every step, the intruder does not."""

from pathlib import Path

import pytest

from aktui.contain.history import Ended
from aktui.errors import NotPossible, UsageError
from aktui.simcloud import permissions
from aktui.simcloud.account import Account, Attachment, Identity
from tests.contain.quick import quick
from tests.contain.restrict import calm, shape, trust, trust_business
from tests.contain.stage import stage
from tests.contain.usages import usage

OFFICE = "203.0.113.10"
LEAST = "aktui-least-ci-deployer"
CALLS = (
    usage("Ecs:RunCommand", OFFICE),
    usage("Oss:PutObject", OFFICE, resources=("qinghe-artifacts",), origin="oss"),
    usage("Ecs:RunInstances"),
    usage("Ram:CreateUser"),
)
BUSINESS = (("ecs:RunCommand", "*"), ("oss:PutObject", "acs:oss:*:1:qinghe-artifacts/a"))
INTRUDER = (("ecs:RunInstances", "*"), ("ram:CreateUser", "*"), ("oss:PutObject", "acs:oss:*:1:other/a"))


def may(account: Account, action: str, resource: str) -> bool:
    user = next(one for one in account.users.values() if one.name == "ci-deployer")
    who = Identity("user", account.suspects[0], account.id, user=user)
    return permissions.check(account, who, action, resource, now=account.clock.now()).allowed


def furnished() -> Account:
    """The user is in a group with everything, and has a policy of its own that allows and one that denies."""
    account = quick()
    user = next(one for one in account.users.values() if one.name == "ci-deployer")
    for kind, name in (("System", "AliyunECSFullAccess"), ("Custom", "no-data-stores")):
        user.policies.append(Attachment(kind, name, account.created))
    return account


async def test_the_business_keeps_what_it_did_and_nothing_else_is_left(tmp_path: Path) -> None:
    trust(tmp_path, OFFICE)
    async with calm(tmp_path, furnished(), *CALLS) as at:
        before = shape(at.account)
        plan = await at.plan("narrow")
        assert at.writes() == []
        assert plan.impact
        assert plan.impact.of_trusted.denied == 0
        assert plan.impact.of_other.denied == 20
        done = await at.run(plan)
        assert done.run.ended is Ended.VERIFIED
        assert all(may(at.account, *one) for one in BUSINESS)
        assert not any(may(at.account, *one) for one in INTRUDER)
        held = shape(at.account)
        assert held["attached"]["User ci-deployer"] == {("Custom", LEAST), ("Custom", "no-data-stores")}
        assert held["groups"]["ci-deployer"] == set()
        assert (await at.undo(done)).good
        assert shape(at.account) == before


async def test_at_no_step_is_the_business_without_its_permissions(tmp_path: Path) -> None:
    trust(tmp_path, OFFICE)
    async with calm(tmp_path, furnished(), *CALLS) as at:
        plan = await at.plan("narrow")
        assert [step.change for step in plan.steps] == [
            "policy-document",
            "policy-attachment",
            "policy-attachment",
            "group-membership",
        ]
        for action in ("CreatePolicy", "AttachPolicyToUser", "DetachPolicyFromUser", "RemoveUserFromGroup"):
            at.sim.app.faults.add([{"kind": "deny", "action": action}])
            done = await at.do("narrow")
            assert done.run.ended is Ended.STOPPED
            assert all(may(at.account, *one) for one in BUSINESS)
            at.sim.app.faults.clear()
            if done.run.changed:
                back = await at.undo(done)
                assert back.good
        assert all(may(at.account, *one) for one in INTRUDER)


async def test_what_goes_is_said_in_words(tmp_path: Path) -> None:
    trust(tmp_path, OFFICE)
    async with calm(tmp_path, furnished(), *CALLS) as at:
        told = "\n".join((await at.plan("narrow")).warnings)
        assert "Now ci-deployer is: admin" in told
        assert "Everything goes but for 2 actions" in told
        assert "With the group ci what it denies goes too: deny-billing-and-audit, no-data-stores." in told
        assert "one that takes the place of this one" in told
        assert "what the business does less often is not in it" in told


async def test_without_trusted_calls_there_is_nothing_to_keep(tmp_path: Path) -> None:
    async with calm(tmp_path, None, *CALLS) as at:
        with pytest.raises(UsageError, match="No call of a trusted source was seen") as refused:
            await at.plan("narrow")
        assert "Mark the networks" in refused.value.hint
        for params, why in (({"days": "0"}, "whole number"), ({"days": "many"}, "whole number")):
            with pytest.raises(UsageError, match=why):
                await at.plan("narrow", **params)
        with pytest.raises(UsageError, match="yes or no"):
            await at.plan("narrow", **{"whole-services": "maybe"})


async def test_a_policy_that_is_too_long_is_refused_and_whole_services_are_shorter(tmp_path: Path) -> None:
    trust(tmp_path, OFFICE)
    account = quick()
    account.settings.quotas = {"PolicySizeQuota": 120}
    async with calm(tmp_path, account, *CALLS) as at:
        with pytest.raises(UsageError, match="120 is the most"):
            await at.plan("narrow")
        plan = await at.plan("narrow", **{"whole-services": "yes"}, policy="just-these")
        assert plan.steps[0].after["Statement"][0]["Action"] == ["ecs:*", "oss:*"]
        assert plan.steps[0].target["policy"] == "just-these"


async def test_done_twice_it_only_follows_the_calls(tmp_path: Path) -> None:
    trust(tmp_path, OFFICE)
    async with calm(tmp_path, quick(), *CALLS) as at:
        assert (await at.do("narrow")).good
        with pytest.raises(NotPossible, match="has just this already"):
            await at.plan("narrow")


async def test_the_story_narrowed_lets_the_business_deploy_and_the_intruder_do_little(tmp_path: Path) -> None:
    trust_business(tmp_path)
    async with stage(tmp_path) as at:
        plan = await at.plan("narrow")
        assert plan.impact
        assert plan.impact.of_trusted.denied == 0
        assert plan.impact.of_other.denied > plan.impact.of_other.kept / 10
        done = await at.run(plan)
        assert done.good
        assert not may(at.account, "ram:CreateUser", "*")
        assert not may(at.account, "kms:GetSecretValue", "*")
