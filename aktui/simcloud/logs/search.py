"""The search part of a query, read into a tree. It knows the syntax only; `condition.py` knows the fields.

expression = or; or = and {"or" and}; and = not {["and"] not}; not = "not" not | "(" or ")" | term
term = "*" | text | key ":" text | key ":" #"phrase" | key (> >= < <= =) number | key "in" range
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aktui.simcloud.fault import ApiError
from aktui.simcloud.logs.refusals import bad_search, bad_search_at

MOST_TERMS = 30
DEEPEST = 100
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<phrase>\#\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<quoted>\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<sign>>=|<=|[()\[\]:<>=])"
    r"|(?P<word>(?:[^\s\"()\[\]:<>=\\]|\\.)+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Everything:
    """`*`: every row."""


@dataclass(frozen=True)
class Words:
    """Rows with these words, in one field or (no key) in any."""

    text: str
    key: str = ""
    phrase: bool = False
    """The words stand side by side, in this order."""
    pattern: bool = False
    """`*` and `?` in the text are wildcards (it was not quoted)."""


@dataclass(frozen=True)
class Exists:
    """`key: *`: rows that have the field."""

    key: str


@dataclass(frozen=True)
class Range:
    """Rows whose field, as a number, lies in a range; an open end is None."""

    key: str
    low: float | None
    high: float | None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True)
class Not:
    term: "Node"


@dataclass(frozen=True)
class All:
    terms: tuple["Node", ...]


@dataclass(frozen=True)
class Any:
    terms: tuple["Node", ...]


Node = Everything | Words | Exists | Range | Not | All | Any


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int
    """Column, from 1."""

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words


def parse(text: str) -> Node:
    """The tree of a search. Raises ApiError (400 ParameterInvalid) that says where it makes no sense."""
    if not text.strip():
        return Everything()
    return _Parser(text).parse()


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            if text[at] in '"#':
                raise bad_search("unclosed string quote")
            raise bad_search_at(at + 1, at + 2, text[at])
        if found.lastgroup != "space":
            yield _Token(str(found.lastgroup), found[0], at + 1)
        at = found.end()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._end = _Token("end", "", len(text) + 1)
        self._at = 0
        self._depth = 0
        self._terms = 0

    def parse(self) -> Node:
        node = self._any()
        if self._next.kind != "end":
            raise self._unexpected(self._next)
        return node

    @property
    def _next(self) -> _Token:
        return self._peek(0)

    def _peek(self, ahead: int) -> _Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _unexpected(self, token: _Token) -> ApiError:
        return bad_search_at(token.at, token.at + max(len(token.text), 1), token.text or "EOF")

    def _any(self) -> Node:
        terms = [self._all()]
        while self._next.is_word("or"):
            self._take()
            terms.append(self._all())
        return terms[0] if len(terms) == 1 else Any(tuple(terms))

    def _all(self) -> Node:
        terms = [self._not()]
        while self._next.kind != "end" and self._next.text != ")" and not self._next.is_word("or"):
            if self._next.is_word("and"):
                self._take()
            terms.append(self._not())
        return terms[0] if len(terms) == 1 else All(tuple(terms))

    def _not(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise bad_search("the query is nested too deeply")
        try:
            if self._next.is_word("not"):
                self._take()
                return Not(self._not())
            if self._next.text == "(" and self._next.kind == "sign":
                self._take()
                inner = self._any()
                self._expect(")")
                return inner
            return self._term()
        finally:
            self._depth -= 1

    def _expect(self, sign: str) -> None:
        token = self._take()
        if token.kind != "sign" or token.text != sign:
            raise self._unexpected(token)

    def _term(self) -> Node:
        self._terms += 1
        if self._terms > MOST_TERMS:
            total = sum(token.kind != "sign" for token in self._tokens)
            raise bad_search(f"condition number {total} is more than {MOST_TERMS}")
        token = self._take()
        if token.kind in ("sign", "end") or token.is_word("and", "or"):
            raise self._unexpected(token)
        after = self._next
        if after.kind == "sign" and after.text == ":" and token.kind != "phrase":
            return self._keyed(self._key(token))
        if after.kind == "sign" and after.text in (">", ">=", "<", "<=", "=") and token.kind != "phrase":
            self._take()
            return _compared(_plain(token), after.text, self._number())
        if after.is_word("in") and self._peek(1).kind == "sign" and self._peek(1).text in ("[", "("):
            self._take()
            return self._range(_plain(token))
        if token.kind == "word" and token.text == "*":
            return Everything()
        return self._words(token, "")

    def _key(self, token: _Token) -> str:
        """A name before the colon, which it takes; `__tag__:name` is one name."""
        self._take()
        name = _plain(token)
        if name == "__tag__" and self._next.kind == "word" and self._peek(1).text == ":":
            name = f"{name}:{_plain(self._take())}"
            self._take()
        return name

    def _keyed(self, key: str) -> Node:
        token = self._take()
        if token.kind in ("sign", "end"):
            raise self._unexpected(token)
        if token.kind == "word" and token.text == "*":
            return Exists(key)
        return self._words(token, key)

    def _words(self, token: _Token, key: str) -> Node:
        text = _plain(token)
        pattern = token.kind == "word" and any(sign in token.text for sign in "*?")
        if pattern and token.text[0] in "*?":
            raise bad_search("only support * or ? in the middle or end of the query")
        return Words(text, key, phrase=token.kind == "phrase", pattern=pattern)

    def _number(self) -> float:
        token = self._take()
        text = _plain(token)
        if token.kind not in ("word", "quoted") or not _NUMBER.fullmatch(text):
            raise self._unexpected(token)
        return float(text)

    def _range(self, key: str) -> Node:
        opening = self._take().text
        low, high = self._number(), self._number()
        closing = self._take()
        if closing.kind != "sign" or closing.text not in ("]", ")"):
            raise self._unexpected(closing)
        return Range(key, low, high, with_low=opening == "[", with_high=closing.text == "]")


def _compared(key: str, sign: str, number: float) -> Range:
    if sign == "=":
        return Range(key, number, number)
    if sign.startswith(">"):
        return Range(key, number, None, with_low=sign == ">=")
    return Range(key, None, number, with_high=sign == "<=")


def _plain(token: _Token) -> str:
    """The text of a token without its quotes and escapes."""
    text = token.text
    if token.kind in ("quoted", "phrase"):
        text = text[text.index('"') + 1 : -1]
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
