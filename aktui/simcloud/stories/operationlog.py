"""The Logstore `internal-operation_log`: told requests, and the bulk that agents make."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aktui.simcloud.logs.store import FieldIndex, Index
from aktui.simcloud.stories.operation import Row
from aktui.simcloud.stories.telling import tell

if TYPE_CHECKING:
    import duckdb

_TEXTS = (
    "APIVersion",
    "AccessKeyId",
    "CallerType",
    "ClientIp",
    "ErrorCode",
    "ErrorMsg",
    "InvokerUid",
    "LogStore",
    "Method",
    "Project",
    "Query",
    "RequestId",
    "RoleSessionName",
    "SourceIP",
    "Time",
    "UserAgent",
)
_NUMBERS = ("BeginTime", "EndTime", "Latency", "NetOutFlow", "NetworkOut", "Offset", "Status")

INDEX = Index(
    fields={
        **dict.fromkeys(_TEXTS, FieldIndex()),
        **dict.fromkeys(_NUMBERS, FieldIndex("long")),
    },
    full_text=True,
)


@dataclass(frozen=True)
class OperationRows:
    """The rows of one region."""

    seed: str
    told: Sequence[Row]
    """Requests that belong to the story, or to events."""
    project: str
    """Where agents write."""
    agents: Sequence[tuple[str, str]]
    """(AccessKey id, address) of each agent: temporary keys of a role."""
    uid: str
    """Id of that role."""
    bulk: int
    """How many requests of agents."""
    end: int
    days: int

    @property
    def count_hint(self) -> int:
        return len(self.told) + self.bulk

    def load(self, connection: "duckdb.DuckDBPyConnection", table: str) -> None:
        """Spell out what is told, draw the rest."""
        requests = f"{table}_requests"
        tell(connection, requests, self.told, Row.__annotations__)
        parameters = {
            "seed": self.seed,
            "bulk": self.bulk,
            "end": self.end,
            "seconds": self.days * 86400,
            "project": self.project,
            "keys": [key for key, _ in self.agents],
            "ips": [ip for _, ip in self.agents],
            "uid": self.uid,
        }
        connection.execute(_SPELT_OUT.format(table=table, requests=requests), parameters)
        connection.execute(f"DROP TABLE {requests}")


_SPELT_OUT = """
CREATE TABLE {table} AS
WITH numbers AS (
    SELECT md5_number_lower($seed || ':' || i) AS h, md5_number_upper($seed || ':' || i) AS g
    FROM range($bulk) AS numbered(i)
), timed AS (
    SELECT *, $end - 1 - (h % $seconds::UBIGINT)::BIGINT AS time,
        1 + (g % len($keys)::UBIGINT)::BIGINT AS agent
    FROM numbers
), bulk AS (
    SELECT time, format('{{:08X}}', time) || format('{{:016X}}', h) AS request_id, $project AS project,
        if(g // 1000 % 5 = 0, 'app-json', 'nginx-access') AS logstore,
        if(g // 1000 % 40 = 7, 'GetLogStore', 'PostLogStoreLogs') AS method, $keys[agent] AS key,
        'Sts' AS caller, $uid AS uid, 'logtail' AS session, $ips[agent] AS ip,
        'ali-log-logtail/1.8.7' AS agent,
        if(g // 100000 % 400 = 3, 503, 200) AS status, if(g // 100000 % 400 = 3, 'ServerBusy', '') AS error,
        (3000 + h // 1000 % 40000)::BIGINT AS latency, 0 AS sent, '-' AS query, 0 AS begins, 0 AS ends
    FROM timed
), requests AS (
    SELECT * FROM {requests} UNION ALL BY NAME SELECT * FROM bulk
)
SELECT time AS "__time__", 'operation_log' AS "__topic__", '' AS "__source__", '0.6.0' AS "APIVersion",
    key AS "AccessKeyId", caller AS "CallerType", uid AS "InvokerUid",
    if(session = '', NULL, session) AS "RoleSessionName", latency::VARCHAR AS "Latency",
    logstore AS "LogStore", method AS "Method", project AS "Project", request_id AS "RequestId",
    ip AS "SourceIP", ip AS "ClientIp",
    strftime(make_timestamp((time + 28800) * 1000000), '%Y-%m-%d %H:%M:%S') AS "Time",
    status::VARCHAR AS "Status", if(error = '', NULL, error) AS "ErrorCode",
    agent AS "UserAgent", sent::VARCHAR AS "NetOutFlow", if(ip LIKE '10.%', 0, sent)::VARCHAR AS "NetworkOut",
    if(ends = 0, NULL, begins::VARCHAR) AS "BeginTime", if(ends = 0, NULL, ends::VARCHAR) AS "EndTime",
    if(ends = 0, NULL, '0') AS "Offset", if(query = '-', NULL, query) AS "Query"
FROM requests
"""
