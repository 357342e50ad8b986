"""The key screen under a responder's fingers."""

from typing import Any

import pytest
from textual.pilot import Pilot

from aktui.app import Console
from queries.base import Page
from screens.answer import QueryPane
from screens.calls import CallsScreen
from screens.doors import Doors
from screens.help import PageScreen
from screens.key import KeyScreen
from screens.layout import Form
from screens.raw import RawScreen
from screens.start import StartScreen
from screens.widgets.table import RowTable
from tests.screens.conftest import Shown, settle
from tests.screens.fakes import KEY, fake_desk, hanging, pages, rows
from tests.screens.golden import check_golden, screen_text
from tests.screens.story import ago, events, story


def key_screen(pilot: Pilot[Any]) -> KeyScreen:
    screen = pilot.app.screen
    assert isinstance(screen, KeyScreen)
    return screen


def pane(pilot: Pilot[Any], name: str) -> QueryPane:
    found = key_screen(pilot).panes[name]
    assert isinstance(found, QueryPane)
    return found


def column(pilot: Pilot[Any], name: str, column_id: str) -> list[Any]:
    return [row.values[column_id] for row in pane(pilot, name).table.shown]


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (160, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_first_view_is_as_the_golden_has_it(console: Shown, size: tuple[int, int]) -> None:
    async with console(story(), size=size) as pilot:
        check_golden(pilot.app, f"key-{size[0]}x{size[1]}")


@pytest.mark.parametrize("digit", "23456790v")
async def test_each_pane_is_a_digit_away_at_80_columns(console: Shown, digit: str) -> None:
    async with console(story()) as pilot:
        await pilot.press(digit)
        await settle(pilot)
        check_golden(pilot.app, f"pane-{digit}-80x24")


async def test_tab_goes_round_all_panes_and_back(console: Shown) -> None:
    async with console(story()) as pilot:
        screen = key_screen(pilot)
        seen = [screen.current]
        for _ in screen.panes:
            await pilot.press("tab")
            await pilot.pause()
            assert screen.panes[screen.current].display
            assert screen.panes[screen.current].has_focus_within
            seen.append(screen.current)
        assert seen[:-1] == list(screen.panes)
        assert seen[-1] == seen[0]
        await pilot.press("shift+tab")
        await pilot.pause()
        assert screen.current == list(screen.panes)[-1]


async def test_the_service_under_the_cursor_fills_the_panes_beside_it(console: Shown) -> None:
    async with console(story(), size=(160, 50)) as pilot:
        await pilot.press("2", "j", "j")
        await settle(pilot, until=lambda: pane(pilot, "events").params == {"service": "Oss"})
        assert pane(pilot, "ips").params == {"service": "Oss"}
        assert "Events 12 · Oss" in screen_text(pilot.app)
        await pilot.press("g")
        await settle(pilot, until=lambda: pane(pilot, "events").params == {})


async def test_enter_on_a_service_goes_to_its_events(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("2", "j", "enter")
        await settle(pilot)
        assert key_screen(pilot).current == "events"
        assert pane(pilot, "events").params == {"service": "Ecs"}


async def test_a_filter_keeps_the_rows_that_hold_all_words_and_escape_lifts_it(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("6", "slash", *"ecs nopermission")
        await settle(pilot)
        assert set(column(pilot, "recent-events", "service")) == {"Ecs"}
        assert set(column(pilot, "recent-events", "error")) == {"NoPermission"}
        assert "of 40 rows" in screen_text(pilot.app)
        await pilot.press("enter")
        assert isinstance(pilot.app.focused, RowTable)
        await pilot.press("escape")
        await settle(pilot)
        assert len(column(pilot, "recent-events", "service")) == 40


async def test_a_filter_without_a_match_says_so_and_how_to_lift_it(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("6", "slash", *"zebra")
        await settle(pilot)
        shown = screen_text(pilot.app)
        assert "No row has all of: zebra" in shown
        assert "Esc clears the filter" in shown


async def test_sorting_goes_through_the_columns_and_both_ways(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("6")
        assert column(pilot, "recent-events", "at") == sorted(
            column(pilot, "recent-events", "at"), reverse=True
        )
        await pilot.press("S")
        assert column(pilot, "recent-events", "at") == sorted(column(pilot, "recent-events", "at"))
        await pilot.press("s")
        assert column(pilot, "recent-events", "event") == sorted(column(pilot, "recent-events", "event"))
        assert "Event▴" in screen_text(pilot.app)


async def test_the_cursor_stays_on_its_row_when_the_order_changes(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("6", "j", "j", "j")
        row = pane(pilot, "recent-events").table.row
        await pilot.press("s")
        assert pane(pilot, "recent-events").table.row is row


async def test_vi_keys_and_arrows_move_the_cursor_to_both_ends(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("6")
        table = pane(pilot, "recent-events").table
        for key, at in (
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("up", 0),
            ("G", 39),
            ("g", 0),
            ("end", 39),
            ("home", 0),
        ):
            await pilot.press(key)
            assert table.cursor == at, key
        await pilot.press("pagedown")
        assert 10 < table.cursor < 39
        await pilot.pause()
        assert "> 11-" in screen_text(pilot.app)


async def test_enter_shows_all_of_a_row_and_y_its_record_alone(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("6", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, RawScreen)
        assert "As it came" in pilot.app.screen.text
        await pilot.press("escape", "y")
        await settle(pilot)
        assert isinstance(pilot.app.screen, RawScreen)
        assert pilot.app.screen.text.startswith('{\n  "as": "it came"')


async def test_copying_sends_the_cell_or_the_row_to_the_terminal(
    console: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    async with console(story()) as pilot:
        monkeypatch.setattr(pilot.app, "copy_to_clipboard", copied.append)
        await pilot.press("6", "right", "c", "C")
        assert copied[0] == "DescribeThing0"
        assert copied[1].split("\t")[:2] == ["2026-11-22 02:12:44", "DescribeThing0"]


async def test_refresh_asks_anew_and_the_card_follows(console: Shown) -> None:
    asked: list[int] = []

    async def siblings(_asking: Any) -> Any:
        asked.append(len(asked))
        keys = ({"key_id": f"LTAI5tSibling{i}", "status": "Active"} for i in range(len(asked)))
        yield Page(rows("siblings", *keys))

    async with console({**story(), "siblings": siblings}) as pilot:
        assert "one other key or credential" in screen_text(pilot.app)
        await pilot.press("0", "r")
        await settle(pilot)
        assert len(asked) == 2
        await pilot.press("1")
        await settle(pilot)
        assert "2 other keys or credentials" in screen_text(pilot.app)


async def test_widening_the_window_asks_all_panes_of_events_again(console: Shown) -> None:
    spans: list[int] = []

    async def recent(asking: Any) -> Any:
        spans.append((asking.window.end - asking.window.start).days)
        yield events("recent-events", 1)

    async with console({**story(), "recent-events": recent}) as pilot:
        await pilot.press("6", "w")
        await settle(pilot)
        assert spans == [7, 30]
        assert "30 days" in screen_text(pilot.app)


async def test_what_takes_long_shows_how_far_it_is_and_can_be_stopped(console: Shown) -> None:
    async def slow(asking: Any) -> Any:
        yield Page(events("recent-events", 3).rows, expected=400)
        async for page in hanging(asking):
            yield page

    async with console({**story(), "recent-events": slow}) as pilot:
        recent = pane(pilot, "recent-events")
        await pilot.press("6")
        await settle(pilot, until=lambda: recent.result is not None and bool(recent.result.rows))
        assert "loading  3 of 400  1 page" in screen_text(pilot.app)
        await pilot.press("x")
        await settle(pilot)
        assert not recent.loading_now
        assert "Stopped before it was complete" in screen_text(pilot.app)
        assert len(recent.table.shown) == 3


async def test_resizing_folds_the_panes_and_unfolds_them(console: Shown) -> None:
    async with console(story(), size=(160, 50)) as pilot:
        screen = key_screen(pilot)
        for size, form in (((80, 24), Form.NARROW), ((130, 30), Form.WIDE), ((160, 50), Form.FULL)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            assert screen.form is form
            assert all(len(each) <= size[0] for each in screen_text(pilot.app).splitlines())
        check_golden(pilot.app, "key-160x50")


async def test_help_names_the_keys_that_work_here(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("6", "question_mark")
        await settle(pilot)
        assert isinstance(pilot.app.screen, PageScreen)
        check_golden(pilot.app, "help-80x24")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, KeyScreen)


async def test_about_an_answer_names_source_window_limits_and_gaps(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("5", "i")
        await settle(pilot)
        check_golden(pilot.app, "about-80x24")


async def test_the_palette_goes_to_a_pane_by_name(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("colon", *"go to siblings")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, KeyScreen))
        await settle(pilot, until=lambda: key_screen(pilot).current == "siblings")


async def test_a_click_on_a_tab_a_row_and_a_title_does_what_the_keys_do(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.click("#strip", offset=(33, 0))
        await settle(pilot)
        assert key_screen(pilot).current == "resources"
        await pilot.press("6")
        await settle(pilot)
        table = pane(pilot, "recent-events").table
        await pilot.click(table, offset=(5, 3))
        assert table.cursor == 2
        await pilot.click(table, offset=(20, 0))
        assert table.view.sort == "event"
        await pilot.click(table, offset=(5, 2), times=2)
        await settle(pilot)
        assert isinstance(pilot.app.screen, RawScreen)


async def test_l_opens_the_call_log_and_n_the_start_screen(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("l")
        assert isinstance(pilot.app.screen, CallsScreen)
        await pilot.press("escape", "n")
        await settle(pilot)
        assert isinstance(pilot.app.screen, StartScreen)


async def test_q_ends_the_console(console: Shown) -> None:
    async with console({**story(), "events": hanging}) as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert pilot.app.return_code == 0


async def test_keys_pressed_before_the_panes_are_there_do_no_harm() -> None:
    app = Console(fake_desk(), KEY)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("3", "tab", "r", "y", "slash", "i", "escape", "q"):
            app.simulate_key(key)
        await pilot.pause()
    assert app.return_code == 0


async def test_every_binding_has_an_id_and_a_hint(console: Shown) -> None:
    async with console(story()) as pilot:
        await pilot.press("6")
        screens: list[Any] = [
            key_screen(pilot),
            pane(pilot, "recent-events"),
            pane(pilot, "recent-events").table,
        ]
        for kind in (*screens, Doors, StartScreen, CallsScreen, RawScreen, PageScreen, Console):
            for binding in kind.BINDINGS:
                assert binding.id, binding
                assert binding.tooltip or binding.system, binding


async def test_ten_thousand_rows_are_filtered_and_ordered_over_all(console: Shown) -> None:
    many = Page(
        rows(
            "recent-events",
            *({"event": f"E{i:05}", "at": ago(i / 60), "service": "Ecs"} for i in range(10_000)),
        )
    )
    async with console({**story(), "recent-events": pages(many)}) as pilot:
        await pilot.press("6", "G")
        assert "E09999" in screen_text(pilot.app)
        await pilot.press("slash", *"e0777")
        await settle(pilot)
        assert column(pilot, "recent-events", "event") == [f"E0777{i}" for i in range(10)]


async def test_the_header_always_says_who_where_and_how(console: Shown) -> None:
    for width in (80, 100, 160):
        async with console(story(), size=(width, 24)) as pilot:
            top = screen_text(pilot.app).splitlines()[0]
            for word in ("1234567890123456", "responder-li", "cn-hangzhou", "READ-ONLY", "UTC"):
                assert word in top, (width, word)
