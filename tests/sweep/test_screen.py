"""The sweep on the screen, of practice accounts on a real socket."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from aktui.app import Console
from aktui.simcloud.account import Account
from aktui.simcloud.clock import Clock
from aktui.simcloud.scenarios import catalogue
from queries.sweep.keeping import kept
from queries.sweep.known import Key, Known, Leak, Person, Power, Reported, Slot
from queries.sweep.ranking import ranked
from screens.desk import Desk, Setting
from screens.key import KeyScreen
from screens.palette import Commands
from screens.start import StartScreen
from screens.sweep import SweepScreen
from screens.sweepwork import SweepWork
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.queries.rig import restrict
from tests.screens.conftest import Shown, console, settle
from tests.screens.golden import check_golden, screen_text
from tests.screens.test_hostile_text import HOSTILE, harmless
from tests.sweep.rig import arm, crowd, settings_of

__all__ = ["console"]

STILL = datetime(2026, 11, 22, 3, 12, 4, tzinfo=UTC)


class _Still(Clock):
    def now(self) -> datetime:
        return STILL


def still(scenario: str) -> Account:
    account = catalogue()[scenario].build(1, STILL)
    account.clock = _Still(STILL)
    return account


@pytest.fixture(autouse=True)
def no_blinking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Input, "cursor_blink", False)


@asynccontextmanager
async def at_the_start(sim: Sim, home: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """The start screen of a practice with its suspects."""

    async def prepare() -> Setting:
        return Setting(settings_of(sim, home), tuple(sim.account.suspects))

    app = Console(Desk(prepare, banner="practice"))
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot, until=lambda: isinstance(app.screen, StartScreen))
        yield pilot


def work_of(pilot: Pilot[Any]) -> SweepWork:
    screen = pilot.app.screen
    assert isinstance(screen, SweepScreen)
    return screen.work


async def swept(pilot: Pilot[Any]) -> None:
    """Press s and wait until the sweep is through and drawn."""
    await pilot.press("s")
    await settle(pilot, until=lambda: isinstance(pilot.app.screen, SweepScreen))
    await settle(pilot, until=lambda: done(pilot))
    await settle(pilot)


def done(pilot: Pilot[Any]) -> bool:
    shown = screen_text(pilot.app)
    return "omplete as of" in shown or " As of 20" in shown


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_s_on_the_start_screen_ranks_the_keys_of_the_account(
    practice_cloud: PracticeCloudFactory, tmp_path: Path, size: tuple[int, int]
) -> None:
    account = still("leaked-ci-key")
    async with practice_cloud(account) as sim, at_the_start(sim, tmp_path, size) as pilot:
        assert "s Sweep" in screen_text(pilot.app)
        await swept(pilot)
        first, header = screen_text(pilot.app).splitlines()[3], screen_text(pilot.app).splitlines()[0]
        assert account.suspects[0] in first
        assert "critical" in first
        for told in (account.id, "responder-li", account.region, "READ-ONLY", "UTC"):
            assert told in header
        check_golden(pilot.app, f"sweep-{size[0]}x{size[1]}", clock_runs=True, counted=False)


async def test_enter_opens_the_key_in_place_of_the_start_screen(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = still("leaked-ci-key")
    async with practice_cloud(account) as sim, at_the_start(sim, tmp_path) as pilot:
        await swept(pilot)
        await pilot.press("enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, KeyScreen))
        assert pilot.app.screen.key_id == account.suspects[0]  # type: ignore[attr-defined]
        assert not any(isinstance(screen, StartScreen) for screen in pilot.app.screen_stack)


async def test_a_root_key_opens_by_the_id_that_a_leak_report_names(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = still("idle-root-key")
    async with practice_cloud(account) as sim, at_the_start(sim, tmp_path, (160, 50)) as pilot:
        await swept(pilot)
        shown = screen_text(pilot.app)
        assert "(id not told)" in shown
        assert "Not known: abnormal" in shown
        await pilot.press("enter")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, KeyScreen))
        assert pilot.app.screen.key_id == account.suspects[0]  # type: ignore[attr-defined]


async def test_words_after_the_slash_narrow_the_list_and_escape_widens_it_again(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(still("leaked-ci-key")) as sim, at_the_start(sim, tmp_path) as pilot:
        await swept(pilot)
        await pilot.press("slash", *"leaked")
        await pilot.pause()
        table = pilot.app.screen.pane.table  # type: ignore[attr-defined]
        assert [row.values["owner"] for row in table.shown] == ["ci-deployer"]
        await settle(pilot, until=lambda: f"1 of {len(table.rows)} keys" in screen_text(pilot.app))
        await pilot.press("escape")
        await pilot.pause()
        assert len(table.shown) > 50
        await pilot.press("escape")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, StartScreen))


async def test_in_a_small_terminal_every_reason_against_a_key_has_its_line(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(still("leaked-ci-key")) as sim, at_the_start(sim, tmp_path) as pilot:
        await swept(pilot)
        against = [line.strip("┃ ").split(" ")[0] for line in screen_text(pilot.app).splitlines()[-8:-2]]
        assert against[1:5] == ["leaked", "abnormal", "admin", "old"]


async def test_x_stops_and_r_goes_on_where_it_was_left(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(crowd(300, 400)) as sim, at_the_start(sim, tmp_path) as pilot:
        arm(sim, {"kind": "latency", "action": "ListAccessKeys", "seconds": 0.1, "times": None})
        await pilot.press("s")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, SweepScreen))
        work = work_of(pilot)
        await settle(pilot, until=lambda: work.session is not None and work.session.done[0] > 20)
        await pilot.press("x")
        await settle(pilot, until=lambda: not work.busy)
        await settle(pilot, until=lambda: "r goes on" in screen_text(pilot.app))
        assert work.session is not None
        before = sum(person.listed for person in work.session.known.people.values())
        assert 20 <= before < 300
        sim.app.faults.clear()
        await pilot.press("r")
        await settle(pilot, until=lambda: done(pilot))
        assert work.session.known.source("keys").asked <= 300 - before


async def test_coming_back_shows_what_is_kept_and_from_when_without_asking(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = still("leaked-ci-key")
    async with practice_cloud(account) as sim:
        async with at_the_start(sim, tmp_path) as pilot:
            await swept(pilot)
        async with at_the_start(sim, tmp_path) as pilot:
            await pilot.press("s")
            await settle(pilot, until=lambda: account.suspects[0] in screen_text(pilot.app))
            work = work_of(pilot)
            assert not work.busy
            assert work.session is not None
            assert {exchange.action for exchange in work.session.cloud.exchanges} == {"GetCallerIdentity"}
            assert "as of 2026-11-22" in screen_text(pilot.app)


async def test_a_denied_source_is_said_below_and_explained_by_i(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = still("leaked-ci-key")
    restrict(account, "yundun-aegis:DescribeAccesskeyLeakList")
    async with practice_cloud(account) as sim, at_the_start(sim, tmp_path) as pilot:
        await swept(pilot)
        assert "Not known: leaked" in screen_text(pilot.app)
        await pilot.press("i")
        await pilot.pause()
        await settle(pilot, until=lambda: "yundun-aegis:DescribeAccesskeyLeakList" in screen_text(pilot.app))
        await pilot.press("escape")


async def test_an_account_that_can_not_be_opened_says_why_and_r_tries_again(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = still("leaked-ci-key")
    async with practice_cloud(account) as sim, at_the_start(sim, tmp_path) as pilot:
        arm(sim, {"kind": "status", "action": "GetCallerIdentity", "status": 403, "code": "Forbidden"})
        await pilot.press("s")
        await settle(pilot, until=lambda: "r to try again" in screen_text(pilot.app))
        sim.app.faults.clear()
        await pilot.press("r")
        await settle(pilot, until=lambda: done(pilot))


async def test_the_letter_s_within_an_id_is_a_letter(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(still("leaked-ci-key")) as sim, at_the_start(sim, tmp_path) as pilot:
        await pilot.press("L", "s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, StartScreen)
        assert pilot.app.screen.query_one(Input).value == "Ls"
        assert "s Sweep" not in screen_text(pilot.app)


async def test_the_palette_of_a_key_leads_to_the_sweep(console: Shown) -> None:
    async with console({}) as pilot:
        names = [hit.text async for hit in Commands(pilot.app.screen).discover()]
        assert "Sweep" in names


def hostile(account: str, texts: list[str]) -> Known:
    """A sweep in which everything that has a name has a bad one."""
    known = Known(account, begun=STILL, updated=STILL, ended=True)
    known.leaks = tuple(Leak(text, True, text, STILL, text, root=True) for text in texts)
    known.root = Reported(True, False, (Slot("access_key_1", True, STILL, None),))
    for text in texts:
        power = Power("admin", text, STILL, text)
        known.people[text] = Person(text, text, text, (Key(text, True, STILL),), STILL, text, power)
    for name in ("users", "leaks", "trail"):
        source = known.source(name)
        source.status, source.detail, source.missing = "failed", texts[0], texts[1]
    return known


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_hostile_names_are_shown_and_never_obeyed(
    practice_cloud: PracticeCloudFactory, tmp_path: Path, size: tuple[int, int]
) -> None:
    account = still("leaked-ci-key")
    async with practice_cloud(account) as sim:
        known = hostile(account.id, list(HOSTILE.values()))
        known.endpoint = sim.endpoint
        folder = tmp_path / "sweeps"
        folder.mkdir()
        document = {"schema": "aktui.sweep-state/1", "sweep": kept(known)}
        (folder / f"{account.id}.json").write_text(json.dumps(document), "utf-8")
        assert len(ranked(known, STILL)) == len(HOSTILE) + 1
        async with at_the_start(sim, tmp_path, size) as pilot:
            await pilot.press("s")
            await settle(pilot, until=lambda: "[@click=app.quit]x[/]" in screen_text(pilot.app))
            for _ in range(len(HOSTILE)):
                assert harmless(screen_text(pilot.app))
                await pilot.press("j")
                await pilot.pause()
            for key in ("i", "escape", "y", "escape", "question_mark", "escape", "enter"):
                await pilot.press(key)
                await pilot.pause()
                assert harmless(screen_text(pilot.app)), key
            assert pilot.app.is_running


async def test_leaving_ends_the_asking(practice_cloud: PracticeCloudFactory, tmp_path: Path) -> None:
    async with practice_cloud(crowd(300, 300)) as sim, at_the_start(sim, tmp_path) as pilot:
        arm(sim, {"kind": "latency", "action": "ListAccessKeys", "seconds": 0.2, "times": None})
        await pilot.press("s")
        await settle(pilot, until=lambda: isinstance(pilot.app.screen, SweepScreen))
        work = work_of(pilot)
        await settle(pilot, until=lambda: work.session is not None and work.session.done[0] > 5)
        await pilot.press("q")
        await settle(pilot, until=lambda: not work.busy)
        assert isinstance(pilot.app.screen, StartScreen)
