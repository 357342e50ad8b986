"""Stop and release what was started with the key, and nothing that was there before."""

from datetime import timedelta
from pathlib import Path

import pytest

from aktui.case.marks import Marks, mark, write_marks
from aktui.cloud import limits
from aktui.contain.action import action_named
from aktui.contain.history import Ended
from aktui.contain.plan import Danger
from aktui.errors import Drifted, NotApproved, NotPossible, UsageError
from aktui.simcloud import limits as practice_limits
from aktui.simcloud.account import Account, Instance
from tests.contain.furnished import MACHINE, with_machines
from tests.contain.stage import NOW, Stage, scenario, stage
from tests.queries.rig import event
from tests.simcloud.accounts import DEPLOYER_KEY, REGION

GPU, OTHER_GPU = "i-us4gpu00000000000001", "i-us4gpu00000000000002"
THERE, LAIR = "us-west-1", "192.0.2.66"
STARTED = NOW - timedelta(hours=6)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many lookups a second as come, on both sides of the wire: the pace has tests of its own."""
    monkeypatch.setattr(limits, "quota_of", lambda *_: limits.Quota(100_000))
    monkeypatch.setattr(practice_limits, "quota", lambda _: practice_limits.Quota(100_000))


def started(*ids: str, number: int = 1, **rest: object) -> dict[str, object]:
    """An event that made these instances."""
    told = {
        "acsRegion": THERE,
        "eventRW": "Write",
        "sourceIpAddress": LAIR,
        "requestParameters": {"InstanceType": "ecs.gn7i-c32g1.8xlarge"},
        "responseElements": {"InstanceIdSets": {"InstanceIdSet": list(ids)}},
        **rest,
    }
    return event(DEPLOYER_KEY, "RunInstances", STARTED, number, **told)


def mined(*more: dict[str, object]) -> Account:
    """The furnished account with two machines that the key started abroad this morning."""
    account = with_machines()
    for one in (GPU, OTHER_GPU):
        account.instances[one] = Instance(
            one, THERE, f"{THERE}-a", "ecs.gn7i-c32g1.8xlarge", one, "Running", STARTED.replace(second=0)
        )
    account.trail.extend([started(GPU, OTHER_GPU), *more])
    return account


async def offered(at: Stage) -> list[str]:
    ground = await at.engine.survey()
    try:
        return [one.value for one in await action_named("stop-instances").choices["instances"](ground)]
    finally:
        await ground.aclose()


async def test_only_what_the_key_started_is_offered_together_and_one_by_one(tmp_path: Path) -> None:
    async with stage(tmp_path, mined()) as at:
        assert await offered(at) == [LAIR, f"{THERE}/{GPU}", f"{THERE}/{OTHER_GPU}"]


async def test_an_instance_is_stopped_by_force_and_stays_for_evidence(tmp_path: Path) -> None:
    async with stage(tmp_path, mined()) as at:
        plan = await at.plan("stop-instances", instances=f"{THERE}/{GPU}")
        assert plan.danger is Danger.HIGH
        assert plan.typed == at.key_id[-4:]
        assert any("snapshots" in warning for warning in plan.warnings)
        done = await at.run(plan)
        assert done.good
        assert at.writes() == ["ecs:StopInstance"]
        assert at.account.instances[GPU].status == "Stopped"
        assert at.account.instances[OTHER_GPU].status == "Running"


async def test_all_that_was_started_from_an_address_is_released_at_once(tmp_path: Path) -> None:
    async with stage(tmp_path, mined()) as at:
        done = await at.do("stop-instances", instances=LAIR, how="release")
        assert done.good
        assert at.writes() == ["ecs:DeleteInstance"] * 2
        assert set(at.account.instances) == {MACHINE, *(set(with_machines().instances))}


async def test_there_is_no_way_back(tmp_path: Path) -> None:
    async with stage(tmp_path, mined()) as at:
        done = await at.do("stop-instances", instances=f"{THERE}/{GPU}")
        with pytest.raises(NotPossible):
            await at.undo(done)
        assert at.writes() == ["ecs:StopInstance"]


@pytest.mark.parametrize(
    "wanted", [f"{REGION}/{MACHINE}", f"{THERE}/i-nothing", "203.0.113.10", f"{THERE}/{GPU},x"]
)
async def test_what_was_there_before_is_refused_before_anything_is_sent(tmp_path: Path, wanted: str) -> None:
    async with stage(tmp_path, mined()) as at:
        with pytest.raises(NotPossible, match="no event of the last 90 days"):
            await at.plan("stop-instances", instances=wanted)
        assert at.writes() == []


async def test_starting_a_machine_of_the_business_makes_it_nobody_elses(tmp_path: Path) -> None:
    again = started(number=2, eventName="StartInstances", acsRegion=REGION)
    again["referencedResources"] = {"ACS::ECS::Instance": [MACHINE]}
    async with stage(tmp_path, mined(again)) as at:
        assert f"{REGION}/{MACHINE}" not in await offered(at)


async def test_an_event_that_only_names_an_old_machine_does_not_make_it_a_strangers(tmp_path: Path) -> None:
    """An intruder may write any id into a call; ECS knows when the machine was made."""
    lie = started(MACHINE, number=2, acsRegion=REGION)
    async with stage(tmp_path, mined(lie)) as at:
        assert f"{REGION}/{MACHINE}" not in await offered(at)
        with pytest.raises(NotPossible, match="not by the event that names it"):
            await at.plan("stop-instances", instances=f"{REGION}/{MACHINE}")


async def test_what_others_started_is_not_offered(tmp_path: Path) -> None:
    account = mined()
    account.instances["i-us4colleague00000001"] = Instance(
        "i-us4colleague00000001", THERE, f"{THERE}-a", "ecs.g6.large", "x", "Running", STARTED
    )
    theirs = started("i-us4colleague00000001", number=3)
    theirs["userIdentity"] = {
        "type": "ram-user",
        "accessKeyId": "LTAI5tSOMEBODY0000000001",
        "userName": "amy",
    }
    account.trail.extend([theirs])
    async with stage(tmp_path, account) as at:
        assert f"{THERE}/i-us4colleague00000001" not in await offered(at)


async def test_what_a_user_made_with_the_key_started_is_offered(tmp_path: Path) -> None:
    account = mined()
    made = event(
        DEPLOYER_KEY,
        "CreateUser",
        STARTED - timedelta(hours=1),
        7,
        eventRW="Write",
        serviceName="Ram",
        acsRegion="ap-southeast-1",
        requestParameters={"UserName": "ci-dep1oyer"},
    )
    account.instances["i-us4shadow0000000001"] = Instance(
        "i-us4shadow0000000001", THERE, f"{THERE}-a", "ecs.g6.large", "x", "Running", STARTED
    )
    theirs = started("i-us4shadow0000000001", number=3)
    theirs["userIdentity"] = {
        "type": "ram-user",
        "accessKeyId": "LTAI5tSHADOW000000000001",
        "userName": "ci-dep1oyer",
    }
    account.trail.extend([made, theirs])
    async with stage(tmp_path, account) as at:
        assert f"{THERE}/i-us4shadow0000000001" in await offered(at)


async def test_what_was_started_from_a_trusted_source_is_spared_and_said(tmp_path: Path) -> None:
    async with stage(tmp_path, mined()) as at:
        write_marks(tmp_path, Marks((mark("source", LAIR, "trusted", NOW),)))
        assert await offered(at) == []
        with pytest.raises(NotPossible, match="marked as trusted"):
            await at.plan("stop-instances", instances=f"{THERE}/{GPU}")


async def test_one_that_is_protected_or_stopped_already_is_said_and_the_others_go(tmp_path: Path) -> None:
    account = mined()
    account.instances[GPU].protected = True
    async with stage(tmp_path, account) as at:
        plan = await at.plan("stop-instances", instances=LAIR, how="release")
        assert [step.target["instance"] for step in plan.steps] == [OTHER_GPU]
        assert any("protected from release" in warning for warning in plan.warnings)
        account.instances[GPU].status = "Stopped"
        with pytest.raises(NotPossible, match="is Stopped now"):
            await at.plan("stop-instances", instances=f"{THERE}/{GPU}")


async def test_without_the_typed_end_of_the_key_nothing_is_sent(tmp_path: Path) -> None:
    from aktui.contain.plan import Approval

    async with stage(tmp_path, mined()) as at:
        plan = await at.plan("stop-instances", instances=f"{THERE}/{GPU}")
        with pytest.raises(NotApproved):
            await at.engine.execute(plan, Approval(plan.digest))
        assert at.writes() == []


async def test_somebody_stopped_it_since_the_preview(tmp_path: Path) -> None:
    async with stage(tmp_path, mined()) as at:
        plan = await at.plan("stop-instances", instances=f"{THERE}/{GPU}")
        at.account.instances[GPU].status = "Stopped"
        with pytest.raises(Drifted, match="Stopped now"):
            await at.run(plan)
        assert at.writes() == []


async def test_a_refusal_is_told_and_nothing_is_called_done(tmp_path: Path) -> None:
    account = mined()
    async with stage(tmp_path, account) as at:
        plan = await at.plan("stop-instances", instances=f"{THERE}/{GPU}", how="release")
        account.instances[GPU].protected = True
        done = await at.run(plan)
        assert done.run.ended is Ended.STOPPED
        assert "DeletionProtection" in done.run.note
        assert GPU in account.instances


async def test_a_way_that_is_none_is_refused(tmp_path: Path) -> None:
    async with stage(tmp_path, mined()) as at:
        with pytest.raises(UsageError, match="stop or release"):
            await at.plan("stop-instances", instances=LAIR, how="hibernate")


async def test_the_miners_of_the_story_are_stopped_and_the_business_runs_on(tmp_path: Path) -> None:
    account = scenario()
    stolen = {one["id"] for one in account.truth["intruder"]["created"]["instances"]}
    before = {one.id for one in account.instances.values() if one.status == "Running"}
    async with stage(tmp_path, account) as at:
        assert {value.partition("/")[2] for value in await offered(at) if "/" in value} == stolen
        assert (await at.do("stop-instances", instances=LAIR)).good
    running = {one.id for one in account.instances.values() if one.status == "Running"}
    assert running == before - stolen
