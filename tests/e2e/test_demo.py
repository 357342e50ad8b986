"""`aktui demo` as a newcomer runs it: a real process in a real terminal."""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

DEMO = (sys.executable, "-m", "aktui", "demo")


STARTED_BY = "DEMO_STARTED_BY"
"""In the environment of a demo and its practice cloud: the process of the tests that started them."""


@pytest.fixture
def no_practice_cloud_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The practice cloud of a demo does not outlive it."""
    monkeypatch.setenv(STARTED_BY, str(os.getpid()))
    before = practice_clouds()
    yield
    deadline = time.monotonic() + 10
    while practice_clouds() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not practice_clouds() - before


def practice_clouds() -> set[int]:
    """The processes that are a practice cloud of a demo that was started here, not by somebody else."""
    found = set()
    ours = f"{STARTED_BY}={os.getpid()}".encode()
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
            if b"--exit-with-stdin" not in command or b"aktui.simcloud" not in command:
                continue
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if ours in environment.split(b"\0"):
            found.add(int(folder.name))
    return found


pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc to see processes"),
    pytest.mark.usefixtures("no_practice_cloud_left"),
]


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
def test_the_demo_fills_the_key_screen_and_quits_cleanly(size: tuple[int, int]) -> None:
    with Terminal(DEMO, size=size) as terminal:
        shown = terminal.wait_for(r"can +admin")
        shown = terminal.wait_for(r"Services 13")
        for word in ("ci-deployer", "PRACTICE", "responder-li", "cn-hangzhou", "Active", "UTC"):
            assert word in shown, word
        terminal.press("q")
        assert terminal.end() == 0
        assert b"Traceback" not in terminal.written
        assert b"never awaited" not in terminal.written
        assert b"was destroyed" not in terminal.written
        assert b"\x1b[?1049l" in terminal.written, "the terminal is left as it was found"


def test_the_panes_are_reachable_by_keys_at_80_columns() -> None:
    with Terminal(DEMO) as terminal:
        terminal.wait_for(r"Services 13")
        for key, title in (
            ("3", "Events"),
            ("4", "IPs"),
            ("5", "Resources"),
            ("9", "Permissions"),
            ("0", "Siblings"),
        ):
            terminal.press(key)
            terminal.wait_for(rf"━ {key} {title} \d+")
        terminal.press("l")
        terminal.wait_for(r"Call log")
        terminal.wait_for(r"sts:GetCallerIdentity|ims:|actiontrail:")
        terminal.press("\x1b")
        terminal.press("?")
        terminal.wait_for(r"Help: Siblings")


def test_a_terminal_that_changes_its_size_keeps_all_readable() -> None:
    with Terminal(DEMO, size=(160, 50)) as terminal:
        terminal.wait_for(r"Services 13")
        terminal.resize(80, 24)
        terminal.wait_for(r"1 Key v.Verdict 3.Events")
        assert re.search(r"Services 13", terminal.text)


def test_without_colours_every_word_is_there_in_grey() -> None:
    with Terminal(DEMO, env={"NO_COLOR": "1"}) as terminal:
        assert "> All services" in terminal.wait_for(r"Services 13")
        assert all(colour == "default" or colour[:2] * 3 == colour for colour in terminal.colours)


def test_in_sixteen_colours_the_cursor_and_the_words_are_told_apart() -> None:
    with Terminal(DEMO, env={"TERM": "xterm-16color", "COLORTERM": ""}) as terminal:
        terminal.wait_for(r"> All services")
        assert len(terminal.colours) > 3
        assert all(not re.fullmatch(r"[0-9a-f]{6}", colour) for colour in terminal.colours)


def test_a_killed_console_takes_its_practice_cloud_along() -> None:
    before = practice_clouds()
    with Terminal(DEMO) as terminal:
        terminal.wait_for(r"Services 13")
        assert len(practice_clouds() - before) == 1
        terminal.kill()
        assert terminal.end() == -signal.SIGKILL


def test_a_polite_kill_puts_the_terminal_back() -> None:
    with Terminal(DEMO) as terminal:
        terminal.wait_for(r"Services 13")
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.end() == 130
        assert b"\x1b[?1049l" in terminal.written


def test_a_scenario_that_does_not_exist_is_said_on_the_screen() -> None:
    with Terminal((*DEMO, "--scenario", "no-such-story")) as terminal:
        terminal.wait_for(r"The practice cloud did not start")
        terminal.wait_for(r"no-such-story")
        terminal.press("q")
        assert terminal.end() == 0
