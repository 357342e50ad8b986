"""Reading the texts that go to the log service."""

import re

from aktui.cloud.logs import texts

_PIECE = re.compile(r"--[^\n]*|/\*.*?\*/|\"[^\"]*\"|'[^']*'|.", re.DOTALL)
_LIMIT = re.compile(r"\blimit\s+\d+\s*(,\s*\d+\s*)?;?\s*\Z", re.IGNORECASE)


def has_limit(statement: str) -> bool:
    """Whether the SQL part ends in a LIMIT of its own, which pages can't be added to."""
    pieces = _PIECE.findall(texts.split(statement)[1])
    plain = "".join(" " if piece.startswith(("--", "/*")) or piece[0] in "\"'" else piece for piece in pieces)
    return bool(_LIMIT.search(plain))


def sql_of(statement: str) -> str:
    """The SQL part, empty for a search."""
    return texts.split(statement)[1]


def page_of(statement: str, offset: int, size: int) -> str:
    """SQL for one page of the rows of a statement without a LIMIT.

    The LIMIT stands on a line of its own, which no comment at the end of the text can swallow.
    """
    return f"{statement.rstrip().rstrip(';').rstrip()}\nLIMIT {offset},{size}"
