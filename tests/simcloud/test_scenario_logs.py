"""The logs of the scenarios: what DuckDB loads is what the truth counted, and believable besides."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

import duckdb
import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso, parse_iso
from aktui.simcloud.logs.store import RESERVED, Logstore
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.stories import osslog
from aktui.simcloud.stories.logtruth import digest
from aktui.simcloud.stories.traffic import Traffic, draw
from aktui.simcloud.stories.traillog import TOPIC, TrailRows
from aktui.simcloud.trail import is_data

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
TOLD = ["benign-surprise", "leaked-ci-key", "oss-exfiltration", "slow-and-low", "two-keys-one-intruder"]
OSS = "oss-log-store"
SLS = "internal-operation_log"
ACCESS = "\"__topic__\" = 'oss_access_log'"

Found = list[tuple[Any, ...]]


@cache
def built(scenario: str) -> Account:
    return catalogue()[scenario].build(1, NOW)


@cache
def database(scenario: str) -> duckdb.DuckDBPyConnection:
    """A table for each Logstore of the account, loaded as the practice cloud loads it."""
    connection = duckdb.connect()
    for project, logstore in logstores(built(scenario)):
        logstore.rows.load(connection, table(project, logstore.name))
    return connection


@pytest.fixture(scope="module", autouse=True)
def _let_go() -> Iterator[None]:
    yield
    for scenario in catalogue():
        database(scenario).close()
    database.cache_clear()


def logstores(account: Account) -> list[tuple[str, Logstore]]:
    return [(name, one) for name, project in account.projects.items() for one in project.logstores.values()]


def table(project: str, logstore: str) -> str:
    return f"{project}_{logstore}".replace("-", "_")


def tables(scenario: str, logstore: str) -> dict[str, str]:
    """Table by project, of the Logstores of that name."""
    found = {name: table(name, one.name) for name, one in logstores(built(scenario)) if one.name == logstore}
    assert found
    return found


def rows(scenario: str, logstore: str, columns: str, where: str) -> Found:
    """From all projects; the project comes first."""
    found: Found = []
    for project, name in tables(scenario, logstore).items():
        query = f"SELECT '{project}', {columns} FROM {name} WHERE {where}"
        found += database(scenario).execute(query).fetchall()
    return found


def weighed(pairs: Iterable[tuple[str, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for name, size in pairs:
        entry = found.setdefault(name, {"rows": 0, "bytes_out": 0})
        entry["rows"] += 1
        entry["bytes_out"] += size
    return found


def check_accesses(scenario: str, where: str, told: dict[str, Any]) -> None:
    found = rows(
        scenario,
        OSS,
        '"__time__", request_id, bucket, client_ip, operation, object, http_status, '
        "coalesce(try_cast(content_length_out AS BIGINT), 0), sign_type",
        f"{ACCESS} AND {where}",
    )
    assert len(found) == told["rows"]
    assert sum(row[8] for row in found) == told["bytes_out"]
    assert weighed((row[3], row[8]) for row in found) == told["by_bucket"]
    assert weighed((row[4], row[8]) for row in found) == told["by_ip"]
    assert weighed((row[5], row[8]) for row in found) == told["by_operation"]
    assert weighed((row[9], row[8]) for row in found) == told["by_sign_type"]
    assert {name: entry["rows"] for name, entry in weighed((row[0], 0) for row in found).items()} == told[
        "by_project"
    ]
    assert sum(int(row[7]) >= 400 for row in found) == told["refused"]
    assert told["request_ids_sha256"] == digest(row[2] for row in found)
    assert told["rows_sha256"] == digest("\t".join(map(str, row[1:9])) for row in found)
    assert seconds(told["first"]) == min(row[1] for row in found)
    assert seconds(told["last"]) == max(row[1] for row in found)


def check_operations(scenario: str, where: str, told: dict[str, Any]) -> None:
    columns = '"__time__", RequestId, Project, LogStore, SourceIP, Method, Status, NetOutFlow'
    found = rows(scenario, SLS, columns, where)
    assert len(found) == told["rows"]
    assert sum(int(row[8]) for row in found) == told["bytes_out"]
    assert weighed((row[3], int(row[8])) for row in found) == told["by_project"]
    assert weighed((row[5], int(row[8])) for row in found) == told["by_ip"]
    assert weighed((row[6], int(row[8])) for row in found) == told["by_method"]
    assert told["request_ids_sha256"] == digest(row[2] for row in found)
    assert told["rows_sha256"] == digest("\t".join(map(str, row[1:])) for row in found)


def seconds(text: str) -> int:
    return int(parse_iso(text).timestamp())


@pytest.mark.parametrize("scenario", TOLD)
def test_the_rows_of_the_suspect_key_are_those_of_the_truth(scenario: str) -> None:
    for key_id, suspect in built(scenario).truth["suspects"].items():
        check_accesses(scenario, f"access_id = '{key_id}'", suspect["logs"]["oss"])
        check_operations(scenario, f"AccessKeyId = '{key_id}'", suspect["logs"]["sls"])


@pytest.mark.parametrize("scenario", TOLD[1:])
def test_the_rows_of_the_intruder_are_those_of_the_truth(scenario: str) -> None:
    told = built(scenario).truth["intruder"]["logs"]
    listed = ", ".join(f"'{ip}'" for ip in told["oss"]["by_ip"])
    check_accesses(scenario, f"client_ip IN ({listed})", told["oss"])
    check_operations(scenario, f"SourceIP IN ({listed})", told["sls"])


def test_a_key_that_nobody_uses_has_no_rows() -> None:
    (suspect,) = built("idle-root-key").truth["suspects"].values()
    assert suspect["logs"]["oss"]["rows"] == suspect["logs"]["sls"]["rows"] == 0
    assert suspect["logs"]["oss"]["first"] == ""


def test_deleted_objects_have_rows_of_their_own() -> None:
    told = built("oss-exfiltration").truth
    (suspect,) = told["suspects"].values()
    found = rows(
        "oss-exfiltration", OSS, "request_id, object, objectname", "\"__topic__\" LIKE '%batch_delete%'"
    )
    requests = rows(
        "oss-exfiltration", OSS, "request_id, client_ip", f"{ACCESS} AND operation = 'DeleteObjects'"
    )
    assert {row[1] for row in found} == {row[1] for row in requests}
    lairs = set(told["intruder"]["source_ips"])
    theirs = {request for _, request, ip in requests if ip in lairs}
    gone = [row for row in found if row[1] in theirs]
    assert (
        len(gone) == suspect["logs"]["oss"]["deleted_objects"] == told["intruder"]["deleted_objects"]["count"]
    )
    assert all(row[2] == quote(row[3], safe="") for row in found)


def test_the_leaked_key_leaves_300_000_rows_in_two_regions() -> None:
    counts = [
        database("leaked-ci-key").execute(f"SELECT count(*) FROM {name} WHERE {ACCESS}").fetchall()[0][0]
        for name in tables("leaked-ci-key", OSS).values()
    ]
    assert len(counts) == 2
    assert sum(counts) >= 300_000


@pytest.mark.parametrize("scenario", list(catalogue()))
def test_rows_are_counted_ahead_and_of_the_time_that_is_kept(scenario: str) -> None:
    for project, logstore in logstores(built(scenario)):
        query = f'SELECT count(*), min("__time__"), max("__time__") FROM {table(project, logstore.name)}'
        ((count, first, last),) = database(scenario).execute(query).fetchall()
        assert abs(count - logstore.rows.count_hint) <= 0.06 * count
        if count:
            assert last < NOW.timestamp()
            assert first >= (NOW - timedelta(days=logstore.ttl_days)).timestamp()
            assert first >= logstore.created.timestamp()


@pytest.mark.parametrize("scenario", list(catalogue()))
def test_tables_have_the_reserved_columns_first_and_text_after(scenario: str) -> None:
    for project, logstore in logstores(built(scenario)):
        described = database(scenario).execute(f"DESCRIBE {table(project, logstore.name)}").fetchall()
        assert tuple(row[0] for row in described[:3]) == RESERVED
        assert [row[1] for row in described] == ["BIGINT", *["VARCHAR"] * (len(described) - 1)]
        if logstore.index is not None and logstore.name in (OSS, SLS):
            assert {row[0] for row in described[3:]} - set(logstore.index.fields) <= {
                "cdn_in",
                "region",
                "storage_type",
                "start_time",
                "end_time",
            }


def test_data_events_of_the_key_have_their_row_with_the_same_request_id() -> None:
    account = built("leaked-ci-key")
    (key_id,) = account.suspects
    kept = {
        (project.region, logstore.name): NOW - timedelta(days=logstore.ttl_days)
        for project in account.projects.values()
        for logstore in project.logstores.values()
    }
    events = [
        event
        for event in account.trail.find({"Key": key_id})
        if is_data(event)
        and event["serviceName"] == "Oss"
        and (event["acsRegion"], OSS) in kept
        and parse_iso(event["eventTime"]) >= kept[event["acsRegion"], OSS]
    ]
    found = {
        row[1]: row[2:]
        for row in rows("leaked-ci-key", OSS, 'request_id, "__time__", client_ip, bucket', ACCESS)
    }
    assert len(events) > 1_000
    for event in events:
        row = found[event["requestId"]]
        asked = event["requestParameters"]
        assert row == (seconds(event["eventTime"]), event["sourceIpAddress"], asked["bucketName"])


def test_the_intruder_takes_objects_where_no_log_is_kept_too() -> None:
    for scenario in ("leaked-ci-key", "oss-exfiltration"):
        account = built(scenario)
        (missing,) = account.truth["intruder"]["unlogged"]
        assert f"oss-log-{account.id}-{missing['region']}" not in account.projects
        touched = [
            event
            for event in account.trail.find({"Key": account.suspects[0]})
            if event.get("referencedResources", {}).get("ACS::OSS::Bucket") == [missing["bucket"]]
        ]
        assert {event["acsRegion"] for event in touched} == {missing["region"]}


def test_requests_of_every_sort_are_in_the_access_log() -> None:
    sorts = {
        "anonymous": "access_id = '-' AND sign_type = 'NotSign' AND requester_id = '-'",
        "link": "sign_type IN ('UriSign', 'URI_SIGN4')",
        "role": "access_id LIKE 'STS.%' AND extend_information LIKE '%,EcsAppRole,%'",
        "cdn": "sync_request = 'cdn'",
        "inside a VPC": "vpc_id LIKE 'vpc-%' AND host LIKE '%-internal.%' AND client_ip LIKE '10.%'",
        "missing": "http_status = '404' AND error_code = 'NoSuchKey' AND ec LIKE '0026-%'",
        "denied": "http_status = '403' AND error_code = 'AccessDenied' AND ec LIKE '0003-%'",
        "listing": "operation = 'GetBucket' AND object = '-'",
        "lifecycle": "operation = 'ExpireObject'",
        "upload": "operation = 'PutObject' AND content_length_in <> '-' AND content_length_out = '-'",
    }
    for scenario in ("leaked-ci-key", "oss-exfiltration"):
        for sort, where in sorts.items():
            assert rows(scenario, OSS, "request_id", f"{ACCESS} AND {where}"), sort
    topics = {row[1] for row in rows("leaked-ci-key", OSS, '"__topic__"', "true")}
    assert topics == {"oss_access_log", "oss_batch_delete_log", "oss_metering_log"}


def test_names_of_objects_are_encoded() -> None:
    (key_id,) = built("leaked-ci-key").suspects
    wanted = f"access_id = '{key_id}' AND operation = 'GetObject'"
    found = rows("leaked-ci-key", OSS, "object, request_uri", wanted)
    names = {row[1] for row in found}
    assert all(name.isascii() and " " not in name and "/" not in name for name in names)
    assert all(quote(unquote(name), safe="") == name for name in names)
    assert any("客户资料/" in unquote(name) and " " in unquote(name) for name in names)
    assert all(row[2] == f"/{row[1]} HTTP/1.1" for row in found)


def test_a_row_has_the_fields_of_the_vendors_log() -> None:
    ((_, project),) = list(tables("oss-exfiltration", OSS).items())
    query = f"SELECT * FROM {project} WHERE operation = 'GetObject' LIMIT 1"
    cursor = database("oss-exfiltration").execute(query)
    names = [column[0] for column in cursor.description or []]
    row = dict(zip(names, cursor.fetchall()[0], strict=True))
    assert row["time"] == f"{datetime.fromtimestamp(row['__time__'] + 28800, UTC):%d/%b/%Y:%H:%M:%S}"
    assert row["owner_id"] == built("oss-exfiltration").id
    assert row["bucket_location"] == f"oss-{built('oss-exfiltration').region}"
    assert row["host"].startswith(f"{row['bucket']}.oss-cn-shanghai")
    assert row["content_length_out"] == row["response_body_length"]
    assert len(row["request_id"]) == 24
    assert int(row["request_id"][:8], 16) == row["__time__"]
    assert row["__source__"] == ""


@pytest.mark.parametrize("scenario", TOLD)
def test_request_ids_are_unique(scenario: str) -> None:
    for name in (OSS, SLS):
        column, where = ("request_id", ACCESS) if name == OSS else ("RequestId", "true")
        found = [row[1] for row in rows(scenario, name, column, where)]
        assert len(set(found)) == len(found)


def test_the_same_seed_draws_the_same_rows_and_another_one_others() -> None:
    def sums(seed: int) -> dict[str, str]:
        account = catalogue()["benign-surprise"].build(seed, NOW)
        found = {}
        with duckdb.connect() as connection:
            for project, logstore in logstores(account):
                name = table(project, logstore.name)
                logstore.rows.load(connection, name)
                query = f"SELECT md5(string_agg(r::VARCHAR, '' ORDER BY r::VARCHAR)) FROM {name} AS r"
                found[logstore.name] = connection.execute(query).fetchall()[0][0]
        return found

    first, again, other = sums(1), sums(1), sums(2)
    assert again == first
    assert other[OSS] != first[OSS]
    assert other[SLS] != first[SLS]


def test_traffic_must_add_up() -> None:
    with duckdb.connect() as connection, pytest.raises(ValueError, match="add up to 1000"):
        draw(connection, "requests", [Traffic(999, "b", ["n"])], seed="s", rows=1, end=1, days=1)


@pytest.mark.parametrize("scenario", list(catalogue()))
def test_the_trails_logstore_has_each_management_event_as_delivered(scenario: str) -> None:
    account = built(scenario)
    (trail,) = account.trails
    name = f"actiontrail_{trail['Name']}"
    (project,) = tables(scenario, name)
    assert trail["SlsProjectArn"].endswith(f":project/{project}")
    # The clock went on since the account was built: of the oldest minute some may be gone.
    kept = iso(NOW - timedelta(days=90) + timedelta(minutes=1))
    logged = rows(scenario, name, '"__time__", "__topic__", event', "true")
    found = [row for row in logged if row[1] > seconds(kept)]
    events = {
        event["eventId"]: event for event in account.trail if not is_data(event) and event["eventTime"] > kept
    }
    assert len(found) == len(events)
    for _, time, topic, text in found:
        delivered = json.loads(text)
        event = events[delivered["eventId"]]
        assert (time, topic) == (seconds(event["eventTime"]), TOPIC)
        assert (delivered["eventVersion"], delivered["recipientAccountId"]) == ("1", account.id)
        assert delivered["userIdentity"] == event["userIdentity"]
        assert "isGlobal" not in delivered


def test_the_trails_rows_do_not_follow_what_happens_later() -> None:
    account = catalogue()["idle-root-key"].build(1, NOW)
    source = TrailRows(account, 90)
    before = source.count_hint
    account.trail.add({**next(iter(account.trail)), "eventId": "another", "eventTime": iso(NOW)})
    with duckdb.connect() as connection:
        source.load(connection, "rows")
        assert connection.execute("SELECT count(*) FROM rows").fetchall() == [(before,)]
    assert len(list(source)) == before


def test_the_build_host_calls_from_within_the_vpc_too() -> None:
    for scenario in ("leaked-ci-key", "benign-surprise"):
        account = built(scenario)
        inside = [event for event in account.trail.find({"Key": account.suspects[0]}) if event.get("vpcId")]
        assert len([event for event in inside if not is_data(event)]) > 50
        assert {event["sourceIpAddress"] for event in inside} == {"10.20.3.23"}
        assert "10.20.3.23" in account.truth["business"]["source_ips"]


def test_indexes_are_like_the_services_own() -> None:
    account = built("leaked-ci-key")
    project = account.projects[f"oss-log-{account.id}-{account.region}"]
    index = project.logstores[OSS].index
    assert index is osslog.INDEX
    assert index.immutable
    assert not index.full_text
    searched = {name for name, field in index.fields.items() if field.searchable}
    assert {"access_id", "bucket", "client_ip", "operation", "http_status", "sign_type", "ec"} <= searched
    assert not {"object", "request_uri", "user_agent", "content_length_out", "requester_id"} & searched
    assert index.fields["content_length_out"].type == "long"


def test_some_logstores_have_no_index() -> None:
    assert built("leaked-ci-key").projects["qinghe-app"].logstores["app-stdout"].index is None
    idle = built("idle-root-key")
    assert idle.projects["baihe-media-audit"].logstores["actiontrail_all-events"].index is None
    assert not any(name.startswith("oss-log-") for name in idle.projects)


def test_building_an_account_makes_no_rows() -> None:
    program = (
        "import sys; from datetime import UTC, datetime\n"
        "from aktui.simcloud.scenarios import catalogue\n"
        "for one in catalogue().values(): one.build(1, datetime(2026, 11, 22, tzinfo=UTC))\n"
        "sys.exit('duckdb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
    assert done.returncode == 0
