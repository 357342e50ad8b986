"""Charges on the way from a practice cloud to the screen: bills, events and prices are really asked for."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.billpanes import stopping
from screens.charges import ChargesScreen
from screens.contain.menu import ContainScreen
from screens.contain.params import ParamsScreen
from screens.export import ExportScreen
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.screens.conftest import settle
from tests.screens.practice import arm, console_on, frozen, leaked, unhurried
from tests.screens.test_charges_screen import charges, shown
from tests.screens.test_on_a_practice_cloud import PATIENT


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sim]:
    unhurried(monkeypatch, PATIENT)
    with practice_cloud(frozen(leaked())) as running:
        yield running


def stolen(sim: Sim) -> set[str]:
    """The intruder's instances."""
    return {str(one["id"]) for one in sim.account.truth["intruder"]["created"]["instances"]}


def started(sim: Sim) -> dict[str, str]:
    """The event that started each instance, by the trail."""
    return {
        str(one): str(event["eventId"])
        for event in sim.account.trail
        if event["eventName"] == "RunInstances" and not event.get("errorCode")
        for one in event["responseElements"]["InstanceIdSets"]["InstanceIdSet"]
    }


async def read(pilot: Pilot[Any]) -> ChargesScreen:
    """The screen of charges once all is read; it takes thousands of events and bills."""
    screen = await charges(pilot)
    panes = screen.panes.values()
    await settle(pilot, until=lambda: not any(pane.loading_now for pane in panes), tries=6000)
    return screen


async def test_the_mining_instances_stand_among_the_unusual_charges_with_the_event_that_started_each(
    sim: Sim, tmp_path: Path
) -> None:
    async with console_on(sim, tmp_path) as pilot:
        screen = await read(pilot)
        found = {
            row.values["instance"]: row.values["event_id"]
            for row in screen.abnormal.table.shown
            if row.values["product"] == "ecs"
        }
        assert found == {one: started(sim)[one] for one in stolen(sim)}
        first = screen.abnormal.table.row
        assert first is not None
        assert f"explained by event RunInstances in {first.values['region']}" in shown(pilot)
        assert found[first.values["instance"]] in shown(pilot)
        ordinary = {row.values["product"] for row in screen.abnormal.table.shown} - {"ecs"}
        assert ordinary <= {"oss"}, "growth, month ends and fees of the business are none"
        assert {row.values["instance"] for row in screen.running.table.rows} == stolen(sim)


async def test_stopping_is_offered_with_the_instance_chosen_for_what_the_key_started(
    sim: Sim, tmp_path: Path
) -> None:
    async with console_on(sim, tmp_path) as pilot:
        screen = await read(pilot)
        row = screen.abnormal.table.row
        assert row is not None
        await pilot.press("exclamation_mark")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, ParamsScreen))
        asked = pilot.app.screen
        assert isinstance(asked, ParamsScreen)
        assert asked.action.id == "stop-instances"
        await settle(pilot, until=lambda: bool(asked.choices), tries=6000)
        chosen = asked._table("instances").row
        assert chosen is not None
        assert chosen.values["value"] == f"{row.values['region']}/{row.values['instance']}"
        offered = {one.value.rpartition("/")[2] for one in asked.choices["instances"] if "/" in one.value}
        assert offered == stolen(sim)


async def test_stopping_is_never_offered_for_what_the_business_had_before(
    sim: Sim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(stopping, "tell", lambda _app, what: told.append(what))
    async with console_on(sim, tmp_path) as pilot:
        screen = await read(pilot)
        await pilot.press("4")
        table = screen.instances.table
        machines = [row for row in table.shown if row.values["product"] == "ecs"]
        own = next(row for row in machines if row.values["instance"] not in stolen(sim))
        table.cursor = table.shown.index(own)
        await pilot.press("exclamation_mark")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, ContainScreen))
        await settle(pilot)
        assert isinstance(pilot.app.screen, ContainScreen)
        (said,) = told
        assert said.startswith(f"{own.values['instance']}: no event tells that the key, or whom it made")


async def test_without_events_charges_stay_flagged_and_are_called_unexplained(
    sim: Sim, tmp_path: Path
) -> None:
    body = {
        "Code": "NoPermission",
        "Message": "You are not authorized.",
        "RequestId": "DENIED-1",
        "AccessDeniedDetail": {"AuthAction": "actiontrail:LookupEvents"},
    }
    arm(sim, {"kind": "status", "action": "LookupEvents", "status": 403, "body": json.dumps(body)})
    async with console_on(sim, tmp_path) as pilot:
        screen = await read(pilot)
        flagged = {row.values["instance"]: row.values for row in screen.abnormal.table.shown}
        assert stolen(sim) <= set(flagged)
        assert not {flagged[one]["linked"] for one in stolen(sim)} & {"explained"}
        assert "partial" in shown(pilot)
        await pilot.press("i")
        await settle(pilot)
        assert "needs the RAM action actiontrail:LookupEvents" in shown(pilot)


def in_file(folder: Path) -> list[dict[str, str]]:
    """What was written, in the case, wherever that lies."""
    (path,) = folder.rglob("unusual-charges.csv")
    with path.open(encoding="utf-8", newline="") as written:
        return list(csv.DictReader(written))


async def test_the_unusual_charges_can_be_written_to_a_file(sim: Sim, tmp_path: Path) -> None:
    async with console_on(sim, tmp_path) as pilot:
        screen = await read(pilot)
        rows_there = len(screen.abnormal.table.rows)
        await pilot.press("ctrl+s")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, ExportScreen))
        await pilot.press("enter")
        await settle(pilot, until=lambda: pilot.app.screen is screen)
    written = in_file(tmp_path)
    assert len(written) == rows_there
    assert {one["event_id"] for one in written} >= {started(sim)[one] for one in stolen(sim)}
