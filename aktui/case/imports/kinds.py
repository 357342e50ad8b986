"""What a file is, by its first lines, and the reader that goes with it."""

import re
from collections.abc import Callable, Iterable, Iterator

from aktui.case.imports import csvrows, items, osslines
from aktui.case.imports.found import Bad, Found
from aktui.case.imports.jsonvalues import JsonValues
from aktui.case.imports.lines import lines

OSS, JSON, CSV, EMPTY, UNKNOWN = "OSS access log", "JSON", "CSV", "empty", "unknown"

LOOKED_AT = 256 << 10
"""Characters from which the kind is told."""

_LINES = 50
_WIDEST = 8192
"""Characters of a line that are enough to know it by."""
_CSV_NAMES = ("__time__", "__topic__", "__source__", "event", "access_id", "AccessKeyId", "bucket")

Reader = Callable[[Iterable[str]], Iterator[Found | Bad]]

READERS: dict[str, Reader] = {
    OSS: lambda pieces: osslines.rows(lines(pieces)),
    JSON: lambda pieces: items.rows(JsonValues(pieces)),
    CSV: lambda pieces: csvrows.rows(lines(pieces)),
}


def kind_of(text: str) -> str:
    """The kind by how the text begins; a few bad lines at its start do not matter."""
    if not text.strip():
        return EMPTY
    begun = [line.strip()[:_WIDEST] for line in text.splitlines()[:_LINES] if line.strip()]
    if text.lstrip()[0] in "[{" and not _is_request(begun[0]):
        return JSON
    if any(map(_is_request, begun)):
        return OSS
    if _is_heading(begun[0]):
        return CSV
    return JSON if any(re.match(r'\{\s*"', line) for line in begun) else UNKNOWN


def _is_request(line: str) -> bool:
    fields = osslines.split(line)
    return len(fields) >= osslines.FEWEST - 1 and osslines.seconds(fields[3]) is not None


def _is_heading(line: str) -> bool:
    names = [name.strip().strip('"') for name in line.split(",")]
    return len(names) > 1 and any(name in names for name in _CSV_NAMES)
