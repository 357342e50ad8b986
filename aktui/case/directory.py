"""Where cases live: a directory per key, private to its owner, live ones and practice ones apart."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from aktui.errors import CaseError

LEDGER = "ledger.sqlite"


def case_directory(home: Path, key_id: str, *, practice: bool) -> Path:
    """Where the case of a key is kept under aktui's home, whether it exists or not."""
    return home / ("practice" if practice else "cases") / key_id


def make_private(directory: Path) -> None:
    """Create the directory, or tighten the one there, so that only its owner looks in. Raises CaseError."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if directory.stat().st_mode & 0o077:
            directory.chmod(0o700)
    except OSError as error:
        raise CaseError(
            f"The case directory {directory} can not be made: {error.strerror}.",
            hint="Choose another place with --home or AKTUI_HOME.",
        ) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise CaseError(
            f"The case directory {directory} can not be written to.",
            hint="Choose another place with --home or AKTUI_HOME.",
        )


def sync(directory: Path) -> None:
    """Make a new name in the directory survive a power cut. Raises OSError."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class CaseSummary:
    """One case, as the start screen and `aktui case list` show it."""

    key_id: str
    practice: bool
    directory: Path
    last: datetime
    """When it was last added to."""
    entries: int
    problem: str = ""
    """Why its ledger can not be read, or empty."""


def recent_cases(home: Path, *, limit: int = 50) -> list[CaseSummary]:
    """The cases under aktui's home, newest first. Reads one row of each; never raises for a bad one."""
    found = [
        (_touched(directory), practice, directory)
        for folder, practice in (("cases", False), ("practice", True))
        for directory in _directories(home / folder)
    ]
    newest = sorted(found, key=lambda case: case[0], reverse=True)[:limit]
    return [_summary(directory, practice, touched) for touched, practice, directory in newest]


def _directories(folder: Path) -> list[Path]:
    try:
        return [directory for directory in folder.iterdir() if (directory / LEDGER).is_file()]
    except OSError:
        return []


def _touched(directory: Path) -> float:
    """When the ledger or its write-ahead file last changed, seconds."""
    times = [0.0]
    for name in (LEDGER, f"{LEDGER}-wal"):
        try:
            times.append((directory / name).stat().st_mtime)
        except OSError:
            continue
    return max(times)


def _summary(directory: Path, practice: bool, touched: float) -> CaseSummary:
    last, entries, problem = datetime.fromtimestamp(touched, UTC), 0, ""
    try:
        with closing(
            sqlite3.connect(f"{(directory / LEDGER).as_uri()}?mode=ro", uri=True, timeout=0.2)
        ) as db:
            row = db.execute("SELECT seq, at FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        entries, last = row[0] + 1, datetime.fromisoformat(row[1])
    except (sqlite3.Error, TypeError, ValueError) as error:
        problem = f"The ledger can not be read: {error}."
    return CaseSummary(directory.name, practice, directory, last, entries, problem)
