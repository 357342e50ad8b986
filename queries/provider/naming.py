"""Whether a record of the provider is about the key: by its id, also a masked one, or by its user."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from queries.asking.reading import ident, moment

_LOCAL = timezone(timedelta(hours=8))
_DEEPEST = 6
_MASKED = re.compile(r"([A-Za-z0-9.]{4,})\*{2,}([A-Za-z0-9]*)")
_IN_CHINA = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def names_key(value: str, key_id: str) -> bool:
    """Whether a text is the id of the key, whole or masked as `LTAI5t****9fG2`."""
    given = value.strip()
    if given == key_id:
        return True
    masked = _MASKED.fullmatch(given)
    return masked is not None and key_id.startswith(masked[1]) and key_id.endswith(masked[2])


def mentions(record: Any, name: str) -> bool:
    """Whether any text of a record has this name in it, as a word of its own."""
    if not name:
        return False
    word = re.compile(rf"(?<![\w.@-]){re.escape(name)}(?![\w-])")
    return any(word.search(text) for text in texts(record))


def texts(value: Any, depth: int = _DEEPEST) -> Iterator[str]:
    """All texts of a record, at any depth that is sane."""
    if isinstance(value, str):
        yield value[:10_000]
    elif depth and isinstance(value, dict):
        for item in value.values():
            yield from texts(item, depth - 1)
    elif depth and isinstance(value, list):
        for item in value:
            yield from texts(item, depth - 1)


def local_moment(value: object) -> datetime | None:
    """A time of Security Center: milliseconds, ISO text in UTC, or `2021-07-06 17:49:41` of China."""
    written = ident(value)
    if _IN_CHINA.fullmatch(written):
        try:
            return datetime.fromisoformat(written).replace(tzinfo=_LOCAL).astimezone(UTC)
        except ValueError:
            return None
    return moment(value)


def local_text(at: datetime) -> str:
    """`2026-11-22 11:12:44`, as Security Center takes times."""
    return at.astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M:%S")
