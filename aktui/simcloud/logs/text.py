"""Values of SQL as the text in which the service returns every one of them."""

import datetime
import json
import math
from decimal import Decimal
from typing import Any


def as_text(value: Any) -> str:
    """`null`, `true`, `1.5`, `2026-11-22 11:12:44.000`, `["a"]`: what the service writes for a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03}"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict | list | tuple):
        return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _double(value: float) -> str:
    """As Java writes a double: very small and very large ones with an exponent."""
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "-Infinity" if value < 0 else "Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        plain = f"{Decimal(repr(value)):f}"
        return plain if "." in plain else f"{plain}.0"
    digits, exponent = f"{Decimal(repr(value)).normalize():E}".split("E")
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {as_text(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else as_text(value)


def column_type(kind: Any) -> str:
    """The service's name of a DuckDB type."""
    name = str(kind).upper()
    if name in ("BIGINT", "HUGEINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT"):
        return "bigint"
    if name in ("DOUBLE", "FLOAT") or name.startswith("DECIMAL"):
        return "double"
    return {"BOOLEAN": "boolean", "TIMESTAMP": "timestamp", "DATE": "date"}.get(name, "varchar")
