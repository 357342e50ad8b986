"""The filter line over log rows: words, and fields held against a value.

secret.zip              some field has this
bucket:backups          the bucket's name has this in it
status=403 ip!=10.0.0.1 bytes_out>1000000
"two words"  object:"two words"
"""

import re
from collections.abc import Sequence

from aktui.case.rows.asking import Condition, Filter, Op, Value
from queries.base import Column
from screens.widgets.cells import log_cell

_TOKEN = re.compile(r'(?:"[^"]*"?|[^\s"])+')
_HELD = re.compile(r"([^\s:=!<>\"]+)(!=|<=|>=|[:=<>])(.*)", re.DOTALL)
_OPS: dict[str, Op] = {":": "contains", "=": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_SAID = {"contains": ":", "in": "=", "starts": "^"}


def parsed(text: str, columns: Sequence[Column], known: Sequence[str]) -> Filter:
    """What was typed as a filter. A name in front of a sign that is no column is part of a word."""
    conditions: list[Condition] = []
    words: list[str] = []
    for token in _TOKEN.findall(text):
        found = _HELD.fullmatch(token)
        name = _column(found[1], columns, known) if found else ""
        value = _bare(found[3]) if found else ""
        if found is None or not name:
            words.append(_bare(token))
        elif value:
            conditions.append(Condition(name, _OPS[found[2]], value))
        elif found[2] in ("=", "!="):
            conditions.append(Condition(name, "absent" if found[2] == "=" else "present"))
    return Filter(tuple(conditions), tuple(word for word in words if word))


def _column(said: str, columns: Sequence[Column], known: Sequence[str]) -> str:
    """The id of the column that is meant, by its id or its title; empty when there is none."""
    said = said.casefold()
    for column in columns:
        if said in (column.id.casefold(), column.title.casefold().replace(" ", "_")):
            return column.id
    return next((name for name in known if name.casefold() == said), "")


def _bare(text: str) -> str:
    return text.replace('"', "")


def said(condition: Condition, columns: Sequence[Column]) -> str:
    """A condition as a person would type it."""
    name = next((column.title for column in columns if column.id == condition.column), condition.column)
    name = name.lower().replace(" ", "_")
    if condition.op in ("absent", "present"):
        return f"{name}={'(none)' if condition.op == 'absent' else '(any)'}"
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return f"{name}{_SAID.get(condition.op, condition.op)}{'|'.join(str(value) for value in values)}"


def toggled(where: Filter, column: str, value: Value, *, without: bool) -> Filter:
    """The filter with a value of a column wanted (or kept out); when it was so already, no longer."""
    condition = _held(column, value, without=without)
    rest = tuple(one for one in where.conditions if one != condition and not _contrary(one, condition))
    if condition in where.conditions:
        return Filter(rest, where.words)
    return Filter((*rest, condition), where.words)


def _held(column: str, value: Value, *, without: bool) -> Condition:
    if value is None:
        return Condition(column, "present" if without else "absent")
    return Condition(column, "!=" if without else "=", value)


def _contrary(one: Condition, other: Condition) -> bool:
    """Whether both can't hold at once, or one says what the other does."""
    if one.column != other.column or one.op not in ("=", "!=", "absent", "present"):
        return False
    return one.op in ("=", "absent") or other.op in ("=", "absent")


def cell_of(value: Value, column: Column) -> str:
    """A value as it is said in a title."""
    return log_cell(value, column.kind) or "(none)"
