"""How a secret that was just made reaches a person: once, and nowhere else.

A handover is prepared before the call is sent, so that a place that can not be written stops the call and
not the secret. Nothing here logs, journals or keeps what it hands over.
"""

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from aktui.contain.step import Given
from aktui.errors import NotPossible


class Handover(Protocol):
    """Where secrets go. `place` is for the journal: `the file /home/…/key.txt`."""

    @property
    def place(self) -> str: ...

    async def prepare(self) -> None:
        """Make sure that one more secret can be handed over. Raises NotPossible."""
        ...

    async def give(self, given: Given) -> None:
        """Hand it over. Raises NotPossible when that failed; the secret is lost then."""
        ...

    async def withdraw(self) -> None:
        """What was prepared for was not made after all; what was handed over for it is of no use."""
        ...


class FileHandover:
    """A new file that only its owner can read. A file that is there already is never written to."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self._handle: int | None = None
        self._good = 0
        """Bytes that stay whatever becomes of the secret prepared for."""

    @property
    def place(self) -> str:
        return f"the file {self.path}"

    async def prepare(self) -> None:
        if self._handle is None:
            self._handle = await asyncio.to_thread(self._create)
        self._good = os.fstat(self._handle).st_size

    def _create(self) -> int:
        try:
            return os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise NotPossible(
                f"The secret could not be handed over in {self.path}: {error.strerror}.",
                hint="Name a file that does not exist yet, in a folder of yours.",
            ) from error

    async def give(self, given: Given) -> None:
        assert self._handle is not None, "prepare() comes first"
        text = f"{given.title}\n{given.name}\n{given.secret.reveal()}\n"
        await asyncio.to_thread(self._write, text.encode())

    def _write(self, data: bytes) -> None:
        assert self._handle is not None
        try:
            while data:
                data = data[os.write(self._handle, data) :]
            os.fsync(self._handle)
        except OSError as error:
            raise NotPossible(f"The secret could not be written to {self.path}: {error.strerror}.") from error

    async def withdraw(self) -> None:
        await asyncio.to_thread(self._remove)

    def _remove(self) -> None:
        if self._handle is None:
            return
        with suppress(OSError):
            os.ftruncate(self._handle, self._good)
            os.lseek(self._handle, 0, os.SEEK_END)
            if not self._good:
                self.path.unlink()
        if not self._good:
            os.close(self._handle)
            self._handle = None


class MemoryHandover:
    """Kept until it is looked at once: the console shows it on the alternate screen, then it is gone."""

    place = "the screen"

    def __init__(self) -> None:
        self._given: list[Given] = []
        self._good = 0

    async def prepare(self) -> None:
        self._good = len(self._given)

    async def give(self, given: Given) -> None:
        self._given.append(given)

    async def withdraw(self) -> None:
        del self._given[self._good :]

    def take(self) -> tuple[Given, ...]:
        """What was handed over; it is kept no longer."""
        given, self._given = tuple(self._given), []
        return given
