"""Containment in a real terminal: to a verified change and back, by keys; and what read-only says."""

import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

DEMO = (sys.executable, "-m", "aktui", "demo")
ARMED = (*DEMO, "--allow-containment")
CONFIRM = "\x19"


def to_the_preview(terminal: Terminal) -> None:
    terminal.wait_for(r"can +admin", seconds=120)
    terminal.press("!")
    terminal.wait_for(r"Disable the key +yes", seconds=120)
    terminal.press("/")
    terminal.press("disable the key active")
    terminal.press("\r")
    terminal.press("\r")
    terminal.wait_for(r"now +Active +→ +then +Inactive", seconds=120)


def confirm(terminal: Terminal) -> None:
    terminal.press("a")
    terminal.wait_for(r"Cancel +Ctrl\+Y does it")
    terminal.press("")
    terminal.press("")
    terminal.press(CONFIRM)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
def test_a_key_is_disabled_and_enabled_again(size: tuple[int, int], tmp_path: Path) -> None:
    with Terminal(ARMED, size=size, env={"AKTUI_HOME": str(tmp_path)}) as terminal:
        to_the_preview(terminal)
        assert "PRACTICE ARMED" in terminal.text
        confirm(terminal)
        terminal.wait_for(r"VERIFIED  All of it was observed", seconds=60)
        terminal.press("u")
        terminal.wait_for(r"now +Inactive +→ +then +Active", seconds=60)
        confirm(terminal)
        terminal.wait_for(r"Take back: Disable the key.*\n.*VERIFIED", seconds=60)
        terminal.press("\x11")
        assert terminal.end() == 0
        assert b"Traceback" not in terminal.written
        assert b"never awaited" not in terminal.written


def test_escape_enter_and_a_held_key_confirm_nothing(tmp_path: Path) -> None:
    with Terminal(ARMED, env={"AKTUI_HOME": str(tmp_path)}) as terminal:
        to_the_preview(terminal)
        for keys in ("a\r", "a\x1b", "a" + CONFIRM * 40 + "\r", "a\x1b[200~y\x19\r\x1b[201~\r"):
            terminal.press(keys)
            terminal.press("")
            terminal.press("\x1b" if "Ctrl+Y does it" in terminal.text else "")
            terminal.wait_for(r"Nothing has been sent")
        terminal.press("J")
        terminal.press("\x1b")
        terminal.press("J")
        terminal.wait_for(r"Nothing was ever done here")
        terminal.press("\x11")
        assert terminal.end() == 0


def test_read_only_says_how_to_arm(tmp_path: Path) -> None:
    with Terminal(DEMO, env={"AKTUI_HOME": str(tmp_path)}) as terminal:
        to_the_preview(terminal)
        assert "PRACTICE READ-ONLY" in terminal.text
        terminal.press("a")
        terminal.wait_for(r"READ-ONLY: can not be confirmed")
        assert "--allow-containment" in terminal.text
        terminal.press("")
        terminal.press("")
        terminal.press(CONFIRM)
        assert "READ-ONLY: can not be confirmed" in terminal.text
        terminal.press("\x11")
        assert terminal.end() == 0
