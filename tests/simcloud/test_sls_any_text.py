"""Whatever a query says, it is answered or refused; it never breaks anything and never reaches elsewhere."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aktui.simcloud.fault import ApiError
from aktui.simcloud.logs import search
from aktui.simcloud.logs.table import Table
from tests.simcloud.log_rig import COUNT, END, START, ask_table, logstore, row

WORDS = """
( ) [ ] : = > < >= <= and or not in * ? " # | ' ; , . - -- /* */ \\ $v0 $ ? @x {x} %
access_id LTAI5tAAAA http_status 403 bytes 5 event.vpcId event.a unindexed object __topic__ __time__
select from where group by order limit offset count(*) sum(bytes) log stored union all with as join on
drop table read_csv('/etc/passwd') information_schema.tables 'text' "quoted" null case when then end
cast( bigint ) try( over window lateral unnest( values create insert delete update attach copy
"""
PIECES = st.sampled_from(WORDS.split())
QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=25).map(" ".join),
    st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=15).map("".join),
    st.lists(PIECES, max_size=15).map(lambda pieces: "* | select " + " ".join(pieces)),
)


@pytest.fixture(scope="module")
def table() -> Table:
    return Table(logstore())


def outcome(table: Table, query: str) -> str:
    """Answered, or the status and the code of the refusal."""
    try:
        ask_table(table, query)
    except ApiError as error:
        return f"{error.status} {error.code}"
    return "answered"


@settings(max_examples=400, deadline=None)
@given(QUERIES)
@example("\x00")
@example("\ud800")
@example('exact: "\ud83d"')
@example("* | select '\x00'")
@example('* | select 1 as "a\'b"')
@example("* | select {x}")
@example("* | select * from (log")
@example("* | select interval '1' day")
@example("* | select date '2026-13-45'")
@example("* | select 1e999, 9999999999999999999999999999999999999999999")
@example("* | select -- comment")
@example("* | select /*")
@example("* | " + "(" * 500 + "select 1")
@example("* | select " + "-" * 3000 + "1")
@example("* | select " + "(" * 150 + "1" + ")" * 150)
@example("* | select " + "(" * 400 + "1" + ")" * 400)
@example("* | select " + "not " * 700 + "true")
@example("* | select " + "1+" * 3000 + "1")
@example("* | select " + "(select " * 80 + "1" + ")" * 80)
@example("* | select " + "(" * 2000 + "1" + ")" * 2000)
def test_any_text_is_answered_or_refused(table: Table, query: str) -> None:
    assert outcome(table, query) in ("answered", "400 ParameterInvalid")
    assert ask_table(table, "* | select count(*) as c").rows == [{"c": str(COUNT)}]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
@example('"')
@example("\\")
@example('\\"')
@example('" or *')
@example('" or "')
@example("x\x00y")
def test_a_quoted_value_is_nothing_but_a_value(value: str) -> None:
    """However it looks, a value between quotes makes one condition on one field."""
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    node = search.parse(f'access_id: "{quoted}"')
    assert node == search.Words(value, "access_id")


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_a_quoted_value_finds_the_rows_that_have_it_and_no_others(value: str) -> None:
    rows = [{**row(0), "exact": value}, {**row(1), "exact": f"{value}x"}, row(2)]
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    found = ask_table(Table(logstore(rows)), f'exact: "{quoted}"')
    assert [one["exact"] for one in found.rows] == [value]


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_text_of_sql_is_nothing_but_a_text(table: Table, value: str) -> None:
    quoted = value.replace("'", "''")
    assert ask_table(table, f"* | select '{quoted}' as x limit 1").rows == [{"x": value}]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, COUNT + 50), st.integers(0, 100), st.booleans())
def test_any_page_is_the_slice_it_asks_for(table: Table, offset: int, line: int, reverse: bool) -> None:
    found = ask_table(table, "*", offset=offset, line=line, reverse=reverse)
    times = sorted(range(START, END, 60), reverse=reverse)
    assert [int(one["__time__"]) for one in found.rows] == times[offset : offset + line]
