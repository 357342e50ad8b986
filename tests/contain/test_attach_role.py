"""Give an instance a RAM role in place of the key."""

import json
from pathlib import Path

import pytest

from aktui.contain.action import action_named
from aktui.contain.history import Ended
from aktui.contain.plan import Danger
from aktui.errors import Drifted, NotPossible, UsageError
from aktui.simcloud.account import Account, Attachment, Policy, PolicyVersion
from tests.contain.furnished import MACHINE, OTHER_MACHINE, with_machines
from tests.contain.stage import NOW, Stage, stage
from tests.simcloud.accounts import ADMIN, REGION, RESPONDER_ID, ROOT_KEY
from tests.simcloud.happenings import happen

THERE = f"{REGION}/{MACHINE}"


async def chosen(at: Stage, param: str) -> list[str]:
    ground = await at.engine.survey()
    try:
        return [one.value for one in await action_named("attach-role").choices[param](ground)]
    finally:
        await ground.aclose()


async def test_the_instance_gets_the_role_and_gives_it_back(tmp_path: Path) -> None:
    async with stage(tmp_path, with_machines()) as at:
        done = await at.do("attach-role", instance=THERE, role="AppRole")
        assert done.good
        assert at.account.instances[MACHINE].role == "AppRole"
        assert (await at.undo(done)).good
        assert at.account.instances[MACHINE].role == ""


async def test_another_role_is_taken_from_it_first_and_comes_back(tmp_path: Path) -> None:
    account = with_machines()
    account.instances[MACHINE].role = "BatchRole"
    async with stage(tmp_path, account) as at:
        plan = await at.plan("attach-role", instance=THERE, role="AppRole")
        assert plan.danger is Danger.BUSINESS
        assert "it loses BatchRole" in plan.warnings[0]
        done = await at.run(plan)
        assert done.good
        assert at.writes() == ["ecs:DetachInstanceRamRole", "ecs:AttachInstanceRamRole"]
        assert account.instances[MACHINE].role == "AppRole"
        assert (await at.undo(done)).good
        assert account.instances[MACHINE].role == "BatchRole"


async def test_the_instances_offered_are_those_with_an_address_that_uses_the_key(tmp_path: Path) -> None:
    account = with_machines()
    happen(account, "Oss:ListBuckets", NOW, sourceIpAddress="203.0.113.7")
    happen(account, "Ecs:DescribeRegions", NOW, sourceIpAddress="198.51.100.1")
    async with stage(tmp_path, account) as at:
        assert await chosen(at, "instance") == [THERE]
        happen(account, "Rds:DescribeDBInstances", NOW, sourceIpAddress="10.0.0.9")
        assert await chosen(at, "instance") == [THERE, f"{REGION}/{OTHER_MACHINE}"]


async def test_the_roles_offered_are_those_that_trust_instances(tmp_path: Path) -> None:
    async with stage(tmp_path, with_machines()) as at:
        assert await chosen(at, "role") == ["AppRole", "BatchRole"]


async def test_a_role_for_people_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    async with stage(tmp_path, with_machines()) as at:
        with pytest.raises(NotPossible, match=r"does not trust ecs\.aliyuncs\.com"):
            await at.plan("attach-role", instance=THERE, role="ops")
        with pytest.raises(NotPossible, match="There is no RAM role nothing"):
            await at.plan("attach-role", instance=THERE, role="nothing")
        assert at.writes() == []


async def test_an_instance_that_is_not_there_is_refused(tmp_path: Path) -> None:
    async with stage(tmp_path, with_machines()) as at:
        with pytest.raises(NotPossible, match="There is no instance"):
            await at.plan("attach-role", instance=f"{REGION}/i-nothing", role="AppRole")
        with pytest.raises(UsageError, match="region/id"):
            await at.plan("attach-role", instance=MACHINE, role="AppRole")


async def test_a_role_that_it_has_is_not_given_again(tmp_path: Path) -> None:
    account = with_machines()
    account.instances[MACHINE].role = "AppRole"
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="already"):
            await at.plan("attach-role", instance=THERE, role="AppRole")


async def test_it_says_what_the_role_may_do_and_that_the_key_goes_on(tmp_path: Path) -> None:
    async with stage(tmp_path, with_machines()) as at:
        warnings = (await at.plan("attach-role", instance=THERE, role="AppRole")).warnings
        assert "reads" in warnings[0]
        assert any("ram:PassRole" in warning for warning in warnings)
        assert any("key is not touched" in warning for warning in warnings)


async def test_a_no_inside_a_good_answer_is_a_refusal(tmp_path: Path) -> None:
    async with stage(tmp_path, with_machines()) as at:
        results = [{"InstanceId": MACHINE, "Code": "IncorrectStatus", "Message": "busy", "Success": False}]
        body = json.dumps(
            {
                "RequestId": "R",
                "TotalCount": 1,
                "FailCount": 1,
                "AttachInstanceRamRoleResults": {"AttachInstanceRamRoleResult": results},
            }
        )
        fault = {"kind": "status", "action": "AttachInstanceRamRole", "status": 200, "body": body}
        at.sim.app.faults.add([fault])
        done = await at.do("attach-role", instance=THERE, role="AppRole")
        assert done.run.ended is Ended.STOPPED
        assert "busy" in done.run.note
        assert "IncorrectStatus" in done.run.note
        assert at.account.instances[MACHINE].role == ""


async def test_somebody_gave_it_a_role_since_the_preview(tmp_path: Path) -> None:
    async with stage(tmp_path, with_machines()) as at:
        plan = await at.plan("attach-role", instance=THERE, role="AppRole")
        at.account.instances[MACHINE].role = "BatchRole"
        with pytest.raises(Drifted, match="BatchRole now"):
            await at.run(plan)
        assert at.writes() == []


async def test_without_leave_to_hand_the_role_out_it_is_refused(tmp_path: Path) -> None:
    account = with_machines()
    without_pass_role(account)
    async with stage(tmp_path, account) as at:
        done = await at.do("attach-role", instance=THERE, role="AppRole")
        assert done.run.ended is Ended.STOPPED
        assert "PassRole" in done.run.note


def without_pass_role(account: Account) -> None:
    denial = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"ram:PassRole","Resource":"*"}]}'
    account.policies["Custom", "no-pass"] = Policy(
        "no-pass", "Custom", NOW, NOW, versions=[PolicyVersion("v1", denial, NOW)]
    )
    account.users[RESPONDER_ID].policies = [
        Attachment("System", ADMIN, NOW),
        Attachment("Custom", "no-pass", NOW),
    ]


async def test_it_fits_a_key_of_the_account_itself_as_well(tmp_path: Path) -> None:
    async with stage(tmp_path, with_machines(), key_id=ROOT_KEY) as at:
        assert (await at.do("attach-role", instance=THERE, role="AppRole")).good
