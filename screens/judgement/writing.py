"""The rows of an answer written to a file: as CSV without formulas, as JSON, or as other tools take them."""

import asyncio
import csv
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from aktui.case.rows.asking import BY_TIME, EVERYTHING, Exported, Filter, Format, Order
from aktui.errors import CaseError
from aktui.text import csv_safe
from queries.base import Column, Row
from queries.inquiry import Inquiry
from screens.export import Form
from screens.widgets.display import as_moment, value_text


@dataclass(frozen=True)
class AnswerTable:
    """Rows at hand, to be written as `LogTable` writes those it keeps."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    async def export(
        self,
        path: Path,
        format_: Format,
        where: Filter = EVERYTHING,
        order: Order = BY_TIME,
        *,
        columns: Sequence[str] | None = None,
        overwrite: bool = False,
    ) -> Exported:
        """The rows whose places `where.ids` names, or all. Raises CaseError; then nothing was written."""
        rows = self.rows if where.ids is None else tuple(self.rows[at] for at in where.ids)
        text = self._csv(rows) if format_ == "csv" else self._lines(rows)
        made = text.encode("utf-8", "backslashreplace")
        await asyncio.to_thread(_put, path, made, overwrite)
        names = [column.id for column in self.columns]
        return Exported(path, format_, len(rows), names, len(made), _digest(made))

    def _csv(self, rows: Sequence[Row]) -> str:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow([column.id for column in self.columns])
        for row in rows:
            cells = (value_text(row.values.get(each.id), each.kind, whole=True) for each in self.columns)
            writer.writerow([csv_safe(cell) for cell in cells])
        return out.getvalue()

    def _lines(self, rows: Sequence[Row]) -> str:
        return "".join(f"{json.dumps(self._record(row), default=_plain)}\n" for row in rows)

    def _record(self, row: Row) -> dict[str, object]:
        return {column.id: row.values.get(column.id) for column in self.columns}


@dataclass(frozen=True)
class Answer:
    """What is written, under which name."""

    title: str
    table: AnswerTable


@dataclass(frozen=True)
class File:
    """What was written."""

    rows: int
    size: int
    sha256: str


def forms_of(inquiry: Inquiry, rows: tuple[Row, ...]) -> tuple[Form, ...]:
    """Findings in the forms of `aktui findings`, with the verdict and whose key it is."""
    from queries.export.forms import FORMS, text_of
    from queries.export.gathering import gathered

    def form(name: str) -> Form:
        async def write(path: Path, where: Filter, overwrite: bool) -> File:
            told, _ = await gathered(inquiry)
            chosen = rows if where.ids is None else tuple(rows[at] for at in where.ids)
            text = await asyncio.to_thread(text_of, replace(told, findings=chosen), name)
            made = text.encode("ascii")
            await asyncio.to_thread(_put, path, made, overwrite)
            return File(len(chosen), len(made), _digest(made))

        return Form(name, FORMS[name].suffix, FORMS[name].about, write)

    return tuple(map(form, FORMS))


def _digest(made: bytes) -> str:
    return hashlib.sha256(made).hexdigest()


def _plain(value: object) -> str:
    moment = as_moment(value)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else str(value)


def _put(path: Path, made: bytes, overwrite: bool) -> None:
    """Whole or not at all, for its owner alone."""
    if path.exists() and not overwrite:
        raise CaseError(f"{path} exists.", hint="Ctrl+O replaces it.")
    try:
        number, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(made)
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise CaseError(f"{path} can not be written: {error.strerror}.") from error
