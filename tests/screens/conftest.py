"""A console to press keys on: with answers of the test's own, or on a practice cloud."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

import queries.inquiry
from aktui.app import Console
from screens.desk import Desk
from screens.key import KeyScreen
from tests.screens.fakes import KEY, FakeCloud, Told, fake_catalogue, fake_desk
from tests.screens.golden import screen_text

STILL = 15
"""So many looks without anything new, and what still loads is taken for hanging."""
CALM = 5
"""Looks that find the same picture and nothing loading, until it is taken as settled."""

Shown = Callable[..., AbstractAsyncContextManager[Pilot[Any]]]


@pytest.fixture(autouse=True)
def no_blinking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor that blinks makes two screens of one."""
    monkeypatch.setattr(Input, "cursor_blink", False)


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """`async with console({"events": pages(…)}) as pilot:` the key screen, all questions answered so."""

    @asynccontextmanager
    async def show(
        told: Mapping[str, Told] | None = None,
        *,
        size: tuple[int, int] = (80, 24),
        key_id: str = KEY,
        cloud: FakeCloud | None = None,
        desk: Desk | None = None,
    ) -> AsyncIterator[Pilot[Any]]:
        answers = fake_catalogue(told or {})
        monkeypatch.setattr(queries.inquiry, "catalogue", lambda: answers)
        app = Console(desk or fake_desk(cloud), key_id)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            yield pilot

    return show


async def settle(pilot: Pilot[Any], *, until: Callable[[], bool] | None = None, tries: int = 2000) -> None:
    """Until the panes have drawn what they were told, or the condition holds."""
    await pilot.pause()
    if until is None:
        await _settle_down(pilot, tries)
    else:
        for _ in range(tries):
            if until():
                break
            await pilot.pause(0.02)
        else:
            raise AssertionError("it did not come to pass")
    await pilot.pause()


async def _settle_down(pilot: Pilot[Any], tries: int) -> None:
    """Until nothing loads any more, or what loads has brought nothing new for a while."""
    unchanged, before = 0, ("", "")
    for _ in range(tries):
        loading = _state(pilot.app.screen)
        # Nothing may load for a moment between two answers: the picture has to stand still too.
        now = loading, "" if loading else screen_text(pilot.app)
        unchanged = unchanged + 1 if now == before else 0
        if unchanged > (STILL if loading else CALM):
            return
        before = now
        await pilot.pause(0.02)


def _state(screen: object) -> str:
    """What is loading, and how far it is; empty when nothing is."""
    if not isinstance(screen, KeyScreen):
        return ""
    if not screen.panes or not screen.facts.is_mounted:
        return "bringing panes"
    if screen.facts.trouble is not None:
        return ""
    if screen.desk.investigation is None:
        return "opening"
    loading = [pane for pane in screen.panes.values() if pane.loading_now]
    return " ".join(f"{pane.id} {getattr(getattr(pane, 'result', None), 'pages', 0)}" for pane in loading)
