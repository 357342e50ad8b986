"""The engine: what it refuses to run, what it writes down first, and what it calls done."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from aktui.case.journal import FILE, only_one, read_journal
from aktui.cloud.gate import Permit
from aktui.contain.history import Ended, Took
from aktui.contain.plan import Approval, Plan
from aktui.errors import CaseError, Drifted, NotApproved, NotPossible, ReadOnly, UsageError
from tests.contain.stage import HASTY, Stage, approved, scenario, stage
from tests.simcloud.accounts import small_account


async def test_disabling_a_key_is_verified_before_it_is_called_done(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        done = await at.do("disable-key")
        assert done.run.ended is Ended.VERIFIED
        assert done.run.steps[0].observed == "Inactive"
        assert at.account.keys[at.key_id].status == "Inactive"


async def test_planning_sends_nothing_that_writes(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        await at.plan("disable-key")
        assert at.calls()
        assert at.writes() == []


async def test_a_read_only_aktui_runs_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path, armed=False) as at:
        plan = await at.plan("disable-key")
        with pytest.raises(NotApproved, match="read-only"):
            await at.run(plan)
        assert at.writes() == []


async def test_the_transport_refuses_a_write_from_code_when_read_only(tmp_path: Path) -> None:
    async with stage(tmp_path, armed=False) as at:
        params = {"UserAccessKeyId": at.key_id, "Status": "Inactive"}
        with pytest.raises(ReadOnly, match="read-only"):
            await at.cloud.change(
                Permit("ims", "UpdateAccessKey", "", params), "ims", "UpdateAccessKey", **params
            )
        with pytest.raises(ReadOnly):
            await at.cloud.call("ims", "UpdateAccessKey", **params)
        assert at.calls() == []


@pytest.mark.parametrize(
    ("permit", "why"),
    [
        (Permit("ims", "UpdateAccessKey", "", {"Status": "Active"}), "journal"),
        (Permit("ims", "DeleteAccessKey", "", {"Status": "Inactive"}), "journal"),
    ],
)
async def test_a_permit_is_for_one_call_with_its_parameters(tmp_path: Path, permit: Permit, why: str) -> None:
    async with stage(tmp_path) as at:
        with pytest.raises(ReadOnly, match=why):
            await at.cloud.change(permit, "ims", "UpdateAccessKey", Status="Inactive")
        assert at.calls() == []


async def test_a_permit_is_used_up_by_its_call(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        params = {"UserAccessKeyId": at.key_id, "Status": "Inactive"}
        permit = Permit("ims", "UpdateAccessKey", "", params)
        with pytest.raises(Exception, match="AccessKey"):
            await at.cloud.change(permit, "ims", "UpdateAccessKey", **params)
        with pytest.raises(ReadOnly, match="journal"):
            await at.cloud.change(permit, "ims", "UpdateAccessKey", **params)
        assert at.writes() == ["ims:UpdateAccessKey"]


async def test_a_write_that_no_action_makes_is_never_sent(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        with pytest.raises(ReadOnly, match="list of writes"):
            await at.cloud.change(
                Permit("ram", "CreateUser", "", {"UserName": "x"}), "ram", "CreateUser", UserName="x"
            )
        assert at.calls() == []


async def test_what_runs_must_hash_to_what_was_approved(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        plan = await at.plan("disable-key")
        other = replace(
            plan, steps=(replace(plan.steps[0], target={**plan.steps[0].target, "key": "LTAIother"}),)
        )
        with pytest.raises(NotApproved, match="not the one"):
            await at.engine.execute(other, approved(plan))
        assert at.writes() == []


async def test_a_plan_read_back_from_a_file_is_the_same_plan(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        plan = await at.plan("disable-key")
        assert Plan.from_json(plan.as_json()).digest == plan.digest


async def test_the_intent_is_on_disk_before_the_call_is_seen(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        at.sim.app.faults.add([{"kind": "latency", "action": "UpdateAccessKey", "seconds": 0.5}])
        running = asyncio.create_task(at.do("disable-key"))
        await at.until_written()
        kinds = [line.kind for line in read_journal(tmp_path).lines]
        assert kinds == ["plan", "intent"]
        assert (await running).good


async def test_somebody_else_changed_the_key_since_the_preview(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        plan = await at.plan("disable-key")
        at.account.keys[at.key_id].status = "Inactive"
        with pytest.raises(Drifted, match="was Active in the preview and is Inactive now"):
            await at.run(plan)
        assert at.writes() == []
        assert not read_journal(tmp_path).lines


async def test_credentials_of_another_account_are_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        plan = await at.plan("disable-key")
        elsewhere = replace(plan, account_id="1999999999999999")
        with pytest.raises(Drifted, match="1999999999999999"):
            await at.run(elsewhere)
        assert at.writes() == []


async def test_another_identity_than_the_one_that_planned_is_refused(tmp_path: Path) -> None:
    account = scenario()
    async with stage(tmp_path, account) as at:
        plan = await at.plan("disable-key")
        with pytest.raises(Drifted, match="somebody-else"):
            await at.run(replace(plan, identity=f"acs:ram::{account.id}:user/somebody-else"))
        assert at.writes() == []


async def test_the_responders_own_key_is_never_the_suspect(tmp_path: Path) -> None:
    account = scenario()
    async with stage(tmp_path, account, key_id=account.responder) as at:
        with pytest.raises(NotPossible, match="signs with"):
            await at.plan("disable-key")
        assert at.writes() == []


async def test_a_key_of_another_account_has_no_plan(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(), key_id="LTAI5tSOMEBODYELSESKEY001") as at:
        with pytest.raises(NotPossible, match="No RAM user of this account holds the key"):
            await at.plan("disable-key")


async def test_an_answer_cut_off_after_the_change_is_found_by_looking(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        at.sim.app.faults.add([{"kind": "cut-after", "action": "UpdateAccessKey"}])
        done = await at.do("disable-key")
        assert done.run.ended is Ended.VERIFIED
        assert at.writes() == ["ims:UpdateAccessKey"]


async def test_an_answer_that_never_comes_is_in_doubt_until_it_is_looked_up(tmp_path: Path) -> None:
    async with stage(tmp_path, patience=replace(HASTY, settles=0.2)) as at:
        at.sim.app.faults.add([{"kind": "cut-before", "action": "UpdateAccessKey"}])
        done = await at.do("disable-key")
        assert done.run.ended is Ended.IN_DOUBT
        assert at.account.keys[at.key_id].status == "Active"
        (found,) = await at.engine.recover()
        assert found.steps[0].took is Took.NOT_APPLIED
        assert at.writes() == ["ims:UpdateAccessKey"], "nothing is sent again"


async def test_a_write_refused_for_its_rate_is_made_again_and_only_then(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        at.sim.app.faults.add([{"kind": "throttle", "action": "UpdateAccessKey", "times": 2}])
        done = await at.do("disable-key")
        assert done.good
        assert at.writes() == ["ims:UpdateAccessKey"] * 3
        assert [call["result"] for call in done.run.steps[0].calls] == ["refused", "refused", "accepted"]


async def test_a_refused_step_stops_the_run_and_says_why(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        at.sim.app.faults.add([{"kind": "deny", "action": "UpdateAccessKey"}])
        done = await at.do("disable-key")
        assert done.run.ended is Ended.STOPPED
        assert "ram:UpdateAccessKey" in done.run.note


async def test_one_plan_runs_at_a_time_also_across_programs(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        plan = await at.plan("disable-key")
        with only_one(tmp_path), pytest.raises(CaseError, match="Another aktui"):
            await at.run(plan)
        assert at.writes() == []


async def cut_off(at: Stage) -> None:
    """A run that ends as if the program was killed while the answer was on its way."""
    at.sim.app.faults.add([{"kind": "latency", "action": "UpdateAccessKey", "seconds": 0.3}])
    running = asyncio.create_task(at.do("disable-key"))
    await at.until_written()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_nothing_runs_before_a_run_that_was_cut_off_is_recovered(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        await cut_off(at)
        with pytest.raises((NotPossible, Drifted), match=r"cut off|preview"):
            await at.do("disable-key")
        (found,) = await at.engine.recover()
        assert found.recovered
        assert found.ended is Ended.VERIFIED
        assert at.account.keys[at.key_id].status == "Inactive"
        assert at.writes() == ["ims:UpdateAccessKey"]
        assert (await at.undo(type("O", (), {"run": found})())).good


async def test_a_torn_last_line_is_survived(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        done = await at.do("disable-key")
        with (tmp_path / FILE).open("ab") as file:
            file.write(b'{"at":"2026-11-22T08:0')
        history = await at.engine.journal.history()
        assert history.torn == 1
        assert (await at.undo(done)).good
        after = await at.engine.journal.history()
        assert after.torn == 1
        assert [run.ended for run in after.runs] == [Ended.VERIFIED, Ended.VERIFIED]


async def test_a_journal_that_somebody_changed_stops_everything(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        done = await at.do("disable-key")
        path = tmp_path / FILE
        path.write_bytes(path.read_bytes().replace(b'"accepted"', b'"refused"'))
        with pytest.raises((CaseError, NotPossible, UsageError)):
            await at.undo(done)
        assert at.writes() == ["ims:UpdateAccessKey"]


async def test_a_disk_that_takes_no_entry_stops_the_call(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        plan = await at.plan("disable-key")
        (tmp_path / FILE).mkdir()
        with pytest.raises(CaseError):
            await at.run(plan)
        assert at.writes() == []


async def test_taking_back_what_somebody_else_changed_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        done = await at.do("disable-key")
        at.account.keys[at.key_id].status = "Active"
        with pytest.raises(NotPossible, match="back already"):
            await at.undo(done)


async def test_a_run_is_taken_back_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        done = await at.do("disable-key")
        back = await at.undo(done)
        assert back.good
        assert at.account.keys[at.key_id].status == "Active"
        with pytest.raises(NotPossible, match="already"):
            await at.undo(done)


async def test_an_approval_is_not_a_plan_of_nothing(tmp_path: Path) -> None:
    async with stage(tmp_path) as at:
        plan = replace(await at.plan("disable-key"), steps=())
        with pytest.raises(NotPossible, match="nothing to do"):
            await at.engine.execute(plan, Approval(plan.digest))
