"""The Logstore of OSS access logs of one region: told requests, the bulk, batch deletes, metering."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aktui.simcloud.logs.store import FieldIndex, Index
from aktui.simcloud.stories.access import Row
from aktui.simcloud.stories.telling import tell
from aktui.simcloud.stories.traffic import Traffic, draw

if TYPE_CHECKING:
    import duckdb

_SEARCHED = (
    "bucket",
    "owner_id",
    "access_id",
    "client_ip",
    "host",
    "http_method",
    "operation",
    "error_code",
    "ec",
    "sign_type",
    "sync_request",
    "request_id",
    "bucket_storage_type",
    "vpc_id",
)
_SQL_ONLY = (
    "object",
    "objectname",
    "request_uri",
    "referer",
    "user_agent",
    "requester_id",
    "extend_information",
    "bucket_location",
    "http_type",
    "logging_flag",
    "restore_priority",
    "acc_access_region",
    "time",
    "user_defined_log_fields",
    "vpc_addr",
)
_NUMBERS = (
    "content_length_in",
    "content_length_out",
    "delta_data_size",
    "object_size",
    "request_length",
    "response_body_length",
    "response_time",
    "server_cost_time",
    "network_out",
    "network_in",
    "cdn_out",
    "get_request",
    "put_request",
    "storage",
)

INDEX = Index(
    fields={
        **dict.fromkeys(_SEARCHED, FieldIndex(tokens="")),
        "http_status": FieldIndex("long"),
        **dict.fromkeys(_SQL_ONLY, FieldIndex(searchable=False)),
        **dict.fromkeys(_NUMBERS, FieldIndex("long", searchable=False)),
    },
    immutable=True,
)
"""Made by OSS. What is not searched can be read by SQL only."""


@dataclass(frozen=True)
class OssRows:
    """The rows of one region's Logstore."""

    owner: str
    region: str
    seed: str
    told: Sequence[Row]
    """Requests that belong to the story, or to events."""
    traffic: Sequence[Traffic]
    """The bulk beside them."""
    bulk: int
    """How many rows of the bulk."""
    end: int
    """Seconds since 1970; nothing is younger."""
    days: int
    buckets: Sequence[str]

    @property
    def count_hint(self) -> int:
        return len(self.told) + self.bulk + len(self.buckets) * 24 * self.days

    def load(self, connection: "duckdb.DuckDBPyConnection", table: str) -> None:
        """Draw, then spell out the columns of the log."""
        requests = f"{table}_requests"
        tell(connection, requests, self.told, Row.__annotations__)
        if self.bulk:
            draw(
                connection,
                requests,
                self.traffic,
                seed=self.seed,
                rows=self.bulk,
                end=self.end,
                days=self.days,
            )
        parameters = {
            "owner": self.owner,
            "region": self.region,
            "seed": self.seed,
            "end": self.end,
            "days": self.days,
            "buckets": list(self.buckets),
        }
        connection.execute(_SPELT_OUT.format(table=table, requests=requests), parameters)
        connection.execute(f"DROP TABLE {requests}")


_TIME = "strftime(make_timestamp((time + 28800) * 1000000), '%d/%b/%Y:%H:%M:%S')"

_SPELT_OUT = f"""
CREATE TABLE {{table}} AS
WITH numbered AS (
    SELECT *, CASE WHEN ip LIKE '10.%' THEN '-internal' ELSE '' END AS inside,
        12 + size // 2097152 + ascii(right(request_id, 1)) % 9 AS cost
    FROM {{requests}}
), accesses AS (
    SELECT time AS "__time__", 'oss_access_log' AS "__topic__", '' AS "__source__",
        '-' AS acc_access_region, key AS access_id, bucket, 'oss-' || $region AS bucket_location,
        CASE WHEN bucket LIKE '%backup%' THEN 'ia' ELSE 'standard' END AS bucket_storage_type,
        ip AS client_ip,
        if(received = 0, '-', received::VARCHAR) AS content_length_in,
        if(sent = 0, '-', sent::VARCHAR) AS content_length_out,
        if(method = 'PUT' AND received > 0, received::VARCHAR, '-') AS delta_data_size,
        ec, error AS error_code, extend AS extend_information,
        bucket || '.oss-' || $region || inside || '.aliyuncs.com' AS host,
        method AS http_method, status::VARCHAR AS http_status, 'https' AS http_type, 'true' AS logging_flag,
        object, if(size = 0, '-', size::VARCHAR) AS object_size, operation, $owner AS owner_id,
        '-' AS referer, request_id,
        (310 + length(object) + length(agent) + length(query))::VARCHAR AS request_length,
        '/' || if(object = '-', '', object) || if(query = '', '', '?' || query) || ' HTTP/1.1' AS request_uri,
        requester AS requester_id, if(sent = 0, '-', sent::VARCHAR) AS response_body_length,
        (cost + 3 + size // 524288)::VARCHAR AS response_time, '-' AS restore_priority,
        cost::VARCHAR AS server_cost_time, sign AS sign_type, sync AS sync_request, {_TIME} AS time,
        agent AS user_agent, '-' AS user_defined_log_fields,
        if(vpc = '-', '-', '1734815756') AS vpc_addr, vpc AS vpc_id
    FROM numbered
), deleted AS (
    SELECT time AS "__time__", 'oss_batch_delete_log' AS "__topic__", '' AS "__source__", request_id, bucket,
        url_encode(name) AS object, name AS objectname, agent AS user_agent, {_TIME} AS time
    FROM (SELECT *, unnest(string_split(names, chr(10))) AS name FROM {{requests}} WHERE names <> '')
), hours AS (
    SELECT bucket, start, md5_number_lower($seed || bucket || start) AS h
    FROM unnest($buckets) AS kept(bucket), (
        SELECT $end - $end % 3600 - hour * 3600 AS start FROM range(1, $days * 24 + 1) AS hourly(hour)
    )
), metering AS (
    SELECT start + 3600 AS "__time__", 'oss_metering_log' AS "__topic__", '' AS "__source__",
        $owner AS owner_id, bucket, 'oss-' || $region AS bucket_location, $region AS region,
        'standard' AS storage_type, start::VARCHAR AS start_time, (start + 3600)::VARCHAR AS end_time,
        (h % 90000000)::VARCHAR AS network_out, (h // 1000 % 20000000)::VARCHAR AS network_in,
        (h // 1000000 % 400000000)::VARCHAR AS cdn_out, '0' AS cdn_in,
        (h // 1000 % 900)::VARCHAR AS get_request, (h // 1000000 % 80)::VARCHAR AS put_request,
        (4000000000000 + h % 900000000)::VARCHAR AS storage
    FROM hours
)
SELECT * FROM accesses UNION ALL BY NAME SELECT * FROM deleted UNION ALL BY NAME SELECT * FROM metering
"""  # noqa: S608
