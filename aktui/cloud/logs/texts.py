"""Query texts of the log service: `search`, or `search | SQL`. Where one part ends, and what the SQL does.

SQL of the log service can also write: `INSERT INTO` and `CREATE TABLE` reach into OSS and databases. So the
read-only gate looks at each statement's first word.
"""

import re
from collections.abc import Iterator

from aktui.errors import CallRef, ReadOnly, UsageError

_READS = {"select", "with"}
_SESSION = re.compile(r"\s*set\s+session\s+\w+\s*=\s*[\w'.]+\s*", re.IGNORECASE)
_FIRST_WORD = re.compile(r"[\s(]*(\w*)")
_SEARCH_PIECE = re.compile(r'"(?:\\.|[^"\\])*"|.', re.DOTALL)
"""In the search part: a quoted text, in which a backslash hides a quote, or one character."""
_SQL_PIECE = re.compile(r"--[^\n]*|/\*.*?\*/|\"[^\"]*\"|'[^']*'|.", re.DOTALL)
"""In the SQL part: a comment, a quoted text, in which a quote is doubled, or one character."""


def split(query: str) -> tuple[str, str]:
    """The search part and the SQL part, which is empty in a plain search. `|` inside quotes is text.

    Raises UsageError for half characters, which can not be sent.
    """
    if not query.isprintable() and any("\ud800" <= character <= "\udfff" for character in query):
        raise UsageError("The query has bytes in it that are no text.")
    at = 0
    for piece in _SEARCH_PIECE.findall(query):
        if piece == "|":
            return query[:at].strip(), query[at + 1 :].strip()
        at += len(piece)
    return query.strip(), ""


def check(call: CallRef, query: str) -> None:
    """Raise ReadOnly unless the query only reads."""
    for statement in _statements(split(query)[1]):
        found = _FIRST_WORD.match(statement)
        word = found[1].lower() if found else ""
        if word not in _READS and not _SESSION.fullmatch(statement):
            raise ReadOnly(
                call,
                f"This query was not sent: its SQL has a statement that begins with {word[:30]!r}, and only "
                "SELECT and WITH are known to read.",
                hint="aktui is read-only; nothing was changed.",
            )


def _statements(sql: str) -> Iterator[str]:
    """The statements without their comments; one that is blank is none."""
    statement = ""
    for piece in [*_SQL_PIECE.findall(sql), ";"]:
        if piece == ";":
            if statement.strip():
                yield statement
            statement = ""
        elif not piece.startswith(("--", "/*")):
            statement += piece
