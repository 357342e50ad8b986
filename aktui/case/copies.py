"""Whether the journal of containment and its copy in the ledger tell the same.

Each entry of the journal is copied into the ledger before anything follows it. An entry without a copy of its
own is vouched for by the copy of a later one, whose hash it is part of; the last ones are not.
"""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from aktui.case.directory import LEDGER
from aktui.case.journal import Contents, Line, read_journal
from aktui.errors import CaseError


class CopyCheck:
    """Compares the journal on disk with the copies in a ledger as these are read."""

    def __init__(self, directory: Path) -> None:
        self.entries = 0
        """How many entries the journal has, counted up to the first bad one."""
        self.torn = 0
        """Unfinished lines that crashes left."""
        self._directory = directory
        self._copies: dict[int, str] = {}
        """Number of an entry to its hash."""
        self._problems: list[str] = []

    def entered(self, seq: int, payload: bytes) -> None:
        """An entry of kind `action`, whose own hash holds."""
        try:
            told = json.loads(payload)
            number, hash_ = int(told["n"]), str(told["hash"])
        except (ValueError, TypeError, KeyError):
            self._problems.append(f"Entry {seq} does not tell which entry of the journal it is a copy of.")
            return
        if self._copies.setdefault(number, hash_) != hash_:
            self._problems.append(f"Entry {seq} is another copy of entry {number} of the journal.")

    def problems(self, *, whole: bool) -> list[str]:
        """What is wrong. `whole`: all of the ledger was read, so a copy that was not seen is not there."""
        try:
            contents = read_journal(self._directory)
        except CaseError as error:
            return [*self._problems, f"{error}"]
        self.entries, self.torn = len(contents.lines), contents.torn
        found = list(self._problems)
        if contents.problem:
            found.append(f"The journal does not hold together: {contents.problem}")
        found += self._differences(contents)
        if whole and not contents.problem:
            found += self._absences(contents)
        return found

    def _differences(self, contents: Contents) -> list[str]:
        for line in contents.lines:
            if self._copies.get(line.number, line.hash) != line.hash:
                return [f"Entry {line.number} of the journal is not the one that the ledger has a copy of."]
        return []

    def _absences(self, contents: Contents) -> list[str]:
        last, copied = len(contents.lines), max(self._copies, default=0)
        if copied > last:
            which = f"entry {copied}" if copied == last + 1 else f"the entries {last + 1} to {copied}"
            return [f"The journal lacks {which}, of which the ledger has a copy."]
        if copied < last:
            which = (
                f"Entry {last} of the journal has"
                if last == copied + 1
                else (f"The entries {copied + 1} to {last} of the journal have")
            )
            return [
                f"{which} no copy in the ledger: aktui was cut off between the two (`aktui recover` adds the "
                "copy then), or somebody else wrote it."
            ]
        return []


def uncopied(directory: Path) -> tuple[Line, ...]:
    """The entries of the journal that the ledger has no copy of. Raises CaseError. Touches the disk."""
    contents = read_journal(directory)
    if contents.problem:
        return ()
    try:
        with closing(sqlite3.connect(f"{(directory / LEDGER).as_uri()}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT payload FROM entries WHERE kind = 'action'").fetchall()
    except sqlite3.Error as error:
        raise CaseError(f"The ledger in {directory} can not be read: {error}.") from error
    copied = {json.loads(payload).get("n") for (payload,) in rows}
    return tuple(line for line in contents.lines if line.number not in copied)
