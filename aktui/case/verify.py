"""Whether a case is what was written: each entry of its ledger, each file of log rows, its journal.

What it can not see: entries cut off at the end, or a whole chain written anew, unless a hash was noted
elsewhere (`--head`).
"""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aktui.case.copies import CopyCheck
from aktui.case.directory import LEDGER
from aktui.case.entries import FORMAT, START, Draft, digest
from aktui.case.rows.check import PartCheck
from aktui.errors import CaseError

BLIND_SPOT = (
    "Entries cut off at the end can not be noticed from the ledger alone: "
    "compare its head with the one noted at the time (--head HASH)."
)


@dataclass
class Verification:
    """What checking a ledger showed."""

    directory: Path
    entries: int = 0
    """How many were good, counted from the first."""
    key_id: str = ""
    endpoint: str = ""
    first: str = ""
    """When the first entry was written, ISO 8601."""
    last: str = ""
    head: str = ""
    """Hash of the last good entry."""
    problems: list[str] = field(default_factory=list)
    """What is wrong, the first bad entry named; empty when the chain holds."""
    parts: int = 0
    """How many files of log rows are as the ledger has them."""
    rows: int = 0
    """How many rows are in them."""
    journal: int = 0
    """How many entries of the journal of containment are good."""
    torn: int = 0
    """How many unfinished lines crashes left in the journal; they are no problem."""
    head_found: int | None = None
    """The entry whose hash was given to compare with."""

    @property
    def intact(self) -> bool:
        return not self.problems


def verify(directory: Path, *, head: str = "", key_id: str = "") -> Verification:
    """Check the ledger in a case directory; `head` is a hash noted earlier. CaseError when there is none."""
    if not (directory / LEDGER).is_file():
        raise CaseError(
            f"There is no ledger in {directory}.", hint="`aktui case list` shows the cases there are."
        )
    found, parts, copies = Verification(directory), PartCheck(directory), CopyCheck(directory)
    try:
        with _reading(directory / LEDGER) as db:
            _walk(db, found, head.lower(), parts, copies)
    except (sqlite3.Error, OSError) as error:
        found.problems.append(f"After entry {found.entries - 1} the file can not be read: {error}.")
    found.parts, found.rows = parts.good, parts.rows
    whole = found.intact
    found.problems += [*parts.problems(whole=whole), *copies.problems(whole=whole)]
    found.journal, found.torn = copies.entries, copies.torn
    if key_id and found.key_id and key_id != found.key_id:
        found.problems.append(f"The ledger is that of {found.key_id}, not of {key_id}.")
    if head and found.intact and found.head_found is None:
        found.problems.append(
            "No entry has the hash noted: entries were cut off, or the chain was written anew."
        )
    return found


def _walk(
    db: sqlite3.Connection, found: Verification, head: str, parts: PartCheck, copies: CopyCheck
) -> None:
    rows = db.execute("SELECT seq, at, kind, payload, body, prev, hash FROM entries ORDER BY seq")
    prev = START
    for row in rows:
        problem = _problem(row, found.entries, prev)
        if problem:
            found.problems.append(problem)
            return
        prev = row[6]
        if found.entries == 0:
            _read_genesis(row[3], found)
            found.first = row[1]
        if row[2] == "rows":
            parts.entered(row[0], row[3])
        if row[2] == "action":
            copies.entered(row[0], row[3])
        if prev == head:
            found.head_found = found.entries
        found.entries, found.last, found.head = found.entries + 1, row[1], prev
    if not found.entries:
        found.problems.append("The ledger has no entries, not even the one it begins with.")


def _problem(row: tuple[Any, ...], expected: int, prev: str) -> str:
    """What is wrong with the entry that should be number `expected`, or empty."""
    seq, at, kind, payload, body, before, hash_ = row
    texts = (
        isinstance(at, str) and isinstance(kind, str) and isinstance(before, str) and isinstance(hash_, str)
    )
    if not (texts and isinstance(payload, bytes) and isinstance(body, bytes)):
        return f"Entry {seq} was changed: its fields are not of the kind that was written."
    if seq < expected:
        return f"Entry {seq} was inserted before the first."
    if seq != expected:
        which = f"Entry {expected} is" if seq == expected + 1 else f"Entries {expected} to {seq - 1} are"
        return f"{which} missing."
    if digest(seq, Draft(at, kind, payload, body), before) != hash_:
        return f"Entry {seq} was changed or moved: what it holds does not give its hash."
    if before != prev:
        return f"Entry {seq} does not continue entry {seq - 1}: one of them was inserted, replaced or moved."
    return ""


def _read_genesis(payload: bytes, found: Verification) -> None:
    try:
        first = json.loads(payload)
        found.key_id, found.endpoint = str(first["key_id"]), str(first["endpoint"])
        if first["format"] != FORMAT:
            found.problems.append(
                f"The ledger is in the format {first['format']}, which this aktui does not know."
            )
    except (ValueError, TypeError, KeyError):
        found.problems.append("Entry 0 does not say whose ledger this is.")


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The file open for reading, nothing beside it changed; on read-only media a copy is read."""
    with ExitStack() as stack:
        helper = path.with_name(f"{path.name}-wal")
        if not helper.exists():
            # Without a write-ahead file nobody writes; `immutable` keeps SQLite from making one.
            yield stack.enter_context(closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)))
            return
        db = stack.enter_context(closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)))
        try:
            db.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aktui-verify-"))) / path.name
            shutil.copyfile(path, copy)
            shutil.copyfile(helper, copy.with_name(helper.name))
            db = stack.enter_context(closing(sqlite3.connect(copy)))
        yield db
