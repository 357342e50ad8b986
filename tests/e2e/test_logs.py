"""The logs of the demo in a real terminal: from a question to the rows of a group, and out again."""

import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

DEMO = (sys.executable, "-m", "aktui", "demo")


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
def test_from_a_question_to_the_rows_of_a_group(size: tuple[int, int], tmp_path: Path) -> None:
    with Terminal(DEMO, size=size, env={"AKTUI_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for(r"can +admin", seconds=120)
        terminal.press("o")
        terminal.wait_for(r"SELECT +client_ip|SELECT")
        terminal.press("\r")
        terminal.wait_for(r"3 Groups \d+ · OSS by IP", seconds=180)
        terminal.press("\r")
        terminal.wait_for(r"complete +\d+ rows read", seconds=180)
        shown = terminal.wait_for(r"At \(UTC\)")
        for word in ("OSS access: ip", "row 1 of", "times in UTC", "PRACTICE"):
            assert word in shown, word
        terminal.press("t")
        terminal.wait_for(r"times in [+-]\d\d:\d\d")
        terminal.press("\x1b")
        terminal.wait_for(r"3 Groups")
        terminal.press("\x11")
        assert terminal.end() == 0
        assert b"Traceback" not in terminal.written
        assert b"never awaited" not in terminal.written
