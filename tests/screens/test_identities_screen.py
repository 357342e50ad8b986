"""Whose is what: sources, other identities and operations, each with what speaks for it."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from screens.help import PageScreen
from screens.judgement.findings import FindingsScreen
from screens.judgement.identities import WhoseScreen
from screens.raw import RawScreen
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import hanging
from tests.screens.golden import check_golden, screen_text
from tests.screens.story import story


def shown(pilot: Pilot[Any]) -> str:
    """The screen as one line."""
    return " ".join("".join(" " if char in "┃│" else char for char in screen_text(pilot.app)).split())


def messages(pilot: Pilot[Any]) -> list[str]:
    """The passing messages that are shown."""
    return [str(toast.render()) for toast in pilot.app.screen.query(Toast)]


async def whose(pilot: Pilot[Any]) -> WhoseScreen:
    await pilot.press("d")
    await settle(pilot, until=lambda: isinstance(pilot.app.screen, WhoseScreen))
    screen = pilot.app.screen
    assert isinstance(screen, WhoseScreen)
    await settle(pilot, until=lambda: not any(pane.loading_now for pane in screen.panes))
    return screen


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_the_screen_is_as_the_golden_has_it(console: Shown, size: tuple[int, int]) -> None:
    async with console(story(), size=size) as pilot:
        await whose(pilot)
        check_golden(pilot.app, f"whose-{size[0]}x{size[1]}")


async def test_each_list_is_a_digit_or_a_tab_away_at_80_columns(console: Shown) -> None:
    async with console(story()) as pilot:
        screen = await whose(pilot)
        for digit, pane in zip("231", (screen.panes[1], screen.panes[2], screen.panes[0]), strict=True):
            await pilot.press(digit)
            assert screen.pane is pane
            assert [each for each in screen.panes if each.display] == [pane]
        await pilot.press("tab")
        assert screen.pane is screen.panes[1]
        await pilot.press("shift+tab", "shift+tab")
        assert screen.pane is screen.panes[2]
        await pilot.click("TabStrip", offset=(3, 0))
        await settle(pilot, until=lambda: screen.pane is screen.panes[0])


async def test_enter_on_a_source_tells_what_speaks_for_it_with_its_points(console: Shown) -> None:
    async with console(story()) as pilot:
        await whose(pilot)
        await pilot.press("enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, PageScreen))
        text = shown(pilot)
        assert "intruder 11.5 points business up to 1, intruder from 3" in text
        assert "+11.5 dangerous and new to the key: Ram:CreateUser" in text


async def test_enter_on_an_identity_tells_how_far_it_reached_and_what_stops_it(console: Shown) -> None:
    async with console(story()) as pilot:
        await whose(pilot)
        await pilot.press("2", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, PageScreen))
        text = shown(pilot)
        assert "73, 70 of them succeeded" in text
        assert "changed rm-bp1384jhyom4o5i38byj" in text
        assert "stopped by Delete the RAM user (! opens it)" in text


async def test_operations_are_named_as_marks_name_them(console: Shown) -> None:
    async with console(story()) as pilot:
        screen = await whose(pilot)
        await pilot.press("3")
        named = {screen.pane.markable(row): row.values["side"] for row in screen.pane.table.shown}
        assert named == {
            "ecs:RunInstances": "intruder",
            "ram:CreateUser": "intruder",
            "ecs:DescribeInstances": "business",
        }
        await pilot.press("enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, RawScreen))


async def test_without_a_case_nothing_can_be_marked_and_that_is_said(console: Shown) -> None:
    async with console(story()) as pilot:
        await whose(pilot)
        await pilot.press("t")
        await settle(pilot, until=lambda: bool(messages(pilot)))
        assert messages(pilot) == ["There is nothing under the cursor that can be marked."]


async def test_the_findings_are_a_key_away_and_q_leads_back(console: Shown) -> None:
    async with console(story()) as pilot:
        screen = await whose(pilot)
        await pilot.press("f")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingsScreen))
        await pilot.press("q")
        await settle(pilot, until=lambda: pilot.app.screen is screen)


async def test_while_it_is_judged_the_screen_says_so(console: Shown) -> None:
    async with console({**story(), "verdict": hanging, "attribution": hanging}) as pilot:
        await pilot.press("d")
        await settle(pilot, until=lambda: "Verdict judging" in shown(pilot))
        await settle(pilot, until=lambda: "Nothing yet; still loading." in shown(pilot))


async def test_every_key_has_a_hint() -> None:
    for binding in WhoseScreen.BINDINGS:
        assert binding.id, binding  # type: ignore[union-attr]
        assert binding.tooltip, binding  # type: ignore[union-attr]
