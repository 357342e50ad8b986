"""Whose is what: sources, other identities and operations, each with what speaks for it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from queries.base import Gap, Page, Row, Status
from screens.judgement.behind import BehindScreen
from screens.judgement.findings import FindingsScreen
from screens.judgement.identities import WhoseScreen
from screens.raw import RawScreen
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import NOW, hanging, pages
from tests.screens.golden import check_golden, screen_text
from tests.screens.judged import HEIR
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


async def behind(pilot: Pilot[Any], *keys: str) -> str:
    """What stands behind the row that these keys open."""
    await pilot.press(*keys)
    await settle(pilot, until=lambda: isinstance(pilot.app.screen, BehindScreen))
    await settle(pilot)
    return shown(pilot)


async def test_enter_on_a_source_tells_what_speaks_for_it_and_shows_its_calls(console: Shown) -> None:
    async with console(story()) as pilot:
        await whose(pilot)
        text = await behind(pilot, "enter")
        assert "intruder 11.5 points business up to 1, intruder from 3" in text
        assert "+11.5 dangerous and new to the key: Ram:CreateUser" in text
        assert "where not ours no machine has it now" in text
        await pilot.press("G", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, RawScreen))
        assert json.loads(pilot.app.screen.text)["sourceIpAddress"] == "192.0.2.66"  # type: ignore[attr-defined]


async def test_a_source_on_which_no_finding_rests_says_where_its_calls_are(console: Shown) -> None:
    async with console(story()) as pilot:
        await whose(pilot)
        text = await behind(pilot, "G", "enter")
        assert "198.51.100.23 business 0.0 points" in text
        assert "where ours i-bp1build build-1" in text
        assert "No finding rests on a call of it. e on the key screen shows all events." in text


async def test_the_machine_that_uses_the_key_stands_beside_its_address(console: Shown) -> None:
    async with console(story()) as pilot:
        screen = await whose(pilot)
        sources = screen.panes[0].table
        await settle(pilot, until=lambda: "i-bp1build build-1" in shown(pilot))
        assert {row.values["source_ip"]: row.values["place"] for row in sources.shown} == {
            "192.0.2.66": "not ours",
            "198.51.100.23": "i-bp1build build-1",
        }


async def test_machines_that_can_not_be_asked_for_are_not_known_rather_than_not_ours(console: Shown) -> None:
    denied = Gap(Status.DENIED, "instances", "The responder may not do this.")
    async with console({**story(), "which-instance": pages(Page(gaps=(denied,)))}) as pilot:
        screen = await whose(pilot)
        places = [row.values["place"] for row in screen.panes[0].table.shown]
        assert places == ["not known", "not known"]


async def test_enter_on_an_identity_tells_how_far_it_reached_and_what_stops_it(console: Shown) -> None:
    async with console(story()) as pilot:
        await whose(pilot)
        text = await behind(pilot, "2", "enter")
        assert "73, 70 of them succeeded" in text
        assert "changed rm-bp1384jhyom4o5i38byj" in text
        assert "stopped by Delete the RAM user" in text
        assert "1 id of 73 calls: the key's events (e) and logs (o) have all" in text
        await pilot.press("enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, RawScreen))
        assert json.loads(pilot.app.screen.text)["eventId"] == "E-9"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("hours", "told"), [(1, "Detach a policy"), (-1, "ended by itself")])
async def test_a_session_is_stopped_as_long_as_it_can_live(console: Shown, hours: int, told: str) -> None:
    values = {"kind": "token", "name": "STS.x", "action": "detach-policy"}
    session = Row({**HEIR.values, **values, "until": NOW + timedelta(hours=hours)}, {})
    async with console({**story(), "identities": pages(Page((session,)))}) as pilot:
        screen = await whose(pilot)
        (row,) = screen.panes[1].table.shown
        assert str(row.values["reach"]).startswith(told)
        assert screen.panes[1].table.quiet(row) == (hours < 0)
        text = await behind(pilot, "2", "enter")
        assert "UTC at the longest" in text
        assert ("stopped by nothing: it ended by itself" in text) == (hours < 0)


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
        text = await behind(pilot, "enter")
        assert "ecs:RunInstances 7 calls" in text
        assert "as logged Ecs:RunInstances (7)" in text
        assert "M-1" in text


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
