"""From the key to an action that is verified, and back again: by keys, and by no key but the right one."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aktui.contain.history import Ended
from screens.contain.confirm import ConfirmScreen
from screens.contain.journal import JournalScreen
from screens.contain.menu import ContainScreen
from screens.contain.preview import PreviewScreen
from screens.contain.progress import ProgressScreen
from screens.contain.quitting import QuitScreen
from screens.key import KeyScreen
from tests.cloud.rig import QUICK
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.screens.conftest import settle
from tests.screens.contained import DISABLE, HASTY, Drill, at_the_dialog, drill, quick_account
from tests.screens.golden import check_golden
from tests.screens.practice import arm, unhurried

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    unhurried(monkeypatch, replace(QUICK, read=30.0, total=60.0))
    with practice_cloud(quick_account()) as running:
        yield running


PATIENT = replace(HASTY, settles=600.0)


async def a_run_that_waits(at: Drill) -> None:
    """Confirmed and sent; the cloud's answer is lost, so it looks until somebody disables the key."""
    await at_the_dialog(at)
    arm(at.sim, {"kind": "cut-before", "action": "UpdateAccessKey"})
    await at.confirm()
    await at.on(ProgressScreen)
    await at.until("Looking for another")


@SIZES
async def test_a_key_is_disabled_and_enabled_again_by_keys_alone(
    sim: Sim, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with drill(sim, tmp_path, size=size) as at:
        await at.menu()
        await at.preview(DISABLE)
        assert at.writes() == []
        await at.dialog()
        await at.confirm()
        await at.ended()
        assert "VERIFIED" in at.text
        assert at.key.status == "Inactive"
        await at.press("u")
        await at.on(PreviewScreen)
        await at.until("Nothing has been sent. a goes on")
        assert "now Inactive → then Active" in at.text
        await at.dialog()
        await at.confirm()
        await at.ended()
        assert at.key.status == "Active"
        assert at.writes() == ["ims:UpdateAccessKey"] * 2


@SIZES
async def test_what_stands_on_the_preview_and_the_dialog(
    sim: Sim, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with drill(sim, tmp_path, size=size) as at:
        await at.menu()
        await at.preview(DISABLE)
        assert "now Active → then Inactive" in at.text
        assert "sends ims:UpdateAccessKey" in at.text
        await at.press("G")
        assert "way back" in at.text
        await at.dialog()
        for words in (DISABLE, "Cancel", "Ctrl+Y does it", "danger business"):
            assert words in at.text, words
        focused = at.app.screen.focused
        assert focused is not None
        assert focused.id == "cancel"


async def test_read_only_shows_the_preview_and_confirms_nothing(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path, armed=False) as at:
        assert "PRACTICE READ-ONLY" in at.text
        await at.menu()
        await at.choose(DISABLE)
        await at.until("READ-ONLY: nothing can be sent")
        await at.press("a")
        await at.until("READ-ONLY: can not be confirmed")
        assert "--allow-containment" in at.text
        await at.confirm()
        assert isinstance(at.app.screen, ConfirmScreen)
        assert at.writes() == []


async def test_closing_screens_does_not_stop_a_run(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path, patience=PATIENT) as at:
        await a_run_that_waits(at)
        await at.press("escape", "escape")
        await at.on(KeyScreen)
        assert at.containment.busy
        assert "RUNNING Disable the key" in at.text
        at.key.status = "Inactive"
        await settle(at.pilot, until=lambda: not at.containment.busy)
        await at.until("Disable the key: verified.")


async def test_the_console_asks_before_it_ends_while_a_plan_runs(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path, patience=PATIENT) as at:
        await a_run_that_waits(at)
        await at.press("ctrl+q")
        await at.on(QuitScreen)
        assert "R looks it up" in at.text
        await at.press("ctrl+q", "escape")
        await at.on(ProgressScreen)
        await at.press("ctrl+q", "E")
        await at.pilot.pause()
    assert at.app.return_code == 0


async def test_another_key_is_not_opened_while_a_plan_runs(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path, patience=PATIENT) as at:
        await a_run_that_waits(at)
        await at.press("escape", "escape", "n")
        assert isinstance(at.app.screen, KeyScreen)
        await at.until("that comes first")
        at.containment.stop_looking()
        await settle(at.pilot, until=lambda: not at.containment.busy)


async def test_what_changed_since_the_preview_is_said_and_nothing_is_sent(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at_the_dialog(at)
        at.key.status = "Inactive"
        await at.confirm()
        await at.ended()
        assert "NOT BEGUN" in at.text
        assert "was Active in the preview and is Inactive now" in at.text
        assert at.writes() == []


async def test_a_missing_permission_is_named_where_the_action_stands(sim: Sim, tmp_path: Path) -> None:
    body = {
        "Code": "NoPermission",
        "Message": "You are not authorized.",
        "RequestId": "DENIED-1",
        "AccessDeniedDetail": {"AuthAction": "ram:ListAccessKeys"},
    }
    async with drill(sim, tmp_path) as at:
        arm(sim, {"kind": "status", "action": "ListAccessKeys", "status": 403, "body": json.dumps(body)})
        await at.menu()
        await at.go_to(DISABLE)
        await at.until("needs the RAM action ram:ListAccessKeys")
        assert "request DENIED-1" in at.text


async def test_an_error_while_planning_says_what_to_press(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at.menu()
        arm(sim, {"kind": "status", "action": "GetCallerIdentity", "status": 500, "code": "InternalError"})
        await at.choose(DISABLE)
        await at.until("r plans again")
        assert "sts:GetCallerIdentity" in at.text
        sim.app.faults.clear()
        await at.press("r")
        await at.until("Nothing has been sent. a goes on")


async def test_a_run_that_was_cut_off_comes_first(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at_the_dialog(at)
        arm(sim, {"kind": "latency", "action": "UpdateAccessKey", "seconds": 0.5})
        await at.confirm()
        await settle(at.pilot, until=lambda: bool(at.writes()))
        task = at.containment._task
        assert task is not None
        task.cancel()
        await asyncio.wait([task])
    async with drill(sim, tmp_path) as at:
        await at.until("CUT OFF A run has no end")
        await at.menu()
        assert "R looks it up" in at.text
        await at.press("enter")
        assert isinstance(at.app.screen, ContainScreen)
        await at.press("R")
        await at.ended()
        assert "1 looked up" in at.text
        (run,) = (await at.containment.refresh()).runs
        assert run.ended is Ended.VERIFIED
        assert at.writes() == ["ims:UpdateAccessKey"], "nothing is sent again"


async def test_no_answer_is_in_doubt_and_stopping_to_look_is_unverified(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path, patience=PATIENT) as at:
        await a_run_that_waits(at)
        await at.press("x")
        await at.ended()
        assert "IN DOUBT" in at.text
        assert "Seen at" in at.text


@SIZES
async def test_the_journal_lists_runs_and_takes_one_back(
    sim: Sim, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with drill(sim, tmp_path, size=size) as at:
        await at_the_dialog(at)
        await at.confirm()
        await at.ended()
        await at.press("escape", "J")
        await at.on(JournalScreen)
        await at.until("1 run")
        assert "verified" in at.text
        await at.press("u")
        await at.until("Nothing has been sent. a goes on")
        await at.dialog()
        await at.confirm()
        await at.ended()
        await at.press("escape")
        await at.on(JournalScreen)
        await at.until("2 runs")
        await at.press("j", "u")
        await at.until("It was taken back already")


@SIZES
async def test_the_screens_are_as_the_goldens_have_them(
    sim: Sim, tmp_path: Path, size: tuple[int, int]
) -> None:
    name = f"{size[0]}x{size[1]}"
    async with drill(sim, tmp_path, size=size) as at:
        await at.menu()
        await at.preview(DISABLE)
        await quiet(at)
        check_golden(at.app, f"preview-{name}", clock_runs=True, counted=False)
        await at.dialog()
        check_golden(at.app, f"confirm-{name}", clock_runs=True, counted=False)


async def quiet(at: Drill) -> None:
    """Until no call is under way, so that the last line does not move any more."""
    there = at.desk.investigation
    assert there is not None
    await settle(at.pilot, until=lambda: not (there.cloud.waiting or there.cloud.in_flight))
    await settle(at.pilot)
