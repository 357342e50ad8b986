"""The fields of a Logstore as its index shows them: which a search may name, which SQL may read."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aktui.simcloud.logs.store import RESERVED, FieldIndex, Index, literal, quoted

_EXACT = FieldIndex(tokens="")
"""Of `__topic__` and `__source__`: the whole value is one word."""

_TEXT = FieldIndex()
_DEEPEST = 12
_SQL_TYPES = {"long": "BIGINT", "double": "DOUBLE"}

LOCAL = 8 * 3600
"""Dates and times of SQL are those of China Standard Time, as the service's own."""


@dataclass
class Fields:
    """What the index makes of the table's columns. Names are found in their own case first, then in any."""

    index: Index
    columns: tuple[str, ...]
    """The fields that rows have, beside the reserved ones."""
    inner: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Of each json field: dotted inner name to its path, as far as rows are known."""

    def searchable(self, key: str) -> tuple[str, FieldIndex] | None:
        """The DuckDB expression (text) and the index of a field that a search may name."""
        if key in ("__topic__", "__source__"):
            return quoted(key), _EXACT
        name = _find(key, self.index.fields)
        if name is not None and self.index.fields[name].searchable:
            return self._column(name), self.index.fields[name]
        return self._inside(key, search=True)

    def everywhere(self) -> Iterator[tuple[str, FieldIndex]]:
        """Where words without a field are looked for: every field, or every indexed text field."""
        if self.index.full_text:
            for name in self.columns:
                yield quoted(name), self.index.fields.get(name, _TEXT)
            yield quoted("__topic__"), _EXACT
            return
        for name, index in self.index.fields.items():
            if index.searchable and name in self.columns:
                yield quoted(name), index

    def readable(self) -> dict[str, str]:
        """The columns that SQL sees without naming them, and the DuckDB expression of each."""
        found = {name: quoted(name) for name in RESERVED}
        local = f'make_timestamp(("__time__" + {LOCAL}) * 1000000)'
        found["__date__"] = f"strftime({local}, '%Y-%m-%d %H:%M:%S')"
        for name, index in self.index.fields.items():
            if index.doc_value:
                found[name] = _typed(self._column(name), index)
        return found

    def inside(self, name: str) -> str | None:
        """The DuckDB expression of what SQL reads under a dotted name, `event.vpcId`."""
        found = self._inside(name, search=False)
        return _typed(*found) if found else None

    def types(self) -> dict[str, str]:
        """The SQL type of each readable column."""
        types = {name: "BIGINT" if name == "__time__" else "VARCHAR" for name in self.readable()}
        for name, index in self.index.fields.items():
            if name in types:
                types[name] = _SQL_TYPES.get(index.type, "VARCHAR")
        return types

    def _column(self, name: str) -> str:
        """A field that is indexed but that no row has is NULL everywhere."""
        return quoted(name) if name in self.columns else "NULL::VARCHAR"

    def _inside(self, key: str, *, search: bool) -> tuple[str, FieldIndex] | None:
        outer, _, rest = key.partition(".")
        name = _find(outer, self.index.fields)
        if name is None or not rest or self.index.fields[name].type != "json":
            return None
        parent = self.index.fields[name]
        if not (parent.searchable if search else parent.doc_value):
            return None
        paths = self.inner.get(name, {})
        path = paths.get(_find(rest, paths) or "", tuple(rest.split(".")))
        known = _find(rest, parent.keys)
        if known is None and not parent.every_key:
            return None
        index = parent.keys[known] if known is not None else FieldIndex(tokens=parent.tokens)
        if not (index.searchable if search else index.doc_value):
            return None
        pointer = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
        # A row whose text is no JSON has no inner names; it must not end the whole query.
        return f"TRY(json_extract_string({self._column(name)}, {literal(pointer)}))", index


def _typed(expression: str, index: FieldIndex) -> str:
    kind = _SQL_TYPES.get(index.type)
    return f"TRY_CAST({expression} AS {kind})" if kind else expression


def _find(name: str, names: Iterable[str]) -> str | None:
    """The name among others, whatever its case."""
    if name in names:
        return name
    folded = name.lower()
    return next((other for other in names if other.lower() == folded), None)


def inner_names(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The dotted inner names in some JSON texts, and the path of each."""
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for path in _paths(value, ()):
            found.setdefault(".".join(path), path)
    return found


def _paths(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if path:
        yield path
    if isinstance(value, dict) and len(path) < _DEEPEST:
        for name, inner in value.items():
            yield from _paths(inner, (*path, name))
