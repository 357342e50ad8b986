"""Which part of a query text searches and which is SQL, and that SQL which writes is not sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.cloud.logs.texts import check, split
from aktui.errors import CallRef, ReadOnly

CALL = CallRef("sls", "GetLogsV2")


@pytest.mark.parametrize(
    ("query", "search", "sql"),
    [
        ("*", "*", ""),
        ("", "", ""),
        ("* | SELECT 1", "*", "SELECT 1"),
        ('object: "a|b"', 'object: "a|b"', ""),
        (r'object: "a\"|b" | select 1', r'object: "a\"|b"', "select 1"),
        (r'object: "a\\" | select "|"', r'object: "a\\"', 'select "|"'),
        ("it's here | select 'x'", "it's here", "select 'x'"),
        ("a | select b | c", "a", "select b | c"),
        ("a |", "a", ""),
    ],
)
def test_a_query_is_split_at_its_first_bar_outside_quotes(query: str, search: str, sql: str) -> None:
    assert split(query) == (search, sql)


@pytest.mark.parametrize(
    "query",
    [
        "* | SELECT count(1)",
        "*|select 1",
        "* | WITH t AS (SELECT 1) SELECT * FROM t",
        "* | (select 1)",
        "* | set session parallel_sql=true; select count(*) as pv",
        "* | select 'a;insert into x', \"b;drop\" -- ; delete\n from log",
        "* | select 1 /* ; drop table x */;",
        "* | -- first\n select 1",
        'key: "| insert into x"',
        "insert into x",
        "*",
    ],
)
def test_what_only_reads_is_let_through(query: str) -> None:
    check(CALL, query)


@pytest.mark.parametrize(
    "query",
    [
        "* | INSERT INTO oss_copy SELECT * FROM log",
        "* | create table t (a varchar) with (endpoint='oss', type='oss')",
        "* | select 1; insert into t select 1",
        "* | select 'it''s'; drop table t",
        "* | -- comment\n insert into t select 1",
        "* | /* select */ insert into t select 1",
        "* | (insert into t select 1)",
        "* | set session a=1; delete from log",
        "* | set session a=1 insert into t select 1",
        "it's | insert into t select 'x'",
        "* | where a = 1",
        "* | 'x'",
    ],
)
def test_what_may_write_is_refused(query: str) -> None:
    with pytest.raises(ReadOnly, match="was not sent"):
        check(CALL, query)


@given(st.text())
def test_any_text_is_split_without_losing_anything(query: str) -> None:
    search, sql = split(query)
    assert query.strip().startswith(search)
    assert query.strip().endswith(sql)


@given(st.text(alphabet=st.characters(blacklist_characters='\\"', blacklist_categories=["Cs"])))
def test_nothing_inside_quotes_becomes_sql(value: str) -> None:
    assert split(f'object: "{value}"')[1] == ""
