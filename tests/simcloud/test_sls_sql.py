"""SQL over found rows: what a responder and the vendor's pages write, and what is refused."""

import json

import duckdb
import pytest

from aktui.simcloud.fault import ApiError
from aktui.simcloud.logs import text
from aktui.simcloud.logs.store import FieldIndex, Index
from aktui.simcloud.logs.table import Table
from tests.simcloud.log_rig import COUNT, KEYS, START, ask, ask_table, logstore, values, why


@pytest.fixture(scope="module")
def table() -> Table:
    return Table(logstore())


def one(table: Table, expression: str, search: str = "*") -> str:
    """The value of an expression over all rows, or over the first one."""
    (row,) = ask_table(table, f"{search} | select {expression} as x limit 1").rows
    return row["x"]


AGGREGATES = {
    "count(*)": "1000",
    "count(1)": "1000",
    "count(client_ip)": "857",
    "count(distinct access_id)": "3",
    "sum(bytes)": "4995000",
    "sum(bytes) / 1000 / 1000": "4",
    "avg(bytes)": "4995.0",
    "min(bytes)": "0",
    "max(took)": "124.875",
    "sum(took)": "62437.5",
    "approx_distinct(access_id)": "3",
    "count_if(http_status = 403)": "200",
    "max_by(access_id, bytes)": KEYS[0],
    "min_by(access_id, bytes)": KEYS[0],
    "arbitrary(__topic__) is not null": "true",
    "array_agg(distinct http_status)[1] > 0": "true",
    "count(*) filter (where http_status = 403)": "200",
    "sum(case when http_status = 403 then 1 else 0 end)": "200",
    "sum(if(http_status = 403, 1, 0))": "200",
    "max(__time__) - min(__time__)": "59940",
}

EXPRESSIONS = {
    "7 / 2": "3",
    "7.0 / 2": "3.5",
    "1e7": "1.0E7",
    "null": "null",
    "1 = 1": "true",
    "'it''s'": "it's",
    "round(1.256, 2)": "1.26",
    "concat('a', 'b', 'c')": "abc",
    "'a' || 'b'": "ab",
    "length('日志')": "2",
    "upper('a')": "A",
    "lower('A')": "a",
    "trim('  a ')": "a",
    "substr('abcdef', 2, 3)": "bcd",
    "replace('aXb', 'X', '-')": "a-b",
    "strpos('abc', 'c')": "3",
    "split('a/b/c', '/')": '["a","b","c"]',
    "split('a/b/c', '/')[2]": "b",
    "split_part('a/b/c', '/', 3)": "c",
    "regexp_like('GetObject', '^Get')": "true",
    "regexp_extract('dump-17.gz', '(\\d+)', 1)": "17",
    "regexp_extract('dump.gz', '(\\d+)', 1)": "null",
    "regexp_replace('a1b2', '[0-9]', '')": "ab",
    "'GetObject' like 'Get%'": "true",
    "url_decode('backup%2F2026%2F%E6%97%A5+x')": "backup/2026/日 x",
    "url_encode('a/b')": "a%2Fb",
    "cast('17' as bigint)": "17",
    "try_cast('x' as bigint)": "null",
    "coalesce(null, 'a')": "a",
    "nullif('-', '-')": "null",
    "if(1 > 2, 'a', 'b')": "b",
    "case when 1 > 2 then 'a' else 'b' end": "b",
    "json_extract_scalar('{\"a\": {\"b\": 5}}', '$.a.b')": "5",
    "json_extract('{\"a\": [1]}', '$.a')": "[1]",
    "json_extract_scalar('no json', '$.a')": "null",
    "from_unixtime(0)": "1970-01-01 08:00:00.000",
    "to_unixtime(from_unixtime(1795000000))": "1.795E9",
    "date_format(1795000000, '%Y-%m-%d %H:%i:%s')": "2026-11-18 19:06:40",
    "date_format(from_unixtime(1795000000), '%H:%i')": "19:06",
    "date_trunc('hour', 1795000000)": "2026-11-18 19:00:00.000",
    "date_trunc('day', from_unixtime(1795000000))": "2026-11-18 00:00:00.000",
    "hour(from_unixtime(1795000000))": "19",
    "date_diff('hour', from_unixtime(0), from_unixtime(7200))": "2",
    "now()": "2026-11-22 11:12:44.000",
    "ip_to_country('10.0.0.1')": "",
    "ip_to_domain('10.0.0.1')": "intranet",
    "ip_to_domain('203.0.113.7')": "internet",
    "ip_to_country('8.8.8.8')": "",
    "is_subnet_of('198.51.100.0/24', '198.51.100.7')": "true",
    "is_subnet_of('198.51.100.0/24', '198.51.101.7')": "false",
    "is_subnet_of('10.0.0.0/8', 'no address')": "null",
    "ip_prefix('198.51.100.7', 24)": "198.51.100.0/24",
    "ip_prefix('10.20.30.40', 8)": "10.0.0.0/8",
    "url_extract_host('https://a.example/b?c')": "a.example",
    "url_extract_path('https://a.example/b?c')": "/b",
    "array_join(array_agg(distinct http_status), ',') like '%403%'": "true",
    "reduce(array[1, 2], 0, (s, x) -> s + x, s -> s)": "3",
    "json_format(json_parse('{\"a\":1}'))": '{"a":1}',
    "try(1 / 0)": "null",
}


@pytest.mark.parametrize("expression", AGGREGATES)
def test_an_aggregate_over_all_rows(table: Table, expression: str) -> None:
    assert one(table, expression) == AGGREGATES[expression]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_function_of_constants(table: Table, expression: str) -> None:
    assert one(table, expression) == EXPRESSIONS[expression]


def test_groups_are_counted_over_the_rows_of_the_search(table: Table) -> None:
    statement = (
        "select access_id, count(*) as c, sum(bytes) as b group by access_id order by c desc, access_id"
    )
    found = ask_table(table, f"http_status: 403 | {statement}")
    assert values(found) == [[KEYS[0], "67", "331650"], [KEYS[2], "67", "335000"], [KEYS[1], "66", "328350"]]
    assert (found.keys, found.types) == (["access_id", "c", "b"], ["varchar", "bigint", "bigint"])
    assert found.processed == 200


def test_the_statements_of_the_best_practice_page(table: Table) -> None:
    inside = ask_table(
        table,
        '* | SELECT "event.eventid","event.useridentity.accesskeyid", "event.vpcId" '
        "WHERE \"event.userIdentity.accessKeyId\" LIKE 'LTA%' and \"event.vpcId\" LIKE 'vpc%'",
    )
    assert len(inside.rows) == 100
    assert inside.rows[1] == {
        "event.eventid": "e10",
        "event.useridentity.accesskeyid": KEYS[1],
        "event.vpcId": "vpc-1",
    }
    outside = ask_table(
        table,
        "* | SELECT count(*) as c WHERE \"event.userIdentity.accessKeyId\" LIKE 'LTA%' "
        'and "event.vpcId" IS NULL',
    )
    assert outside.rows == [{"c": "900"}]


def test_inner_names_with_dots_and_numbers_of_their_own(table: Table) -> None:
    found = ask_table(table, '* | select sum("event.count") c, max("event.requestParameters.Disk.Size") s')
    assert found.rows == [{"c": "499500", "s": "999"}]


def test_without_a_limit_there_are_a_hundred_rows_and_it_says_so(table: Table) -> None:
    found = ask_table(table, "* | select bytes")
    assert (len(found.rows), found.limited) == (100, 100)
    found = ask_table(table, "* | select bytes limit 1000")
    assert (len(found.rows), found.limited) == (1000, 0)


def test_pages_are_turned_with_offset_and_count(table: Table) -> None:
    found = ask_table(table, "* | select bytes order by bytes limit 10, 3")
    assert values(found) == [["100"], ["110"], ["120"]]


def test_columns_without_a_name_go_by_their_position(table: Table) -> None:
    assert ask_table(table, "* | select count(*), max(bytes) as m, 1 + 1").keys == ["_col0", "m", "_col2"]


def test_line_is_ignored_by_sql(table: Table) -> None:
    assert len(ask_table(table, "* | select bytes limit 7", line=3).rows) == 7


def test_subqueries_with_and_distinct(table: Table) -> None:
    assert values(ask_table(table, "* | select count(*) from (select distinct access_id from log)")) == [
        ["3"]
    ]
    statement = (
        "with k as (select access_id, count(*) as c from log group by access_id) select max(c) as m from k"
    )
    assert ask_table(table, f"* | {statement}").rows == [{"m": "334"}]
    statement = "select a.access_id from log a join (select max(bytes) as m from log) b on a.bytes = b.m"
    assert values(ask_table(table, f"* | {statement}")) == [[KEYS[0]]]
    assert values(ask_table(table, '* | select count(*) from "oss-log-store"')) == [["1000"]]


def test_hours_of_a_series(table: Table) -> None:
    found = ask_table(
        table, "* | select time_series(__time__, '1h', '%H:%i', '0') as t, count(*) as c group by t"
    )
    assert {row["t"]: row["c"] for row in found.rows}["21:00"] == "60"
    by_hour = "select __time__ - __time__ % 3600 as h, count(*) as c group by h order by h limit 2"
    assert values(ask_table(table, f"* | {by_hour}")) == [
        [str(START - START % 3600), "54"],
        ["1795003200", "60"],
    ]


def test_a_word_of_sql_may_be_a_field_when_quoted() -> None:
    index = Index(fields={"group": FieldIndex()})
    store = logstore([{"__time__": str(START), "group": "a"}])
    assert ask('* | select "group" from log', store, index=index).rows == [{"group": "a"}]


def test_the_date_and_the_reserved_fields_can_be_read(table: Table) -> None:
    (row,) = ask_table(
        table, "* | select __time__, __topic__, __source__, __date__ order by __time__ limit 1"
    ).rows
    assert list(row.values()) == [str(START), "oss_batch_delete_log", "", "2026-11-18 19:06:40"]


REFUSED = {
    "select nope": "line 1:8: Column 'nope' cannot be resolved;please add the column in the index attribute",
    'select "nope"': "if nope is a string ,not a key field, please use 'nope'",
    "select unindexed": "Column 'unindexed' cannot be resolved",
    "select hidden": "Column 'hidden' cannot be resolved",
    "select access_id, count(*) as c": "line 1:8: Column 'access_id' not in GROUP BY clause",
    "select frobnicate(bytes)": "line 1:8: Function frobnicate not registered",
    "select sum(access_id)": "line 1:8: Unexpected parameters (varchar) for function sum.",
    "select count(*) where access_id > 5": "'>' cannot be applied to varchar, bigint",
    "select count(*) where bytes = '5'": "'=' cannot be applied to bigint, varchar",
    "select 1 / 0": "Division by zero",
    "select cast(access_id as bigint)": "Can not cast 'LTAI5t",
    "select count(*) limit 10 offset 5": "line 1:26: mismatched input 'offset' expecting <EOF>",
    "select\n  count(*) frm log": "line 2:",
    "select bytes from": "mismatched input",
    "select 'a": "unclosed string quote",
    "where bytes > 5": "mismatched input 'where'",
    "select count(*) from other": "line 1:22: LogStore (other) is not found",
    "select count(*) from (select 1)": "you are using nested sql, please specify FROM LOGSTORE",
    "select time_series(__time__, 'x', '%H', '0')": "Unexpected parameters for function time_series",
    "select bytes limit bytes": "LIMIT takes a number of rows",
    "with recursive r as (select 1 from log) select * from r": "Recursive WITH queries are not supported",
    "with log as (select 1 as n from log) select * from log": "Duplicate name log in WITH",
    "select count(*) where count(*) > 5": "WHERE clause cannot contain aggregations or window functions",
}


@pytest.mark.parametrize("statement", REFUSED)
def test_what_can_not_be_run_is_refused_and_says_where(statement: str) -> None:
    assert REFUSED[statement] in why(f"* | {statement}")


ELSEWHERE = (
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_text('/etc/passwd')",
    "select content from read_blob('/etc/passwd')",
    "select * from glob('/*')",
    "select * from duckdb_settings()",
    "select * from duckdb_tables()",
    "select * from information_schema.tables",
    "select * from pragma_table_info('stored')",
    "select * from stored",
    "select * from main.stored",
    "select * from query('select 1')",
    "select (select count(*) from stored) as c",
    "select access_id from log union select table_name from information_schema.tables",
    "select current_setting('memory_limit')",
    "select getenv('HOME')",
    "select getvariable('x')",
    "select $v0",
    "select ?",
    "select :x",
    "select @x",
    "drop table stored",
    "delete from stored",
    "insert into stored values (1)",
    "create table x as select 1",
    "attach '/tmp/x.db'",
    "copy log to '/tmp/x'",
    "install httpfs",
    "pragma database_list",
    "set memory_limit = '1MB'",
    "select 1; drop table stored",
    "select 1 into x",
    "explain select 1",
    "with x as (delete from stored returning *) select * from x",
    "call pragma_version()",
    "values (1)",
    "describe log",
    "show tables",
)


@pytest.mark.parametrize("statement", ELSEWHERE)
def test_nothing_but_the_found_rows_can_be_reached(table: Table, statement: str) -> None:
    with pytest.raises(ApiError) as refusal:
        ask_table(table, f"* | {statement}")
    assert (refusal.value.status, refusal.value.code) == (400, "ParameterInvalid")
    assert ask_table(table, "* | select count(*) as c").rows == [{"c": str(COUNT)}]


def test_the_database_itself_is_locked(table: Table) -> None:
    """Were a statement to slip through, it would still reach nothing."""
    for statement in (
        "SELECT * FROM read_text('/etc/passwd')",
        "SET enable_external_access = true",
        "ATTACH 'x'",
    ):
        with pytest.raises(duckdb.Error):
            table.run(statement, {})


def test_too_many_rows_are_refused() -> None:
    many = [{"__time__": str(START)} for _ in range(400)]
    query = "* | select a.__time__ from log a, log b limit 1000000"
    with pytest.raises(ApiError, match="output rows execeed 100000 rows"):
        ask(query, logstore(many))


def test_an_offset_parameter_is_no_way_to_turn_pages_of_sql() -> None:
    assert "please use limit x,y syntax for pagination" in why("* | select bytes", offset=100)


def test_a_statement_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aktui.simcloud.logs.table.LONGEST", 0.05)
    many = Table(logstore([{"__time__": str(START + number % 60)} for number in range(3000)]))
    with pytest.raises(ApiError, match="exceeded maximum time limit"):
        ask_table(
            many,
            "* | select count(*) as c from log a, log b, log c where a.__time__ + b.__time__ > c.__time__",
        )


def test_values_are_written_as_the_service_writes_them() -> None:
    plain = {None: "null", True: "true", "日": "日", 17: "17", 10**20: "100000000000000000000"}
    numbers = {2.0: "2.0", 123456789.5: "1.234567895E8", 0.0001: "1.0E-4", float("nan"): "NaN"}
    for value, written in (plain | numbers).items():
        assert text.as_text(value) == written
    assert json.loads(text.as_text({"a": [1, None, "x"]})) == {"a": [1, None, "x"]}
