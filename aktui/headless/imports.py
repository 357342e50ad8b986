"""`aktui import`: log files from disk into a case, with an account of every line."""

import argparse
import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aktui.case.directory import case_directory, recent_cases
from aktui.case.imports.found import EVENTS, OSS_ACCESS, SLS_OPERATIONS
from aktui.case.imports.importing import FileReport, Shape, import_file
from aktui.case.ledger import Ledger
from aktui.case.rows.store import RowStore
from aktui.config import Settings
from aktui.errors import UsageError
from aktui.headless.output import Progress, as_json, emit, iso, note
from aktui.text import visible
from queries.base import Row
from queries.logs import osslogs, slslogs, traillogs
from queries.logs.downloads import flat

_SHOWN = 20
"""Problems told at most of one file."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    files = _files(args.files)
    directory, key_id, practice = _case(args.key_id or "", settings)
    return asyncio.run(_run(args, files, directory, key_id, practice))


async def _run(
    args: argparse.Namespace, files: list[Path], directory: Path, key_id: str, practice: bool
) -> int:
    reports = []
    ledger = await Ledger.open(directory, key_id=key_id, practice=practice)
    try:
        async with RowStore(directory, keep=ledger.record_part) as store:
            for number, path in enumerate(files, start=1):
                progress = _progress(number, len(files))
                report = await import_file(path, store, shapes=SHAPES, progress=progress)
                reports.append(report)
                if not args.json:
                    Progress.clear()
                    emit(_text(report))
    finally:
        await ledger.aclose()
        Progress.clear()
    if args.json:
        emit(as_json(_document(key_id, reports)) + "\n")
    note(_summary(key_id, reports))
    return 0 if all(report.complete for report in reports) else 3


def _files(given: Iterable[Path]) -> list[Path]:
    """The files meant, folders opened up. UsageError for one there is not."""
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            found += sorted(one for one in path.rglob("*") if one.is_file())
        elif path.exists():
            found.append(path)
        else:
            raise UsageError(f"There is no file {path}.")
    if not found:
        raise UsageError("There are no files in what was named.")
    return found


def _case(key_id: str, settings: Settings) -> tuple[Path, str, bool]:
    """Whose case, begun if need be; without a key the newest."""
    if key_id:
        return case_directory(settings.home, key_id, practice=settings.practice), key_id, settings.practice
    cases = recent_cases(settings.home, limit=1)
    if not cases:
        raise UsageError(
            f"There is no case under {settings.home} to import into.", hint="Say whose with --key KEY_ID."
        )
    return cases[0].directory, cases[0].key_id, cases[0].practice


def _shape(values: Callable[[Mapping[str, str]], dict[str, Any]]) -> Shape:
    def shape(fields: dict[str, str]) -> dict[str, str]:
        return flat(Row(values(fields), fields), fields)

    return shape


def _oss(fields: Mapping[str, str]) -> dict[str, Any]:
    return osslogs.values(fields, fields.get("bucket_location", "").removeprefix("oss-"))


SHAPES: Mapping[str, Shape] = {
    OSS_ACCESS: _shape(_oss),
    SLS_OPERATIONS: _shape(lambda fields: slslogs.values(fields, "")),
    EVENTS: _shape(traillogs.values),
}
"""Imported rows answer to the columns of the same questions as downloaded ones."""


def _progress(number: int, of: int) -> Callable[[FileReport], None]:
    def show(report: FileReport) -> None:
        percent = 100 * report.read // max(1, report.size)
        Progress.show(
            f"file {number} of {of}: {report.path.name}  {percent}%  {sum(report.rows.values()):,} rows"
        )

    return show


def _text(report: FileReport) -> str:
    rows = ", ".join(f"{count:,} {table}" for table, count in sorted(report.rows.items())) or "no rows"
    lines = [
        f"{report.path}",
        f"  kind      {report.kind}, {report.lines:,} lines",
        f"  rows      {rows}; {report.stored:,} new in the case",
    ]
    if report.first is not None and report.last is not None:
        lines.append(f"  time      {_moment(report.first)} to {_moment(report.last)}")
    if report.untimed:
        lines.append(f"  untimed   {report.untimed:,} rows have no time that can be read")
    if report.rejected:
        lines.append(f"  REJECTED  {report.rejected:,}, kept as they are in the table rejected")
    lines += [f"  PROBLEM   {problem}" for problem in report.problems[:_SHOWN]]
    return "".join(f"{visible(line)}\n" for line in lines)


def _document(key_id: str, reports: list[FileReport]) -> dict[str, object]:
    return {
        "schema": "aktui.import/1",
        "key_id": key_id,
        "complete": all(report.complete for report in reports),
        "files": [_of(report) for report in reports],
    }


def _of(report: FileReport) -> dict[str, object]:
    return {
        "path": str(report.path),
        "kind": report.kind,
        "sha256": report.sha256,
        "size": report.size,
        "read": report.read,
        "unpacked": report.unpacked,
        "lines": report.lines,
        "rows": dict(sorted(report.rows.items())),
        "new": report.stored,
        "rejected": report.rejected,
        "untimed": report.untimed,
        "first": None if report.first is None else _moment(report.first),
        "last": None if report.last is None else _moment(report.last),
        "problems": report.problems,
    }


def _moment(seconds: int) -> str:
    return iso(datetime.fromtimestamp(seconds, UTC))


def _summary(key_id: str, reports: list[FileReport]) -> str:
    total: Counter[str] = Counter()
    for report in reports:
        total += report.rows
    bad = sum(not report.complete for report in reports)
    told = f"{sum(total.values()):,} rows of {len(reports):,} files are in the case of {key_id}"
    return f"{told}; {bad:,} files were not read whole." if bad else f"{told}."
