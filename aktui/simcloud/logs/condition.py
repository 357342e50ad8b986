"""A search as a DuckDB condition: which fields it may name, how their text is cut into words."""

import re
from dataclasses import dataclass, field

from aktui.simcloud.logs import search
from aktui.simcloud.logs.fields import Fields
from aktui.simcloud.logs.refusals import bad_search, not_indexed, not_numeric
from aktui.simcloud.logs.store import FieldIndex

_SPECIAL = re.compile(r"([.*+?^${}()|\[\]\\/&~#\-\s])")


@dataclass
class Condition:
    """A DuckDB expression over the table's columns, and the values of its `$…` parameters."""

    sql: str
    values: dict[str, str | float]


def condition(node: search.Node, fields: Fields) -> Condition:
    """Raises ApiError for a field that the index does not have, or has as another type."""
    writer = _Writer(fields)
    return Condition(writer.write(node), writer.values)


@dataclass
class _Writer:
    fields: Fields
    values: dict[str, str | float] = field(default_factory=dict)

    def write(self, node: search.Node) -> str:
        if isinstance(node, search.Everything):
            return "TRUE"
        if isinstance(node, search.Not):
            return f"NOT coalesce({self.write(node.term)}, FALSE)"
        if isinstance(node, search.All):
            return "(" + " AND ".join(self.write(term) for term in node.terms) + ")"
        if isinstance(node, search.Any):
            return "(" + " OR ".join(self.write(term) for term in node.terms) + ")"
        if isinstance(node, search.Exists):
            column, _ = self._column(node.key)
            return f"{column} IS NOT NULL"
        if isinstance(node, search.Range):
            return self._range(node)
        return self._words(node)

    def _column(self, key: str) -> tuple[str, FieldIndex]:
        found = self.fields.searchable(key)
        if found is None:
            raise not_indexed(key)
        return found

    def _range(self, node: search.Range) -> str:
        column, index = self._column(node.key)
        if index.type not in ("long", "double"):
            raise not_numeric(node.key)
        number = f"TRY_CAST({column} AS DOUBLE)"
        parts = []
        if node.low is not None:
            parts.append(f"{number} {'>=' if node.with_low else '>'} {self._value(node.low)}")
        if node.high is not None:
            parts.append(f"{number} {'<=' if node.with_high else '<'} {self._value(node.high)}")
        return "coalesce(" + " AND ".join(parts) + ", FALSE)"

    def _words(self, node: search.Words) -> str:
        if node.key:
            column, index = self._column(node.key)
            return self._match(node, column, index)
        everywhere = [self._match(node, column, index) for column, index in self.fields.everywhere()]
        return "(" + " OR ".join(everywhere or ["FALSE"]) + ")"

    def _match(self, node: search.Words, column: str, index: FieldIndex) -> str:
        if index.type in ("long", "double"):
            return self._number(node, column)
        fold = (lambda text: text) if index.case_sensitive else str.lower
        subject = column if index.case_sensitive else f"lower({column})"
        if not node.text:
            return f"coalesce({column} = '', FALSE)"
        words = _cut(node.text, index.tokens.replace("?", "") if node.pattern else index.tokens)
        if node.phrase and words:
            return f"coalesce({self._beside(subject, [fold(word) for word in words], index.tokens)}, FALSE)"
        parts = [self._word(subject, fold(word), index.tokens, node.pattern) for word in words]
        return "coalesce(" + (" AND ".join(parts) or "FALSE") + ", FALSE)"

    def _number(self, node: search.Words, column: str) -> str:
        """A field that is a number equals one; without a key, text that is none is nowhere in it."""
        try:
            number = float(node.text)
        except ValueError:
            if node.key and node.pattern:
                raise bad_search("only support * or ? in the middle or end of the query") from None
            if node.key:
                raise not_numeric(node.key) from None
            return "FALSE"
        return f"coalesce(TRY_CAST({column} AS DOUBLE) = {self._value(number)}, FALSE)"

    def _word(self, subject: str, word: str, tokens: str, pattern: bool) -> str:
        wild = pattern and any(sign in word for sign in "*?")
        if not tokens and not wild:
            return f"{subject} = {self._value(word)}"
        inner = _wild(word, tokens) if wild else _escaped(word)
        exact = f"regexp_matches({subject}, {self._value(_bounded(inner, tokens))})"
        if wild:
            return exact
        plain = self._value(word)
        # Most rows are told apart by these two, which cost a fraction of the pattern.
        return f"({subject} = {plain} OR (contains({subject}, {plain}) AND {exact}))"

    def _beside(self, subject: str, words: list[str], tokens: str) -> str:
        between = f"[{_class(tokens)}]+" if tokens else ""
        inner = between.join(_escaped(word) for word in words)
        return f"regexp_matches({subject}, {self._value(_bounded(inner, tokens))})"

    def _value(self, value: str | float) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def _cut(text: str, tokens: str) -> list[str]:
    """The words of a text; one of nothing but separators has none, and is found nowhere."""
    if not tokens:
        return [text]
    return [word for word in re.split(f"[{re.escape(tokens)}]+", text) if word]


def _bounded(inner: str, tokens: str) -> str:
    if not tokens:
        return f"(?s)^(?:{inner})$"
    return f"(?s)(?:^|[{_class(tokens)}])(?:{inner})(?:[{_class(tokens)}]|$)"


def _wild(word: str, tokens: str) -> str:
    """A word with `*` for any characters and `?` for one; they don't reach over a separator."""
    any_one = f"[^{_class(tokens)}]" if tokens else "."
    parts = {"*": f"{any_one}*", "?": any_one}
    return "".join(parts.get(char) or _escaped(char) for char in word)


def _escaped(text: str) -> str:
    return "".join(f"\\x{{{ord(char):x}}}" if _needs(char) else char for char in text)


def _needs(char: str) -> bool:
    return bool(_SPECIAL.match(char)) or ord(char) < 32


def _class(tokens: str) -> str:
    """The separators, as the inside of a character class."""
    return "".join(f"\\x{{{ord(char):x}}}" for char in tokens)
