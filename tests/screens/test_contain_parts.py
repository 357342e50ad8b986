"""What leads to a plan and what comes after it: parameters, marks, secrets, what must be typed, the watch."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from aktui.case.journal import FILE
from screens.contain.confirm import ConfirmScreen
from screens.contain.params import ParamsScreen
from screens.contain.preview import PreviewScreen
from screens.contain.quitting import QuitScreen
from screens.contain.secret import SecretScreen
from screens.contain.sources import SourcesScreen
from screens.contain.watch import WatchScreen
from screens.key import KeyScreen
from screens.marked import MarkedPane
from tests.cloud.rig import QUICK
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.screens.conftest import settle
from tests.screens.contained import CALM, Drill, drill
from tests.screens.golden import screen_text
from tests.screens.practice import NOW, frozen, leaked, unhurried
from tests.simcloud.accounts import DEPLOYER_KEY, DEPLOYER_OLD_KEY, small_account

DELETE = "Delete the key"
ROTATE = "Rotate: create a second key"
RESTRICT = "Restrict the key to trusted networks"


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    unhurried(monkeypatch, replace(QUICK, read=30.0, total=60.0))
    account = frozen(small_account(NOW))
    account.settings.policy_lag = account.settings.status_lag = 0.0
    del account.keys[DEPLOYER_OLD_KEY]
    with practice_cloud(account) as running:
        yield running


@pytest.fixture
def leak(practice_cloud: PracticeCloudFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    unhurried(monkeypatch, replace(QUICK, read=30.0, total=60.0))
    account = frozen(leaked())
    account.settings.policy_lag = account.settings.status_lag = 0.0
    with practice_cloud(account) as running:
        yield running


async def at_the_typed_dialog(at: Drill) -> Input:
    """The key is disabled already; deleting it wants the end of its id typed."""
    at.key.status = "Inactive"
    await at.menu()
    await at.preview(DELETE)
    await at.dialog()
    return at.app.screen.query_one("#typed", Input)


async def test_what_can_not_be_taken_back_wants_the_end_of_the_key_typed(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        field = await at_the_typed_dialog(at)
        await at.confirm()
        await at.until(f"Type {DEPLOYER_KEY[-4:]} first")
        assert field.has_focus
        await at.press(*DEPLOYER_KEY[-4:].lower())
        await at.confirm()
        assert isinstance(at.app.screen, ConfirmScreen)
        assert at.writes() == []
        await at.press("ctrl+u", *DEPLOYER_KEY[-4:])
        await at.press("enter")
        await at.until("Enter does not confirm")
        await at.confirm()
        await at.ended()
        assert at.writes() == ["ims:DeleteAccessKey"]


async def test_what_must_be_typed_can_not_be_pasted(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        field = await at_the_typed_dialog(at)
        field.focus()
        await asyncio.sleep(CALM)
        field.post_message(events.Paste(DEPLOYER_KEY[-4:]))
        await at.until("what is pasted is not taken here")
        assert field.value == ""
        await at.confirm()
        assert isinstance(at.app.screen, ConfirmScreen)
        assert at.writes() == []


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_a_new_secret_goes_to_a_new_file_that_only_its_owner_reads(
    sim: Sim, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "new-key.txt"
    async with drill(sim, tmp_path, size=size) as at:
        await to_the_dialog_of_a_rotation(at)
        field = at.app.screen.query_one("#file", Input)
        field.value = str(path)
        await at.confirm()
        await at.ended()
        new = the_new_key(at)
        assert new.secret in path.read_text()
        assert path.stat().st_mode & 0o777 == 0o600
        assert new.secret not in screen_text(at.app)


def the_new_key(at: Drill) -> Any:
    (new,) = [one for one in at.sim.account.keys.values() if one.owner == at.key.owner and one is not at.key]
    return new


async def to_the_dialog_of_a_rotation(at: Drill) -> None:
    await at.menu()
    await at.choose(ROTATE)
    await at.on(ParamsScreen)
    await at.until("(left out)")
    await at.press("ctrl+r")
    await at.on(PreviewScreen)
    await at.until("Nothing has been sent. a goes on")
    await at.dialog()


async def test_a_secret_on_the_screen_is_shown_once_and_then_gone(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await to_the_dialog_of_a_rotation(at)
        await at.press("f2")
        await at.until("kept nowhere")
        await at.confirm()
        await at.ended()
        new = the_new_key(at)
        await at.until("A SECRET WAITS")
        assert new.secret not in screen_text(at.app)
        await at.press("ctrl+q")
        await at.on(QuitScreen)
        await at.press("escape", "v")
        await at.on(SecretScreen)
        assert new.secret in screen_text(at.app)
        bound = {each.binding.action for each in at.app.screen.active_bindings.values()}
        assert not [action for action in bound if action in ("copy", "export", "raw")]
        assert not at.app.screen.allow_select
        await at.press("escape")
        await settle(at.pilot, until=lambda: "A SECRET WAITS" not in at.text)
        assert at.containment.secret is None
        await at.press("v")
        assert new.secret not in screen_text(at.app)
        assert new.secret not in at.containment.engine.journal.directory.joinpath(FILE).read_text()


async def test_a_file_that_is_there_stops_the_run_before_anything_is_sent(sim: Sim, tmp_path: Path) -> None:
    path = tmp_path / "there.txt"
    path.write_text("mine")
    async with drill(sim, tmp_path) as at:
        await to_the_dialog_of_a_rotation(at)
        at.app.screen.query_one("#file", Input).value = str(path)
        await at.confirm()
        await at.ended()
        assert "NOT BEGUN" in at.text
        assert path.read_text() == "mine"
        assert at.writes() == []


async def test_marks_made_on_the_key_screen_are_those_of_the_sources(leak: Sim, tmp_path: Path) -> None:
    async with drill(leak, tmp_path, size=(160, 50)) as at:
        keys = at.app.screen
        assert isinstance(keys, KeyScreen)
        ips = keys.panes["ips"]
        assert isinstance(ips, MarkedPane)
        await settle(at.pilot, until=lambda: bool(ips.table.rows) and not ips.loading_now)
        await at.press("4", "g", "t")
        await at.until("trusted")
        (mark,) = at.containment.marking.marks.all
        assert mark.stance == "trusted"
        await at.menu()
        await at.press("S")
        await at.on(SourcesScreen)
        await at.until("sources from")
        sources = at.app.screen
        assert isinstance(sources, SourcesScreen)
        rows = {str(row.values["source"]): row.values["mark"] for row in sources.pane.table.shown}
        assert rows[mark.value] == "trusted"
        await at.press("g", "h")
        await at.until("hostile")
        await at.press("u")
        await settle(at.pilot, until=lambda: len(at.containment.marking.marks.all) < 2)


async def test_the_preview_tells_trusted_calls_apart_and_the_policy_follows_the_marks(
    leak: Sim, tmp_path: Path
) -> None:
    async with drill(leak, tmp_path, size=(160, 50)) as at:
        await at.menu()
        await at.choose(RESTRICT)
        await at.on(ParamsScreen)
        await at.press("ctrl+r")
        await at.until("No source is marked as trusted")
        await at.press("S")
        await at.until("sources from")
        await at.press("t", "j", "t")
        await settle(at.pilot, until=lambda: len(at.containment.marking.marks.all) == 2)
        await at.press("escape", "r")
        await at.until("Nothing has been sent. a goes on")
        for mark in at.containment.marking.marks.all:
            assert mark.value in at.text
        assert "calls of trusted sources" in at.text
        assert at.writes() == []


async def test_a_value_is_chosen_or_typed(sim: Sim, tmp_path: Path) -> None:
    async with drill(sim, tmp_path) as at:
        await at.menu()
        await at.choose(ROTATE)
        await at.on(ParamsScreen)
        await at.until("(left out)")
        await at.press("f4")
        screen = at.app.screen
        assert isinstance(screen.focused, Input)
        await at.press("f4", "escape")
        assert not isinstance(at.app.screen, ParamsScreen)


async def test_the_watch_says_from_where_it_knows_and_until_when(leak: Sim, tmp_path: Path) -> None:
    async with drill(leak, tmp_path, size=(160, 50)) as at:
        await at.menu()
        await at.preview("Disable the key")
        await at.dialog()
        await at.confirm()
        await at.ended()
        await at.press("w")
        await at.on(WatchScreen)
        await at.until("known until")
        assert "Others: not marked as trusted" in at.text
        await at.press("u")
        await at.on(PreviewScreen)
        await at.until("now Inactive → then Active")
