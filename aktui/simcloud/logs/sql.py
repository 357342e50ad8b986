"""The SQL part of a query: Presto as the service speaks it, made into one DuckDB SELECT over the found rows.

What is let through is one SELECT that reads nothing but `log` and subqueries of it. Everything else is
refused the way the service refuses it, with line and column.
"""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import ErrorLevel, SqlglotError, TokenError
from sqlglot.optimizer.annotate_types import annotate_types

from aktui.simcloud.fault import ApiError
from aktui.simcloud.logs.fields import Fields
from aktui.simcloud.logs.refusals import bad_search, bad_sql
from aktui.simcloud.logs.rewriting import rewrite
from aktui.simcloud.logs.store import quoted

DEFAULT_LIMIT = 100
MOST_ROWS = 100_000
_LONGEST = 64 * 1024
_TABLE = "log"
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_STRANGE = (
    exp.DDL,
    exp.DML,
    exp.Command,
    exp.Into,
    exp.Lock,
    exp.Parameter,
    exp.Placeholder,
    exp.Pragma,
    exp.SessionParameter,
    exp.Set,
    exp.TableSample,
)


@dataclass(frozen=True)
class Statement:
    """A statement ready to run over rows."""

    text: str
    """As it came."""
    sql: str
    """For DuckDB, without its common table expressions."""
    tables: tuple[str, ...]
    """Its common table expressions, for DuckDB."""
    columns: dict[str, str]
    """Name of each column of `log` to its DuckDB expression."""
    limited: int
    """The LIMIT that was added because there was none; 0 when there was one."""

    def over(self, rows: str) -> str:
        """The whole DuckDB statement; `rows` is what follows FROM where the rows of `log` are read."""
        listed = ", ".join(f"{expression} AS {quoted(name)}" for name, expression in self.columns.items())
        log = f"{_TABLE} AS (SELECT {listed} FROM {rows})"  # noqa: S608
        return f"WITH {', '.join((log, *self.tables))} {self.sql}"


def translate(text: str, fields: Fields, now: datetime, logstore: str) -> Statement:
    """Raises ApiError (400 ParameterInvalid, with line and column) for what the service would not run."""
    tree = _parse(text)
    _only_the_log(tree, text, logstore)
    columns = fields.readable()
    _name_inner(tree, columns, fields)
    _compare_like_with_like(tree, text, fields)
    limited = _bound(tree, text)
    _name_columns(tree)
    tree = _typed(tree, fields)
    rewrite(tree, text, now)
    common = tree.args.get("with_")
    if common is not None:
        common.pop()
    tables = tuple(_written(table) for table in common.expressions) if common else ()
    return Statement(text, _written(tree), tables, columns, limited)


def _written(tree: exp.Expr) -> str:
    """In DuckDB's words; every name quoted, so that none of them can be anything but a name."""
    return tree.sql(dialect="duckdb", identify=True, unsupported_level=ErrorLevel.IGNORE)


def place(text: str, name: str) -> tuple[int, int]:
    """Line and column, from 1, where a name first stands in a statement."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    before = text[: found.start()] if found else ""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _parse(text: str) -> exp.Query:
    if len(text) > _LONGEST:
        raise bad_sql("SyntaxError", 1, 1, "the statement is too long")
    try:
        parsed = [tree for tree in sqlglot.parse(text, read="presto") if tree is not None]
        if any(token.token_type is TokenType.OFFSET for token in sqlglot.tokenize(text, read="presto")):
            raise bad_sql("SyntaxError", *place(text, "offset"), "mismatched input 'offset' expecting <EOF>")
    except TokenError:
        raise bad_search("unclosed string quote") from None
    except SqlglotError as error:
        raise _misread(text, error) from None
    except RecursionError:
        raise bad_sql("SyntaxError", 1, 1, "the statement is nested too deeply") from None
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Query) or isinstance(parsed[0], exp.Table):
        first = text.split(maxsplit=1)[0] if text.split() else "<EOF>"
        raise bad_sql("SyntaxError", 1, 1, f"mismatched input '{first}' expecting {{'SELECT', 'WITH'}}")
    return parsed[0]


def _misread(text: str, error: SqlglotError) -> ApiError:
    details = getattr(error, "errors", None) or [{}]
    line, column = details[0].get("line") or 1, details[0].get("col") or 1
    near = details[0].get("highlight") or "<EOF>"
    return bad_sql("SyntaxError", line, max(1, column - len(near) + 1), f"mismatched input '{near}'")


def _only_the_log(tree: exp.Query, text: str, logstore: str) -> None:
    """One SELECT over `log`: no other table, no function that makes one, nothing that is no SELECT."""
    for node in tree.walk():
        if isinstance(node, _STRANGE):
            raise bad_sql("SyntaxError", 1, 1, f"mismatched input '{node.sql(dialect='presto')[:60]}'")
        if isinstance(node, exp.With) and node.args.get("recursive"):
            raise bad_sql(
                "SyntaxError", *place(text, "recursive"), "Recursive WITH queries are not supported"
            )
    known = {table.alias_or_name.lower() for table in tree.find_all(exp.CTE)}
    for name in known & {_TABLE}:
        raise bad_sql("SyntaxError", *place(text, name), f"Duplicate name {name} in WITH")
    for table in tree.find_all(exp.Table):
        name = table.name.lower()
        plain = isinstance(table.this, exp.Identifier) and not table.args.get("db")
        if plain and name == logstore.lower():
            table.set("this", exp.to_identifier(_TABLE))
        elif not plain or (name != _TABLE and name not in known):
            shown = table.sql(dialect="presto")
            raise bad_sql("SyntaxError", *place(text, table.name), f"LogStore ({shown}) is not found")
    for select in tree.find_all(exp.Select):
        if select.args.get("from_") is None:
            if select.find_ancestor(exp.Subquery, exp.CTE) is not None:
                message = "you are using nested sql, please specify FROM LOGSTORE in the innermost sql"
                raise bad_sql("SyntaxError", 1, 1, message)
            select.set("from_", exp.From(this=exp.to_table(_TABLE)))


def _name_inner(tree: exp.Query, columns: dict[str, str], fields: Fields) -> None:
    """Give `log` the columns of dotted names: `"event.vpcId"` reads inside of the field `event`."""
    known = {name.lower() for name in columns}
    for column in tree.find_all(exp.Column):
        name = column.name
        if name.lower() not in known and "." in name:
            inner = fields.inside(name)
            if inner is not None:
                columns[name] = inner
                known.add(name.lower())


def _compare_like_with_like(tree: exp.Query, text: str, fields: Fields) -> None:
    """Text is not compared with numbers; DuckDB would turn one into the other."""
    types = {name.lower(): kind for name, kind in fields.types().items()}
    aliases = {alias.alias.lower() for alias in tree.find_all(exp.Alias)}
    for node in tree.find_all(*_COMPARISONS):
        sides = [_kind(side, types, aliases) for side in (node.this, node.expression)]
        if "varchar" in sides and sides[0] != sides[1] and "" not in sides:
            sign = {"EQ": "=", "NEQ": "<>", "GT": ">", "GTE": ">=", "LT": "<", "LTE": "<="}
            shown = sign[type(node).__name__]
            column = next(side.name for side in (node.this, node.expression) if isinstance(side, exp.Column))
            message = f"'{shown}' cannot be applied to {sides[0]}, {sides[1]}"
            raise bad_sql("SyntaxError", *place(text, column), message)


def _kind(side: exp.Expression, types: dict[str, str], aliases: set[str]) -> str:
    if isinstance(side, exp.Literal):
        return "varchar" if side.is_string else "bigint"
    if isinstance(side, exp.Column) and side.name.lower() not in aliases:
        return types.get(side.name.lower(), "").lower()
    return ""


def _typed(tree: exp.Query, fields: Fields) -> exp.Query:
    """The tree with types where they are plain, so that whole numbers divide to whole numbers."""
    types = fields.types()
    known = {name.lower(): name for name in types}
    for select in tree.find_all(exp.Select):
        sources = [select.args["from_"].this, *(join.this for join in select.args.get("joins") or ())]
        if len(sources) != 1 or not isinstance(sources[0], exp.Table) or sources[0].name.lower() != _TABLE:
            continue
        taken = {column.alias.lower() for column in select.selects if isinstance(column, exp.Alias)}
        for column in select.find_all(exp.Column):
            name = column.name.lower()
            if column.find_ancestor(exp.Select) is select and not column.table and name in set(known) - taken:
                column.set("table", exp.to_identifier(sources[0].alias_or_name))
    return annotate_types(tree, schema={_TABLE: types}, dialect="presto")


def _bound(tree: exp.Query, text: str) -> int:
    """See to it that there is a LIMIT, and not too high a one. The LIMIT that was added, or 0."""
    limit = tree.args.get("limit")
    if limit is None:
        tree.set("limit", exp.Limit(expression=exp.Literal.number(DEFAULT_LIMIT)))
        return DEFAULT_LIMIT
    count = limit.expression if isinstance(limit, exp.Limit) else None
    if not isinstance(count, exp.Literal) or not count.this.isdigit():
        raise bad_sql("SyntaxError", *place(text, "limit"), "LIMIT takes a number of rows, or OFFSET,COUNT")
    # One more than is allowed, so that it shows when there are too many.
    limit.set("expression", exp.Literal.number(min(int(count.this), MOST_ROWS + 1)))
    return 0


def _name_columns(tree: exp.Query) -> None:
    """What has no name is named by its position: `_col0`."""
    for at, column in enumerate(tree.selects):
        if not isinstance(column, exp.Alias | exp.Column | exp.Star):
            column.replace(exp.alias_(column.copy(), f"_col{at}"))
