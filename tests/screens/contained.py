"""The console on a practice cloud with an engine that is in no hurry, and the keys that containment takes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from aktui.app import Console
from aktui.cloud.gate import is_read
from aktui.contain.engine import Engine
from aktui.contain.taking import Patience
from aktui.simcloud.account import Account
from screens.contain.containing import Containment
from screens.contain.menu import ContainScreen
from screens.contain.preview import PreviewScreen
from screens.contain.progress import ProgressScreen
from screens.contain.steady import GAP, OPENED
from screens.desk import Desk, Setting
from screens.investigation import Investigation, open_investigation
from tests.practice import Sim
from tests.screens.conftest import settle
from tests.screens.golden import screen_text
from tests.screens.practice import NOW, frozen, settings_of
from tests.simcloud.accounts import small_account

HASTY = Patience(first_look=0.01, longest_pause=0.05, settles=8.0, throttled=(0.01, 0.02))
DISABLE = "Disable the key"
CALM = OPENED + GAP
"""Seconds after which a key counts as pressed on purpose."""


@dataclass
class Drill:
    """What a test works with."""

    sim: Sim
    pilot: Pilot[Any]
    desk: Desk

    @property
    def app(self) -> Console:
        app = self.pilot.app
        assert isinstance(app, Console)
        return app

    @property
    def containment(self) -> Containment:
        there = self.desk.containment
        assert there is not None
        return there

    @property
    def key(self) -> Any:
        """The suspect key as the practice cloud has it."""
        return self.sim.account.keys[self.sim.account.suspects[0]]

    @property
    def text(self) -> str:
        """The screen as one line, so that a sentence is found wherever it was broken."""
        shown = screen_text(self.app)
        return " ".join("".join(" " if char in "┃│┏┓┗┛━╭╮╰╯─" else char for char in shown).split())

    def writes(self) -> list[str]:
        """The calls that the practice cloud saw and that change something."""
        calls = [(str(one["product"]).lower(), str(one["action"])) for one in self.sim.app.calls.since(0)]
        return [f"{product}:{action}" for product, action in calls if not is_read(product, action)]

    async def until(self, words: str) -> None:
        try:
            await settle(self.pilot, until=lambda: words in self.text)
        except AssertionError:
            raise AssertionError(f"no {words!r} on the screen:\n{screen_text(self.app)}") from None

    async def on(self, kind: type[Any]) -> None:
        await settle(self.pilot, until=lambda: isinstance(self.app.screen, kind))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def menu(self) -> None:
        """To the list of actions, all looked at."""
        await self.press("exclamation_mark")
        await self.on(ContainScreen)
        await settle(self.pilot, until=lambda: not self._looking())

    def _looking(self) -> bool:
        screen = self.app.screen
        return not isinstance(screen, ContainScreen) or screen.pane.loading_now

    async def preview(self, title: str) -> None:
        """To the preview of an action, by keys."""
        await self.choose(title)
        await self.on(PreviewScreen)
        await self.until("Nothing has been sent. a goes on")

    async def choose(self, title: str) -> None:
        """Down the list to an action, and Enter."""
        await self.go_to(title)
        await self.press("enter")

    async def go_to(self, title: str) -> None:
        """Down the list to an action."""
        screen = self.app.screen
        assert isinstance(screen, ContainScreen)
        titles = [str(row.values["action"]) for row in screen.pane.table.shown]
        await self.press("g", *(["j"] * titles.index(title)))

    async def dialog(self) -> None:
        await self.press("a")
        await self.until("Ctrl+Y does it")

    async def confirm(self) -> None:
        """As a person does: looks, then presses the one key."""
        await asyncio.sleep(CALM)
        await self.press("ctrl+y")

    async def ended(self) -> None:
        await self.on(ProgressScreen)
        await settle(self.pilot, until=lambda: not self.containment.busy)
        await settle(self.pilot, until=lambda: "RUNNING" not in self.text)


def hasty(opened: Investigation, patience: Patience) -> Investigation:
    """The investigation with an engine that looks more often and gives up sooner."""
    there = opened.containment
    assert there is not None
    engine = Engine(
        there.engine.cloud,
        opened.key_id,
        there.engine.journal.directory,
        copy=there.engine.journal._copy,
        patience=patience,
    )
    there.engine = engine
    return opened


@asynccontextmanager
async def drill(
    sim: Sim,
    home: Path,
    *,
    size: tuple[int, int] = (80, 24),
    armed: bool = True,
    patience: Patience = HASTY,
    prepared: Callable[[Path], None] | None = None,
) -> AsyncIterator[Drill]:
    """The key screen of the suspect, opened; `prepared` may put something into the case's folder first."""

    async def prepare() -> Setting:
        return Setting(replace(settings_of(sim, home), armed=armed), tuple(sim.account.suspects))

    async def open_key(settings: Any, key_id: str) -> Investigation:
        if prepared is not None:
            from aktui.case.directory import case_directory

            prepared(case_directory(settings.home, key_id, practice=settings.practice))
        return hasty(await open_investigation(settings, key_id), patience)

    desk = Desk(prepare, open_key=open_key, practice=True, armed=armed, banner="leaked-ci-key")
    app = Console(desk)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot, until=lambda: desk.investigation is not None)
        yield Drill(sim, pilot, desk)


async def at_the_dialog(at: Drill) -> None:
    """To the question whether the key is to be disabled."""
    await at.menu()
    await at.preview(DISABLE)
    await at.dialog()


def quick_account() -> Account:
    """Small, with a clock that stands still and changes that show at once."""
    account = frozen(small_account(NOW))
    account.settings.policy_lag = account.settings.status_lag = 0.0
    return account
