"""Groups apart for each span of time."""

from pathlib import Path

from aktui.case.rows.store import RowStore

DAY = 86_400


async def test_groups_may_be_apart_for_each_day(tmp_path: Path) -> None:
    times = [(0, "a"), (5, "a"), (DAY - 1, "b"), (DAY, "a"), (3 * DAY, "a")]
    rows = [{"__time__": str(at), "who": who} for at, who in times]
    async with RowStore(tmp_path) as store:
        table = await store.table("t")
        await table.append(rows, source="s", slice_id="1")
        together = await table.groups(("who",))
        apart = await table.groups(("who",), step=DAY)
    assert [(one.values, one.count) for one in together] == [(("a",), 4), (("b",), 1)]
    assert sorted((one.values[0], one.count, one.first, one.last) for one in apart) == [
        ("a", 1, DAY, DAY),
        ("a", 1, 3 * DAY, 3 * DAY),
        ("a", 2, 0, 5),
        ("b", 1, DAY - 1, DAY - 1),
    ]
