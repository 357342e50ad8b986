"""Where a command's words go: data to stdout, everything said about it to stderr."""

import json
import re
import shutil
import sys
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from aktui.models import Window
from aktui.text import clip, visible

_NOT_ASCII = re.compile(r"[^\x20-\x7e\n]")


def emit(text: str) -> None:
    """Data, as it is, to stdout."""
    sys.stdout.write(text)


def note(sentence: str) -> None:
    """A sentence about the data, to stderr."""
    Progress.clear()
    sys.stderr.write(f"aktui: {visible(sentence)}\n")


class Progress:
    """One line on a terminal that is written over as work goes on; nothing where stderr is no terminal."""

    _shown = False

    @classmethod
    def show(cls, text: str) -> None:
        if sys.stderr.isatty():
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\x1b[K{clip(visible(text), width)}")
            sys.stderr.flush()
            cls._shown = True

    @staticmethod
    def silent() -> bool:
        """Whether nothing is shown, since stderr is no terminal."""
        return not sys.stderr.isatty()

    @classmethod
    def clear(cls) -> None:
        if cls._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            cls._shown = False


def as_json(value: Any, *, indent: int | None = 2) -> str:
    """JSON that keeps the data whole and harms no terminal: what is not visible in it is escaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=plain)
    return text if text.isascii() and "\x7f" not in text else _NOT_ASCII.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    return char if visible(char) == char else json.dumps(char).strip('"') if char != "\x7f" else "\\u007f"


def plain(value: Any) -> Any:
    """A value as JSON has it: times in ISO 8601, UTC, windows as start and end."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Window):
        return {"start": iso(value.start), "end": iso(value.end)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if hasattr(value, "items"):
        return dict(value.items())
    return str(value)


def iso(moment: datetime) -> str:
    """`2026-11-22T03:12:44Z`; parts of a second only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
