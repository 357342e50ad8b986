"""The vendor's ways to say no, recognised: what a refused call means, and whose undoing helps the business.

What is known lies in `aktui/contain/data/refusals.toml`, with its sources.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LONGEST = 4000
"""Characters of a message that are looked at; the rest is the intruder's to fill."""


@dataclass(frozen=True)
class Refusal:
    """One reason for a refusal."""

    id: str
    title: str
    meaning: str
    """What it means, in a sentence or two."""
    way_back: str
    """What lets a call of the business through again."""
    undo: str
    """The kind of change to take back: network-policy (of the key or the account), key, recycled-key,
    user-policy, permissions; empty where no change of ours did it."""

    @property
    def by_containment(self) -> bool:
        """Whether a containment change may be the reason."""
        return bool(self.undo)


@dataclass(frozen=True)
class _Entry:
    code: re.Pattern[str] | None
    message: re.Pattern[str] | None
    refusal: Refusal

    def fits(self, code: str, message: str) -> bool:
        if self.code is not None and not self.code.fullmatch(code):
            return False
        return self.message is None or bool(self.message.search(message))


@cache
def _entries() -> tuple[_Entry, ...]:
    text = (files("aktui.contain") / "data" / "refusals.toml").read_text("utf-8")
    return tuple(
        _Entry(
            _pattern(told.get("code")),
            _pattern(told.get("message")),
            Refusal(told["id"], told["title"], told["meaning"], told["way_back"], told["undo"]),
        )
        for told in tomllib.loads(text)["refusal"]
    )


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None


def known() -> tuple[Refusal, ...]:
    """All reasons, each once."""
    return tuple({entry.refusal.id: entry.refusal for entry in _entries()}.values())


def recognise(code: str, message: str = "") -> Refusal | None:
    """The reason behind an error code and message of an event; None for any other error.

    For OSS give its detail code (`ec`) with the message.
    """
    code, message = code.strip()[:200], message[:_LONGEST]
    if not code and not message:
        return None
    # Some logs put code and message into one field.
    whole = f"{code} {message}"
    return next((entry.refusal for entry in _entries() if entry.fits(code, whole)), None)


def recognised(codes: Iterable[str], message: str = "") -> tuple[Refusal, ...]:
    """The reasons behind some codes, each once."""
    found = (recognise(code, message) for code in codes)
    return tuple(dict.fromkeys(refusal for refusal in found if refusal is not None))
