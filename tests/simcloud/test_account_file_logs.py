"""Logs in account files: which forms rows may have, what is refused and where, and what DuckDB then has."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.accountfile import dump, load_document
from aktui.simcloud.logs.store import DELIMITERS, Logstore, RowSource, create, insert
from aktui.simcloud.portable.log_rows import CsvRows, csv_of
from tests.simcloud.samples import sample
from tests.simcloud.test_account_file import example, minimal, problems

ROW = {"__time__": "1795317100", "__topic__": "t", "__source__": "", "status": "200", "path": "/订单 1"}
ODD = [
    '"',
    '""',
    ",",
    "a,b",
    "l1\nl2",
    "l1\r\nl2",
    "",
    " ",
    "NULL",
    "\\N",
    "#",
    "'",
    "=1+1",
    "\x1b[31m",
    "订单",
]


def with_logstore(**parts: Any) -> dict[str, Any]:
    """A document with one Logstore."""
    logstore = {"logstoreName": "all", **parts}
    return minimal(projects=[{"projectName": "acme-app", "region": "cn-beijing", "logstores": [logstore]}])


def logstore_of(document: dict[str, Any]) -> Logstore:
    return load_document(document).projects["acme-app"].logstores["all"]


def loaded(rows: RowSource) -> list[dict[str, Any]]:
    """What DuckDB holds, as SLS would return it: fields that a row lacks are absent."""
    with duckdb.connect() as connection:
        rows.load(connection, "stored")
        cursor = connection.execute('SELECT * FROM stored ORDER BY "__time__"')
        names = [column[0] for column in cursor.description or []]
        found = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return [{name: str(value) for name, value in row.items() if value is not None} for row in found]


def test_rows_are_listed_as_the_service_returns_them() -> None:
    logstore = logstore_of(with_logstore(rows=[ROW, {"__time__": 1795317101, "other": "x"}]))
    assert loaded(logstore.rows) == [
        ROW,
        {"__time__": "1795317101", "__topic__": "", "__source__": "", "other": "x"},
    ]
    assert logstore.rows.count_hint == 2
    assert logstore.index is None


def test_whole_answers_of_getlogs_may_be_pasted_in() -> None:
    answer = {"meta": {"progress": "Complete", "count": 1, "hasSQL": False}, "data": [ROW]}
    assert loaded(logstore_of(with_logstore(rows=answer)).rows) == [ROW]
    assert len(loaded(logstore_of(with_logstore(rows=[answer, answer])).rows)) == 2


def test_the_samples_of_the_vendor_may_be_pasted_in() -> None:
    answer = sample("Sls.GetLogs.wire")["body"]
    assert loaded(logstore_of(with_logstore(rows=answer)).rows) == answer["data"]


def test_rows_may_be_lines_of_csv() -> None:
    lines = ['__time__,path,"sta,tus"', '1795317100,"/订单 ""1"", a",200', "1795317101,,", '1795317102,"",""']
    logstore = logstore_of(with_logstore(rows={"csv": lines}))
    reserved = {"__topic__": "", "__source__": ""}
    assert loaded(logstore.rows) == [
        {"__time__": "1795317100", **reserved, "path": '/订单 "1", a', "sta,tus": "200"},
        {"__time__": "1795317101", **reserved},
        {"__time__": "1795317102", **reserved, "path": "", "sta,tus": ""},
    ]
    assert logstore.rows.count_hint == 3


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_survive_every_form(odd: str) -> None:
    rows = [{**ROW, "odd": odd, odd or "-": "x"}, {"__time__": "1795317105"}]
    listed = logstore_of(with_logstore(rows=rows)).rows
    lines = csv_of(listed)
    again = logstore_of(with_logstore(rows={"csv": lines})).rows
    assert loaded(again) == loaded(listed)
    assert csv_of(again) == lines


def test_rows_may_be_made_from_the_events_of_the_file() -> None:
    document = {**example(), "projects": with_logstore(rows="events", ttl=90)["projects"]}
    account = load_document(document)
    (row,) = loaded(account.projects["acme-app"].logstores["all"].rows)
    (event,) = document["events"]
    assert row["__topic__"] == "actiontrail_audit_event"
    assert row["__time__"] == str(int(datetime(2026, 11, 21, 18, 40, 2, tzinfo=UTC).timestamp()))
    assert f'"eventId":"{event["eventId"]}"' in row["event"]
    assert dump(account)["projects"][0]["logstores"][0]["rows"] == "events"


def test_answers_of_the_service_stand_for_projects_logstores_and_indexes() -> None:
    project = {
        "projectName": "acme-app",
        "region": "cn-beijing",
        "description": "",
        "status": "Normal",
        "owner": "1234567890123456",
        "createTime": "2026-01-02 03:04:05",
        "lastModifyTime": "2026-01-02 03:04:05",
        "dataRedundancyType": "LRS",
    }
    logstore = {
        "logstoreName": "all",
        "ttl": 7,
        "shardCount": 2,
        "createTime": 1767294245,
        "mode": "standard",
    }
    index = {
        "index_mode": "v2",
        "ttl": 7,
        "storage": "pg",
        "line": {"token": [",", " "], "caseSensitive": False, "chn": False},
        "keys": {
            "status": {"type": "long", "doc_value": True, "alias": ""},
            "event": {
                "type": "json",
                "doc_value": True,
                "caseSensitive": False,
                "chn": False,
                "token": [","],
                "index_all": True,
                "max_depth": -1,
                "json_keys": {"userIdentity.accessKeyId": {"type": "text", "doc_value": True, "alias": ""}},
            },
        },
    }
    whole = minimal(projects=[{**project, "logstores": [{**logstore, "index": index}]}])
    found = load_document(whole).projects["acme-app"]
    made = datetime(2026, 1, 1, 19, 4, 5, tzinfo=UTC)
    assert (found.created, found.logstores["all"].created) == (made, made)
    read = found.logstores["all"].index
    assert read is not None
    assert (read.full_text, read.immutable) == (True, False)
    assert (read.fields["status"].type, read.fields["status"].tokens) == ("long", DELIMITERS)
    assert read.fields["event"].keys["userIdentity.accessKeyId"].type == "text"
    assert read.fields["event"].tokens == ","


def test_generated_rows_are_dumped_as_lines_and_load_equal() -> None:
    class Numbers:
        count_hint = 3

        def load(self, connection: duckdb.DuckDBPyConnection, table: str) -> None:
            create(connection, table, ["n"])
            insert(connection, table, [{"__time__": str(n), "n": str(n)} for n in (3, 1, 2)])

    account = load_document(with_logstore())
    account.projects["acme-app"].logstores["all"].rows = Numbers()
    document = dump(account)
    rows = document["projects"][0]["logstores"][0]["rows"]
    assert rows == {"csv": ["__time__,__topic__,__source__,n", '1,"","",1', '2,"","",2', '3,"","",3']}
    assert dump(load_document(document)) == document


def test_dumping_leaves_the_account_alone() -> None:
    account = load_document(with_logstore(rows={"csv": ["__time__", "1"]}, added=[ROW]))
    before = dump(account)
    rows = before["projects"][0]["logstores"][0]
    rows["added"].append(ROW)
    rows["rows"]["csv"].append("2")
    logstore: Logstore = account.projects["acme-app"].logstores["all"]
    assert isinstance(logstore.rows, CsvRows)
    assert (len(logstore.added), logstore.rows.count_hint) == (1, 1)


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"logstoreName": "A"}, '.logstoreName: "A" does not look like oss-log-store'),
        ({"ttl": "7"}, ".ttl: must be a whole number, not text"),
        ({"createTime": "soon"}, '.createTime: "soon" is no time like'),
        ({"createTime": 10**15}, ".createTime: a number is no time like"),
        ({"shards": 2}, ".shards: is not a field of an account file"),
        ({"index": []}, ".index: must be an object, not a list"),
        ({"index": {"keys": {"a": {}}}}, ".index.keys.a.type: is missing"),
        ({"index": {"keys": {"a": {"type": "int"}}}}, ".index.keys.a.type: must be text or long or double"),
        (
            {"index": {"keys": {"a": {"type": "text", "token": ", "}}}},
            ".index.keys.a.token: must be a list of",
        ),
        ({"index": {"line": True}}, ".index.line: must be an object, not true"),
        ({"rows": "all"}, ".rows: must be a list of rows, an answer of GetLogs"),
        ({"rows": [[]]}, ".rows[0]: must be an object, not a list"),
        ({"rows": [ROW, {"a": "b"}]}, ".rows[1].__time__: is missing"),
        ({"rows": [{"__time__": "now"}]}, '.rows[0].__time__: "now" is no number of seconds'),
        ({"rows": [{"__time__": True}]}, '.rows[0].__time__: "True" is no number of seconds'),
        ({"rows": [{**ROW, "status": 200}]}, ".rows[0].status: must be text, not a number"),
        ({"rows": [{**ROW, "Status": "x"}]}, '.rows[0].Status: "Status" and "status" differ in case only'),
        ({"rows": {"data": 1}}, ".rows.data: must be a list, not a number"),
        ({"rows": {"data": [], "mta": {}}}, ".rows.mta: is not a field of an answer of GetLogs"),
        ({"rows": {"data": [], "meta": {"hasSQL": True}}}, ".rows.meta.hasSQL: is true: results of SQL"),
        ({"rows": [{"data": [ROW]}, 7]}, ".rows[1]: must be an answer of GetLogs like the first"),
        ({"rows": [{"data": [{}]}]}, ".rows[0].data[0].__time__: is missing"),
        ({"rows": {"csv": []}}, ".rows.csv: must be a list of lines"),
        ({"rows": {"csv": ["__time__", 7]}}, ".rows.csv: must be a list of lines"),
        ({"rows": {"csv": ["time", "1"]}}, ".rows.csv[0]: must name the fields, __time__ first"),
        ({"rows": {"csv": ["__time__,a,A"]}}, '.rows.csv[0]: "A" and "a" differ in case only'),
        ({"rows": {"csv": ["__time__,a,a"]}}, '.rows.csv[0]: "a" is there twice'),
        ({"rows": {"csv": ["__time__,a", "1,2", "1,2,3"]}}, ".rows.csv[2]: has 3 values where the first"),
        ({"rows": {"csv": ["__time__,a", '1,"x', 'y"', "1"]}}, ".rows.csv[3]: has 1 values where the first"),
        ({"rows": {"csv": ["__time__,a", '1,"2,3",4']}}, ".rows.csv[1]: has 3 values where the first"),
        ({"rows": {"csv": ["__time__,a", "x,2"]}}, '.rows.csv[1]: "x" is no number of seconds'),
        ({"rows": {"csv": ["__time__"], "data": []}}, ".rows.data: can not stand beside csv"),
        ({"added": [{}]}, ".added[0].__time__: is missing"),
        ({"incomplete": None}, ".incomplete: must be a whole number, not null"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(parts: Mapping[str, Any], problem: str) -> None:
    (told,) = problems(with_logstore(**parts))
    assert told.startswith(f"projects[0].logstores[0]{problem}")


def test_a_project_or_logstore_may_not_be_there_twice() -> None:
    document = with_logstore()
    (project,) = document["projects"]
    project["logstores"] *= 2
    document["projects"] *= 2
    assert 'projects[0].logstores[1].logstoreName: "all" is there twice' in problems(document)
    assert 'projects[1].projectName: "acme-app" is there twice' in problems(document)


def test_an_account_without_projects_has_none() -> None:
    account: Account = load_document(minimal())
    assert account.projects == {}
