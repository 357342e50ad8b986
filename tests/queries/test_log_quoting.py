"""No value breaks out of a query text: the practice cloud's own parser and engine are asked."""

import asyncio
import itertools
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aktui.cloud.logs import texts
from aktui.errors import UsageError
from aktui.models import LogstoreRef, Window
from aktui.simcloud.logs import search
from aktui.simcloud.logs.asked import split
from aktui.simcloud.logs.search import All, Words
from aktui.simcloud.logs.store import FieldIndex, Index
from queries.base import Logs
from queries.logs.logtexts import has_limit, page_of
from queries.logs.quoting import column, field, found, literal, term
from tests.cloud.rig import cloud_of
from tests.practice import Sim
from tests.queries.logbooks import NOW, account, keep
from tests.simcloud.accounts import REGION

SIGNIFICANT = "\"'\\|*?:()[]{}<>=#;,-/%_`@&!~ \u00a0\u3000中é"
WORDS = ("and", "or", "not", "in", "AND", "select", "union", "--", "/*", "*/", "LTAI5t", "1", "' or '1'='1")
VALUES = (
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(SIGNIFICANT, max_size=4)), min_size=1, max_size=6)
    .map("".join)
    .filter(bool)
)
INDEX = Index(
    fields={"v": FieldIndex(tokens="", case_sensitive=True), "example": FieldIndex(), "n": FieldIndex()}
)


@given(VALUES)
def test_a_value_in_a_search_is_that_value_and_nothing_else(value: str) -> None:
    text = f"a: 1 and {found('v', value)} and b: 2"
    assert search.parse(text) == All((Words("1", "a"), Words(value, "v"), Words("2", "b")))


@given(VALUES)
def test_a_value_in_a_search_does_not_begin_the_sql(value: str) -> None:
    text = f"{found('v', value)} | SELECT 1"
    assert texts.split(text) == (found("v", value), "SELECT 1")
    assert split(text)[1] == "SELECT 1"


@given(VALUES)
def test_a_name_in_a_search_is_that_name_and_nothing_else(name: str) -> None:
    assert search.parse(f"{field(name)}: 1") == Words("1", name)


def test_searching_and_comparing_find_exactly_the_rows_with_the_value() -> None:
    kept = account()
    store = keep(kept, "acme-values", "values", [a_row("first", "none", 0)], index=INDEX)
    where = LogstoreRef(REGION, "acme-values", "values")
    window = Window(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    examples = itertools.count(1)

    with Sim(kept) as sim, asyncio.Runner() as runner:
        cloud = cloud_of(sim)

        @settings(max_examples=20, deadline=None)
        @given(st.lists(VALUES, min_size=1, max_size=6, unique=True))
        def check(values: list[str]) -> None:
            example = f"e{next(examples)}"
            for number, value in enumerate(values):
                store.add(a_row(value, example, number))
            for number, value in enumerate(values):
                runner.run(exactly_one(cloud.logs, where, window, example, value, f"{number}"))

        check()
        runner.run(cloud.aclose())


def a_row(value: str, example: str, number: int) -> dict[str, str]:
    return {"__time__": str(int(NOW.timestamp())), "v": value, "example": example, "n": f"{number}"}


async def exactly_one(
    logs: Logs, where: LogstoreRef, window: Window, example: str, value: str, number: str
) -> None:
    searched = await logs.page(where, f"{found('example', example)} and {found('v', value)}", window)
    assert [row["n"] for row in searched.rows] == [number]
    sql = f"SELECT n AS {column(value)} FROM log WHERE {column('v')} = {literal(value)}"
    compared = await logs.select(where, f"{found('example', example)} | {sql}", window)
    assert [dict(row) for row in compared.rows] == [{value: number}]


def test_a_plain_word_is_written_as_people_write_it() -> None:
    assert found("access_id", "LTAI5tDEPLOYER") == "access_id: LTAI5tDEPLOYER"
    assert found("event.userIdentity.accessKeyId", "STS.x") == 'event.userIdentity.accessKeyId: "STS.x"'


@pytest.mark.parametrize("value", ["a\nb", "\x00", "a\x7f", "\x9b31m", "\ud800", "", "x" * 2001])
def test_what_no_query_can_hold_is_refused_with_a_reason(value: str) -> None:
    for quote in (term, literal, column):
        with pytest.raises(UsageError, match="value"):
            quote(value)


@pytest.mark.parametrize(
    ("text", "limited"),
    [
        ("* | SELECT a LIMIT 10", True),
        ("* | SELECT a limit 5,\n 10 ;", True),
        ("* | SELECT a", False),
        ("* | SELECT a -- LIMIT 10", False),
        ("* | SELECT 'x LIMIT 10'", False),
        ('"a | SELECT b LIMIT 10"', False),
        ("* | SELECT a FROM (SELECT a FROM log LIMIT 10) t", False),
    ],
)
def test_a_limit_of_ones_own_is_known_from_words_that_look_like_one(text: str, limited: bool) -> None:
    assert has_limit(text) is limited


def test_a_page_of_sql_is_not_swallowed_by_a_comment() -> None:
    assert page_of("* | SELECT a -- all of them;  ", 20, 10).endswith("\nLIMIT 20,10")
    assert page_of("* | SELECT a;", 0, 10) == "* | SELECT a\nLIMIT 0,10"
