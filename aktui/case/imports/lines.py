"""Pieces of text as lines, numbered from 1."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aktui.case.imports import limits


class Line(NamedTuple):
    """One line without its end."""

    number: int
    text: str
    longer: int = 0
    """Characters left out at the end, because there were more than a line may have."""


def lines(pieces: Iterable[str]) -> Iterator[Line]:
    """Every line, the empty ones too; of one that is too long, its beginning."""
    number, begun, longer = 1, "", 0
    for piece in pieces:
        *whole, rest = (begun + piece).split("\n")
        for text in whole:
            yield _line(number, text, longer)
            number, longer = number + 1, 0
        begun = rest
        if len(begun) > limits.LONGEST:
            kept = limits.KEPT_OF_LONGER
            longer += len(begun) - kept
            begun = begun[:kept]
    if begun:
        yield _line(number, begun, longer)


def _line(number: int, text: str, longer: int) -> Line:
    text = text.removesuffix("\r")
    if len(text) > limits.LONGEST or longer:
        kept = limits.KEPT_OF_LONGER
        return Line(number, text[:kept], longer + max(0, len(text) - kept))
    return Line(number, text)
