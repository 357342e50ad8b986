"""Nothing but the one key, from a hand at rest, confirms: no other key, click, paste, repeat, or command."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from screens.contain.confirm import ConfirmScreen
from screens.contain.preview import PreviewScreen
from tests.cloud.rig import QUICK
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.screens.contained import CALM, DISABLE, at_the_dialog, drill, quick_account
from tests.screens.practice import unhurried

SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    unhurried(monkeypatch, replace(QUICK, read=30.0, total=60.0))
    with practice_cloud(quick_account()) as running:
        yield running


@pytest.mark.parametrize("key", ["escape", "enter"])
async def test_escape_and_enter_cancel(sim: Sim, tmp_path: Path, key: str) -> None:
    async with drill(sim, tmp_path) as at:
        await at_the_dialog(at)
        await asyncio.sleep(CALM)
        await at.press(key)
        await at.on(PreviewScreen)
        assert "Not confirmed: nothing was sent." in at.text
        assert at.writes() == []


async def test_no_other_key_confirms(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at_the_dialog(at)
        for key in ("a", "y", "Y", "space", "tab", "exclamation_mark", "down", "f9", "ctrl+r", "ctrl+s", "x"):
            await asyncio.sleep(CALM)
            await at.press(key)
        assert isinstance(at.app.screen, ConfirmScreen)
        assert at.writes() == []


async def test_the_right_key_too_early_does_not_confirm(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at.menu()
        await at.preview(DISABLE)
        await at.press("a", "ctrl+y")
        await at.until("came too fast")
        assert at.writes() == []


async def test_a_key_that_repeats_does_not_confirm(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at_the_dialog(at)
        await asyncio.sleep(CALM)
        await at.pilot.press("a", *(["ctrl+y"] * 12))
        await at.pilot.pause()
        assert isinstance(at.app.screen, ConfirmScreen)
        assert at.writes() == []


@SIZES
async def test_no_click_confirms(sim: Sim, tmp_path: Path, size: tuple[int, int]) -> None:
    async with drill(sim, tmp_path, size=size) as at:
        await at_the_dialog(at)
        for row in range(1, size[1], 2):
            for column in range(12, size[0], size[0] // 2 - 4):
                if not isinstance(at.app.screen, ConfirmScreen):
                    await at.on(PreviewScreen)
                    await at.dialog()
                await at.pilot.click(offset=(column, row), times=2)
        assert at.writes() == []


async def test_what_is_pasted_does_not_confirm(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at_the_dialog(at)
        await asyncio.sleep(CALM)
        at.app.post_message(events.Paste("y\x19\r"))
        await at.pilot.pause()
        assert isinstance(at.app.screen, ConfirmScreen)
        assert at.writes() == []


async def test_the_palette_can_not_confirm(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at_the_dialog(at)
        bound = [each.binding.action for each in at.app.screen.active_bindings.values()]
        assert not [action for action in bound if "confirm" in action]
