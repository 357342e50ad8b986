"""The SQLite file under a ledger: opened, appended to, never changed. Used by one thread at a time.

Several processes may append to one ledger: each reads the newest entry and adds its own inside one exclusive
transaction, so the chain stays one chain and the entries of two consoles alternate in it.
"""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from aktui.case.directory import LEDGER, make_private, sync
from aktui.case.entries import FORMAT, START, Draft, digest, genesis
from aktui.errors import CaseError

BUSY_SECONDS = 15.0
"""How long to wait for another process that is writing."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL,
    body BLOB NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
)
"""


class Store:
    """An open ledger file. All methods raise CaseError."""

    def __init__(self, directory: Path, key_id: str, *, practice: bool) -> None:
        self.path = directory / LEDGER
        make_private(directory)
        try:
            # SQLite gives its helper files the mode of the main one, so that one is made first.
            self.path.touch(mode=0o600)
            self.path.chmod(0o600)
            sync(directory)
            self._db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise trouble(error, self.path) from error
        try:
            self._prepare(key_id, practice)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, key_id: str, practice: bool) -> None:
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(_SCHEMA)
            first = self._first()
            if first is None:
                self._begin_chain(genesis(key_id, practice=practice))
                first = self._first()
        except sqlite3.Error as error:
            raise trouble(error, self.path) from error
        _check_genesis(first, self.path, key_id, practice)

    def _first(self) -> bytes | None:
        row = self._db.execute("SELECT payload FROM entries WHERE seq = 0").fetchone()
        return bytes(row[0]) if row else None

    def _begin_chain(self, draft: Draft) -> None:
        values = (0, draft.at, draft.kind, draft.payload, draft.body, START, digest(0, draft, START))
        # Another process may have been first by a moment; its genesis then stands.
        self._db.execute("INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def append(self, drafts: Iterable[Draft]) -> tuple[int, str]:
        """Add entries in one durable transaction, all or none; returns the number and hash of the last."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                head = self._extend(drafts)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise trouble(error, self.path) from error
        return head

    def _extend(self, drafts: Iterable[Draft]) -> tuple[int, str]:
        seq, prev = self.head()
        for draft in drafts:
            seq += 1
            values = (seq, draft.at, draft.kind, draft.payload, draft.body, prev, digest(seq, draft, prev))
            self._db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            prev = values[-1]
        return seq, prev

    def head(self) -> tuple[int, str]:
        """Number and hash of the newest entry."""
        row = self._db.execute("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone()
        return int(row[0]), str(row[1])

    def close(self) -> None:
        self._db.close()


def _check_genesis(payload: bytes | None, path: Path, key_id: str, practice: bool) -> None:
    try:
        first = json.loads(payload or b"")
        known = first["format"] == FORMAT
        whose = (first["key_id"], first["endpoint"])
    except (ValueError, TypeError, KeyError) as error:
        raise CaseError(
            f"{path} does not begin as a ledger of aktui.",
            hint="Run `aktui case verify` on it, and move it away.",
        ) from error
    if not known:
        raise CaseError(f"{path} is in the format {first['format']}, which this aktui does not write.")
    if whose != (key_id, "practice" if practice else "live"):
        raise CaseError(f"{path} is the ledger of {whose[0]} ({whose[1]}), not of the key asked about.")


def trouble(error: Exception, path: Path) -> CaseError:
    """What a failed file operation means for the person."""
    if isinstance(error, OSError):
        return CaseError(
            f"The ledger {path} can not be opened: {error.strerror}.",
            hint="Choose another place with --home or AKTUI_HOME.",
        )
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    reasons = {
        sqlite3.SQLITE_FULL: ("the disk is full", "Make room, or choose another place with --home."),
        sqlite3.SQLITE_READONLY: ("it may not be written to", "Check its owner, or use another --home."),
        sqlite3.SQLITE_CANTOPEN: ("it can not be opened", "Check its owner, or use another --home."),
        sqlite3.SQLITE_BUSY: ("another program holds it", "Close the program that has the ledger open."),
        sqlite3.SQLITE_IOERR: ("the disk reported an error", "Check the disk, or use another --home."),
        sqlite3.SQLITE_CORRUPT: ("the file is damaged", "Run `aktui case verify`, and move the case away."),
        sqlite3.SQLITE_NOTADB: ("the file is no ledger", "Move it away; a new one is made."),
    }
    reason, hint = reasons.get(code, (f"SQLite says: {error}", ""))
    return CaseError(f"Evidence can not be kept in {path}: {reason}.", hint=hint)
