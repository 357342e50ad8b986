"""The journal file of a case: one JSON object a line, chained by hash, each on disk before the next step.

A line is written with one call and synced before `append` returns. What a crash leaves of a last line (it
does not parse) is passed over when the file is read, stays where it is as evidence, and the next line begins
after it. One that lacks nothing but its line end counts. These functions touch the disk: on the event loop,
call them in a thread.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aktui.case.directory import make_private, sync
from aktui.errors import CaseError
from aktui.models import utc_now
from aktui.redact import redacted

FILE = "journal.jsonl"
LOCK = "journal.lock"
FORMAT = "aktui.journal/1"
START = "0" * 64


@dataclass(frozen=True)
class Line:
    """One entry of the journal."""

    number: int
    at: str
    """When it was written, this machine's clock, ISO 8601, UTC."""
    kind: str
    body: Mapping[str, Any]
    """Secrets replaced."""
    hash: str

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def get(self, name: str, otherwise: Any = "") -> Any:
        return self.body.get(name, otherwise)


@dataclass(frozen=True)
class Contents:
    """What a journal file holds."""

    lines: tuple[Line, ...] = ()
    torn: int = 0
    """How many unfinished lines crashes left."""
    problem: str = ""
    """Why the chain does not hold, or empty."""


def read_journal(directory: Path) -> Contents:
    """All entries, oldest first; no file is an empty journal. Raises CaseError when it can not be read."""
    try:
        raw = (directory / FILE).read_bytes()
    except FileNotFoundError:
        return Contents()
    except OSError as error:
        raise CaseError(f"The journal {directory / FILE} can not be read: {error.strerror}.") from error
    return _contents(raw)


def append(directory: Path, kind: str, body: Mapping[str, Any]) -> Line:
    """Write one entry and wait until the disk has it. Raises CaseError: then nothing may follow it."""
    path = directory / FILE
    try:
        make_private(directory)
        new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if new:
                sync(directory)
            return _write(handle, kind, body)
        finally:
            os.close(handle)
    except OSError as error:
        raise CaseError(
            f"The journal {path} can not be written: {error.strerror}.",
            hint="Nothing is changed in the cloud without it. Make room, or choose another --home.",
        ) from error


def _write(handle: int, kind: str, body: Mapping[str, Any]) -> Line:
    raw = _all_of(handle)
    known = _contents(raw)
    if known.problem:
        raise CaseError(
            f"The journal was changed by somebody else: {known.problem}",
            hint="Move the case away and keep it; containment begins a new journal.",
        )
    last = known.lines[-1] if known.lines else None
    number, prev = (last.number + 1, last.hash) if last else (1, START)
    at = utc_now().isoformat(timespec="microseconds")
    clean = json.loads(json.dumps(redacted(body), default=str))
    line = Line(number, at, kind, clean, _digest(number, at, kind, clean, prev))
    entry = {"n": number, "at": at, "kind": kind, "body": clean, "prev": prev, "hash": line.hash}
    data = json.dumps(entry, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    if raw and not raw.endswith(b"\n"):
        data = b"\n" + data
    while data:
        data = data[os.write(handle, data) :]
    os.fsync(handle)
    return line


def _all_of(handle: int) -> bytes:
    size, parts = os.fstat(handle).st_size, []
    at = 0
    while at < size and (part := os.pread(handle, size - at, at)):
        parts.append(part)
        at += len(part)
    return b"".join(parts)


def _contents(raw: bytes) -> Contents:
    lines: list[Line] = []
    torn, prev = 0, START
    for piece in filter(None, raw.split(b"\n")):
        entry = _parsed(piece)
        if entry is None:
            torn += 1
            continue
        problem = _problem(entry, len(lines) + 1, prev)
        if problem:
            return Contents(tuple(lines), torn, problem)
        prev = entry["hash"]
        lines.append(Line(entry["n"], entry["at"], entry["kind"], entry["body"], prev))
    return Contents(tuple(lines), torn)


def _parsed(piece: bytes) -> dict[str, Any] | None:
    """The entry on a line; None for the rest of one that was never finished."""
    try:
        entry = json.loads(piece)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _problem(entry: dict[str, Any], number: int, prev: str) -> str:
    try:
        expected = _digest(entry["n"], entry["at"], entry["kind"], entry["body"], entry["prev"])
        good = entry["n"] == number and entry["prev"] == prev and entry["hash"] == expected
        shaped = isinstance(entry["body"], dict) and isinstance(entry["kind"], str)
    except (KeyError, TypeError):
        return f"Line {number} is not one that aktui wrote."
    return "" if good and shaped else f"Line {number} was changed, moved, or does not follow the one before."


def _digest(number: int, at: str, kind: str, body: Mapping[str, Any], prev: str) -> str:
    text = json.dumps([FORMAT, number, at, kind, body, prev], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Held while a plan runs: no other aktui runs one in this case. Raises CaseError when one does."""
    try:
        make_private(directory)
        handle = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CaseError(f"{directory / LOCK} can not be opened: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = "Another aktui is changing something for this key right now."
            raise CaseError(
                message, hint="Wait until it is done, or end it; then look at the journal."
            ) from None
        yield
    finally:
        os.close(handle)
