"""The logs of a practice cloud on the screen: groups, rows, what is missing, and what is wrong."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from aktui.app import Console
from aktui.case.rows.table import LogTable
from aktui.case.statements import newest
from screens.desk import Desk, Setting
from screens.events import EventsScreen, open_events
from screens.logpanes.edit import EditScreen
from screens.logpanes.options import OptionsScreen
from screens.logs import LogsScreen, open_logs
from screens.rows import RowsScreen
from screens.widgets.header import Standing
from tests.cloud.rig import QUICK
from tests.practice import Sim
from tests.screens.conftest import settle
from tests.screens.golden import screen_text
from tests.screens.practice import arm, frozen, leaked, settings_of, unhurried

PATIENT = replace(QUICK, read=30.0, total=60.0, unfinished_first=0.001)
LONG = 4000
"""Looks, for what takes the practice cloud its time: the first query of a Logstore reads all its rows in."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[Sim]:
    """One for all tests here, none of which changes it: its logs are read in once."""
    with Sim(frozen(leaked())) as running:
        yield running


@pytest.fixture
def sim(cloud: Sim, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    unhurried(monkeypatch, PATIENT)
    yield cloud
    cloud.app.faults.clear()


@dataclass
class Logs:
    """What a test works with."""

    pilot: Pilot[Any]
    sim: Sim

    @property
    def text(self) -> str:
        return " ".join(screen_text(self.pilot.app).replace("┃", " ").replace("│", " ").split())

    @property
    def logs(self) -> LogsScreen:
        return next(one for one in self.pilot.app.screen_stack if isinstance(one, LogsScreen))

    @property
    def rows(self) -> RowsScreen:
        screen = self.pilot.app.screen
        assert isinstance(screen, RowsScreen)
        return screen

    async def question(self, query_id: str) -> None:
        """Put the cursor on a question."""
        self.logs.catalogue.go_to(query_id)
        await settle(
            self.pilot, until=lambda: self.logs.chosen is not None and self.logs.chosen.id == query_id
        )

    async def answered(self) -> None:
        """Until the groups are there, or what is wrong with them."""
        groups = self.logs.groups

        def done() -> bool:
            return bool(groups.fault) or (groups.result is not None and groups.result.done)

        await settle(self.pilot, until=done, tries=LONG)

    async def fetched(self) -> LogTable | None:
        """Until the rows are there, or what is wrong with them."""
        await settle(self.pilot, until=lambda: isinstance(self.pilot.app.screen, RowsScreen))

        def done() -> bool:
            filling = self.rows.filling
            return filling is not None and not filling.busy and filling.result is not None

        await settle(self.pilot, until=done, tries=LONG)
        subject = self.rows.subject()
        if subject is not None:
            await settle(self.pilot, until=lambda: self.rows.rows.table.total > 0, tries=LONG)
        return cast("LogTable", subject.table) if subject is not None else None


@asynccontextmanager
async def logs_on(sim: Sim, home: Path) -> AsyncIterator[Logs]:
    async with opened(sim, home) as (pilot, desk):
        open_logs(pilot.app.screen, desk, Standing())
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, LogsScreen))
        logs = Logs(pilot, sim)
        # The regions that have logs: finding that out is told in a test of its own.
        logs.logs.about["regions"] = "cn-hangzhou,cn-shanghai"
        yield logs


@asynccontextmanager
async def opened(sim: Sim, home: Path) -> AsyncIterator[tuple[Pilot[Any], Desk]]:
    """A console with the key open, and none of the questions of the key screen asked."""

    async def prepare() -> Setting:
        return Setting(settings_of(sim, home))

    desk = Desk(prepare)
    app = Console(desk)
    async with app.run_test(size=(160, 50)) as pilot:
        await desk.open(sim.account.suspects[0])
        yield pilot, desk


def month_back(logs: Logs) -> Any:
    """The window of the last month, which the access log is kept for."""
    return logs.pilot.press("w")


async def test_the_groups_of_a_key_are_those_of_the_story_and_its_rows_come_row_for_row(
    sim: Sim, tmp_path: Path
) -> None:
    truth = sim.account.truth["suspects"][sim.account.suspects[0]]["logs"]["oss"]
    async with logs_on(sim, tmp_path) as logs:
        await month_back(logs)
        await logs.question("oss-by-bucket")
        assert "SELECT bucket" in logs.text
        await logs.pilot.press("enter")
        await logs.answered()
        result = logs.logs.groups.result
        assert result is not None
        told = {row.values["bucket"]: row.values["bytes_out"] for row in result.rows}
        assert told == {name: one["bytes_out"] for name, one in truth["by_bucket"].items()}

        await logs.pilot.press("d")
        table = await logs.fetched()
        assert table is not None
        subject = logs.rows.subject()
        assert subject is not None
        rows = await table.window(0, 10_000, where=subject.base)
        lines = sorted(as_told(dict(zip(rows.columns, row, strict=True))) for row in rows.rows)
        assert len(lines) == truth["rows"]
        assert sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest() == truth["rows_sha256"]
        assert f"{truth['rows']:,} rows" in logs.text

        await logs.pilot.press("q")
        await logs.pilot.press("d")
        assert not logs.rows.filling.busy, "what was fetched is not fetched again"  # type: ignore[union-attr]


LOGGED = (
    "__time__",
    "request_id",
    "bucket",
    "client_ip",
    "operation",
    "object",
    "http_status",
    "content_length_out",
)


def as_told(row: dict[str, Any]) -> str:
    """A row as the log had it, in the form that the story's digest is made of."""
    cells = [
        "" if (cell := row.get(f"{name} as logged") or row.get(name)) is None else str(cell)
        for name in LOGGED
    ]
    return "\t".join(
        "0" if name == "content_length_out" and cell == "-" else cell
        for name, cell in zip(LOGGED, cells, strict=True)
    )


async def test_enter_on_a_group_fetches_its_rows_and_no_others(sim: Sim, tmp_path: Path) -> None:
    async with logs_on(sim, tmp_path) as logs:
        await logs.question("oss-by-ip")
        await logs.pilot.press("enter")
        await logs.answered()
        row = logs.logs.groups.table.row
        assert row is not None
        await logs.pilot.press("enter")
        await logs.fetched()
        assert logs.rows.rows.table.total == row.values["requests"]
        assert f"OSS access: ip {row.values['ip']}" in logs.text


async def test_an_edited_text_is_sent_and_remembered_in_the_case(sim: Sim, tmp_path: Path) -> None:
    text = "__topic__: oss_access_log | SELECT count(1) AS everything"
    async with logs_on(sim, tmp_path) as logs:
        await logs.question("oss-by-ip")
        await logs.pilot.press("e")
        await settle(logs.pilot, until=lambda: isinstance(logs.pilot.app.screen, EditScreen))
        logs.pilot.app.screen.query_one("TextArea").text = text  # type: ignore[attr-defined]
        await logs.pilot.press("ctrl+r")
        await settle(logs.pilot, until=lambda: isinstance(logs.pilot.app.screen, LogsScreen))
        await logs.answered()
        assert "edited, remembered in this case" in logs.text
        assert logs.logs.work.directory.is_relative_to(tmp_path)
        assert newest(logs.logs.work.directory) == {("oss-by-ip", "text"): text}
        sent = [dict(one.params).get("query", "") for one in logs.logs.work.inquiry.cloud.exchanges]  # type: ignore[attr-defined]
        assert any("AS everything" in query for query in sent)


async def test_a_bad_text_is_refused_with_its_place_and_can_be_built_anew(sim: Sim, tmp_path: Path) -> None:
    async with logs_on(sim, tmp_path) as logs:
        await logs.question("oss-by-ip")
        await logs.pilot.press("e")
        await settle(logs.pilot, until=lambda: isinstance(logs.pilot.app.screen, EditScreen))
        logs.pilot.app.screen.query_one("TextArea").text = "* | SELECT nothing FROM"  # type: ignore[attr-defined]
        await logs.pilot.press("ctrl+r")
        await settle(logs.pilot, until=lambda: isinstance(logs.pilot.app.screen, LogsScreen))
        await logs.answered()
        assert "Failed: this is not a 'none'." in logs.text
        await logs.pilot.press("e", "ctrl+b", "ctrl+r")
        await settle(logs.pilot, until=lambda: isinstance(logs.pilot.app.screen, LogsScreen))
        await logs.answered()
        assert newest(logs.logs.work.directory) == {}
        result = logs.logs.groups.result
        assert result is not None
        assert result.rows


async def test_a_question_that_needs_an_address_asks_for_it_first(sim: Sim, tmp_path: Path) -> None:
    async with logs_on(sim, tmp_path) as logs:
        await logs.question("keys-by-ip")
        await logs.pilot.press("enter")
        assert isinstance(logs.pilot.app.screen, OptionsScreen)
        await logs.pilot.press(*"192.0.2.66", "enter")
        await logs.answered()
        result = logs.logs.groups.result
        assert result is not None
        assert sim.account.suspects[0] in {row.values["access_id"] for row in result.rows}


async def test_where_a_log_is_not_enabled_is_said_with_what_to_do(sim: Sim, tmp_path: Path) -> None:
    async with logs_on(sim, tmp_path) as logs:
        await logs.pilot.press("4")
        sources = logs.logs.panes["log-sources"]
        await settle(logs.pilot, until=lambda: not sources.loading_now, tries=LONG)
        states = {row.values["state"] for row in sources.result.rows}  # type: ignore[attr-defined]
        assert {"present", "not enabled"} <= states
        assert all(row.values["how"] for row in sources.result.rows if row.values["state"] == "not enabled")  # type: ignore[attr-defined]


DENIED = {
    "errorCode": "Unauthorized",
    "errorMessage": "denied by sts or ram, action: log:GetLogStoreLogs, resource: x",
}


async def test_rows_that_may_not_be_read_name_the_permission_and_come_once_it_is_there(
    sim: Sim, tmp_path: Path
) -> None:
    async with logs_on(sim, tmp_path) as logs:
        await logs.question("sls-operations")
        arm(
            sim,
            {
                "kind": "status",
                "action": "GetHistograms",
                "status": 401,
                "body": json.dumps(DENIED),
                "times": 1,
            },
        )
        await logs.pilot.press("enter")
        await settle(logs.pilot, until=lambda: isinstance(logs.pilot.app.screen, RowsScreen))
        await settle(logs.pilot, until=lambda: "Denied" in logs.text or "log:Get" in logs.text, tries=LONG)
        assert "needs the RAM action log:GetLogStore" in logs.text
        await logs.pilot.press("r")
        await settle(logs.pilot, until=lambda: logs.rows.rows.table.total == 136, tries=LONG)
        await settle(logs.pilot, until=lambda: "complete 136 rows read" in logs.text)


async def test_a_download_that_is_cut_keeps_its_rows_and_goes_on_without_one_twice(
    sim: Sim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aktui.cloud.logs import slices

    monkeypatch.setattr(slices.plan, "__defaults__", (300,))
    truth = sim.account.truth["suspects"][sim.account.suspects[0]]["logs"]["oss"]
    async with logs_on(sim, tmp_path) as logs:
        await month_back(logs)
        await logs.question("oss-access")
        arm(sim, {"kind": "latency", "action": "GetLogsV2", "seconds": 0.02, "times": 8})
        await logs.pilot.press("enter")
        await settle(logs.pilot, until=lambda: isinstance(logs.pilot.app.screen, RowsScreen))
        await settle(logs.pilot, until=lambda: logs.rows.rows.table.total > 0, tries=LONG)
        arm(sim, {"kind": "status", "action": "GetLogsV2", "status": 500, "times": 60})
        await settle(logs.pilot, until=lambda: not logs.rows.filling.busy, tries=LONG)  # type: ignore[union-attr]
        before = logs.rows.rows.table.total
        assert 0 < before <= truth["rows"]
        sim.app.faults.clear()
        await logs.pilot.press("r")
        await settle(logs.pilot, until=lambda: "complete" in logs.text, tries=LONG)
        await settle(logs.pilot, until=lambda: logs.rows.rows.table.total == truth["rows"], tries=LONG)
        subject = logs.rows.subject()
        assert subject is not None
        facet = await subject.table.facets("request_id", subject.base, 1)
        assert facet.distinct == truth["rows"]


async def test_events_come_from_the_trail_which_says_why_it_is_better(sim: Sim, tmp_path: Path) -> None:
    intruder = sim.account.truth["intruder"]["event_ids"]
    async with opened(sim, tmp_path) as (pilot, desk):
        open_events(pilot.app.screen, desk, Standing())
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, EventsScreen))
        events = Logs(pilot, sim)
        table = await events.fetched()
        assert table is not None
        result = events.rows.filling.result  # type: ignore[union-attr]
        assert result is not None
        assert "Better than LookupEvents" in result.note
        subject = events.rows.subject()
        assert subject is not None
        found = await table.window(0, 100_000, where=subject.base, columns=["event_id"])
        ids = [row[0] for row in found.rows]
        assert len(ids) == len(set(ids))
        assert set(intruder) & set(ids)
