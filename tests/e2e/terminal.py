"""A program in a real pseudo-terminal, its screen as a terminal emulator sees it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import pyte

_PRIVATE = re.compile(rb"\x1b\[[<>=?][0-9;]*[a-zA-Z]|\x1b\[[0-9;]*\$[a-z]")
"""Sequences of terminal protocols that pyte would print as text (the alternate screen's are among them)."""


class Terminal:
    """Keys in, screen out. Use as a context manager: what still runs at its end is killed."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.columns, self.lines = size
        self.written = bytearray()
        """Every byte the program wrote."""
        self.code: int | None = None
        """The exit code once it has ended; minus the signal when one ended it."""
        self._screen = pyte.Screen(self.columns, self.lines)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            _become(command, {**_environment(), "TERM": "xterm-256color", **(env or {})}, size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.code is None:
            self.kill()
            self.end()
        os.close(self._terminal)

    @property
    def text(self) -> str:
        """What is on the screen now."""
        # The cells themselves: `display` stumbles over half a wide character that was written over.
        screen = self._screen
        rows = ("".join(screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines))
        return "\n".join(row.rstrip() for row in rows)

    @property
    def colours(self) -> set[str]:
        """All colours on the screen now: names, or six hexadecimal digits."""
        characters = [char for line in self._screen.buffer.values() for char in line.values()]
        return {char.fg for char in characters} | {char.bg for char in characters}

    def wait_for(self, pattern: str, *, seconds: float = 30.0) -> str:
        """The screen, as soon as the pattern is on it; AssertionError with the screen when that never is."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            alive = self._pump()
            if re.search(pattern, self.text):
                return self.text
            if not alive:
                break
        raise AssertionError(f"no {pattern!r} on the screen:\n{self.text}")

    def press(self, keys: str) -> None:
        """Type; a pause follows, since an Escape and what comes right after it read as one key."""
        os.write(self._terminal, keys.encode())
        deadline = time.monotonic() + 0.3
        while time.monotonic() < deadline and self._pump():
            pass

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size."""
        self._screen.resize(lines, columns)
        self.columns, self.lines = columns, lines
        _set_size(self._terminal, columns, lines)

    def kill(self) -> None:
        """End it as nothing can resist."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def end(self, *, seconds: float = 30.0) -> int:
        """Wait for its end; returns the exit code."""
        deadline = time.monotonic() + seconds
        while self.code is None:
            assert time.monotonic() < deadline, f"it did not end:\n{self.text}"
            self._pump()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def _pump(self) -> bool:
        """Read what there is, for a moment at most; False when the program has closed the terminal."""
        ready, _, _ = select.select([self._terminal], [], [], 0.02)
        if not ready:
            return True
        try:
            data = os.read(self._terminal, 65536)
        except OSError:
            return False
        self.written += data
        self._stream.feed(_PRIVATE.sub(b"", data))
        return bool(data)


def _environment() -> dict[str, str]:
    """Without what would fix the size of the terminal."""
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}


def _set_size(terminal: int, columns: int, lines: int) -> None:
    """Also tells the program in the terminal (SIGWINCH)."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def _become(command: Sequence[str], env: Mapping[str, str], size: tuple[int, int]) -> None:
    """In the child: turn into the program, or end with code 127."""
    try:
        _set_size(0, *size)
        os.execvpe(command[0], list(command), dict(env))
    finally:
        os._exit(127)
