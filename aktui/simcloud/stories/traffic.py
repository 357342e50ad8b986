"""The bulk of an access log, which no single event stands behind: drawn by DuckDB when it is first asked for.

Draws come from MD5 over a seed and the number of the row, so that they are the same everywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aktui.simcloud.stories.access import NONE, Row, encoded, method_of

if TYPE_CHECKING:
    import duckdb

DAY_HOURS = (8, 9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16, 17, 18, 19, 20, 20, 21, 21, 22, 23, 1, 5)
NIGHT_HOURS = (2, 2, 3)
ALL_HOURS = tuple(range(24))

_SLOTS = 1000
_CHINA = 8 * 3600


@dataclass(frozen=True)
class Traffic:
    """One sort of traffic. Where there is a choice, each row draws one."""

    share: int
    """Of a thousand rows."""
    bucket: str
    names: Sequence[str]
    """Names of objects; `#` is a number."""
    operations: Sequence[str] = ("GetObject",)
    keys: Sequence[str] = (NONE,)
    requester: str = NONE
    extend: str = NONE
    sign: str = "NotSign"
    ips: Sequence[str] = ()
    agents: Sequence[str] = (NONE,)
    vpc: str = NONE
    sync: str = NONE
    low: int = 2_000
    high: int = 400_000
    """Bytes of an object: from, up to."""
    many: int = 10_000
    """So many objects of each name."""
    hours: Sequence[int] = DAY_HOURS
    """Of the day, company time, as often as things happen in them."""
    missing: int = 0
    """Of a thousand requests, so many ask for an object that is not there."""
    denied: bool = False
    """Every request is refused."""
    query: str = ""


def draw(
    connection: "duckdb.DuckDBPyConnection",
    table: str,
    traffic: Sequence[Traffic],
    *,
    seed: str,
    rows: int,
    end: int,
    days: int,
) -> None:
    """Put so many rows, over so many days before `end` (seconds since 1970), into a table of `Row`s."""
    kinds = f"{table}_kinds"
    columns, choices = _columns(traffic)
    drawn = ", ".join(f"unnest(?) AS {name}" for name in columns)
    connection.execute(f"CREATE TEMP TABLE {kinds} AS SELECT {drawn}", list(columns.values()))
    # A range in a table is worked on by all threads, one in a query by a single one.
    numbered = f"CREATE TEMP TABLE {kinds}_rows AS SELECT i FROM range(?) AS numbered(i)"  # noqa: S608
    connection.execute(numbered, [rows])
    connection.execute(
        _DRAW.format(table=table, kinds=kinds, columns=", ".join(Row._fields)),
        {"seed": seed, "end": end, "days": days, "china": _CHINA, **choices},
    )
    connection.execute(f"DROP TABLE {kinds}")
    connection.execute(f"DROP TABLE {kinds}_rows")


def _columns(traffic: Sequence[Traffic]) -> tuple[dict[str, list[object]], dict[str, list[object]]]:
    """A table with a row for each thousandth of the traffic, and the lists to choose from.

    Of a choice the table has only where it begins in its list and how many there are: a list in each row
    would cost more than all the rest.
    """
    if sum(kind.share for kind in traffic) != _SLOTS:
        raise ValueError(f"the shares of traffic must add up to {_SLOTS}")
    slots = [kind for kind in traffic for _ in range(kind.share)]
    columns: dict[str, list[object]] = {"slot": list(range(_SLOTS))}
    choices: dict[str, list[object]] = {name: [] for name in _CHOICES}
    begins: dict[tuple[str, int], int] = {}
    for kind in traffic:
        for name, of in _CHOICES.items():
            begins[name, id(kind)] = len(choices[name])
            choices[name] += of(kind)
    for name, of in _CHOICES.items():
        columns[f"{name}_at"] = [begins[name, id(kind)] for kind in slots]
        columns[f"{name}_of"] = [len(of(kind)) for kind in slots]
    for name in _PLAIN:
        columns[name] = [getattr(kind, name) for kind in slots]
    return columns, choices


_PLAIN = (
    "bucket",
    "requester",
    "extend",
    "sign",
    "vpc",
    "sync",
    "low",
    "high",
    "many",
    "missing",
    "denied",
    "query",
)

_CHOICES: Mapping[str, Callable[[Traffic], list[object]]] = {
    "names": lambda kind: [encoded(name) for name in kind.names],
    "operations": lambda kind: list(kind.operations),
    "methods": lambda kind: [_method(name) for name in kind.operations],
    "keys": lambda kind: list(kind.keys),
    "ips": lambda kind: list(kind.ips),
    "agents": lambda kind: list(kind.agents),
    "hours": lambda kind: list(kind.hours),
}


def _method(operation: str) -> str:
    return (
        "POST" if operation in ("DeleteObjects", "PostObject", "CompleteUploadPart") else method_of(operation)
    )


def _pick(column: str, number: str) -> str:
    return f"${column}[{column}_at + 1 + ({number} % {column}_of::UBIGINT)::BIGINT]"


_DRAW = f"""
INSERT INTO {{table}}
WITH numbers AS (
    SELECT md5_number_lower($seed || ':' || i) AS h, md5_number_upper($seed || ':' || i) AS g
    FROM {{kinds}}_rows
), drawn AS (
    SELECT *, {_pick("hours", "h // 1000000")} * 3600 + (h // 100000000 % 3600)::BIGINT AS of_day,
        $end - ($end + $china) % 86400 AS midnight,
        (g // 10000000000 % many::UBIGINT)::BIGINT AS number,
        {_pick("names", "g // 100000000")} AS pattern,
        {_pick("operations", "g // 1000000")} AS operation,
        {_pick("methods", "g // 1000000")} AS method,
        denied OR h // 10000000000000 % 1000 < missing::UBIGINT AS bad
    FROM numbers JOIN {{kinds}} ON slot = (h % {_SLOTS})::BIGINT
), dated AS (
    SELECT *, midnight + of_day - (h // 1000 % $days::UBIGINT)::BIGINT * 86400 AS moment,
        low + (number * 2654435761 + length(pattern) * 40503) % (high - low) AS bytes,
        bad AND (denied OR operation IN ('GetObject', 'HeadObject')) AS failed
    FROM drawn
), settled AS (
    SELECT *, CASE WHEN moment >= $end THEN moment - $days * 86400 ELSE moment END AS time,
        replace(pattern, '#', lpad(number::VARCHAR, 6, '0')) AS object
    FROM dated
), told AS (
    SELECT time, format('{{{{:08X}}}}', time) || format('{{{{:016X}}}}', h) AS request_id, bucket,
        {_pick("ips", "g // 1000")} AS ip, {_pick("keys", "g // 1000")} AS key, requester, sign, extend,
        operation, method,
        CASE WHEN operation IN ('DeleteObjects', 'GetBucket') THEN '-' ELSE object END AS object,
        CASE operation WHEN 'DeleteObjects' THEN 'delete' WHEN 'GetBucket' THEN 'max-keys=100' ELSE query END
            AS query,
        CASE WHEN failed THEN if(denied, 403, 404) WHEN method = 'DELETE' THEN 204 ELSE 200 END AS status,
        CASE WHEN failed THEN if(denied, 'AccessDenied', 'NoSuchKey') ELSE '-' END AS error,
        CASE WHEN failed THEN if(denied, '0003-00000001', '0026-00000001') ELSE '-' END AS ec,
        CASE WHEN failed THEN if(method = 'HEAD', 0, 271) WHEN operation = 'GetObject' THEN bytes
            WHEN method = 'GET' THEN 2113 ELSE 0 END AS sent,
        CASE WHEN method = 'PUT' AND NOT failed THEN bytes ELSE 0 END AS received,
        CASE WHEN failed OR method = 'POST' OR operation = 'GetBucket' THEN 0 ELSE bytes END AS size,
        {_pick("agents", "g // 1000")} AS agent, vpc, sync,
        CASE WHEN operation = 'DeleteObjects'
            THEN url_decode(object) || chr(10) || url_decode(object) || '.thumb' ELSE '' END AS names
    FROM settled
)
SELECT {{columns}} FROM told
"""  # noqa: S608
