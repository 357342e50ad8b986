"""What sqlglot's own translation from Presto to DuckDB leaves out: the service's functions and its times."""

import re
from datetime import datetime, timedelta

import sqlglot
from sqlglot import exp

from aktui.simcloud.logs.fields import LOCAL
from aktui.simcloud.logs.functions import OWN, PLAIN
from aktui.simcloud.logs.refusals import bad_sql

_WINDOW = re.compile(r"(\d{1,9})\s*([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_TIMED = (
    exp.TimestampTrunc,
    exp.DateTrunc,
    exp.TimeToStr,
    exp.Year,
    exp.Month,
    exp.Day,
    exp.Hour,
    exp.Minute,
    exp.Second,
    exp.DayOfMonth,
    exp.DayOfWeek,
    exp.DayOfYear,
    exp.Week,
    exp.WeekOfYear,
    exp.Quarter,
    exp.DateAdd,
    exp.Date,
)
"""Functions of a time that take seconds since 1970 too."""

_READERS = (exp.ReadCSV, exp.ReadParquet)


def rewrite(tree: exp.Query, text: str, now: datetime) -> None:
    """Change the tree in place. Raises ApiError for a function the service does not have."""
    for node in reversed(list(tree.walk(bfs=False))):
        changed = _rewritten(node, text, now)
        if changed is not node:
            node.replace(changed)


def _rewritten(node: exp.Expr, text: str, now: datetime) -> exp.Expr:
    if isinstance(node, _READERS):
        raise _unknown(text, type(node).__name__)
    if isinstance(node, exp.Anonymous):
        return _own(node, text)
    if isinstance(node, _TIMED):
        node.set("this", _time(node.this))
    elif isinstance(node, exp.DateDiff | exp.TimestampDiff):
        node.set("this", _time(node.this))
        node.set("expression", _time(node.expression))
    elif isinstance(node, exp.UnixToTime):
        return _time(node.this)
    elif isinstance(node, exp.TimeToUnix):
        return exp.func("sls_seconds", node.this)
    elif isinstance(node, exp.CurrentTimestamp | exp.CurrentDate | exp.Localtimestamp | exp.CurrentTime):
        return _moment(node, now)
    elif isinstance(node, exp.JSONExtract | exp.JSONExtractScalar):
        node.set("this", exp.func("sls_json", node.this))
    elif isinstance(node, exp.RegexpExtract):
        return _or_null(node)
    return node


def _time(value: exp.Expr) -> exp.Expr:
    return exp.func("sls_time", value)


def _moment(node: exp.Expr, now: datetime) -> exp.Expr:
    """The account's clock, not this machine's."""
    local = now.replace(tzinfo=None) + timedelta(seconds=LOCAL)
    if isinstance(node, exp.CurrentDate):
        return exp.cast(exp.Literal.string(f"{local:%Y-%m-%d}"), "date")
    if isinstance(node, exp.CurrentTime):
        return exp.cast(exp.Literal.string(f"{local:%H:%M:%S}"), "time")
    return exp.cast(exp.Literal.string(f"{local:%Y-%m-%d %H:%M:%S}"), "timestamp")


def _or_null(node: exp.RegexpExtract) -> exp.Expr:
    """Where nothing matches there is NULL, not an empty text."""
    matches = exp.RegexpLike(this=node.this.copy(), expression=node.expression.copy())
    return exp.Case(ifs=[exp.If(this=matches, true=node.copy())])


def _own(node: exp.Anonymous, text: str) -> exp.Expr:
    name = str(node.this).lower()
    if name == "time_series":
        return _time_series(node, text)
    if name in OWN:
        node.set("this", OWN[name])
        return node
    if name in PLAIN or name.startswith("sls_"):
        return node
    raise _unknown(text, name)


def _time_series(node: exp.Anonymous, text: str) -> exp.Expr:
    """`time_series(time, '1h', format, padding)`: the start of the window. Empty windows are not padded."""
    values = node.expressions
    literal = [isinstance(value, exp.Literal) and value.is_string for value in values]
    found = _WINDOW.fullmatch(values[1].name) if len(values) == 4 and literal[1] and literal[2] else None
    if found is None or int(found[1]) == 0:
        message = (
            "Unexpected parameters for function time_series. Expected: time_series(time, '1h', format, '0')"
        )
        raise bad_sql("SyntaxError", *_place(text, "time_series"), message)
    seconds = exp.Literal.number(int(found[1]) * _SECONDS[found[2]])
    window = exp.func("sls_window", values[0].copy(), seconds)
    shown = sqlglot.parse_one(f"date_format(x, {values[2].sql(dialect='presto')})", read="presto")
    shown.set("this", window)
    return shown


def _unknown(text: str, name: str) -> Exception:
    return bad_sql("SyntaxError", *_place(text, name), f"Function {name.lower()} not registered")


def _place(text: str, name: str) -> tuple[int, int]:
    from aktui.simcloud.logs.sql import place

    return place(text, name)
