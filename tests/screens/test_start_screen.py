"""Before there is a key."""

from pathlib import Path
from typing import Any

from textual.widgets import Input

from aktui.case.directory import case_directory
from aktui.case.ledger import Ledger
from aktui.config import Settings
from aktui.errors import CredentialsError
from screens.desk import Desk, Setting
from screens.key import KeyScreen
from screens.start import StartScreen
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import KEY, fake_desk
from tests.screens.golden import check_golden, screen_text
from tests.screens.story import story


async def test_a_key_id_opens_its_screen(console: Shown) -> None:
    async with console(story(), key_id="") as pilot:
        assert isinstance(pilot.app.screen, StartScreen)
        await pilot.press(*KEY, "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, KeyScreen)
        assert KEY in screen_text(pilot.app)


async def test_what_is_not_a_key_id_gets_the_reason(console: Shown) -> None:
    async with console(story(), key_id="") as pilot:
        await pilot.press(*"STS.NUabc", "enter")
        await settle(pilot)
        assert "temporary token" in screen_text(pilot.app)
        assert isinstance(pilot.app.screen, StartScreen)


async def test_a_secret_typed_by_mistake_is_hidden_and_taken_away(console: Shown) -> None:
    secret = "abcdefghijABCDEFGHIJ0123456789"
    async with console(story(), key_id="") as pilot:
        await pilot.press(*secret)
        await settle(pilot)
        assert secret not in screen_text(pilot.app)
        await pilot.press("enter")
        await settle(pilot)
        assert secret not in screen_text(pilot.app)
        assert "looks like an AccessKey secret" in screen_text(pilot.app)
        assert pilot.app.screen.query_one(Input).value == ""


async def test_recent_cases_are_listed_and_one_can_be_opened(console: Shown, tmp_path: Path) -> None:
    await (await Ledger.open(case_directory(tmp_path, KEY, practice=False))).aclose()
    desk = fake_desk(settings=Settings(home=tmp_path))
    async with console(story(), key_id="", desk=desk) as pilot:
        await settle(pilot, until=lambda: KEY in screen_text(pilot.app))
        assert "1 entry" in screen_text(pilot.app)
        await pilot.press("down", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, KeyScreen)


async def test_a_practice_with_several_suspects_lets_one_choose(console: Shown) -> None:
    other = "LTAI5tSecondSecondSecond"
    async with console(story(), key_id="", desk=fake_desk(suspects=(KEY, other), practice=True)) as pilot:
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, StartScreen))
        await settle(pilot, until=lambda: other in screen_text(pilot.app))
        check_golden(pilot.app, "start-80x24", clock_runs=True)
        await pilot.press("down", "j", "enter")
        await settle(pilot)
        assert other in screen_text(pilot.app)


async def test_a_practice_with_one_suspect_goes_straight_to_it(console: Shown) -> None:
    async with console(story(), key_id="", desk=fake_desk(suspects=(KEY,), practice=True)) as pilot:
        assert isinstance(pilot.app.screen, KeyScreen)
        assert KEY in screen_text(pilot.app)


async def test_missing_credentials_are_told_with_what_to_do_and_tried_again(console: Shown) -> None:
    answers: list[Any] = [CredentialsError("No credentials were found.", hint="Run: aliyun configure")]
    there = fake_desk()

    async def prepare() -> Setting:
        if answers:
            raise answers.pop()
        return await there.ready()

    desk = Desk(prepare, open_key=there.open_key)
    async with console(story(), desk=desk) as pilot:
        shown = screen_text(pilot.app)
        assert "No credentials were found." in shown
        assert "Run: aliyun configure" in shown
        await pilot.press("R")
        await settle(pilot, until=lambda: "ci-deployer" in screen_text(pilot.app))
