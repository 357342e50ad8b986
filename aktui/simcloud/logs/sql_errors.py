"""What DuckDB says about a statement, in the words of the log service."""

import re
from collections.abc import Callable

import duckdb

from aktui.simcloud.fault import ApiError
from aktui.simcloud.logs.refusals import bad_sql, sql_failed
from aktui.simcloud.logs.sql import place

_TYPES = {"VARCHAR": "varchar", "INTEGER_LITERAL": "bigint", "INTEGER": "bigint", "HUGEINT": "bigint"}


def refused(error: duckdb.Error, text: str) -> ApiError:
    """The refusal of a statement (its text as it came) that DuckDB would not run, or not to the end."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return sql_failed("Query exceeded max memory size of 3GB")
    said = str(error).partition("\n")[0]
    for pattern, make in _KNOWN:
        found = re.search(pattern, said)
        if found is not None:
            return make(found, text)
    return bad_sql("SyntaxError", 1, 1, re.sub(r"^[A-Z][A-Za-z ]+ Error: ", "", said))


def too_long() -> ApiError:
    return sql_failed("Query exceeded maximum time limit of 55.00s")


def too_many_rows() -> ApiError:
    return sql_failed("output rows execeed 100000 rows, please refine your sql")


def _no_column(found: re.Match[str], text: str) -> ApiError:
    name = found["name"]
    message = f"Column '{name}' cannot be resolved;please add the column in the index attribute"
    if f'"{name}"' in text:
        message = (
            f"Column '{name}' cannot be resolved; it seems {name} is wrapper by \";"
            f"if {name} is a string ,not a key field, please use '{name}'"
        )
    return bad_sql("ColumnNotExists", *place(text, name), message)


def _not_grouped(found: re.Match[str], text: str) -> ApiError:
    name = found["name"]
    message = f"Column '{name}' not in GROUP BY clause;please add the column in the index attribute"
    return bad_sql("SyntaxError", *place(text, name), message)


def _no_function(found: re.Match[str], text: str) -> ApiError:
    name = found["name"].lower()
    return bad_sql("SyntaxError", *place(text, name), f"Function {name} not registered")


def _wrong_types(found: re.Match[str], text: str) -> ApiError:
    name, given = found["name"], ", ".join(_type(kind) for kind in found["given"].split(", "))
    message = f"Unexpected parameters ({given}) for function {name}."
    return bad_sql("SyntaxError", *place(text, name), message)


def _compared(found: re.Match[str], text: str) -> ApiError:
    message = f"'=' cannot be applied to {_type(found['left'])}, {_type(found['right'])}"
    return bad_sql("SyntaxError", 1, 1, message)


def _not_cast(found: re.Match[str], text: str) -> ApiError:
    kind = {"INT64": "BIGINT", "INT32": "INT"}.get(found["kind"], found["kind"])
    return sql_failed(f"Can not cast '{found['value']}' to {kind}")


def _divided_by_zero(found: re.Match[str], text: str) -> ApiError:
    return sql_failed("Division by zero")


def _aggregate_in_where(found: re.Match[str], text: str) -> ApiError:
    message = "WHERE clause cannot contain aggregations or window functions"
    return bad_sql("SyntaxError", *place(text, "where"), message)


def _type(kind: str) -> str:
    return _TYPES.get(kind, kind.lower())


_Make = Callable[[re.Match[str], str], ApiError]
_KNOWN: tuple[tuple[str, _Make], ...] = (
    (r'Referenced (column|table) "(?P<name>.*?)" (was )?not found', _no_column),
    (r'does not have a column named "(?P<name>.*?)"', _no_column),
    (r'column "?(?P<name>.*?)"? must appear in the GROUP BY clause', _not_grouped),
    (r"Function with name (?P<name>\S+) does not exist", _no_function),
    (r"argument types '(?P<name>\w+)\((?P<given>.*?)\)'", _wrong_types),
    (r"Cannot compare values of type (?P<left>\S+).* type (?P<right>\w+)", _compared),
    (r"Could not convert string '(?P<value>.*)' to (?P<kind>\w+)", _not_cast),
    (r"with value (-?inf|nan) can't be cast", _divided_by_zero),
    (r"WHERE clause cannot contain aggregates", _aggregate_in_where),
)
