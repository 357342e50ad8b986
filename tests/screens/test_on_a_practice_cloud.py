"""The whole road from a practice cloud to the screen, in good weather and in bad."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.calls import CallsScreen
from screens.key import KeyScreen
from screens.raw import RawScreen
from tests.cloud.rig import QUICK
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.screens.conftest import settle
from tests.screens.golden import check_golden, screen_text
from tests.screens.practice import arm, console_on, frozen, leaked, unhurried

PATIENT = replace(QUICK, read=30.0, total=60.0)
"""Long enough for a busy machine."""

IMPATIENT = replace(QUICK, read=0.5, total=0.6, attempts=1)
"""For a cloud that never answers."""


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    unhurried(monkeypatch, PATIENT)
    with practice_cloud(frozen(leaked())) as running:
        yield running


def pane_text(pilot: Pilot[Any]) -> str:
    """The screen as one line, so that a sentence is found wherever it was broken."""
    return " ".join(screen_text(pilot.app).replace("┃", " ").replace("│", " ").split())


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_the_story_of_the_leaked_key_fills_the_screen(
    sim: Sim, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with console_on(sim, tmp_path, size=size, answered=True) as pilot:
        check_golden(pilot.app, f"leaked-{size[0]}x{size[1]}", clock_runs=True)


async def test_what_is_shown_is_in_the_ledger_before(sim: Sim, tmp_path: Path) -> None:
    async with console_on(sim, tmp_path) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, KeyScreen)
        assert screen.desk.investigation is not None
        made = screen.desk.investigation.cloud.exchanges[-1].number
    from aktui.case.directory import recent_cases

    (case,) = recent_cases(tmp_path)
    assert case.key_id == sim.account.suspects[0]
    assert case.practice
    assert case.entries > made


async def test_a_denied_call_names_the_missing_permission_in_its_pane_alone(sim: Sim, tmp_path: Path) -> None:
    action = "GetAccessKeyLastUsedIps"
    body = {
        "Code": "NoPermission",
        "Message": "You are not authorized.",
        "RequestId": "DENIED-1",
        "AccessDeniedDetail": {"AuthAction": f"actiontrail:{action}"},
    }
    arm(sim, {"kind": "status", "action": action, "status": 403, "body": json.dumps(body)})
    async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
        await pilot.press("4")
        await settle(pilot, until=lambda: "this is not a 'none'" in pane_text(pilot), tries=1000)
        shown = pane_text(pilot)
        assert "Denied: this is not a 'none'." in shown
        assert f"needs the RAM action actiontrail:{action}" in shown
        assert "Press r to ask again." in shown
        await pilot.press("3")
        await settle(pilot, until=lambda: "complete" in pane_text(pilot), tries=1000)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500, "code": "InternalError"},
        {"kind": "cut-before"},
        {"kind": "malformed", "body": "<html>\x1b]0;owned\x07"},
        {"kind": "truncate"},
        {"kind": "throttle", "status": 429},
    ],
    ids=lambda fault: str(fault["kind"]),
)
async def test_a_source_that_fails_says_so_and_is_no_none(
    sim: Sim, tmp_path: Path, fault: dict[str, Any]
) -> None:
    arm(sim, {**fault, "action": "GetAccessKeyLastUsedProducts"})
    async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
        await pilot.press("2")
        await settle(pilot, until=lambda: "this is not a 'none'" in pane_text(pilot), tries=1000)
        shown = pane_text(pilot)
        assert "Failed: this is not a 'none'." in shown
        assert "actiontrail:GetAccessKeyLastUsedProducts" in shown
        assert "Traceback" not in shown
        assert "\x1b" not in shown


async def test_a_source_that_hangs_is_given_up_and_is_no_none(
    sim: Sim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unhurried(monkeypatch, IMPATIENT)
    arm(sim, {"kind": "hang", "action": "GetAccessKeyLastUsedProducts"})
    async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
        await pilot.press("2")
        await settle(pilot, until=lambda: "this is not a 'none'" in pane_text(pilot), tries=1000)
        assert "did not answer" in pane_text(pilot)


async def test_after_the_trouble_is_over_r_brings_the_answer(sim: Sim, tmp_path: Path) -> None:
    arm(sim, {"kind": "status", "action": "GetAccessKeyLastUsedProducts", "status": 500})
    async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
        sim.app.faults.clear()
        await pilot.press("2", "r")
        await settle(pilot, until=lambda: "13 rows" in pane_text(pilot), tries=1000)


async def test_a_wrong_secret_is_told_on_the_card(sim: Sim, tmp_path: Path) -> None:
    sim.account.keys[sim.account.responder].status = "Inactive"
    async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
        assert "As whom aktui asks is not known" in pane_text(pilot)
        assert pilot.app.is_running


async def test_a_cloud_that_is_not_there_is_said_in_a_sentence(sim: Sim, tmp_path: Path) -> None:
    sim.stop()
    async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
        await settle(pilot, until=lambda: "As whom aktui asks is not known" in pane_text(pilot))
        await pilot.press("3")
        await settle(pilot, until=lambda: "this is not a 'none'" in pane_text(pilot))
        assert pilot.app.is_running


async def test_a_home_that_can_not_be_written_is_said_and_another_key_can_be_chosen(
    sim: Sim, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    async with console_on(sim, tmp_path / "file", size=(80, 24)) as pilot:
        shown = pane_text(pilot)
        assert "can not be made" in shown
        assert "Press R to try again" in shown
        await pilot.press("n")
        await settle(pilot)
        assert "Which AccessKey is believed leaked?" in pane_text(pilot)


async def test_the_call_log_shows_each_attempt_and_its_answer(sim: Sim, tmp_path: Path) -> None:
    async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
        await pilot.press("l")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CallsScreen)
        await pilot.press("slash", *"callerid", "enter", "enter")
        await settle(pilot)
        page = pilot.app.screen
        assert isinstance(page, RawScreen)
        assert "sts:GetCallerIdentity" in page.text
        assert f'"AccountId": "{sim.account.id}"' in page.text
        laid_out = page.text
        await pilot.press("t")
        assert f'"AccountId":"{sim.account.id}"' in page.text.replace(": ", ":")
        assert page.other == laid_out
        secret = sim.account.keys[sim.account.responder].secret
        assert secret not in page.text + page.other


async def test_leaving_while_everything_loads_leaves_nothing_behind(sim: Sim, tmp_path: Path) -> None:
    arm(sim, {"kind": "latency", "seconds": 0.2})
    async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
        await pilot.press("q")
        await pilot.pause()
    assert pilot.app.return_code == 0
