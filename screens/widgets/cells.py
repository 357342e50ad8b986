"""Cells of log rows: what a table, a facet and the detail show for a value."""

from urllib.parse import unquote

from aktui.case.rows.asking import Value
from aktui.text import visible
from screens.widgets.display import LONGEST, amount, value_text
from screens.widgets.moments import stamped


def log_cell(value: Value, kind: str = "text", *, local: bool = False) -> str:
    """A value of a log row as one harmless line of bearable length."""
    if value is None or value == "":
        return ""
    if kind == "time" and isinstance(value, int):
        return stamped(value, local=local)
    if kind == "bytes":
        text = str(value)
        return amount(int(text)) if text.isascii() and text.isdigit() and len(text) < 20 else visible(text)
    if kind == "url":
        return visible(unquote(str(value)[:LONGEST]))
    return value_text(value, kind)


def counted(count: int) -> str:
    """`1,234,567`."""
    return f"{count:,}"


def suspicious(column_id: str, text: str) -> bool:
    """Whether a value of a log row deserves a look: a refused request, or an error."""
    if column_id in ("http_status", "Status", "status"):
        return text[:1] in ("4", "5")
    return bool(text) and text != "-" and column_id in ("error", "error_code", "ErrorCode", "ErrorMsg")
