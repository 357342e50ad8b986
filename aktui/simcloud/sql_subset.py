"""A small part of SQL over one table: what a responder asks Resource Center for an address.

    SELECT * | column, …  FROM resources
    [WHERE column = | <> | != 'text' | column [NOT] LIKE 'text%' | column IN ('a', 'b') [AND …]]
    [ORDER BY column [ASC | DESC]] [LIMIT n]

Comparisons are between texts. Anything else, a function or OR included, is not supported.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

Row = Mapping[str, str]

TABLE = "resources"

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([A-Za-z_][A-Za-z0-9_]*)|(\d+)|(<>|!=|[=,();*]))")


class NotSupported(Exception):
    """The statement is not one that is understood here; the text says why."""


class Found(NamedTuple):
    columns: tuple[str, ...]
    rows: list[list[str]]


def run(statement: str, columns: Sequence[str], rows: Sequence[Row]) -> Found:
    """The rows of a statement over a table of these columns. Raises NotSupported."""
    return _Statement(_tokens(statement), columns).run(rows)


def _tokens(text: str) -> list[str]:
    """Texts keep their first quote; words are in lower case."""
    found, at, text = [], 0, text.strip().rstrip(";").rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotSupported(f"{text[at : at + 20]!r} is not understood here")
        quoted, word, number, sign = match.groups()
        found.append(f"'{quoted[1:-1].replace(chr(39) * 2, chr(39))}" if quoted else (word or number or sign))
        if word:
            found[-1] = word.lower()
        at = match.end()
    return found


class _Statement:
    """Reads a statement from left to right."""

    def __init__(self, tokens: list[str], columns: Sequence[str]) -> None:
        self._tokens, self._known = tokens, tuple(columns)

    def run(self, rows: Sequence[Row]) -> Found:
        self._expect("select")
        columns = self._columns()
        self._expect("from")
        if self._take() != TABLE:
            raise NotSupported(f"there is no table but {TABLE}")
        tests = self._conditions() if self._skip("where") else []
        found = [row for row in rows if all(test(row) for test in tests)]
        if self._skip("order"):
            self._expect("by")
            key = self._column()
            found.sort(key=lambda row: row[key], reverse=self._descending())
        limit = self._limit() if self._skip("limit") else len(found)
        if self._tokens:
            raise NotSupported(f"{self._tokens[0]!r} is not supported here")
        return Found(columns, [[row[name] for name in columns] for row in found[:limit]])

    def _columns(self) -> tuple[str, ...]:
        if self._skip("*"):
            return self._known
        names = [self._column()]
        while self._skip(","):
            names.append(self._column())
        return tuple(names)

    def _conditions(self) -> list[Callable[[Row], bool]]:
        tests = [self._condition()]
        while self._skip("and"):
            tests.append(self._condition())
        return tests

    def _condition(self) -> Callable[[Row], bool]:
        name, sign = self._column(), self._take()
        if sign in ("=", "<>", "!="):
            value = self._text()
            return lambda row: (row[name] == value) is (sign == "=")
        negated = sign == "not"
        sign = self._take() if negated else sign
        if sign == "like":
            form = _pattern(self._text())
            return lambda row: (form.fullmatch(row[name]) is None) is negated
        if sign == "in":
            values = self._texts()
            return lambda row: (row[name] in values) is not negated
        raise NotSupported(f"{sign!r} is not supported here")

    def _texts(self) -> set[str]:
        self._expect("(")
        values = {self._text()}
        while self._skip(","):
            values.add(self._text())
        self._expect(")")
        return values

    def _descending(self) -> bool:
        if self._skip("desc"):
            return True
        self._skip("asc")
        return False

    def _limit(self) -> int:
        number = self._take()
        if not number.isdecimal():
            raise NotSupported("LIMIT wants a number")
        return int(number)

    def _column(self) -> str:
        name = self._take()
        if name not in self._known:
            raise NotSupported(f"there is no column {name!r}; there are {', '.join(self._known)}")
        return name

    def _text(self) -> str:
        token = self._take()
        if not token.startswith("'"):
            raise NotSupported(f"{token!r} must be a text in single quotes")
        return token[1:]

    def _take(self) -> str:
        if not self._tokens:
            raise NotSupported("the statement ends too early")
        return self._tokens.pop(0)

    def _skip(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            self._tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise NotSupported(f"{token.upper()} is missing")


def _pattern(text: str) -> re.Pattern[str]:
    """`%` stands for any text, `_` for one character."""
    parts = (".*" if char == "%" else "." if char == "_" else re.escape(char) for char in text)
    return re.compile("".join(parts), re.DOTALL)
