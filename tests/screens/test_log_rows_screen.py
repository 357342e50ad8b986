"""Exploring rows that lie in the case: by time, by value, by word; marked, written to a file, asked about."""

import csv
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from aktui.app import Console
from aktui.case.rows.store import RowStore
from aktui.case.rows.table import LogTable
from aktui.models import Window
from queries import catalogue
from queries.base import Gap, Result, Status
from queries.inquiry import Inquiry
from screens.export import ExportScreen
from screens.investigation import Investigation
from screens.logpanes.filtering import parsed
from screens.logpanes.rowspane import RowsPane
from screens.logpanes.subject import Subject, facet_columns, shown_columns
from screens.logpanes.work import LogWork
from screens.pivot import PivotScreen
from screens.raw import RawScreen
from screens.rows import RowsScreen
from screens.widgets.header import Standing
from tests.screens.conftest import settle
from tests.screens.fakes import KEY, NOW, FakeCloud, fake_desk
from tests.screens.golden import check_golden, screen_text
from tests.screens.log_rows import START
from tests.screens.test_hostile_text import HOSTILE, harmless

COLUMNS = shown_columns(catalogue()["oss-access"].columns)


def requests(count: int, first: int = 0) -> list[dict[str, str]]:
    """So many requests, one every ten seconds."""
    return [
        {
            "__time__": str(START + 10 * number),
            "ip": f"203.0.113.{number % 4}",
            "operation": "PutObject" if number % 5 == 0 else "GetObject",
            "bucket": "acme-backups" if number % 2 else "财务",
            "object": f"db/{number:05}.sql.gz",
            "status": "403" if number % 10 == 3 else "200",
            "bytes_out": str(number * 1000),
            "user_agent": "curl",
            "request_id": f"R{number}",
        }
        for number in range(first, first + count)
    ]


@dataclass
class Filled:
    """A filling that a test moves by hand."""

    subject: Subject | None = None
    busy: bool = False
    can_go_on: bool = False
    result: Result | None = None
    said: str = "complete  40 rows read"
    pressed: str = ""

    def told(self) -> str:
        return self.said

    def stop(self) -> None:
        self.pressed += "stop "

    def go_on(self) -> None:
        self.pressed += "go-on "


@dataclass
class Scene:
    """What a test works with."""

    pilot: Pilot[Any]
    table: LogTable
    filling: Filled
    folder: Path

    @property
    def screen(self) -> RowsScreen:
        return next(one for one in self.pilot.app.screen_stack if isinstance(one, RowsScreen))

    @property
    def pane(self) -> RowsPane:
        return self.screen.rows

    @property
    def text(self) -> str:
        return screen_text(self.pilot.app)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.rest()

    async def rest(self) -> None:
        """Until rows, counts and detail are there."""
        await settle(self.pilot, until=self._quiet)

    def _quiet(self) -> bool:
        pane = self.pane
        sight = pane.sight
        if sight is None:
            return True
        typed = parsed(pane.query_one(Input).value, COLUMNS, self.table.columns)
        return (
            pane._counted == (sight, self.table.version, pane.chart.room)
            and typed == sight.typed
            and pane.table.question.where == sight.where
            and all(worker.is_finished for worker in self.pilot.app.workers)
        )


@asynccontextmanager
async def exploring(
    folder: Path, rows: list[dict[str, str]], *, size: tuple[int, int] = (160, 50), known: bool = True
) -> AsyncIterator[Scene]:
    async with RowStore(folder) as store:
        table = await store.table("oss_access")
        if rows:
            await table.append(rows, source="cn-hangzhou", slice_id="1")
        desk = fake_desk()
        cloud = FakeCloud()
        inquiry = Inquiry(cloud, KEY, Window(NOW, NOW))
        work = LogWork(inquiry, store, folder)
        filling = Filled()
        if known:
            filling.subject = Subject("OSS access", table, COLUMNS, facet_columns(COLUMNS))
        app = Console(desk, KEY)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            desk.investigation = Investigation(KEY, cloud, inquiry, work=work)
            app.push_screen(RowsScreen(desk, Standing(account="1", caller="r", region="cn"), filling))
            await pilot.pause()
            scene = Scene(pilot, table, filling, folder)
            await scene.rest()
            yield scene


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_rows_their_activity_and_their_values_fill_the_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with exploring(tmp_path, requests(40), size=size) as scene:
        check_golden(scene.pilot.app, f"rows-{size[0]}x{size[1]}", clock_runs=True)


async def test_a_value_under_the_cursor_filters_and_again_takes_it_back(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(40)) as scene:
        await scene.press("f", "enter")
        assert scene.pane.table.total == 10
        assert "ip=203.0.113.0" in scene.text
        await scene.press("enter")
        assert scene.pane.table.total == 40


async def test_a_value_can_be_left_out_and_the_others_keep_their_counts(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(40)) as scene:
        await scene.press("f", "backspace")
        assert scene.pane.table.total == 30
        assert "203.0.113.0" in scene.text, "what is left out can be taken back"


async def test_the_filter_line_takes_words_and_columns(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(40)) as scene:
        await scene.press("slash", *"status=403 00013", "enter")
        assert scene.pane.table.total == 1
        assert scene.pane.table.values["object"] == "db/00013.sql.gz"
        await scene.press("escape")
        assert scene.pane.table.total == 40


async def test_nothing_found_says_what_was_looked_for_and_how_to_come_back(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(4)) as scene:
        await scene.press("slash", *"nowhere", "enter")
        assert "No row fits: nowhere. Esc takes the filter back." in scene.text


async def test_zooming_narrows_rows_and_values_to_the_time_around_the_cursor(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(400)) as scene:
        assert scene.pane.sight is not None
        whole = scene.pane.sight
        await scene.press("plus")
        assert scene.pane.table.total < 400
        assert scene.pane.table.row_id is not None
        total = scene.pane.table.total
        await scene.press("left_square_bracket")
        assert 0 < scene.pane.table.total <= total + 40
        await scene.press("0")
        assert (scene.pane.table.total, scene.pane.sight) == (400, whole)


async def test_a_click_on_a_bar_shows_its_stretch_of_time(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(400)) as scene:
        await scene.pilot.click("ActivityChart", offset=(80, 3))
        await scene.rest()
        assert 0 < scene.pane.table.total < 20
        assert "to" in str(scene.pane.border_subtitle)


async def test_rows_that_arrive_are_counted_and_the_cursor_stays(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(40)) as scene:
        await scene.press("down", "down")
        before = scene.pane.table.values["request_id"]
        await scene.table.append(requests(500, 40), source="cn-hangzhou", slice_id="2")
        await settle(scene.pilot, until=lambda: scene.pane.table.total == 540)
        await scene.rest()
        assert scene.pane.table.values["request_id"] == before
        bars = scene.pane.chart.bars
        assert bars is not None
        assert sum(bars.counts) == 540


async def test_numbers_are_ordered_as_numbers(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(40)) as scene:
        columns = [lane.column.id for lane in scene.pane.table._lanes]
        await scene.press(*["right"] * columns.index("bytes_out"), "s", "s", "g")
        assert scene.pane.table.values["bytes_out"] == "39000"


async def test_local_time_is_turned_on_and_the_zone_named_everywhere(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(4)) as scene:
        await scene.press("t")
        assert "(+00:00)" in scene.text
        assert "times in +00:00" in scene.text
        assert scene.screen.desk.investigation is not None
        work = scene.screen.desk.investigation.work
        assert work is not None
        assert work.local


async def test_a_row_is_shown_in_full_with_every_field_it_has(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(4)) as scene:
        await scene.press("enter")
        await settle(scene.pilot, until=lambda: isinstance(scene.pilot.app.screen, RawScreen))
        assert "request_id" in scene.text
        assert "R3" in scene.text


async def test_a_pivot_on_an_address_filters_here_and_offers_every_key_seen_from_it(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(40)) as scene:
        await scene.press("right", "p")
        assert isinstance(scene.pilot.app.screen, PivotScreen)
        assert "Every key seen from this address" in scene.text
        await scene.press("enter")
        assert scene.pane.table.total == 10


async def test_the_view_is_written_formula_safe_private_and_not_over_another_file(tmp_path: Path) -> None:
    rows = requests(20)
    rows[3]["object"] = '=HYPERLINK("http://x")'
    async with exploring(tmp_path, rows) as scene:
        await scene.press("slash", *"status=403", "enter")
        await scene.press("ctrl+s")
        assert isinstance(scene.pilot.app.screen, ExportScreen)
        await scene.pilot.press("enter")
        await settle(scene.pilot, until=lambda: not isinstance(scene.pilot.app.screen, ExportScreen))
        (written,) = (tmp_path / "exports").iterdir()
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        with written.open(newline="") as file:
            told = list(csv.DictReader(file))
        assert len(told) == 2
        assert sorted(one["object"] for one in told)[0].startswith("'=")
        before = written.read_bytes()
        await scene.press("ctrl+s")
        await scene.pilot.press("tab", "enter")
        await settle(scene.pilot, until=lambda: "exists." in scene.text)
        assert written.read_bytes() == before
        await scene.pilot.press("ctrl+o")
        await settle(scene.pilot, until=lambda: not isinstance(scene.pilot.app.screen, ExportScreen))
        assert len(written.read_text().splitlines()) == 21


async def test_marked_rows_alone_are_written_as_json_lines(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(20)) as scene:
        await scene.press("space", "down", "space", "ctrl+s", "f2")
        assert "the marked rows (2)" in scene.text
        await scene.pilot.press("enter")
        await settle(scene.pilot, until=lambda: not isinstance(scene.pilot.app.screen, ExportScreen))
        (written,) = (tmp_path / "exports").iterdir()
        told = [json.loads(line) for line in written.read_text().splitlines()]
        assert [one["request_id"] for one in told] == ["R19", "R17"]


async def test_a_file_that_can_not_be_written_is_said_in_the_dialog(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(2)) as scene:
        (tmp_path / "file").write_text("")
        await scene.press("ctrl+s")
        assert isinstance(scene.pilot.app.screen, ExportScreen)
        scene.pilot.app.screen.query_one("Input").value = str(tmp_path / "file" / "x.csv")  # type: ignore[attr-defined]
        await scene.pilot.press("enter")
        await settle(scene.pilot, until=lambda: "x.csv" in scene.text and "Writing" not in scene.text)
        assert isinstance(scene.pilot.app.screen, ExportScreen)


def told_of(status: Status, *gaps: Gap) -> Result:
    return Result(catalogue()["oss-access"], {}, status, gaps=gaps)


async def test_where_there_is_no_log_the_reason_stands_in_place_of_the_rows(tmp_path: Path) -> None:
    detail = "There is none. To record from now on, turn on real-time log query."
    gap = Gap(Status.NOT_COVERED, "OSS access log in cn-hangzhou", detail)
    async with exploring(tmp_path, [], known=False) as scene:
        scene.filling.busy = True
        await settle(scene.pilot, until=lambda: "Looking for the logs." in scene.text)
        scene.filling.busy = False
        scene.filling.result = told_of(Status.NOT_COVERED, gap)
        await settle(scene.pilot, until=lambda: "Not covered" in scene.text)
        assert "turn on real-time log query" in scene.text


async def test_stop_and_go_on_reach_what_brings_the_rows(tmp_path: Path) -> None:
    async with exploring(tmp_path, requests(2)) as scene:
        scene.filling.busy = True
        await scene.pilot.press("x")
        scene.filling.busy, scene.filling.can_go_on = False, True
        await scene.pilot.press("r")
        assert scene.filling.pressed == "stop go-on "


async def test_hostile_rows_are_shown_and_not_obeyed_in_any_part(tmp_path: Path) -> None:
    names = [column.id for column in COLUMNS if column.id != "__time__"]
    rows = [
        {"__time__": str(START + place), **dict.fromkeys(names, text)}
        for place, text in enumerate(HOSTILE.values())
    ]
    async with exploring(tmp_path, rows) as scene:
        assert harmless(scene.text)
        for keys in (("f",), ("enter",), ("p",), ("escape",), ("f",), ("enter",), ("escape",), ("i",)):
            await scene.pilot.press(*keys)
            await scene.pilot.pause(0.05)
            assert harmless(scene.text), keys
        assert scene.pilot.app.is_running
