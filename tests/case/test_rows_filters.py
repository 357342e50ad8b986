"""A filter finds what Python finds in the same rows, whatever values and names are made of."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aktui.case.rows.asking import OPS, Condition, Filter, Op, Order
from aktui.case.rows.schema import is_number
from aktui.case.rows.store import RowStore
from tests.case.logrows import filled, opened, traffic

NASTY = (
    *(
        "'",
        '"',
        "''",
        "\\",
        "\\'",
        "%",
        "_",
        "*",
        "?",
        ";",
        "--",
        "/*",
        "*/",
        "$1",
        "$2",
        "?1",
        ":x",
        "{}",
        "\0",
    ),
    *(
        "' OR TRUE --",
        '" OR 1=1; DROP TABLE x; --", "',
        "\n",
        "\r\n",
        "\t",
        "日志",
        "é",
        "É",
        "ß",
        "İ",
        "\ud800",
    ),
    *(
        "x'); COPY (SELECT 1) TO '/tmp/out'; --",
        "NULL",
        "null",
        "",
        " ",
        "a",
        "A",
        "10",
        "9",
        "-1",
        "1e3",
        "nan",
    ),
)

text = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=6), st.lists(st.sampled_from(NASTY), max_size=3).map("".join)
)
FIELDS = ("object", "Object", 'we"ird; --', "http_status")
rows_given = st.lists(
    st.fixed_dictionaries({"__time__": st.integers(0, 2000).map(str)}, optional=dict.fromkeys(FIELDS, text)),
    min_size=1,
    max_size=8,
)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    column, op = draw(st.sampled_from(FIELDS)), draw(st.sampled_from(OPS))
    if op == "in":
        return Condition(column, op, tuple(draw(st.lists(text, max_size=3))))
    if op in ("<", "<=", ">", ">=") and is_number("oss_access", column):
        return Condition(column, op, str(draw(st.integers(-5, 20))))
    return Condition(column, op, draw(text))


filters = st.builds(
    Filter,
    st.lists(conditions(), max_size=2).map(tuple),
    st.lists(text, max_size=2).map(tuple),
)


def whole(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode()


def lowered(value: str) -> str:
    """One character for one, as the engine lowers."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in whole(value)).replace("İ", "i")


def number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def fits(one: Condition, row: Mapping[str, str]) -> bool:
    value = row.get(one.column)
    if one.op in ("absent", "present"):
        return (value is None) == (one.op == "absent")
    if value is None:
        return one.op == "!="
    value = whole(value)
    if isinstance(one.value, tuple):
        return value in map(whole, one.value)
    given_ = whole(str(one.value))
    return held(one.op, one.column, value, given_)


def held(op: Op, column: str, value: str, given_: str) -> bool:
    if op in ("<", "<=", ">", ">="):
        left, right = (
            (number(value), number(given_))
            if is_number("oss_access", column)
            else (value.encode(), given_.encode())
        )
        if left is None or right is None:
            return False
        return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op])  # type: ignore[operator]
    return {
        "=": value == given_,
        "!=": value != given_,
        "contains": lowered(given_) in lowered(value),
        "starts": value.startswith(given_),
    }[op]


def passes(which: Filter, row: Mapping[str, str]) -> bool:
    texts = [lowered(value) for name, value in row.items() if name != "__time__"]
    # A word of no letters is in every row, also in one that holds nothing but its time.
    words = all(not word or any(lowered(word) in value for value in texts) for word in which.words)
    return words and all(fits(one, row) for one in which.conditions)


@given(rows=rows_given, which=filters)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_filter_finds_what_python_finds(rows: list[dict[str, str]], which: Filter) -> None:
    async def ask() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with RowStore(Path(folder)) as store:
                table = await store.table("oss_access")
                await table.append([dict.fromkeys(FIELDS, "")], source="s")
                await table.append(rows, source="s")
                expected = [row for row in rows if passes(which, row)]
                blank = passes(which, dict.fromkeys(FIELDS, ""))
                assert await table.count(which) == len(expected) + blank
                found = await table.window(0, 99, where=which, columns=["__time__"])
                times = sorted(int(row["__time__"]) for row in expected)
                assert [row[0] for row in found.rows] == times + [None] * blank
                assert await table.count() == len(rows) + 1

    asyncio.run(ask())


@given(rows=rows_given, column=st.sampled_from(FIELDS))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_stored_is_what_was_given(rows: list[dict[str, str]], column: str) -> None:
    async def ask() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with RowStore(Path(folder)) as store:
                table = await store.table("events")
                await table.append([dict.fromkeys(FIELDS, "")], source="s")
                await table.append(rows, source="s")
                found = await table.window(0, 99, order=Order("__time__"), columns=list(FIELDS))
                given_ = [*sorted(rows, key=lambda row: int(row["__time__"])), dict.fromkeys(FIELDS, "")]
                wanted = [
                    tuple(whole(row[name]) if name in row else None for name in FIELDS) for row in given_
                ]
                assert list(found.rows) == wanted
                facet = await table.facets(column)
                values = [row[FIELDS.index(column)] for row in wanted]
                assert dict(facet.values) == {value: values.count(value) for value in values}

    asyncio.run(ask())


@pytest.mark.parametrize("value", NASTY)
async def test_a_value_of_a_row_finds_that_row_again(tmp_path: Path, value: str) -> None:
    async with opened(tmp_path) as table:
        await table.append([{"a": value}, {"a": value + "x"}], source="s")
        assert await table.count(Filter((Condition("a", "=", value),))) == 1
        assert await table.count(Filter((Condition("a", "starts", value),))) == 2


async def test_a_word_is_looked_for_in_every_column_and_in_any_case(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(100))
    async with opened(tmp_path) as table:
        assert await table.count(Filter(words=("DUMP-7.SQL",))) == 1
        assert await table.count(Filter(words=("203.0.113.7", "deleteobjects"))) == 7
        assert await table.count(Filter(words=("203.0.113.7", "nowhere"))) == 0


async def test_a_word_is_not_looked_for_in_where_the_row_is_from(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.append([{"a": "x", "_source_file": "y", "_line": "7"}], source="z")
        assert [await table.count(Filter(words=(word,))) for word in "xyz7"] == [1, 0, 0, 0]


async def test_a_filter_without_one_column_keeps_the_rest(tmp_path: Path) -> None:
    where = Filter((Condition("client_ip", "=", "203.0.113.7"), Condition("http_status", "=", "403")))
    assert where.without("client_ip") == Filter((Condition("http_status", "=", "403"),))
    await filled(tmp_path, traffic(100))
    async with opened(tmp_path) as table:
        facet = await table.facets("client_ip", where.without("client_ip"))
        assert len(facet.values) == 3


async def test_only_the_rows_that_were_marked(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(40))
    async with opened(tmp_path) as table:
        ids = (await table.window(0, 40)).ids
        marked = Filter(ids=(ids[30], ids[2], 12345))
        assert (await table.window(0, 9, where=marked)).ids == (ids[2], ids[30])
        assert await table.count(Filter(ids=())) == 0
