"""Log rows in a case: stored once and for good, found again in any order, at any depth."""

import asyncio
import os
import stat
from pathlib import Path

import pytest

from aktui.case.ledger import Ledger
from aktui.case.rows import disk
from aktui.case.rows.asking import Condition, Filter, Order
from aktui.case.rows.store import RowStore
from aktui.errors import CaseError, UsageError
from tests.case.logrows import START, Kept, filled, opened, traffic


async def test_a_table_without_rows_answers_every_question_with_none(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        found = await table.window(0, 10, where=Filter(words=("x",)), order=Order("bucket"))
        assert (found.rows, found.total) == ((), 0)
        assert await table.count() == 0
        assert (await table.facets("bucket")).values == ()
        assert (await table.histogram()).counts == ()
        assert await table.groups(["bucket"]) == ()
        assert await table.locate(1) is None


async def test_rows_come_back_by_time_as_they_were_given(tmp_path: Path) -> None:
    rows = traffic(100)
    await filled(tmp_path, rows)
    async with opened(tmp_path) as table:
        found = await table.window(0, 200, columns=list(rows[0]))
        assert found.total == 100
        assert [dict(zip(found.columns, map(str, row), strict=True)) for row in found.rows] == rows


async def test_a_row_keeps_its_id_when_others_come_before_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.append(traffic(5, start=START + 1000), source="late")
        before = await table.window(0, 5)
        await table.append(traffic(5), source="early")
        after = await table.window(5, 5)
        assert (after.ids, after.total) == (before.ids, 10)
        assert await table.locate(before.ids[2]) == 7
        assert (await table.rows([before.ids[2]])).rows[0] == before.rows[2]
    async with opened(tmp_path) as table:
        assert (await table.window(5, 5)).ids == before.ids


async def test_a_slice_is_stored_once_whoever_brings_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        first = await table.append(traffic(10), source="sls", slice_id="1-2")
        again = await table.append(traffic(10), source="sls", slice_id="1-2")
        assert (first.rows, first.already) == (10, False)
        assert (again.rows, again.already) == (0, True)
        assert table.stored("sls", "1-2")
    async with opened(tmp_path) as table:
        assert table.stored("sls", "1-2")
        assert (await table.append(traffic(10), source="sls", slice_id="1-2")).already
        assert await table.count() == 10


async def test_the_same_span_of_two_sources_is_two_slices(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.append(traffic(3), source="hangzhou", slice_id="1-2")
        await table.append(traffic(3), source="beijing", slice_id="1-2")
        assert dict((await table.facets("_source")).values) == {"beijing": 3, "hangzhou": 3}


async def test_fields_may_come_later_and_are_absent_before(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.append([{"__time__": "1", "a": "x"}], source="s")
        await table.append([{"__time__": "2", "b": "y"}], source="s")
        found = await table.window(0, 9, columns=["a", "b"])
        assert found.rows == (("x", None), (None, "y"))
        assert {"a", "b", "_source"} <= set(table.columns)
        assert await table.count(Filter((Condition("b", "absent"),))) == 1


async def test_fields_that_differ_only_in_case_stay_apart(tmp_path: Path) -> None:
    row = {
        "__time__": "1",
        "key": "a",
        "Key": "b",
        "KEY": "c",
        "_row": "d",
        "": "e",
        "key~": "f",
        "end.": "g",
    }
    async with opened(tmp_path) as table:
        await table.append([row], source="s")
    async with opened(tmp_path) as table:
        found = await table.window(0, 1, columns=list(row))
        assert found.rows == ((1, *list(row.values())[1:]),)
        await table.append([{"kEY": "h", "KEY": "i"}], source="s")
        assert (await table.window(1, 1, columns=["kEY", "KEY", "key"])).rows == (("h", "i", None),)


async def test_a_time_that_is_none_is_kept_as_text_and_stands_last(tmp_path: Path) -> None:
    async with opened(tmp_path) as table:
        await table.append([{"__time__": "soon", "a": "x"}, {"__time__": "5", "a": "y"}], source="s")
        found = await table.window(0, 2, columns=["__time__", "_time_text", "a"])
        assert found.rows == ((5, None, "y"), (None, "soon", "x"))
        assert (await table.histogram()).untimed == 1


async def test_parts_of_a_second_put_rows_in_order(tmp_path: Path) -> None:
    rows = [{"__time__": "5", "__time_ns_part__": str(ns), "n": str(ns)} for ns in (900, 50, 300)]
    async with opened(tmp_path) as table:
        await table.append(rows, source="s")
        assert (await table.window(0, 3, columns=["n"])).rows == (("50",), ("300",), ("900",))


async def test_numbers_sort_as_numbers_and_what_is_none_stands_last(tmp_path: Path) -> None:
    rows = traffic(60)
    await filled(tmp_path, rows)
    sizes = [row["content_length_out"] for row in rows]
    numbers = sorted((size for size in sizes if size != "-"), key=int)
    async with opened(tmp_path) as table:
        for descending in (False, True):
            order = Order("content_length_out", descending)
            found = await table.window(0, 60, order=order, columns=["content_length_out"])
            expected = numbers[::-1] if descending else numbers
            assert [row[0] for row in found.rows] == expected + ["-"] * sizes.count("-")


async def test_equal_rows_keep_the_order_of_time_under_any_sort(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(90))
    async with opened(tmp_path) as table:
        found = await table.window(0, 90, order=Order("client_ip"), columns=["client_ip", "__time__"])
        assert list(found.rows) == sorted(found.rows, key=lambda row: (str(row[0]), row[1]))


async def test_windows_of_every_size_make_up_the_whole(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(100))
    where, order = Filter(words=("getobject",)), Order("object", descending=True)
    async with opened(tmp_path) as table:
        whole = await table.window(0, 1000, where=where, order=order)
        for size in (1, 7, 33):
            pieces = [await table.window(at, size, where=where, order=order) for at in range(0, 100, size)]
            assert tuple(one for piece in pieces for one in piece.ids) == whole.ids
        assert (await table.window(500, 10, where=where, order=order)).rows == ()


async def test_a_sorted_and_filtered_view_grows_as_rows_come(tmp_path: Path) -> None:
    rows, where, order = traffic(80), Filter((Condition("http_status", "=", "403"),)), Order("object")
    async with opened(tmp_path) as table:
        for at in range(0, 80, 20):
            await table.append(rows[at : at + 20], source="s")
            found = await table.window(0, 99, where=where, order=order, columns=["object"])
            expected = sorted(row["object"] for row in rows[: at + 20] if row["http_status"] == "403")
            assert [row[0] for row in found.rows] == expected
            assert found.version == table.version


async def test_more_views_than_are_kept_stay_right(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(30))
    async with opened(tmp_path) as table:
        for _ in range(2):
            for number in range(10):
                where = Filter(words=(f"dump-{number}.sql",))
                assert (await table.window(0, 5, where=where)).total == 1


async def test_facets_count_every_value_and_what_is_left_over(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(100))
    async with opened(tmp_path) as table:
        facet = await table.facets("operation", Filter(words=("203.0.113.7",)))
        assert facet.values == (("GetObject", 27), ("DeleteObjects", 7))
        short = await table.facets("object", top=3)
        assert (len(short.values), short.distinct, short.others) == (3, 100, 97)
        assert (await table.facets("__topic__", Filter(words=("nowhere",)))).distinct == 0


async def test_groups_add_up_what_is_a_number(tmp_path: Path) -> None:
    rows = traffic(100)
    await filled(tmp_path, rows)
    async with opened(tmp_path) as table:
        groups = await table.groups(["bucket", "client_ip"], total="content_length_out")
        one = next(group for group in groups if group.values == ("acme-backups", "203.0.113.7"))
        mine = [row for row in rows if row["client_ip"] == "203.0.113.7"]
        assert one.count == len(mine)
        assert one.total == sum(int(row["content_length_out"].replace("-", "0")) for row in mine)
        assert (one.first, one.last) == (int(mine[0]["__time__"]), int(mine[-1]["__time__"]))


@pytest.mark.parametrize("buckets", [1, 5, 60, 1000])
async def test_a_histogram_counts_every_row_once(tmp_path: Path, buckets: int) -> None:
    await filled(tmp_path, traffic(500))
    async with opened(tmp_path) as table:
        found = await table.histogram(buckets=buckets)
        assert sum(found.counts) == 500
        assert len(found.counts) <= buckets
        assert found.start <= START < found.start + found.step


async def test_a_zoomed_histogram_counts_only_what_is_in_the_span(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(500))
    async with opened(tmp_path) as table:
        found = await table.histogram(start=START + 70, end=START + 140, buckets=20)
        assert sum(found.counts) == 10
        counted = await table.count(Filter().between(START + 70, START + 140))
        assert counted == 10


async def test_a_column_there_is_none_of_is_named(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(4))
    async with opened(tmp_path) as table:
        for asked in (
            table.window(0, 1, order=Order('object"; DROP TABLE x; --')),
            table.count(Filter((Condition("nothing", "=", "x"),))),
            table.facets("nothing"),
        ):
            with pytest.raises(UsageError, match="no column"):
                await asked
        assert await table.count() == 4


async def test_a_number_is_compared_with_numbers_only(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(4))
    async with opened(tmp_path) as table:
        with pytest.raises(UsageError, match="numbers"):
            await table.count(Filter((Condition("http_status", ">", "many"),)))


async def test_nobody_else_can_read_the_rows(tmp_path: Path) -> None:
    async with opened(tmp_path / "case") as table:
        await table.append(traffic(3), source="s")
        for path in (tmp_path / "case").rglob("*"):
            assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path


async def test_rows_are_in_the_ledger_before_they_are_seen(tmp_path: Path) -> None:
    keep = Kept()
    async with opened(tmp_path, keep=keep) as table:
        await table.append(traffic(5), source="sls", slice_id="1")
        (part,) = keep.parts
        assert (part.rows, part.source, part.slice_id) == (5, "sls", "1")
        assert (part.first, part.last) == (START, START + 28)
        keep.failure = CaseError("The disk is full.")
        with pytest.raises(CaseError, match="disk is full"):
            await table.append(traffic(5), source="sls", slice_id="2")
        assert await table.count() == 5
        assert not table.stored("sls", "2")
        keep.failure = None
        assert (await table.append(traffic(5), source="sls", slice_id="2")).already
        assert await table.count() == 10
    async with opened(tmp_path, keep=keep) as table:
        assert await table.count() == 10
    assert [part.slice_id for part in keep.parts] == ["1", ""]


async def test_two_consoles_add_to_one_case(tmp_path: Path) -> None:
    async with opened(tmp_path) as one, opened(tmp_path) as other:
        await one.append(traffic(5), source="s", slice_id="1")
        await other.append(traffic(5), source="s", slice_id="2")
        assert (await other.append(traffic(5), source="s", slice_id="1")).already
        assert (await one.count(), await other.count()) == (5, 10)
        await one.open()
        assert (await one.count(), await other.count()) == (10, 10)


async def test_a_question_nobody_waits_for_stops_and_the_next_is_answered(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(2000))
    async with opened(tmp_path) as table:
        for number in range(10):
            asked = [
                asyncio.create_task(table.window(0, 5, where=Filter(words=(f"{number}-{one}",))))
                for one in range(4)
            ]
            await asyncio.sleep(0)
            for task in asked:
                task.cancel()
            assert all(
                isinstance(one, asyncio.CancelledError)
                for one in await asyncio.gather(*asked, return_exceptions=True)
            )
            assert await table.count(Filter(words=("dump-1999.",))) == 1


async def test_an_addition_that_has_begun_is_finished_though_its_caller_left(tmp_path: Path) -> None:
    keep = Kept()
    async with opened(tmp_path, keep=keep) as table:
        adding = asyncio.create_task(table.append(traffic(50), source="s", slice_id="1"))
        await asyncio.sleep(0)
        adding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await adding
        await table.finish()
        assert await table.count() == 50
    assert len(keep.parts) == 1


async def test_a_damaged_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    await filled(tmp_path, traffic(40))
    spoilt = tmp_path / disk.FOLDER / "oss_access" / disk.files_in(tmp_path / disk.FOLDER / "oss_access")[1]
    spoilt.write_bytes(spoilt.read_bytes()[:200])
    async with opened(tmp_path) as table:
        assert await table.count() == 30
        assert [spoilt.name in problem for problem in table.problems] == [True]


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = RowStore(tmp_path)
    table = await store.table("oss_access")
    await store.aclose()
    await store.aclose()
    with pytest.raises(CaseError, match="closed"):
        await table.count()
    with pytest.raises(CaseError, match="closed"):
        await store.table("events")


async def test_statements_reach_nothing_but_the_rows_of_the_case(tmp_path: Path) -> None:
    async with opened(tmp_path / "case") as table:
        for statement in (
            f"SELECT * FROM read_text('{__file__}')",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            f"ATTACH '{tmp_path}/other.db'",
            "SET enable_external_access = true",
            "INSTALL httpfs",
        ):
            with pytest.raises(CaseError):
                await table._engine.run(lambda db, text=statement: db.execute(text))  # type: ignore[misc]
    assert os.listdir(tmp_path) == ["case"]


async def test_the_tables_with_rows_are_told(tmp_path: Path) -> None:
    async with RowStore(tmp_path) as store:
        assert await store.tables() == ()
        await (await store.table("events")).append([{"a": "b"}], source="s")
        await store.table("oss_access")
        assert await store.tables() == ("events",)
        with pytest.raises(CaseError, match="name of a table"):
            await store.table("../../etc")


@pytest.mark.parametrize("name", ["a [b] *?c", 'it\'s "quoted"', "日志", "x=1"])
async def test_the_case_may_lie_anywhere(tmp_path: Path, name: str) -> None:
    async with opened(tmp_path / name) as table:
        await table.append(traffic(3), source="s")
        assert (await table.window(0, 9)).total == 3


async def test_the_ledger_takes_parts(tmp_path: Path) -> None:
    ledger = await Ledger.open(tmp_path / "case", key_id="LTAI5tPracticeSuspect001")
    async with RowStore(tmp_path / "case", keep=ledger.record_part) as store:
        await (await store.table("oss_access")).append(traffic(3), source="s")
        assert ledger.head[0] == 1
    await ledger.aclose()
