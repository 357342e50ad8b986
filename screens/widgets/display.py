"""Values from the cloud as short harmless texts, and texts as `Content`."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from textual.content import Content

from aktui.text import visible

Part = str | tuple[str, str]
"""A text, or a text and the style it is drawn in."""

LONGEST = 400
"""Characters of a value that are worth preparing for one table cell."""

_LAYOUT = re.compile(r"[^\x20-\x7e\n]")


def plain(text: str) -> Content:
    """One piece of text from anywhere, made visible, never parsed."""
    return Content(visible(text))


def line(*parts: Part) -> Content:
    """Pieces side by side; the texts may come from anywhere, the styles are ours."""
    return Content.assemble(
        *(visible(part) if isinstance(part, str) else (visible(part[0]), part[1]) for part in parts)
    )


def lines(*rows: Content) -> Content:
    """Lines below each other."""
    return Content("\n").join(rows)


def beside_label(label: str, parts: Iterable[Part], margin: int, width: int) -> Content:
    """Text wrapped to the right of a label that takes `margin` cells of `width`."""
    wrapped = line(*parts).wrap(max(10, width - margin))
    margins = [line((label.ljust(margin), "$muted")), *([Content(" " * margin)] * (len(wrapped) - 1))]
    return lines(*(before + text for before, text in zip(margins, wrapped, strict=True)))


def value_text(
    value: Any, kind: str = "text", *, short: bool = False, now: datetime | None = None, whole: bool = False
) -> str:
    """A value as one harmless line; `kind` is its column's. Long ones are cut unless `whole`."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "time":
        moment = as_moment(value)
        if moment is not None:
            return stamp_short(moment, now) if short else stamp(moment)
    text = amount(value) if kind == "bytes" and isinstance(value, int) else _as_text(value)
    return visible(text if whole else text[:LONGEST])


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, timedelta):
        return duration(value.total_seconds())
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, Iterable):
        return ", ".join(_as_text(item) for item in value)
    return str(value)


_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def amount(size: int) -> str:
    """Bytes in the unit that leaves two or three digits: `41.2 GB`."""
    left, unit = float(size), 0
    while left >= 999.5 and unit + 1 < len(_UNITS):
        left, unit = left / 1000, unit + 1
    digits = 0 if unit == 0 or left >= 100 else 1 if left >= 10 else 2
    return f"{left:.{digits}f} {_UNITS[unit]}"


_ALARMS = {
    "reading": ("admin", "can escalate"),
    "mark": ("hostile",),
    "danger": ("high",),
    "risk": ("critical", "critical+", "high", "high+"),
    "severity": ("critical", "high"),
    "side": ("intruder",),
    "ended": ("open", "in doubt", "unverified", "stopped"),
}
"""Values that deserve a look, by column."""


def alarming(column_id: str, text: str) -> bool:
    """Whether a value deserves a look: an error, or a right that opens all others."""
    return bool(text) and (column_id == "error" or text in _ALARMS.get(column_id, ()))


def as_moment(value: Any) -> datetime | None:
    """The moment a value stands for: aware datetimes and the cloud's ISO texts; None for anything else."""
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else None
    if isinstance(value, str) and 20 <= len(value) <= 32:
        try:
            moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else None
    return None


def stamp(moment: datetime) -> str:
    """`2026-11-22 03:12:44`, UTC; whoever shows it names the zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def stamp_short(moment: datetime, now: datetime | None = None) -> str:
    """`11-22 03:12`, or the date alone when it was another year."""
    moment = moment.astimezone(UTC)
    other_year = now is not None and moment.year != now.astimezone(UTC).year
    return moment.strftime("%Y-%m-%d" if other_year else "%m-%d %H:%M")


def duration(seconds: float) -> str:
    """`45 s`, `10 min`, `1 h`, `90 d`: the largest unit that keeps it exact enough to read."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size * (2 if unit == "d" else 1):
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def as_json(record: Any) -> str:
    """A record as JSON that parses back to it, with every control or unseen character as `\\uXXXX`."""
    text = json.dumps(record, ensure_ascii=False, indent=2, default=str)
    return _LAYOUT.sub(_json_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    char = found[0]
    if visible(char) == char:
        return char
    code = ord(char)
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def as_sections(record: Any, fields: Iterable[tuple[str, str]]) -> str:
    """A row to read: its values, the JSON texts inside its record laid out, then the record as it came."""
    parts = [fields_text(fields)]
    for name, value in record.items() if isinstance(record, Mapping) else ():
        inner = _json_inside(value)
        if inner is not None:
            parts.append(f"{visible(str(name))}, laid out\n{as_json(inner)}")
    return "\n\n".join([*parts, f"As it came\n{as_json(record)}"])


def _json_inside(value: Any) -> Any:
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def fields_text(fields: Iterable[tuple[str, str]]) -> str:
    """`name  value` lines, names as wide as the widest; the values may come from anywhere."""
    pairs = [(visible(name), visible(value)) for name, value in fields]
    width = max((len(name) for name, _ in pairs), default=0)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in pairs)


def as_received(body: bytes) -> tuple[str, str]:
    """An answer laid out (when it is JSON) and as it came; bytes that are not UTF-8 are written out."""
    text = body.decode("utf-8", "backslashreplace")
    received = "\n".join(visible(part) for part in text.split("\n"))
    try:
        return as_json(json.loads(body)), received
    except (ValueError, RecursionError):
        return received or "(no answer came)", ""
