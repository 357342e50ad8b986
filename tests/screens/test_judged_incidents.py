"""The verdict of whole incidents on the screen; marks that change it; sources that could not be read."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import catalogue
from screens.contain.menu import ContainScreen
from screens.contain.params import ParamsScreen
from screens.judgement.findings import FindingsScreen
from screens.judgement.identities import WhoseScreen
from screens.key import KeyScreen
from screens.raw import RawScreen
from screens.widgets.points import Points
from screens.widgets.table import RowTable
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.screens.conftest import settle
from tests.screens.golden import screen_text
from tests.screens.practice import NOW, SEED, arm, console_on, frozen, unhurried
from tests.screens.test_on_a_practice_cloud import PATIENT

INTRUDERS_USER = "ci-depIoyer"
"""As the story of the leaked key has it: one letter from the business's."""
PATIENCE = 5000
"""Looks, 20 ms apart, that a judgement may take on a busy machine."""

INCIDENTS = {
    "leaked-ci-key": (
        "BUSINESS AND INTRUDER",
        "Restrict the key to trusted networks",
        "Trails, logs or protections hindered",
    ),
    "benign-surprise": (
        "BUSINESS",
        "Restrict the key to trusted networks",
        "calls from sources that belong to the key's past",
    ),
    "idle-root-key": (
        "IDLE",
        "The way for a key of the account itself",
        "No call signed with the key was found in the window.",
    ),
}
"""The verdict, the next step, and one of the reasons."""


@pytest.fixture
def cloud(practice_cloud: PracticeCloudFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    unhurried(monkeypatch, PATIENT)
    return lambda name: practice_cloud(frozen(told(name)))


def told(name: str) -> Account:
    return catalogue()[name].build(SEED, NOW)


def shown(pilot: Pilot[Any]) -> str:
    """The screen as one line."""
    return " ".join("".join(" " if char in "┃│" else char for char in screen_text(pilot.app)).split())


def key_screen(pilot: Pilot[Any]) -> KeyScreen:
    screen = pilot.app.screen
    assert isinstance(screen, KeyScreen)
    return screen


async def judged(pilot: Pilot[Any]) -> None:
    """Until there is a verdict and nothing loads any more."""
    panes = key_screen(pilot).panes
    await settle(pilot, until=lambda: not any(pane.loading_now for pane in panes.values()), tries=PATIENCE)
    await settle(pilot)


async def until(pilot: Pilot[Any], words: str) -> None:
    try:
        await settle(pilot, until=lambda: words in shown(pilot), tries=PATIENCE)
    except AssertionError:
        raise AssertionError(f"no {words!r} on the screen:\n{screen_text(pilot.app)}") from None


@pytest.mark.parametrize("name", INCIDENTS)
async def test_the_verdict_of_an_incident_is_on_the_key_screen(
    cloud: Callable[[str], Any], tmp_path: Path, name: str
) -> None:
    verdict, step, reason = INCIDENTS[name]
    with cloud(name) as sim:
        async with console_on(sim, tmp_path, size=(160, 50)) as pilot:
            await judged(pilot)
            await pilot.press("v")
            for size in ((160, 50), (80, 24)):
                await pilot.resize_terminal(*size)
                await settle(pilot)
                assert f"{verdict} confidence" in shown(pilot), size
                assert f"> next ! {step}" in shown(pilot), size
                assert reason in shown(pilot), size


def looked(menu: ContainScreen) -> bool:
    return not menu.pane.loading_now


async def test_enter_on_the_next_step_goes_to_it_in_containment(
    cloud: Callable[[str], Any], tmp_path: Path
) -> None:
    with cloud("idle-root-key") as sim:
        async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
            await judged(pilot)
            for keys in (("v", "enter"), ("exclamation_mark",)):
                await pilot.press(*keys)
                await settle(pilot, until=lambda: isinstance(pilot.app.screen, ContainScreen))
                menu = pilot.app.screen
                assert isinstance(menu, ContainScreen)
                await settle(pilot, until=partial(looked, menu), tries=PATIENCE)
                under = menu.pane.under_cursor
                assert under is not None
                assert under.action.id == "root-key"
                await pilot.press("q")


async def test_what_stops_an_identity_is_told_whom_it_is_about(
    cloud: Callable[[str], Any], tmp_path: Path
) -> None:
    with cloud("leaked-ci-key") as sim:
        async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
            await judged(pilot)
            await pilot.press("d")
            await settle(pilot, until=lambda: isinstance(pilot.app.screen, WhoseScreen))
            await until(pilot, "complete")
            await pilot.press("2", "exclamation_mark")
            assert await chosen(pilot) == INTRUDERS_USER
            await pilot.press("escape", "q", "q", "v")
            points = pilot.app.screen.query_one(Points)
            named = [at for at, point in enumerate(points.points) if "Delete the RAM user" in point.text]
            points.cursor = named[0]
            await pilot.press("enter")
            assert await chosen(pilot) == INTRUDERS_USER


async def chosen(pilot: Pilot[Any]) -> str:
    """The user that the screen of parameters has its cursor on, once it knows what there is to choose."""
    await settle(pilot, until=lambda: isinstance(pilot.app.screen, ParamsScreen), tries=PATIENCE)
    table = pilot.app.screen.query_one("#from-user", RowTable)
    await settle(pilot, until=lambda: table.row is not None, tries=PATIENCE)
    assert table.row is not None
    return str(table.row.raw["value"])


async def test_a_trusted_source_changes_the_verdict_and_a_mark_taken_off_changes_it_back(
    cloud: Callable[[str], Any], tmp_path: Path
) -> None:
    with cloud("leaked-ci-key") as sim:
        async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
            await judged(pilot)
            await pilot.press("d")
            await settle(pilot, until=lambda: isinstance(pilot.app.screen, WhoseScreen))
            await until(pilot, "> 192.0.2.66 intruder")
            await pilot.press("t")
            await until(pilot, "> 192.0.2.66 trusted business -99.0")
            await until(pilot, "BUSINESS confidence")
            await pilot.press("q", "v")
            await until(pilot, "No call seen speaks for an intruder.")
            await pilot.press("d")
            await until(pilot, "192.0.2.66 trusted business")
            await pilot.press("G", "u")
            await until(pilot, "BUSINESS AND INTRUDER confidence")


async def test_a_hostile_source_and_a_hostile_operation_make_an_intruder(
    cloud: Callable[[str], Any], tmp_path: Path
) -> None:
    with cloud("benign-surprise") as sim:
        async with console_on(sim, tmp_path, size=(160, 50)) as pilot:
            await judged(pilot)
            await pilot.press("d")
            await settle(pilot, until=lambda: isinstance(pilot.app.screen, WhoseScreen))
            await until(pilot, "203.0.113.150 business")
            await pilot.press("3")
            await pilot.press("slash", *"ecs:runinstances", "enter", "h")
            await until(pilot, "ecs:RunInstances hostile intruder")
            await until(pilot, "BUSINESS AND INTRUDER confidence")
            await pilot.press("f")
            await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingsScreen))
            await until(pilot, "intruder")


async def test_a_mark_made_beside_the_verdict_is_followed_at_once(
    cloud: Callable[[str], Any], tmp_path: Path
) -> None:
    with cloud("leaked-ci-key") as sim:
        async with console_on(sim, tmp_path, size=(160, 50)) as pilot:
            await judged(pilot)
            await pilot.press("4", "slash", *"192.0.2.66", "enter", "t")
            await until(pilot, "BUSINESS confidence")


async def test_a_source_that_is_denied_is_told_as_not_seen_and_lowers_the_confidence(
    cloud: Callable[[str], Any], tmp_path: Path
) -> None:
    body = {"Code": "NoPermission", "Message": "You are not authorized.", "RequestId": "DENIED-1"}
    with cloud("leaked-ci-key") as sim:
        deny(sim, "DescribeTrails", body)
        async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
            await judged(pilot)
            await pilot.press("v")
            await until(pilot, "confidence")
            values = key_screen(pilot).verdict.result
            assert values is not None
            assert values.rows[0].values["confidence"] < 0.93
            await pilot.press("G")
            told = " ".join(values.rows[0].values["not_covered"])
            assert "(denied)" in told
            await until(pilot, "(denied)")


def deny(sim: Sim, action: str, body: dict[str, str]) -> None:
    arm(sim, {"kind": "status", "action": action, "status": 403, "body": json.dumps(body)})


async def test_the_record_of_each_event_of_a_finding_can_be_had(
    cloud: Callable[[str], Any], tmp_path: Path
) -> None:
    with cloud("leaked-ci-key") as sim:
        async with console_on(sim, tmp_path, size=(80, 24)) as pilot:
            await judged(pilot)
            await pilot.press("f")
            await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingsScreen))
            await until(pilot, "complete")
            await pilot.press("slash", *"refused many regions", "enter")
            await settle(pilot)
            await pilot.press("escape", "slash", *"regions", "enter", "enter")
            await until(pilot, "Evidence")
            for key in ("g", "G"):
                await pilot.press(key, "enter")
                await settle(pilot, until=lambda: isinstance(pilot.app.screen, RawScreen), tries=PATIENCE)
                screen = pilot.app.screen
                assert isinstance(screen, RawScreen)
                assert "192.0.2.66" in screen.text
                await pilot.press("escape")
