"""The verdict on the key screen: asked last, told whole, a key away from what it is made from."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from textual.pilot import Pilot

from aktui.errors import CallRef, NoAnswer
from queries.base import Asking, Page
from screens.judgement.finding import FindingScreen
from screens.judgement.findings import FindingsScreen
from screens.judgement.identities import WhoseScreen
from screens.key import KeyScreen
from screens.panes import verdict as pane
from screens.provider import ProviderScreen
from screens.raw import RawScreen
from screens.widgets.points import Points
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import Told, failing, hanging
from tests.screens.golden import screen_text
from tests.screens.judged import verdict
from tests.screens.story import story


def shown(pilot: Pilot[Any]) -> str:
    """The screen as one line, so that a sentence is found wherever it was broken."""
    return " ".join("".join(" " if char in "┃│" else char for char in screen_text(pilot.app)).split())


def points(pilot: Pilot[Any]) -> Points:
    return pilot.app.screen.query_one(Points)


def noting(name: str, told: Told, asked: list[str]) -> Told:
    """The same answer, and a note that it was asked for and given."""

    async def run(asking: Asking) -> AsyncIterator[Page]:
        asked.append(f"{name} asked")
        async for page in told(asking):
            yield page
        asked.append(f"{name} answered")

    return run


async def test_it_is_asked_for_after_the_other_panes_have_their_answers(console: Shown) -> None:
    asked: list[str] = []
    answers = {name: noting(name, told, asked) for name, told in story().items()}
    async with console(answers) as pilot:
        await settle(pilot)
        assert asked[-2:] == ["verdict asked", "verdict answered"]
        assert isinstance(pilot.app.screen, KeyScreen)


async def test_a_pane_that_never_answers_does_not_keep_it_away_for_ever(
    console: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pane, "PATIENCE", 0.0)
    async with console({**story(), "recent-events": hanging}) as pilot:
        await pilot.press("v")
        await settle(pilot, until=lambda: "BUSINESS AND INTRUDER" in shown(pilot))


async def test_while_it_is_judged_the_other_panes_are_there(console: Shown) -> None:
    async with console({**story(), "verdict": hanging}, size=(160, 50)) as pilot:
        text = shown(pilot)
        assert "Reading what was done with the key" in text
        assert "judging" in text
        assert "RAM user ci-deployer" in text
        assert "complete 40 rows" in text


async def test_x_gives_it_up_and_r_asks_again(console: Shown) -> None:
    first = [hanging]

    def once(asking: Asking) -> AsyncIterator[Page]:
        return first.pop()(asking) if first else story()["verdict"](asking)

    async with console({**story(), "verdict": once}) as pilot:
        await pilot.press("v", "x")
        await settle(pilot)
        assert "Stopped before there was a verdict. Press r to ask again." in shown(pilot)
        await pilot.press("r")
        await settle(pilot)
        assert "BUSINESS AND INTRUDER" in shown(pilot)


async def test_a_refusal_is_no_verdict_and_says_what_is_missing(console: Shown) -> None:
    async with console(
        {**story(), "verdict": failing(NoAnswer(CallRef("ims", "GetUser"), "The cloud did not answer."))}
    ) as pilot:
        await pilot.press("v")
        await settle(pilot)
        assert "Failed: this is not a 'none'." in shown(pilot)
        assert "The cloud did not answer." in shown(pilot)


async def test_a_bug_in_it_shows_in_its_pane_alone(console: Shown) -> None:
    async with console({**story(), "verdict": failing(KeyError("odd"))}, size=(160, 50)) as pilot:
        assert "aktui could not judge (KeyError: 'odd')" in shown(pilot)
        assert "RAM user ci-deployer" in shown(pilot)


async def test_it_tells_verdict_confidence_reasons_in_order_and_what_was_not_covered(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("v")
        await settle(pilot)
        text = shown(pilot)
        told = [
            "BUSINESS AND INTRUDER confidence high (0.86) 1 source incomplete",
            "An intruder calls since",
            "next ! Restrict the key",
            "1 Users, keys",
            "2 Machines",
            "3 Found in public",
            "4 13933 calls",
            "5 Called from sources",
            "then ! Rotate",
            "unseen OSS access log (partial)",
        ]
        places = [text.index(each) for each in told]
        assert places == sorted(places)


async def test_the_point_under_the_cursor_is_told_whole(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("v", "j")
        await settle(pilot)
        assert "(Ram:CreateUser, Ram:AttachPolicyToUser): deploy-bot." in shown(pilot)
        await pilot.press("G")
        await settle(pilot)
        assert "It has nothing from before 2026-11-08 (kept for 14 days)." in shown(pilot)
        await pilot.press("g")
        await settle(pilot)
        assert "restrict it to the networks of the business first." in shown(pilot)


async def test_enter_on_a_reason_shows_where_it_comes_from(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("v", "j", "j", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingScreen))
        assert "starts machines as miners want them" in shown(pilot)
        await pilot.press("q", "j", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, ProviderScreen))
        provider = pilot.app.screen
        assert isinstance(provider, ProviderScreen)
        await settle(pilot, until=lambda: provider.focused is provider.panes["leak-reports"].target())
        await pilot.press("q", "j", "enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, WhoseScreen))


async def test_enter_on_what_was_not_seen_says_that_it_has_no_evidence(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("v", "G", "enter")
        await settle(pilot, until=lambda: "What was not seen has no evidence" in shown(pilot))
        assert isinstance(pilot.app.screen, KeyScreen)


async def test_a_second_click_opens_a_point_like_enter(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("v")
        await settle(pilot)
        await pilot.click(points(pilot), offset=(20, 4), times=2)
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, FindingScreen))


async def test_raw_copy_and_about_work_on_it(console: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    async with console(story()) as pilot:
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
        await pilot.press("v", "j", "c", "C", "y")
        await settle(pilot)
        assert copied[0].startswith("1 Users, keys or permissions made or changed  3 calls")
        assert len(copied[1].splitlines()) == len(points_of_story())
        screen = pilot.app.screen
        assert isinstance(screen, RawScreen)
        assert '"next_action": "restrict-key"' in screen.text
        await pilot.press("escape", "i")
        await settle(pilot)
        assert "Is it the business, an intruder, both or nobody" in shown(pilot)


def points_of_story() -> list[Any]:
    from queries import catalogue
    from queries.base import Result, Status
    from screens.judgement.telling import points as told

    return told(Result(catalogue()["verdict"], {}, Status.COMPLETE, verdict().rows))


@pytest.mark.parametrize(("key", "kind"), [("f", FindingsScreen), ("d", WhoseScreen)])
async def test_findings_and_whose_is_what_are_a_key_away(console: Shown, key: str, kind: type[Any]) -> None:
    async with console(story()) as pilot:
        await pilot.press(key)
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, kind))


async def test_everything_anew_asks_the_verdict_last_again(console: Shown) -> None:
    asked: list[str] = []
    answers = {name: noting(name, told, asked) for name, told in story().items()}
    async with console(answers) as pilot:
        await settle(pilot)
        asked.clear()
        await pilot.press("R")
        await settle(pilot)
        assert asked[-2:] == ["verdict asked", "verdict answered"]
