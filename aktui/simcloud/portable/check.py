"""Checks JSON against a description and says where it is wrong: `users[3].Status: …`."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.clock import parse_iso

MOST = 20
"""So many problems are told at once."""


class AccountFileError(Exception):
    """A document is no account file. `problems` are lines of path, colon, what is wrong."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems[:MOST]
        rest = len(problems) - MOST
        more = [f"… and {rest} more"] if rest > 0 else []
        super().__init__("\n".join([*self.problems, *more]))


class Problems:
    """Collects what is wrong."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, path: str, what: str) -> None:
        self.lines.append(f"{path or 'the document'}: {what}")

    def raise_any(self) -> None:
        """Raises AccountFileError if there was a problem."""
        if self.lines:
            raise AccountFileError(self.lines)


Kind = Callable[[Any, str, Problems], None]


@dataclass(frozen=True)
class Needed:
    """A field that must be there."""

    kind: Kind


Fields = Mapping[str, Kind | Needed]


def text(*choices: str, pattern: str = "", like: str = "") -> Kind:
    """A string; one of `choices`, or of a pattern that `like` shows an example of."""
    form = re.compile(pattern) if pattern else None

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add(path, f"must be text, not {named(value)}")
        elif choices and value not in choices:
            problems.add(path, f"must be {' or '.join(choices)}, not {shown(value)}")
        elif form and not form.fullmatch(value):
            problems.add(path, f"{shown(value)} does not look like {like}")

    return check


def moment(value: Any, path: str, problems: Problems) -> None:
    """`2026-11-22T03:12:44Z`, milliseconds as digits, or empty."""
    if not isinstance(value, str):
        problems.add(path, f"must be a time like 2026-11-22T03:12:44Z, not {named(value)}")
        return
    try:
        as_moment(value)
    except ValueError:
        problems.add(path, f"{shown(value)} is no time like 2026-11-22T03:12:44Z")


def as_moment(value: str | None) -> datetime | None:
    """A time that was checked; None for none."""
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) == 13:
        return datetime.fromtimestamp(int(value) // 1000, UTC)
    return parse_iso(value)


def flag(value: Any, path: str, problems: Problems) -> None:
    if not isinstance(value, bool):
        problems.add(path, f"must be true or false, not {named(value)}")


def number(value: Any, path: str, problems: Problems) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        problems.add(path, f"must be a number, not {named(value)}")


def whole(value: Any, path: str, problems: Problems) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        problems.add(path, f"must be a whole number, not {named(value)}")


def anything(value: Any, path: str, problems: Problems) -> None:
    """No check."""


def mapping(value: Any, path: str, problems: Problems) -> None:
    """An object of any content."""
    if not isinstance(value, dict):
        problems.add(path, f"must be an object, not {named(value)}")


def json_object(value: Any, path: str, problems: Problems) -> None:
    """Text that is a JSON object, as policy documents are given."""
    if not isinstance(value, str):
        problems.add(path, f"must be JSON text, not {named(value)}")
        return
    try:
        inner = json.loads(value)
    except (ValueError, RecursionError) as error:
        problems.add(path, f"is not JSON: {error}")
        return
    if not isinstance(inner, dict):
        problems.add(path, "must be the JSON text of an object")


def many(kind: Kind) -> Kind:
    """A list."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add(path, f"must be a list, not {named(value)}")
            return
        for at, item in enumerate(value):
            kind(item, f"{path}[{at}]", problems)

    return check


def table(kind: Kind) -> Kind:
    """An object whose values are all of one kind."""

    def check(value: Any, path: str, problems: Problems) -> None:
        mapping(value, path, problems)
        if isinstance(value, dict):
            for name, item in value.items():
                kind(item, f"{path}.{name}", problems)

    return check


def record(fields: Fields) -> Kind:
    """An object with these fields and no others."""

    def check(value: Any, path: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add(path, f"must be an object, not {named(value)}")
            return
        for name in value:
            if name not in fields:
                problems.add(_under(path, name), "is not a field of an account file")
        for name, kind in fields.items():
            if name in value:
                known = kind.kind if isinstance(kind, Needed) else kind
                known(value[name], _under(path, name), problems)
            elif isinstance(kind, Needed):
                problems.add(_under(path, name), "is missing")

    return check


def answered(fields: Fields) -> Kind:
    """An object out of an answer: these fields are checked, the many others are passed over."""
    known = record(fields)

    def check(value: Any, path: str, problems: Problems) -> None:
        told = (
            {name: one for name, one in value.items() if name in fields} if isinstance(value, dict) else value
        )
        known(told, path, problems)

    return check


def listed(name: str, fields: Fields) -> Kind:
    """The vendor's way of a list: `{"AccessKey": […]}`."""
    return record({name: Needed(many(record(fields)))})


def named(value: Any) -> str:
    """What sort of JSON value this is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "a number"


def shown(value: str) -> str:
    """A value inside a sentence, short, control characters visible."""
    clipped = value if len(value) <= 60 else f"{value[:59]}…"
    return json.dumps(clipped, ensure_ascii=not clipped.isprintable())


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
