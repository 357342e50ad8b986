"""Whether the files of log rows are those the ledger tells of: none missing, changed, or added."""

import hashlib
import json
from pathlib import Path
from typing import Any

from aktui.case.rows import disk
from aktui.errors import CaseError


class PartCheck:
    """Compares the parts on disk with the entries of a ledger as these are read."""

    def __init__(self, directory: Path) -> None:
        self.good = 0
        """Files that are as they were written."""
        self.rows = 0
        self._folder = directory / disk.FOLDER
        self._seen: dict[tuple[str, str], str] = {}
        """Table and file to the SHA-256 told of it."""
        self._problems: list[str] = []

    def entered(self, seq: int, payload: bytes) -> None:
        """An entry of kind `rows`, whose own hash holds."""
        try:
            told: dict[str, Any] = json.loads(payload)
            key = (disk.check_table(told["table"]), str(told["file"]))
            sha256, rows = str(told["sha256"]), int(told["rows"])
            if disk.read_name(key[1]) is None:
                raise ValueError(key[1])
        except (ValueError, TypeError, KeyError, CaseError) as error:
            self._problems.append(f"Entry {seq} does not tell which file of rows it is about: {error}.")
            return
        if key in self._seen:
            # A crash between the ledger and the file's last step makes the same entry once more.
            if self._seen[key] != sha256:
                self._problems.append(f"Entry {seq} tells of {key[0]}/{key[1]} what an earlier one does not.")
            return
        self._seen[key] = sha256
        problem = self._compare(*key, sha256)
        if problem:
            self._problems.append(f"Entry {seq}: {problem}")
        else:
            self.good, self.rows = self.good + 1, self.rows + rows

    def problems(self, *, whole: bool) -> list[str]:
        """What is wrong; files no entry tells of only when the `whole` ledger was read."""
        found = list(self._problems)
        if whole:
            for table in disk.tables_in(self._folder):
                for name in disk.files_in(self._folder / table):
                    if (table, name) not in self._seen and not name.endswith(disk.PENDING):
                        found.append(f"The file of rows {table}/{name} was added: no entry tells of it.")
        return found

    def _compare(self, table: str, file: str, sha256: str) -> str:
        path = self._folder / table / file
        if not path.is_file():
            # Told of, and not yet named when the process ended: the next one to open the table names it.
            path = path.with_name(f"{file}{disk.PENDING}")
        try:
            with path.open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except FileNotFoundError:
            return f"the file of rows {table}/{file} is missing."
        except OSError as error:
            return f"the file of rows {table}/{file} can not be read: {error.strerror}."
        return "" if found == sha256 else f"the file of rows {table}/{file} was changed."
