"""What a judge says of calls, and how not knowing adds up."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from queries.usage.values import Usage

Document = Mapping[str, Any]


class Answer(StrEnum):
    """Whether calls like these are denied."""

    DENIED = "denied"
    PASSES = "not denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """The answer, why in a sentence, and the statement of the document that decided it."""

    answer: Answer
    why: str
    statement: Document | None = field(default=None, compare=False)

    @property
    def denied(self) -> bool:
        return self.answer is Answer.DENIED


Judge = Callable[[Usage], Verdict]
"""Whether calls would have been denied by one change."""


def denied(why: str, statement: Document | None = None) -> Verdict:
    return Verdict(Answer.DENIED, why, statement)


def passes(why: str, statement: Document | None = None) -> Verdict:
    return Verdict(Answer.PASSES, why, statement)


def unknown(why: str, statement: Document | None = None) -> Verdict:
    return Verdict(Answer.UNKNOWN, why, statement)


def all_of(parts: Iterable[bool | None]) -> bool | None:
    """False when one is, else None when one is not known."""
    seen = set(parts)
    return False if False in seen else None if None in seen else True


def any_of(parts: Iterable[bool | None]) -> bool | None:
    """True when one is, else None when one is not known."""
    seen = set(parts)
    return True if True in seen else None if None in seen else False
