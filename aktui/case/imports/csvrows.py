"""CSV as the log service exports it: a line of field names, then a record a row."""

import csv
from collections.abc import Iterable, Iterator

from aktui.case.imports import limits
from aktui.case.imports.found import EVENTS, Bad, Found
from aktui.case.imports.items import event_of, fields_of, table_of
from aktui.case.imports.lines import Line


class _Fed:
    """Hands lines to the CSV reader, and remembers those of the record it is at."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self.taken: list[str] = []
        self.number = 0
        """Of the first line of the record."""

    def __iter__(self) -> "_Fed":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if not self.taken:
            self.number = line.number
        self.taken.append(line.text)
        if sum(map(len, self.taken)) > limits.LONGEST:
            raise csv.Error("a record is too long: a quote may be missing")
        return f"{line.text}\n"

    def text(self) -> str:
        return "\n".join(self.taken)


def rows(lines: Iterable[Line]) -> Iterator[Found | Bad]:
    fed = _Fed(lines)
    names: list[str] | None = None
    before = csv.field_size_limit(limits.LONGEST)
    try:
        while True:
            try:
                for record in csv.reader(fed, strict=True):
                    if names is None:
                        names = record
                    elif record:
                        yield _row(fed, names, record)
                    fed.taken = []
                return
            except csv.Error as error:
                yield Bad(fed.number, f"no CSV: {error}", fed.text())
                fed.taken = []
    finally:
        csv.field_size_limit(before)


def _row(fed: _Fed, names: list[str], record: list[str]) -> Found | Bad:
    if len(record) != len(names):
        return Bad(fed.number, f"{len(record)} fields instead of {len(names)}", fed.text())
    row = fields_of(dict(zip(names, record, strict=True)))
    table = table_of(row)
    if not table:
        return Bad(fed.number, "no row of a log", fed.text())
    if table == EVENTS:
        return event_of(fed.number, row, fed.text())
    return Found(table, fed.number, row, sum(map(len, record)))
