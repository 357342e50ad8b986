"""Denying high-risk operations, or all: what is made, what it costs, and how long it must stay."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from aktui.contain import denying, highrisk
from aktui.contain.history import Ended
from aktui.errors import ConfigError, Drifted, Forbidden, NotApproved, NotPossible, UsageError
from aktui.simcloud.account import Account, Attachment, Policy, PolicyVersion
from tests.cloud.rig import QUICK, cloud_of, keys
from tests.contain.quick import quick
from tests.contain.restrict import calm, shape, trust_business
from tests.contain.stage import Stage, approved, stage
from tests.contain.usages import usage

NAME, ALL = denying.HIGH_RISK, denying.ALL
DENIED = {"Effect": "Deny", "Resource": "*"}


def held(at: Stage) -> set[tuple[str, str]]:
    attached: set[tuple[str, str]] = shape(at.account)["attached"]["User ci-deployer"]
    return attached


def own(account: Account, name: str, document: object, versions: int = 1) -> Policy:
    """A custom policy that is there already."""
    at = account.created
    made = [PolicyVersion(f"v{n}", json.dumps(document), at + timedelta(n)) for n in range(1, versions + 1)]
    policy = Policy(name, "Custom", at, at, versions=made, default=f"v{versions}")
    account.policies["Custom", name] = policy
    return policy


def fill(account: Account, number: int) -> None:
    """So many custom policies attached to the key's user."""
    user = next(user for user in account.users.values() if user.name == "ci-deployer")
    for n in range(number):
        own(account, f"other-{n}", {"Version": "1", "Statement": []})
        user.policies.append(Attachment("Custom", f"other-{n}", account.created))


@pytest.mark.parametrize(("action", "name"), [("deny-high-risk", NAME), ("deny-all", ALL)])
async def test_the_policy_is_made_and_attached_and_stays_until_the_key_is_deleted(
    tmp_path: Path, action: str, name: str
) -> None:
    async with calm(tmp_path) as at:
        before = shape(at.account)
        done = await at.do(action)
        assert done.run.ended is Ended.VERIFIED
        assert ("Custom", name) in held(at)
        too_early = await at.engine.undo_plan(done.run.id)
        assert "The leaked key is Active" in too_early.needs_reason
        with pytest.raises(NotApproved, match="is to stay"):
            await at.run(too_early)
        assert (await at.undo(done, reason="the business stands still")).good
        assert shape(at.account) == before


async def test_once_the_key_is_deleted_it_may_go_without_a_reason(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        done = await at.do("deny-high-risk")
        at.account.keys[at.key_id].status = "Inactive"
        assert (await at.engine.undo_plan(done.run.id)).needs_reason
        at.account.keys[at.key_id].recycled = at.account.clock.now()
        plan = await at.engine.undo_plan(done.run.id)
        assert plan.needs_reason == ""
        assert (await at.run(plan)).good
        assert ("Custom", NAME) not in at.account.policies


async def test_calls_that_it_denies_are_refused_and_others_are_not(tmp_path: Path) -> None:
    account = quick()
    account.settings.permission_lag = 0
    async with calm(tmp_path, account) as at:
        key = at.account.keys[at.key_id]
        async with cloud_of(at.sim, keys(key.id, key.secret), patience=QUICK, armed=True) as theirs:
            await theirs.call("ram", "ListRoles")
            assert (await at.do("deny-all")).good
            with pytest.raises(Forbidden):
                await theirs.call("ram", "ListRoles")


async def test_the_impact_knows_what_it_denies(tmp_path: Path) -> None:
    trust_business(tmp_path)
    async with stage(tmp_path) as at:
        plan = await at.plan("deny-high-risk")
        assert at.writes() == []
        assert plan.impact
        assert "Ram:CreateUser" in {line.operation for line in plan.impact.other}
        assert plan.impact.of_trusted.denied == 0


async def test_the_document_is_the_list_of_the_file(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        document = (await at.plan("deny-high-risk")).steps[0].after
        assert document["Version"] == "1"
        assert [len(one["Action"]) for one in document["Statement"]] == [18, 4, 4, 4, 4, 5]
        assert all(
            {"Effect": one["Effect"], "Resource": one["Resource"]} == DENIED for one in document["Statement"]
        )


async def test_statements_can_be_left_out_and_that_is_said(tmp_path: Path) -> None:
    async with calm(tmp_path, None, usage("Oss:DeleteObject", resources=("assets",))) as at:
        plan = await at.plan("deny-high-risk", statements="ram, ecs")
        assert [one["Action"][0] for one in plan.steps[0].after["Statement"]] == [
            "ram:AddUserToGroup",
            "ecs:DeleteInstance",
        ]
        assert any("Left out, so not denied: rds" in one for one in plan.warnings)
        assert plan.impact
        assert plan.impact.of_other.denied == 0
        whole = await at.plan("deny-high-risk")
        assert whole.impact
        assert whole.impact.of_other.denied == 10
        with pytest.raises(UsageError, match="no statement 'kms'"):
            await at.plan("deny-high-risk", statements="kms")
        with pytest.raises(UsageError, match="no name for a policy"):
            await at.plan("deny-high-risk", policy="a b")


async def test_a_file_in_aktuis_home_counts_in_its_place(tmp_path: Path) -> None:
    (tmp_path / highrisk.FILE).write_text('[statement.mine]\nactions = ["kms:Delete*"]\n')
    (found,) = await highrisk.risks(tmp_path)
    assert (found.id, found.actions) == ("mine", ("kms:Delete*",))
    for bad in ("", "[statement]", '[statement.mine]\nactions = ["everything"]', "statement = 7", "[["):
        (tmp_path / highrisk.FILE).write_text(bad)
        with pytest.raises(ConfigError):
            await highrisk.risks(tmp_path)


async def test_a_policy_of_that_name_gets_a_new_version_and_its_old_document_back(tmp_path: Path) -> None:
    account = quick()
    theirs = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    policy = own(account, NAME, theirs)
    account.groups["data"].policies.append(Attachment("Custom", NAME, account.created))
    async with calm(tmp_path, account) as at:
        before = shape(at.account)
        plan = await at.plan("deny-high-risk")
        assert any("with another document: Allow *" in one for one in plan.warnings)
        assert any("group data" in one for one in plan.warnings)
        done = await at.run(plan)
        assert done.good
        assert len(policy.versions) == 2
        assert (await at.undo(done, reason="a drill")).good
        assert shape(at.account) == before


async def test_with_all_versions_taken_the_one_that_is_lost_is_named(tmp_path: Path) -> None:
    account = quick()
    policy = own(account, NAME, {"Version": "1", "Statement": []}, versions=5)
    async with calm(tmp_path, account) as at:
        plan = await at.plan("deny-high-risk")
        assert "The policy has 5 versions: v1 is lost for good." in plan.warnings
        assert (await at.run(plan)).good
        assert [one.id for one in policy.versions] == ["v2", "v3", "v4", "v5", "v6"]


async def test_what_is_so_already_is_not_done_again(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        await at.do("deny-high-risk")
        with pytest.raises(NotPossible, match="already"):
            await at.plan("deny-high-risk")


@pytest.mark.parametrize(
    ("quotas", "why"),
    [
        ({"PolicySizeQuota": 600}, r"1,\d\d\d characters, and 600 is the account's limit"),
        ({"PoliciesQuota": 3}, "custom policies, and 3 is its limit"),
        ({"AttachedPoliciesPerUserQuota": 2}, "2 custom policies are attached to ci-deployer"),
    ],
)
async def test_a_quota_that_stands_in_the_way_is_told_before_anything_is_sent(
    tmp_path: Path, quotas: dict[str, int], why: str
) -> None:
    account = quick()
    account.settings.quotas = quotas
    fill(account, 2)
    async with calm(tmp_path, account) as at:
        with pytest.raises(NotPossible, match=why):
            await at.plan("deny-high-risk")
        assert at.writes() == []


async def test_quotas_that_can_not_be_read_are_said(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        at.sim.app.faults.add([{"kind": "deny", "action": "GetAccountSummary"}])
        plan = await at.plan("deny-high-risk")
        assert any("quotas could not be read" in one for one in plan.warnings)


async def test_a_policy_made_by_somebody_else_since_stops_the_plan(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        plan = await at.plan("deny-all")
        own(at.account, ALL, {"Version": "1", "Statement": []})
        with pytest.raises(Drifted, match="no such policy in the preview"):
            await at.engine.execute(plan, approved(plan))
        assert at.writes() == []


async def test_a_refused_attachment_leaves_a_policy_that_can_be_taken_back(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        before = shape(at.account)
        at.sim.app.faults.add([{"kind": "deny", "action": "AttachPolicyToUser"}])
        done = await at.do("deny-high-risk")
        assert done.run.ended is Ended.STOPPED
        assert "ram:AttachPolicyToUser" in done.run.note
        assert ("Custom", NAME) in at.account.policies
        assert (await at.undo(done, reason="try again otherwise")).good
        assert shape(at.account) == before


async def test_a_detached_policy_of_ours_is_guarded_like_taking_it_back(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        await at.do("deny-high-risk", policy="ours-by-another-name")
        plan = await at.plan("detach-policy", attachment="ours-by-another-name")
        assert "The leaked key is Active" in plan.needs_reason


async def test_a_key_without_a_user_can_not_be_denied_anything(tmp_path: Path) -> None:
    async with calm(tmp_path, key_id="LTAI5tSOMEBODYELSESKEY001") as at:
        with pytest.raises(NotPossible, match="No RAM user"):
            await at.plan("deny-all")
