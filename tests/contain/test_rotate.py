"""Rotate: a second key whose secret is told once, and nowhere else."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aktui.case.journal import read_journal
from aktui.contain.action import action_named
from aktui.contain.engine import Engine
from aktui.contain.handover import FileHandover, MemoryHandover
from aktui.contain.history import Ended, Took
from aktui.contain.step import Given
from aktui.errors import NotApproved, NotPossible, UsageError
from aktui.simcloud.account import AccessKey, Account
from tests.cloud.rig import cloud_of, keys
from tests.contain.secrecy import assert_nowhere, crash_text, recorded_stage
from tests.contain.stage import HASTY, NOW, Stage, approved, stage
from tests.simcloud.accounts import (
    DEPLOYER_ID,
    DEPLOYER_KEY,
    DEPLOYER_OLD_KEY,
    NOBODY_KEY,
    RESPONDER_KEY,
    small_account,
)
from tests.simcloud.happenings import happen


def with_room() -> Account:
    """The deployer has one key only."""
    account = small_account(NOW)
    del account.keys[DEPLOYER_OLD_KEY]
    return account


def new_key(at: Stage) -> AccessKey:
    (key,) = [
        key for key in at.account.keys_of(DEPLOYER_ID) if key.id not in (DEPLOYER_KEY, DEPLOYER_OLD_KEY)
    ]
    return key


async def test_the_new_key_works_and_the_old_one_too(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        taken = MemoryHandover()
        done = await at.do("rotate", handover=taken)
        assert done.good
        (given,) = taken.take()
        assert given.name == new_key(at).id
        async with cloud_of(at.sim, keys(given.name, given.secret.reveal())) as other:
            await other.call("sts", "GetCallerIdentity")
        assert at.account.keys[DEPLOYER_KEY].status == "Active"


async def test_planning_makes_no_key(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        await at.plan("rotate")
        assert at.writes() == []
        assert len(at.account.keys_of(DEPLOYER_ID)) == 1


async def test_the_file_has_the_secret_and_is_its_owners_only(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", with_room()) as at:
        file = tmp_path / "new-key.txt"
        await at.do("rotate", handover=FileHandover(file))
        assert file.read_text().splitlines()[1:] == [new_key(at).id, new_key(at).secret]
        assert file.stat().st_mode & 0o777 == 0o600


async def test_a_file_that_is_there_is_never_written_to(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", with_room()) as at:
        file = tmp_path / "notes.txt"
        file.write_text("mine")
        plan = await at.plan("rotate")
        with pytest.raises(NotPossible, match=r"notes\.txt"):
            await at.run(plan, handover=FileHandover(file))
        assert file.read_text() == "mine"
        assert at.writes() == []


async def test_no_key_is_made_while_there_is_no_place_for_its_secret(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        plan = await at.plan("rotate")
        with pytest.raises(NotApproved, match="handed over"):
            await at.run(plan)
        assert at.writes() == []


async def test_the_secret_is_in_the_file_named_and_nowhere_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with recorded_stage(tmp_path / "case", with_room()) as at:
        file = tmp_path / "new-key.txt"
        done = await at.do("rotate", handover=FileHandover(file))
        secret = new_key(at).secret
        assert secret in file.read_text()
        assert secret not in f"{done.run!r} {done!r} {at.engine.__dict__!r}"
        assert_nowhere(secret, at, caplog)


class Broken:
    """A place that breaks when the secret comes."""

    place = "nowhere"

    async def prepare(self) -> None:
        return None

    async def give(self, given: Given) -> None:
        raise NotPossible("The disk is full.")

    async def withdraw(self) -> None:
        return None


async def test_a_secret_that_could_not_be_handed_over_is_said_to_be_lost(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        done = await at.do("rotate", handover=Broken())
        assert done.run.ended is Ended.VERIFIED
        assert "The disk is full. Nobody has the secret" in done.run.note
        assert (await at.undo(done)).good
        assert len(at.account.keys_of(DEPLOYER_ID)) == 1


async def test_a_crash_does_not_show_the_secret(tmp_path: Path) -> None:
    class Crashing(Broken):
        async def give(self, given: Given) -> None:
            raise RuntimeError(f"a bug in the screen that shows {given}")

    async with stage(tmp_path, with_room()) as at:
        plan = await at.plan("rotate")
        with pytest.raises(RuntimeError) as caught:
            await at.run(plan, handover=Crashing())
        assert new_key(at).secret not in crash_text(caught.value)


async def test_an_answer_that_was_lost_leaves_a_key_that_nobody_has_and_says_so(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", with_room()) as at:
        file = tmp_path / "new-key.txt"
        at.sim.app.faults.add([{"kind": "cut-after", "action": "CreateAccessKey"}])
        done = await at.do("rotate", handover=FileHandover(file))
        assert done.run.ended is Ended.VERIFIED
        assert "Nobody has the secret" in done.run.note
        assert at.writes() == ["ims:CreateAccessKey"]
        assert not file.exists()
        at.sim.app.faults.clear()
        with pytest.raises(NotPossible, match="whose secret nobody has"):
            await at.plan("rotate")
        assert (await at.undo(done)).good
        assert [key.id for key in at.account.keys_of(DEPLOYER_ID)] == [DEPLOYER_KEY]
        assert (await at.do("rotate", handover=MemoryHandover())).good


async def cut_off(at: Stage, action: str, call: str, handover: FileHandover) -> None:
    """A run that ends as if the program was killed while the answer was on its way."""
    at.sim.app.faults.add([{"kind": "latency", "action": call, "seconds": 0.3}])
    running = asyncio.create_task(at.do(action, handover=handover))
    await at.until_written()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_crash_before_the_answer_leaves_a_key_that_nobody_has_and_recovery_says_so(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path / "case", with_room()) as at:
        await cut_off(at, "rotate", "CreateAccessKey", FileHandover(tmp_path / "new-key.txt"))
        (found,) = await Engine(at.cloud, at.key_id, at.directory, patience=HASTY).recover()
        assert found.ended is Ended.VERIFIED
        assert "Nobody has the secret" in found.steps[0].note
        assert at.writes() == ["ims:CreateAccessKey"]
        plan = await at.engine.undo_plan(found.id)
        assert (await at.run(plan)).good
        assert [key.id for key in at.account.keys_of(DEPLOYER_ID)] == [DEPLOYER_KEY]


async def test_an_answer_without_a_key_is_treated_as_lost(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        body = '{"RequestId": "R", "AccessKey": {"AccessKeyId": "LTAI5tOTHER"}}'
        at.sim.app.faults.add([{"kind": "malformed", "action": "CreateAccessKey", "body": body}])
        done = await at.do("rotate", handover=MemoryHandover())
        assert "Nobody has the secret" in done.run.note


async def test_a_call_that_never_arrived_makes_no_key(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", with_room(), patience=replace(HASTY, settles=0.2)) as at:
        file = tmp_path / "new-key.txt"
        at.sim.app.faults.add([{"kind": "cut-before", "action": "CreateAccessKey"}])
        done = await at.do("rotate", handover=FileHandover(file))
        assert done.run.ended is Ended.IN_DOUBT
        assert not file.exists()
        (found,) = await at.engine.recover()
        assert found.steps[0].took is Took.NOT_APPLIED
        assert at.writes() == ["ims:CreateAccessKey"]


async def test_a_refusal_leaves_no_empty_file(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", with_room()) as at:
        at.sim.app.faults.add([{"kind": "deny", "action": "CreateAccessKey"}])
        file = tmp_path / "new-key.txt"
        done = await at.do("rotate", handover=FileHandover(file))
        assert done.run.ended is Ended.STOPPED
        assert "ram:CreateAccessKey" in done.run.note
        assert not file.exists()


async def test_taking_it_back_deletes_the_new_key_only(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        done = await at.do("rotate", handover=MemoryHandover())
        made = new_key(at).id
        assert (await at.undo(done)).good
        assert [key.id for key in at.account.keys_of(DEPLOYER_ID)] == [DEPLOYER_KEY]
        assert at.account.keys[made].recycled
        assert at.writes() == ["ims:CreateAccessKey", "ims:UpdateAccessKey", "ims:DeleteAccessKey"]


async def test_a_new_key_that_is_in_use_is_not_taken_back_unasked(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        at.account.settings.audit_refresh = 0
        done = await at.do("rotate", handover=MemoryHandover())
        used_with(at.account, new_key(at).id)
        plan = await at.engine.undo_plan(done.run.id)
        assert "cut off" in plan.needs_reason
        with pytest.raises(NotApproved, match="cut off"):
            await at.run(plan)
        assert (await at.run(plan, reason="it leaked as well")).good


def used_with(account: Account, key_id: str, **more: Any) -> None:
    """A call with a key, just now."""
    user = account.users[account.keys[key_id].owner]
    who = {
        "type": "ram-user",
        "accountId": account.id,
        "principalId": user.id,
        "userName": user.name,
        "accessKeyId": key_id,
    }
    happen(account, "Ecs:DescribeInstances", account.clock.now(), userIdentity=who, **more)


async def test_a_disabled_key_counts_too_so_there_is_no_room(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        with pytest.raises(NotPossible, match="2 keys of 2 allowed") as refused:
            await at.plan("rotate")
        assert DEPLOYER_OLD_KEY in refused.value.hint
        assert "replace" in refused.value.hint


async def test_the_quota_is_the_accounts_own(tmp_path: Path) -> None:
    account = small_account(NOW)
    account.settings.quotas["AccessKeysPerUserQuota"] = 3
    async with stage(tmp_path, account) as at:
        assert (await at.do("rotate", handover=MemoryHandover())).good


async def test_a_key_that_nobody_uses_makes_room(tmp_path: Path) -> None:
    account = small_account(NOW)
    account.keys[DEPLOYER_OLD_KEY].status = "Active"
    async with stage(tmp_path, account) as at:
        done = await at.do("rotate", handover=MemoryHandover(), replace=DEPLOYER_OLD_KEY)
        assert done.good
        assert at.account.keys[DEPLOYER_OLD_KEY].recycled
        assert (await at.undo(done)).good
        kept = at.account.keys[DEPLOYER_OLD_KEY]
        assert not kept.recycled
        assert kept.status == "Active"
        assert [key.id for key in at.account.keys_of(DEPLOYER_ID)] == [DEPLOYER_KEY, DEPLOYER_OLD_KEY]


async def test_a_key_in_use_does_not_make_room(tmp_path: Path) -> None:
    account = small_account(NOW)
    account.settings.audit_refresh = 0
    account.keys[DEPLOYER_OLD_KEY].status = "Active"
    used_with(account, DEPLOYER_OLD_KEY)
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="somebody needs it"):
            await at.plan("rotate", replace=DEPLOYER_OLD_KEY)


async def test_the_keys_that_could_make_room_are_offered_with_their_last_use(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        ground = await at.engine.survey()
        (found,) = await action_named("rotate").choices["replace"](ground)
        await ground.aclose()
        assert (found.value, found.label) == (DEPLOYER_OLD_KEY, "Inactive, no use known")


@pytest.mark.parametrize("key", [DEPLOYER_KEY, NOBODY_KEY, RESPONDER_KEY])
async def test_only_another_key_of_the_same_user_can_make_room(tmp_path: Path, key: str) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        with pytest.raises(UsageError, match="no other key of the user"):
            await at.plan("rotate", replace=key)


async def test_a_place_is_given_up_when_the_run_stops_before_the_key(tmp_path: Path) -> None:
    account = small_account(NOW)
    async with stage(tmp_path / "case", account) as at:
        at.sim.app.faults.add([{"kind": "deny", "action": "DeleteAccessKey"}])
        file = tmp_path / "new-key.txt"
        done = await at.do("rotate", handover=FileHandover(file), replace=DEPLOYER_OLD_KEY)
        assert done.run.ended is Ended.STOPPED
        assert not file.exists()


async def test_one_rotation_at_a_time(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        await at.do("rotate", handover=MemoryHandover())
        again = Engine(at.cloud, at.key_id, at.directory, patience=HASTY)
        with pytest.raises(NotPossible, match="under way"):
            await again.plan("rotate")


async def test_somebody_else_made_a_key_since_the_preview(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        plan = await at.plan("rotate")
        at.account.keys["LTAI5tSOMEBODYELSES00001"] = AccessKey(
            "LTAI5tSOMEBODYELSES00001", "s" * 30, DEPLOYER_ID, "Active", NOW, NOW
        )
        with pytest.raises(Exception, match="in the preview"):
            await at.engine.execute(plan, approved(plan), handover=MemoryHandover())
        assert at.writes() == []
        assert not read_journal(tmp_path).lines
