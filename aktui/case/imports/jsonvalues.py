"""Text as JSON values, one after another, however large the whole is: an array's items, or a value a line.

What is no JSON is given as it stands, up to where the next value begins.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from aktui.case.imports import limits
from aktui.case.imports.found import Bad

_BLANK = re.compile(r"[\s,\x1e]*")
_SCALAR = r'\s*"(?:[^"\\]|\\.)*+"\s*:\s*(?:"(?:[^"\\]|\\.)*+"|-?[\d.eE+-]+|true|false|null)\s*'
_TO_OBJECTS = re.compile(r"\[\s*[{\]]")
_TO_EVENTS = re.compile(rf'\{{(?:{_SCALAR},)*\s*"Events"\s*:\s*\[')
_AFTER_EVENTS = re.compile(rf"\s*(?:,{_SCALAR})*\}}")
_NEAR = 4096
"""Characters in which the name of the list of events stands in an answer that has one."""
_OVERLAP = 64
"""More characters than the beginning of a value that is looked for."""
_MARGIN = 16
"""Characters before the end of what is read in which a mistake may only be that more must be read."""


@dataclass(frozen=True)
class Item:
    """One value: where it begins, what it is, and its own text."""

    line: int
    value: Any
    text: str


class JsonValues:
    """Iterate it once."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._decode = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0
        self._line = 1
        self._ended = False
        self._closing: list[str] = []
        """What the arrays that were entered are inside of: `[` or `{`."""
        self._start = ""
        """How the last good item began: where reading goes on after a bad one."""

    def __iter__(self) -> Iterator[Item | Bad]:
        while True:
            self._pass(_BLANK)
            if self._at >= len(self._text):
                if self._grow():
                    continue
                break
            if self._text[self._at] == "]" and self._closing:
                yield from self._leave()
            elif not self._closing and self._enter():
                continue
            else:
                yield self._item()
        if self._closing:
            yield Bad(self._line, "the file ends inside an array: it is cut off", "")

    def _enter(self) -> bool:
        """Whether an array begins here whose items are what is wanted."""
        self._look_ahead()
        if _TO_OBJECTS.match(self._text, self._at):
            self._closing.append("[")
            self._advance(self._at + 1)
            return True
        near = self._at + _NEAR
        found = None
        if self._text.find('"Events"', self._at, near) >= 0:
            found = _TO_EVENTS.match(self._text, self._at, near)
        if found:
            self._closing.append("{")
            self._advance(found.end())
        return found is not None

    def _leave(self) -> Iterator[Bad]:
        self._advance(self._at + 1)
        if self._closing.pop() == "[":
            return
        self._look_ahead()
        after = _AFTER_EVENTS.match(self._text, self._at)
        if after:
            self._advance(after.end())
        else:
            yield self._bad("what follows the events is no JSON")

    def _item(self) -> Item | Bad:
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._may_be_cut(error) and self._grow():
                    continue
                return self._bad(f"no JSON: {error.msg} at character {error.pos - self._at + 1}")
            except (ValueError, RecursionError) as error:
                return self._bad(f"JSON that can not be taken in: {error}")
            if end == len(self._text) and not isinstance(value, dict | list) and self._grow():
                continue
            item = Item(self._line, value, self._text[self._at : end])
            self._start = item.text[:24] if isinstance(value, dict) and not self._start else self._start
            self._advance(end)
            return item

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether only more text can tell if this is a mistake."""
        if len(self._text) - self._at > limits.LONGEST:
            return False
        return error.pos >= len(self._text) - _MARGIN or error.msg.startswith("Unterminated string")

    def _bad(self, reason: str) -> Bad:
        """Everything up to where the next value seems to begin: the next line, or the next like the first."""
        line, kept, dropped = self._line, "", 0
        start = re.escape(self._start.partition(":")[0]) or r'\{\s*"'
        mark = re.compile(rf"(?<=[\s,\[]){start}" if self._closing else r"\n")
        while True:
            found = mark.search(self._text, self._at + 1)
            end = found.start() if found else max(self._at + 1, len(self._text) - _OVERLAP)
            if found is None and self._ended:
                end = len(self._text)
            text = self._text[self._at : end]
            room = max(0, limits.LONGEST - len(kept))
            kept, dropped = kept + text[:room], dropped + max(0, len(text) - room)
            self._advance(end)
            if found or not self._grow():
                break
        more = f"; {dropped:,} characters of it are not kept" if dropped else ""
        return Bad(line, reason + more, kept.rstrip("\r\n"))

    def _look_ahead(self) -> None:
        while len(self._text) - self._at < _NEAR and self._grow():
            continue

    def _pass(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        if found:
            self._advance(found.end())

    def _advance(self, end: int) -> None:
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _grow(self) -> bool:
        """Read on, at least as much as there is, so that a large value is not gone over again and again."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        wanted, parts = max(len(rest), 1), [rest]
        got = 0
        for piece in self._pieces:
            parts.append(piece)
            got += len(piece)
            if got >= wanted:
                break
        else:
            self._ended = True
        self._text, self._at = "".join(parts), 0
        return got > 0
