"""Process start to first paint, and the CPU that `--help` costs, against the barest Textual program."""

import os
import pty
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.figures import Figure, middle

ROUNDS = 11
BARE = """
from textual.app import App
from textual.widgets import Footer, Header

class Bare(App):
    TITLE = "aktui"
    def compose(self):
        yield Header()
        yield Footer()

Bare().run()
"""


def seconds_to_paint(argv: list[str], marker: bytes) -> float:
    """From exec to the first appearance of `marker` on a pseudo-terminal of 120x40."""
    started = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="120", LINES="40")
        os.execv(argv[0], argv)
    seen = b""
    try:
        while marker not in seen:
            ready, _, _ = select.select([fd], [], [], 20)
            if not ready:
                raise TimeoutError(f"{argv[0]} painted nothing in 20 s")
            seen += os.read(fd, 65536)
        return time.perf_counter() - started
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)


def cpu_seconds(argv: list[str]) -> float:
    """User and system time of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run() -> Iterator[Figure]:
    aktui = [sys.executable, "-m", "aktui"]
    ours, bare = [], []
    for _ in range(ROUNDS):  # in turns, so that both see the same machine
        bare.append(seconds_to_paint([sys.executable, "-c", BARE], b"aktui"))
        ours.append(seconds_to_paint(aktui, b"aktui"))
    how = f"{middle(ours):.3f} s against {middle(bare):.3f} s, median of {ROUNDS}"
    yield Figure("first paint / bare Textual program", middle(ours) / middle(bare), "x", 1.3, how=how)
    for words in (["--help"], ["queries"]):
        cpu = middle(cpu_seconds([*aktui, *words]) for _ in range(5))
        yield Figure(f"CPU of `aktui {' '.join(words)}`", cpu, "s", 0.25, how="median of 5")
