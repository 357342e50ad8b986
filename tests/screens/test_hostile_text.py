"""Names, user agents and fields that the intruder chose: shown, never obeyed, nothing lost when raw."""

import json
from typing import Any

import pytest

from queries import catalogue
from queries.base import Gap, Page, Status
from queries.inquiry import JUDGED
from screens.key import KeyScreen
from screens.raw import RawScreen
from tests.screens.billed import RAIDED, bill, charge, lines, odd
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import Told, fake_desk, pages, rows
from tests.screens.golden import screen_text
from tests.screens.judged import blank

HOSTILE = {
    "markup": "[@click=app.quit]x[/]",
    "markup with a blank": "[ @click=app.quit]x",
    "style and markup": "[$error @click=app.quit]x[/]",
    "closing tag": "[/x] [/",
    "vanishing tag": "[Warning] ua [compatible; MSIE]",
    "title sequence": "\x1b]0;owned\x07",
    "colour sequence": "\x1b[31mred\x9b0m",
    "right to left": "\u202egnp.exe\u202c\u2066",
    "unseen": "a\u200bd\u00admin\u2060\U000e0041",
    "lines": "one\ntwo\r\nthree\tfour\x00\x7f",
    "long": "A" * 10_000,
    "wide": "平台组部署" * 20,
    "emoji": "👩‍👩‍👧 🇨🇳 e\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "half a pair": "\ud83d x",
}
UNSEEN = "\u202e\u202c\u2066\u200b\u00ad\u2060\U000e0041"
FORBIDDEN = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *UNSEEN} - {"\n"}
PANES = {"services": "2", "events": "3", "ips": "4", "resources": "5", "recent-events": "6"}
PANES |= {"verdict": "v", "console-events": "7", "role-sessions": "8", "permissions": "9", "siblings": "0"}


def everywhere(*texts: str) -> dict[str, Told]:
    """Every query answers with a row for each text, and a gap; the first is its note."""
    told = {}
    for name, query in catalogue().items():
        values = ({column.id: text for column in query.columns} for text in texts)
        gaps = tuple(Gap(Status.PARTIAL, *[text] * 6) for text in texts)
        told[name] = pages(Page(rows(name, *values), gaps=gaps, note=texts[0], request_id=texts[0]))
    return told


def harmless(shown: str) -> bool:
    return not FORBIDDEN & set(shown)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_no_pane_obeys_or_chokes_on_hostile_text(console: Shown, size: tuple[int, int]) -> None:
    async with console(everywhere(*HOSTILE.values()), size=size) as pilot:
        for digit in "1v234567890":
            await pilot.press(digit)
            await pilot.pause()
            assert harmless(screen_text(pilot.app)), digit
        for row in range(2, size[1] - 1, 3):
            await pilot.click(offset=(5, row))
            await pilot.click(offset=(size[0] // 2 + 5, row))
        assert pilot.app.is_running
        assert pilot.app.return_code is None


@pytest.mark.parametrize("name", HOSTILE)
async def test_the_card_and_all_about_an_answer_take_it_as_text(console: Shown, name: str) -> None:
    async with console(everywhere(HOSTILE[name])) as pilot:
        assert harmless(screen_text(pilot.app))
        await pilot.press("i")
        await pilot.pause()
        assert harmless(screen_text(pilot.app))


async def test_what_looks_like_markup_is_shown_letter_by_letter(console: Shown) -> None:
    async with console(everywhere("[b]no[/b] [/x]")) as pilot:
        for digit in PANES.values():
            await pilot.press(digit)
            await pilot.pause()
            assert "[b]no[/b] [/x]" in screen_text(pilot.app), digit


async def test_the_raw_view_loses_nothing(console: Shown) -> None:
    async with console(everywhere(*HOSTILE.values())) as pilot:
        await pilot.press("7")
        lost = set(HOSTILE.values())
        for _ in HOSTILE:
            await pilot.press("y")
            await pilot.pause()
            screen = pilot.app.screen
            assert isinstance(screen, RawScreen)
            assert harmless(screen.text)
            assert harmless(screen_text(pilot.app))
            lost.discard(json.loads(screen.text)["event"])
            await pilot.press("escape", "j")
            await pilot.pause()
        assert not lost


async def test_what_is_copied_is_harmless_too(console: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    async with console(everywhere("\x1b]0;owned\x07\nrm -rf ~\n")) as pilot:
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
        await pilot.press("6", "c", "C")
        assert copied[0] == "\\x1b]0;owned\\x07\\nrm -rf ~\\n"
        assert harmless(copied[1].replace("\t", ""))
        assert harmless(screen_text(pilot.app))


async def test_hostile_words_in_the_filter_are_only_words(console: Shown) -> None:
    async with console(everywhere("[@click=app.quit]x[/]")) as pilot:
        await pilot.press("6", "slash")
        for char in "[/x]":
            await pilot.press(char)
        await settle(pilot)
        assert pilot.app.is_running
        assert "/ [/x]" in screen_text(pilot.app)


async def test_a_hostile_error_is_only_text(console: Shown) -> None:
    async def broken(_asking: Any) -> Any:
        yield Page()
        raise KeyError("[@click=app.quit]x[/] \x1b]0;owned\x07")

    async with console({"recent-events": broken}) as pilot:
        await pilot.press("6")
        await settle(pilot)
        shown = screen_text(pilot.app)
        assert "aktui could not read the answer (KeyError" in shown
        assert harmless(shown)


async def test_a_hostile_account_and_caller_do_not_leave_the_header(console: Shown) -> None:
    caller = {"name": "[/]\x1b]0;owned\x07" + "名" * 500, "account_id": "[@click=app.quit]1[/]", "type": "x"}
    async with console({"caller": pages(Page(rows("caller", caller)))}) as pilot:
        top = screen_text(pilot.app).splitlines()[0]
        assert harmless(top)
        assert "READ-ONLY" in top
        assert top.rstrip().endswith("UTC")


async def test_a_desk_with_a_hostile_banner_shows_it_as_text(console: Shown) -> None:
    desk = fake_desk(banner="[@click=app.quit]x[/]")
    async with console({}, desk=desk, size=(160, 50)) as pilot:
        assert "[@click=app.quit]x[/]" in screen_text(pilot.app)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_the_screens_of_the_judgement_take_everything_as_text(
    console: Shown, size: tuple[int, int]
) -> None:
    async with console(everywhere(*HOSTILE.values()), size=size) as pilot:
        for keys in (("f", "enter", "enter"), ("d", "enter"), ("d", "2", "enter"), ("d", "3", "enter", "y")):
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
                assert harmless(screen_text(pilot.app)), keys
            while not isinstance(pilot.app.screen, KeyScreen):
                await pilot.press("escape")
                await settle(pilot)
        assert pilot.app.is_running


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_judgement_is_told_letter_by_letter(console: Shown, name: str) -> None:
    text = HOSTILE[name]
    reason = {
        "sentence": f"{text}: {text}",
        "side": text,
        "finding": text,
        "query": text,
        "count": 1,
        "first": None,
    }
    values = {"verdict": text, "certainty": text, "confidence": text, "summary": text, "not_covered": [text]}
    raw = {"reasons": [reason], "steps": [{"action": text, "sentence": text}] * 2}
    verdict = blank("verdict", values, raw)
    signals = [{"points": 1.0, "sentence": text}]
    source = blank(
        "attribution", {"source_ip": text, "why": text}, {"signals": signals, "operations": {text: 1}}
    )
    found = blank(
        "findings",
        {"title": text, "event_ids": [text], "request_ids": [text]},
        {"events": [{"eventId": text}], "calls": [{"id": text, "operation": text, "service": text}]},
    )
    told = {
        name: pages(Page((row,))) for name, row in zip(JUDGED, (source, found, found, verdict), strict=True)
    }
    async with console(everywhere(text) | told) as pilot:
        for keys in (("v", "j", "j", "j", "c"), ("f", "enter", "enter", "escape", "q", "q"), ("d", "enter")):
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
                assert harmless(screen_text(pilot.app)), key
        assert pilot.app.is_running


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_charges_and_the_providers_view_take_everything_as_text(
    console: Shown, size: tuple[int, int]
) -> None:
    async with console(everywhere(*HOSTILE.values()), size=size) as pilot:
        for keys in ("b12345", "p12345678"):
            await pilot.press(keys[0])
            await settle(pilot)
            over = pilot.app.screen
            for digit in keys[1:]:
                for key in (digit, "j", "j", "enter", "i"):
                    await pilot.press(key)
                    await settle(pilot)
                    assert harmless(screen_text(pilot.app)), (keys[0], digit, key)
                while pilot.app.screen is not over:
                    await pilot.press("escape")
                    await settle(pilot)
            await pilot.press("q")
            await settle(pilot)
        assert pilot.app.is_running


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_bills_are_drawn_and_told_letter_by_letter(console: Shown, name: str) -> None:
    """Names, types, events and words that are whatever somebody wrote, in bills that can be read."""
    text = HOSTILE[name]
    spoilt = {"instance": text, "name": text, "spec": text, "currency": text, "region": text}
    spoilt_line = rows("charges-by-instance", charge(RAIDED, text, "1000", **spoilt))
    told = {
        "charges-by-instance": pages(bill(*lines(), *spoilt_line)),
        "abnormal-charges": pages(Page((odd(**spoilt, why=text, explanation=text, event_id=text, by=text),))),
        "running-cost": pages(Page(rows("running-cost", {**spoilt, "assumptions": text}), note=text)),
    }
    async with console({**everywhere(text), **told}) as pilot:
        await pilot.press("b")
        await settle(pilot)
        for key in ("1", "end", "left", "left", "enter", "escape", "dollar_sign", "2", "3", "4", "t"):
            await pilot.press(key)
            await settle(pilot)
            assert harmless(screen_text(pilot.app)), key
        assert pilot.app.is_running
