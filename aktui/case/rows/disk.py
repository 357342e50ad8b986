"""Files of rows: what they are called, and how one gets its name only when it is whole and on disk."""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aktui.case.directory import make_private
from aktui.errors import CaseError

FOLDER = "rows"
"""In the directory of the case: a folder a table."""

PENDING = ".new"
"""Ends the name of a part that is whole and on disk, and may not be in the ledger yet: it is not shown."""

_WORK = "work-"
_NAME = re.compile(r"part-(\d{6,})(?:-([0-9a-f]{32}))?\.parquet")
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_YOUNG_SECONDS = 60.0


def check_table(name: str) -> str:
    if not _TABLE.fullmatch(name):
        raise CaseError(f"{name!r} can not be the name of a table of rows.")
    return name


def tag_of(source: str, slice_id: str) -> str:
    """What the file's name says of a slice; empty for rows that are no slice of anything."""
    if not slice_id:
        return ""
    text = f"{len(source)}:{source}{slice_id}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def part_name(seq: int, tag: str) -> str:
    return f"part-{seq:06d}-{tag}.parquet" if tag else f"part-{seq:06d}.parquet"


def read_name(name: str) -> tuple[int, str] | None:
    """The number and the tag of a part by its name, pending or not; None when it is no part's name."""
    found = _NAME.fullmatch(name.removesuffix(PENDING))
    return (int(found[1]), found[2] or "") if found else None


def files_in(folder: Path) -> list[str]:
    """The names of the parts in a table's folder by number, pending ones too."""
    try:
        names = [name for name in os.listdir(folder) if read_name(name)]
    except FileNotFoundError:
        return []
    return sorted(names, key=lambda name: (read_name(name) or (0, ""), name))


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Only one process at a time adds to a table; one that was killed holds nothing."""
    make_private(folder)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def settle(path: Path) -> tuple[int, str]:
    """Private and on disk; returns the size and the SHA-256 of what is there."""
    total, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        os.fchmod(file.fileno(), 0o600)
        while chunk := file.read(1 << 20):
            total.update(chunk)
            size += len(chunk)
        os.fsync(file.fileno())
    return size, total.hexdigest()


def sync(folder: Path) -> None:
    """Make a new name in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Workplace:
    """A folder for what is half made, of one process; those of processes that are gone are removed."""

    def __init__(self, rows: Path) -> None:
        make_private(rows)
        _sweep(rows)
        try:
            self.path = Path(tempfile.mkdtemp(prefix=_WORK, dir=rows))
            self._handle = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CaseError(f"Nothing can be kept in {rows}: {error.strerror}.") from error
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._handle)


def _sweep(rows: Path) -> None:
    for folder in rows.glob(f"{_WORK}*"):
        with suppress(OSError):
            if _abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    try:
        handle = os.open(folder / ".lock", os.O_RDWR)
    except FileNotFoundError:
        # Made a moment ago by somebody who is about to lock it, or left by one who never came to that.
        return time.time() - folder.stat().st_mtime > _YOUNG_SECONDS
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(handle)


def tables_in(rows: Path) -> tuple[str, ...]:
    """The tables that have parts."""
    try:
        names = sorted(path.name for path in rows.iterdir() if _TABLE.fullmatch(path.name))
    except FileNotFoundError:
        return ()
    return tuple(name for name in names if files_in(rows / name))
