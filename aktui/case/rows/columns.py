"""Names of fields as names of columns.

A log may have any field names, the file's reader takes no notice of case in them, and one name is ours. So a
field whose name another spelling has taken is stored under its own name and a mark.
"""

from collections.abc import Iterable

from aktui.case.rows.schema import FIRST, ROW
from aktui.errors import CaseError

MOST = 1000
"""Columns a table may come to have; a log with more fields is not one, and each costs at every question."""


_MARK = "~"


def quoted(name: str) -> str:
    """The one way a column's name gets into a statement."""
    return '"' + name.replace('"', '""') + '"'


def storable(text: str) -> str:
    """The text with halves of surrogate pairs, which no file of text can hold, written out."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


class Columns:
    """The columns of one table, in the order they were met."""

    def __init__(self) -> None:
        self._stored: dict[str, str] = {}
        """Field name to the name it is stored under."""
        self._taken: set[str] = {ROW}
        for name in FIRST:
            self.stored(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all fields met, as the logs spell them."""
        return tuple(self._stored)

    def __contains__(self, name: str) -> bool:
        return name in self._stored

    def of(self, name: str) -> str:
        """What a known field is stored under."""
        return self._stored[name]

    def stored(self, name: str) -> str:
        """What a field is stored under; a new one gets its place. CaseError when there are too many."""
        found = self._stored.get(name)
        if found is not None:
            return found
        if len(self._stored) >= MOST:
            raise CaseError(f"These rows have more than {MOST} different fields; aktui keeps no such log.")
        stored = _escaped(name)
        while stored.lower() in self._taken:
            stored += _MARK
        self._taken.add(stored.lower())
        self._stored[name] = stored
        return stored

    def learn(self, stored: Iterable[str]) -> None:
        """Take over the names that a file on disk has."""
        for name in stored:
            self._taken.add(name.lower())
            if name != ROW:
                self._stored.setdefault(_field(name), name)


def _escaped(name: str) -> str:
    """A name a file can have: whole characters, not empty, and no mark at its end that is the log's own."""
    name = storable(name)
    return f"{name}." if not name or name[-1] in f"{_MARK}." else name


def _field(stored: str) -> str:
    return stored.rstrip(_MARK).removesuffix(".")
