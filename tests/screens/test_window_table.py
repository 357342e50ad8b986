"""The windowed table under a responder's fingers: any number of rows, the cursor on its row."""

import asyncio
from typing import Any

import pytest

from aktui.case.rows.asking import Order, Rows
from aktui.errors import CaseError
from aktui.text import cells
from screens.widgets.row_window import MARGIN, Question
from screens.widgets.window_table import WindowTable
from tests.screens.golden import screen_text
from tests.screens.log_rows import NEWEST_FIRST, START, Numbers, settled, table_of
from tests.screens.test_hostile_text import HOSTILE, harmless


def held(table: WindowTable) -> int:
    """Rows in memory."""
    assert table._block is not None
    return len(table._block.rows.rows)


async def test_of_a_million_rows_only_those_in_view_and_a_margin_are_held() -> None:
    source = Numbers(1_000_000)
    async with table_of(source) as (pilot, table):
        for key in ("G", "pageup", "pageup", "g", "pagedown"):
            await pilot.press(key)
            await settled(pilot)
            assert held(table) <= 24 + 2 * MARGIN
        assert table.total == 1_000_000
        assert max(limit for _, limit in source.asked) <= 24 + 2 * MARGIN


async def test_the_end_key_goes_to_the_very_last_row() -> None:
    async with table_of(Numbers(1_000_000)) as (pilot, table):
        await pilot.press("G")
        await settled(pilot)
        assert table.values["object"] == "dump/999999.sql"
        assert "> " in screen_text(pilot.app)
        assert "dump/999999.sql" in screen_text(pilot.app)


async def test_the_cursor_stays_on_its_row_while_rows_arrive_before_it() -> None:
    source = Numbers(1000)
    async with table_of(source) as (pilot, table):
        for _ in range(5):
            await pilot.press("down")
        before = screen_text(pilot.app)
        source.arrive(700)
        table.renew()
        await settled(pilot)
        assert table.values["object"] == "dump/5.sql"
        assert table.cursor == 705
        assert line_of_cursor(screen_text(pilot.app)) == line_of_cursor(before)


async def test_the_rows_around_the_cursor_do_not_move_while_rows_arrive() -> None:
    source = Numbers(1000)
    async with table_of(source) as (pilot, table):
        for _ in range(40):
            await pilot.press("down")
        await settled(pilot)
        before = cells_of(screen_text(pilot.app))
        source.arrive(55)
        table.renew()
        await settled(pilot)
        assert cells_of(screen_text(pilot.app)) == before


async def test_who_has_not_touched_the_cursor_sees_the_newest_rows_on_top() -> None:
    source = Numbers(1000)
    async with table_of(source) as (pilot, table):
        source.arrive(3)
        table.renew()
        await settled(pilot)
        assert table.cursor == 0
        assert table.values["object"] == "dump/-3.sql"


async def test_another_order_keeps_the_cursor_on_its_row() -> None:
    async with table_of(Numbers(5000)) as (pilot, table):
        for _ in range(3):
            await pilot.press("down")
        table.look(Question(order=Order("__time__", descending=False)))
        await settled(pilot)
        assert table.cursor == 5000 - 1 - 3
        assert "> " in screen_text(pilot.app)
        assert table.values["object"] == "dump/3.sql"


async def test_a_click_on_a_title_orders_by_that_column_and_a_second_one_the_other_way() -> None:
    async with table_of(Numbers(50)) as (pilot, table):
        await pilot.click(offset=(25, 0))
        await settled(pilot)
        assert table.order == Order("ip", descending=False)
        await pilot.click(offset=(25, 0))
        await settled(pilot)
        assert table.order == Order("ip", descending=True)


async def test_marks_hold_on_to_their_rows_through_another_order() -> None:
    async with table_of(Numbers(50)) as (pilot, table):
        await pilot.press("space", "space", "down", "space")
        assert list(table.marks) == [0, 1, 3]
        table.look(Question(order=Order("__time__", descending=False)))
        await settled(pilot)
        await pilot.press("G")
        await settled(pilot)
        assert table.row_id in table.marks
        await pilot.press("space")
        assert list(table.marks) == [1, 3]


async def test_the_first_column_stands_still_while_the_others_scroll_sideways() -> None:
    source = Numbers(50)
    source.texts[0] = {"object": "a/" * 60}
    async with table_of(source, size=(60, 12)) as (pilot, table):
        assert "Bytes out" not in screen_text(pilot.app)
        for _ in range(5):
            await pilot.press("right")
        await settled(pilot)
        shown = screen_text(pilot.app)
        assert "Bytes out" in shown
        assert "At (UTC)" in shown
        assert table.column is not None
        assert table.column.id == "bytes_out"


async def test_wide_characters_keep_the_columns_in_line() -> None:
    source = Numbers(3)
    source.texts[1] = {"object": "客户资料/名单.xlsx", "bucket": "平台组-备份"}
    async with table_of(source, size=(120, 8)) as (pilot, _):
        lines = screen_text(pilot.app).splitlines()[:4]
        places = [
            cells(line[: line.index(mark)])
            for line, mark in zip(lines[1:], ("  200", "  200", "  200"), strict=True)
        ]
        assert len(set(places)) == 1, lines


async def test_hostile_text_is_shown_and_not_obeyed() -> None:
    source = Numbers(len(HOSTILE))
    for row, text in enumerate(HOSTILE.values()):
        source.texts[row] = {"object": text, "bucket": text, "ip": text}
    async with table_of(source, size=(160, 30)) as (pilot, _):
        assert harmless(screen_text(pilot.app))
        for row in range(1, len(HOSTILE)):
            await pilot.click(offset=(30, row))
        assert pilot.app.is_running


class Slow(Numbers):
    """Answers when it is told to."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.may = asyncio.Event()
        self.may.set()

    async def window(self, *args: Any, **asked: Any) -> Rows:
        await self.may.wait()
        return await super().window(*args, **asked)


async def test_keys_work_while_rows_are_on_their_way() -> None:
    source = Slow(100_000)
    async with table_of(source) as (pilot, table):
        source.may.clear()
        await pilot.press("G", "up", "up")
        assert table.cursor == 99_997
        assert "…" in screen_text(pilot.app)
        source.may.set()
        await settled(pilot)
        assert table.values["object"] == "dump/99997.sql"


async def test_the_newest_question_counts_when_the_one_before_is_still_under_way() -> None:
    source = Slow(1000)
    async with table_of(source) as (pilot, table):
        source.may.clear()
        table.look(Question(order=Order("ip")))
        await pilot.pause()
        table.look(NEWEST_FIRST)
        table.look(Question(order=Order("__time__", descending=False)))
        source.may.set()
        await settled(pilot)
        assert table.values["object"] == "dump/999.sql"
        assert not table.waiting


class Broken(Numbers):
    """Fails, then works."""

    failing = True

    async def window(self, *args: Any, **asked: Any) -> Rows:
        if self.failing:
            raise CaseError("The rows of this case could not be read: no disk.", hint="Look.")
        return await super().window(*args, **asked)


async def test_rows_that_can_not_be_read_are_said_and_asked_for_again() -> None:
    source = Broken(10)
    async with table_of(source) as (pilot, table):
        assert table.fault == "The rows of this case could not be read: no disk. Look."
        source.failing = False
        table.renew()
        await settled(pilot)
        assert not table.fault
        assert table.total == 10


@pytest.mark.parametrize("local", [False, True])
async def test_the_zone_of_times_stands_in_the_title(monkeypatch: pytest.MonkeyPatch, local: bool) -> None:
    async with table_of(Numbers(3)) as (pilot, table):
        table.local = local
        await pilot.pause()
        head = screen_text(pilot.app).splitlines()[0]
        assert ("(UTC)" in head) is not local
        assert ("+00:00" in head) is local
        assert START > 0


def line_of_cursor(shown: str) -> int:
    return next(place for place, line in enumerate(shown.splitlines()) if line.startswith(">"))


def cells_of(shown: str) -> list[str]:
    """The lines without the scrollbar."""
    return [line[:70].rstrip() for line in shown.splitlines()]
