"""The one place where a value gets into a query text of the log service.

A query text is a search, perhaps followed by `|` and SQL. The two parts quote differently: in the search a
backslash hides a quote, in SQL a quote is doubled. A search finds words: `field: value` matches every row
whose field has the words of the value, whatever their case. Where the whole value matters, SQL compares it.
"""

import re

from aktui.errors import UsageError

_PLAIN_WORD = re.compile(r"[A-Za-z0-9_]+")
_OPERATORS = {"and", "or", "not", "in"}
"""Words that mean something in a search unless quoted."""
_PLAIN_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_LONGEST = 2000


def term(value: str) -> str:
    """A value in the search part: nothing in it is an operator, a wildcard or the end of the search.

    Raises UsageError for what no search can hold.
    """
    _check(value)
    if is_word(value) and value.lower() not in _OPERATORS:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_word(value: str) -> bool:
    """Whether a value is one word whatever separates words: a search finds it and nothing longer."""
    return bool(_PLAIN_WORD.fullmatch(value))


def field(name: str) -> str:
    """A field in the search part; dotted names of JSON fields are left as they are."""
    return name if _PLAIN_FIELD.fullmatch(name) and name.lower() not in _OPERATORS else term(name)


def found(name: str, value: str) -> str:
    """`field: value`, for the search part."""
    return f"{field(name)}: {term(value)}"


def literal(value: str) -> str:
    """A text constant in SQL. Raises UsageError for what no query can hold."""
    _check(value)
    return "'" + value.replace("'", "''") + "'"


def column(name: str) -> str:
    """A field in SQL. Raises UsageError for what no query can hold."""
    _check(name)
    return '"' + name.replace('"', '""') + '"'


def _check(value: str) -> None:
    if not value:
        raise UsageError("An empty value can not be searched for.")
    if len(value) > _LONGEST:
        raise UsageError(f"A value of {len(value)} characters is too long for a query (at most {_LONGEST}).")
    if any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in value):
        raise UsageError(
            "A value with control characters, or one that is no text, can not be searched for.",
            hint="Search for the part of it before them.",
        )
