"""A new console password: handed over before the call, so that no lost answer loses it, and kept nowhere."""

import string
from dataclasses import replace
from pathlib import Path

import pytest

from aktui.contain.actions.changes.password import made
from aktui.contain.handover import FileHandover, MemoryHandover
from aktui.contain.history import Ended, Took
from aktui.contain.plan import Danger
from aktui.errors import Drifted, NotApproved, NotPossible
from aktui.simcloud.account import Account, LoginProfile
from tests.contain.furnished import furnished
from tests.contain.secrecy import assert_nowhere, crash_text, recorded_stage
from tests.contain.stage import HASTY, stage
from tests.contain.test_rotate import Broken, cut_off
from tests.simcloud.accounts import DEPLOYER_ID


def logon(account: Account) -> LoginProfile:
    found = account.users[DEPLOYER_ID].login
    assert found is not None
    return found


async def test_the_user_gets_a_new_password_and_has_to_choose_another(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        taken = MemoryHandover()
        done = await at.do("reset-password", handover=taken)
        assert done.good
        (given,) = taken.take()
        assert logon(at.account).password == given.secret.reveal()
        assert logon(at.account).password_reset_required
        assert logon(at.account).status == "Active"


async def test_planning_makes_no_call_that_writes(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan("reset-password")
        assert plan.danger is Danger.HIGH
        assert plan.typed == at.key_id[-4:]
        assert any("lost for good" in warning for warning in plan.warnings)
        assert at.writes() == []
        assert logon(at.account).password == "oldpassword"


async def test_there_is_no_way_back_and_it_says_why(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        done = await at.do("reset-password", handover=MemoryHandover())
        with pytest.raises(NotPossible, match="lost for good"):
            await at.undo(done)


async def test_the_password_is_in_the_file_named_and_nowhere_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with recorded_stage(tmp_path / "case", furnished()) as at:
        file = tmp_path / "password.txt"
        done = await at.do("reset-password", handover=FileHandover(file))
        password = logon(at.account).password
        assert password in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600
        assert password not in f"{done!r} {at.engine.__dict__!r}"
        assert_nowhere(password, at, caplog)


async def test_an_answer_that_was_lost_does_not_lose_the_password(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", furnished()) as at:
        file = tmp_path / "password.txt"
        at.sim.app.faults.add([{"kind": "cut-after", "action": "UpdateLoginProfile"}])
        done = await at.do("reset-password", handover=FileHandover(file))
        assert done.run.ended is Ended.VERIFIED
        assert logon(at.account).password in file.read_text()
        assert at.writes() == ["ims:UpdateLoginProfile"]


async def test_a_crash_before_the_answer_does_not_lose_the_password(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", furnished()) as at:
        file = tmp_path / "password.txt"
        await cut_off(at, "reset-password", "UpdateLoginProfile", FileHandover(file))
        (found,) = await at.engine.recover()
        assert found.ended is Ended.VERIFIED
        assert logon(at.account).password in file.read_text()


async def test_a_call_that_never_arrived_leaves_the_file_and_the_doubt(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", furnished(), patience=replace(HASTY, settles=0.2)) as at:
        file = tmp_path / "password.txt"
        at.sim.app.faults.add([{"kind": "cut-before", "action": "UpdateLoginProfile"}])
        done = await at.do("reset-password", handover=FileHandover(file))
        assert done.run.ended is Ended.IN_DOUBT
        assert file.read_text()
        (found,) = await at.engine.recover()
        assert found.steps[0].took is Took.NOT_APPLIED
        assert logon(at.account).password == "oldpassword"


async def test_a_refusal_takes_the_file_away_again(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", furnished()) as at:
        file = tmp_path / "password.txt"
        at.sim.app.faults.add([{"kind": "deny", "action": "UpdateLoginProfile"}])
        done = await at.do("reset-password", handover=FileHandover(file))
        assert done.run.ended is Ended.STOPPED
        assert not file.exists()
        assert not done.run.handed_over


async def test_a_refusal_for_the_rate_hands_over_once(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", furnished()) as at:
        file = tmp_path / "password.txt"
        at.sim.app.faults.add([{"kind": "throttle", "action": "UpdateLoginProfile", "times": 2}])
        done = await at.do("reset-password", handover=FileHandover(file))
        assert done.good
        assert file.read_text().splitlines()[2:] == [logon(at.account).password]


async def test_a_place_that_breaks_stops_the_call(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        done = await at.do("reset-password", handover=Broken())
        assert done.run.ended is Ended.STOPPED
        assert "The disk is full" in done.run.note
        assert at.writes() == []


async def test_a_crash_does_not_show_the_password(tmp_path: Path) -> None:
    class Crashing(Broken):
        kept = ""

        async def give(self, given: object) -> None:
            self.kept = given.secret.reveal()  # type: ignore[attr-defined]
            raise RuntimeError(f"a bug in the screen that shows {given}")

    async with stage(tmp_path, furnished()) as at:
        plan, place = await at.plan("reset-password"), Crashing()
        with pytest.raises(RuntimeError) as caught:
            await at.run(plan, handover=place)
        assert place.kept
        assert place.kept not in crash_text(caught.value)
        assert at.writes() == []


async def test_it_wants_to_know_where_the_password_goes(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        plan = await at.plan("reset-password")
        with pytest.raises(NotApproved, match="handed over"):
            await at.run(plan)


async def test_the_strictest_policy_is_met(tmp_path: Path) -> None:
    account = furnished()
    account.password_policy = {
        "MinimumPasswordLength": 32,
        "MinimumPasswordDifferentCharacter": 8,
        "PasswordNotContainUserName": True,
        "RequireLowercaseCharacters": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "RequireUppercaseCharacters": True,
    }
    async with stage(tmp_path, account) as at:
        assert (await at.do("reset-password", handover=MemoryHandover())).good
        assert len(logon(at.account).password) == 32


async def test_a_policy_that_can_not_be_read_is_taken_for_the_strictest(tmp_path: Path) -> None:
    async with stage(tmp_path, furnished()) as at:
        at.sim.app.faults.add([{"kind": "deny", "action": "GetPasswordPolicy"}])
        plan = await at.plan("reset-password")
        assert plan.steps[0].target["length"] == "32"
        assert any("GetPasswordPolicy" in warning for warning in plan.warnings)


def test_every_password_has_all_kinds_of_characters() -> None:
    for length in (8, 20, 32, 99):
        for _ in range(50):
            password = made(length, "deployer")
            assert len(password) == min(length, 32)
            for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation):
                assert set(kind) & set(password)
            assert len(set(password)) >= 8


async def test_somebody_changed_the_logon_since_the_preview(tmp_path: Path) -> None:
    async with stage(tmp_path / "case", furnished()) as at:
        plan = await at.plan("reset-password")
        logon(at.account).password_reset_required = True
        file = tmp_path / "password.txt"
        with pytest.raises(Drifted):
            await at.run(plan, handover=FileHandover(file))
        assert not file.exists()
