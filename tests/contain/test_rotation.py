"""Where a rotation stands, told from the journal and the cloud alone, by a new engine each time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aktui.case.marks import Marks, mark, write_marks
from aktui.contain.engine import Engine, Outcome
from aktui.contain.handover import FileHandover, MemoryHandover
from aktui.contain.rotation import Rotation, rotation_of
from aktui.contain.rotation import Stage as Stand
from aktui.simcloud.account import Account
from tests.contain.stage import HASTY, NOW, Stage, stage
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, DEPLOYER_OLD_KEY, small_account
from tests.simcloud.happenings import happen

OFFICE, LAIR = "203.0.113.7", "198.51.100.66"


def with_room() -> Account:
    account = small_account(NOW)
    del account.keys[DEPLOYER_OLD_KEY]
    account.settings.audit_refresh = 0
    return account


async def stands(at: Stage) -> Rotation:
    """What a console that was just started makes of the case."""
    ground = await Engine(at.cloud, at.key_id, at.directory, patience=HASTY).survey()
    try:
        return await rotation_of(ground)
    finally:
        await ground.aclose()


@asynccontextmanager
async def rotating(
    directory: Path, account: Account | None = None
) -> AsyncIterator[tuple[Stage, Outcome, str]]:
    """A rotation just begun: the stage, the run, and the id of the new key."""
    async with stage(directory, account or with_room()) as at:
        taken = MemoryHandover()
        done = await at.do("rotate", handover=taken)
        yield at, done, taken.take()[0].name


def used(at: Stage, key: str, when: datetime | None = None, source: str = OFFICE, **more: Any) -> None:
    """A call with a key; now, unless told."""
    who = {
        "type": "ram-user",
        "accountId": at.account.id,
        "principalId": DEPLOYER_ID,
        "userName": "ci-deployer",
        "accessKeyId": key,
    }
    now = at.account.clock.now()
    happen(
        at.account,
        "Ecs:DescribeInstances",
        when or now,
        userIdentity=who,
        sourceIpAddress=source,
        eventSource="ecs.aliyuncs.com",
        **more,
    )


def hours_pass(at: Stage, hours: float) -> None:
    at.account.clock.advance(hours * 3600)


async def disable(at: Stage) -> Outcome:
    return await Stage(at.sim, at.cloud, fresh(at), at.key_id, at.directory).do("disable-key")


def fresh(at: Stage) -> Engine:
    return Engine(at.cloud, at.key_id, at.directory, patience=HASTY)


async def test_nothing_has_begun(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.NOT_BEGUN, "rotate")
        assert DEPLOYER_OLD_KEY in found.sentence


async def test_a_second_key_is_there_and_nobody_uses_it_yet(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, done, new):
        found = await stands(at)
        assert (found.stage, found.new, found.next) == (Stand.CREATED, new, "")
        assert found.back == done.run.id
        assert "the screen" in found.sentence
        assert "up to an hour behind" in found.sentence


async def test_the_sentence_says_in_which_file_the_secret_is(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", with_room()) as at:
        file = tmp_path / "new-key.txt"
        await at.do("rotate", handover=FileHandover(file))
        assert f"{file}" in (await stands(at)).sentence


async def test_both_keys_are_used_while_the_business_moves(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        hours_pass(at, 2)
        used(at, new)
        used(at, DEPLOYER_KEY)
        hours_pass(at, 0.1)
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.MOVING, "")
        assert OFFICE in found.sentence


async def test_when_the_old_key_is_quiet_the_business_has_moved(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        used(at, DEPLOYER_KEY)
        hours_pass(at, 1)
        used(at, new)
        hours_pass(at, 2)
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.MOVED, "disable-key")
        assert "once a day" in found.sentence


async def test_an_intruder_who_keeps_using_the_old_key_does_not_hide_that_the_business_moved(
    tmp_path: Path,
) -> None:
    async with rotating(tmp_path) as (at, _, new):
        write_marks(tmp_path, Marks((mark("source", LAIR, "hostile", NOW),)))
        hours_pass(at, 1)
        used(at, new)
        hours_pass(at, 2)
        used(at, DEPLOYER_KEY, source=LAIR)
        hours_pass(at, 1)
        found = await stands(at)
        assert found.stage is Stand.MOVED
        assert "hostile calls left out" in found.sentence
        assert found.old_uses
        assert found.old_uses.hostile
        assert found.old_uses.hostile.source == LAIR


async def test_without_marks_any_use_of_the_old_key_counts(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        hours_pass(at, 3)
        used(at, new)
        used(at, DEPLOYER_KEY, source=LAIR)
        hours_pass(at, 0.1)
        assert (await stands(at)).stage is Stand.MOVING


async def test_the_old_key_is_disabled_and_the_business_not_seen_since(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        used(at, new)
        hours_pass(at, 3)
        run = await disable(at)
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.DISABLED, "")
        assert found.back == run.run.id
        assert "Ask those who run the business" in found.sentence


async def test_a_new_key_used_since_then_shows_that_the_business_lives(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        await disable(at)
        hours_pass(at, 2)
        used(at, new)
        hours_pass(at, 1)
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.VERIFIED, "delete-key")


async def test_somebody_who_still_tries_the_old_key_is_named(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        await disable(at)
        hours_pass(at, 2)
        used(at, new)
        used(at, DEPLOYER_KEY, errorCode="InvalidAccessKeyId.Inactive")
        hours_pass(at, 1)
        found = await stands(at)
        assert found.stage is Stand.DISABLED
        assert f"{OFFICE} tried it still" in found.sentence
        assert found.next == ""


async def test_refused_calls_with_the_new_key_are_named(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        await disable(at)
        hours_pass(at, 2)
        used(at, new, errorCode="NoPermission")
        hours_pass(at, 1)
        found = await stands(at)
        assert found.stage is Stand.DISABLED
        assert "Ecs:DescribeInstances" in found.sentence


async def test_enabling_the_old_key_again_rolls_back_and_the_way_leads_on(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        run = await disable(at)
        hours_pass(at, 2)
        assert (await at.undo(run)).good
        used(at, DEPLOYER_KEY)
        used(at, new)
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.ROLLED_BACK, "")
        assert "disabled and enabled again" in found.sentence
        hours_pass(at, 3)
        used(at, new)
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.MOVED, "disable-key")


async def test_the_old_key_is_deleted_and_that_is_the_end(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        await disable(at)
        hours_pass(at, 2)
        used(at, new)
        hours_pass(at, 1)
        again = Stage(at.sim, at.cloud, fresh(at), at.key_id, at.directory)
        plan = await again.plan("delete-key")
        assert plan.needs_reason == ""
        assert (await again.run(plan)).good
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.DELETED, "")
        assert new in found.sentence


async def test_a_rotation_that_was_taken_back_has_not_begun(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, done, _):
        await at.undo(done)
        assert (await stands(at)).stage is Stand.NOT_BEGUN


async def test_a_new_key_that_somebody_deleted_is_missed(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, new):
        at.account.keys[new].recycled = NOW
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.NOT_BEGUN, "rotate")
        assert f"{new} is gone" in found.sentence


async def test_a_key_whose_secret_was_lost_is_to_be_taken_back(tmp_path: Path) -> None:
    async with stage(tmp_path, with_room()) as at:
        at.sim.app.faults.add([{"kind": "cut-after", "action": "CreateAccessKey"}])
        done = await at.do("rotate", handover=MemoryHandover())
        at.sim.app.faults.clear()
        found = await stands(at)
        assert (found.stage, found.back, found.next) == (Stand.CREATED, done.run.id, "")
        assert "nobody has its secret" in found.sentence
        (other,) = [key.id for key in at.account.keys_of(DEPLOYER_ID) if key.id != DEPLOYER_KEY]
        assert found.new == other


async def test_a_deleted_key_needs_no_rotation(tmp_path: Path) -> None:
    account = with_room()
    account.keys[DEPLOYER_KEY].recycled = NOW - timedelta(days=1)
    async with stage(tmp_path, account) as at:
        found = await stands(at)
        assert (found.stage, found.next) == (Stand.NOT_BEGUN, "")


async def test_what_the_audit_does_not_answer_is_a_gap(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (at, _, _new):
        at.sim.app.faults.add([{"kind": "deny", "product": "Actiontrail"}])
        found = await stands(at)
        assert found.gaps
        assert found.stage is Stand.CREATED
