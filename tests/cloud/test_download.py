"""A large search, fetched side by side: every row once, in order, whatever goes wrong on the way."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from aktui.cloud.download import Downloaded, Mark, Progress, download
from aktui.cloud.logs.fetch import Row
from aktui.cloud.logs.slices import LINES, Slice
from aktui.cloud.session import Cloud
from aktui.errors import BadReply, Forbidden, NotFound, Throttled, UsageError
from aktui.models import Window
from tests.cloud.rig import CUT, until
from tests.cloud.sls_rig import WHERE, Asked, LogServer, log_server, logs_answer, refusal

START = 1_793_491_200
SPAN = 3600


def window(seconds: int = SPAN) -> Window:
    return Window(datetime.fromtimestamp(START, UTC), datetime.fromtimestamp(START + seconds, UTC))


def rows(count: int, *, second: int | None = None, first: int = 0) -> list[Row]:
    """Rows with a key each, spread over the hour, or all in one second."""
    return [
        {
            "__time__": str(START + (second if second is not None else number * SPAN // count)),
            "request_id": f"R{first + number:06}",
        }
        for number in range(count)
    ]


class Store:
    """A sink that remembers, and notes whether two slices ever came at once."""

    def __init__(self, wait: float = 0.0) -> None:
        self.rows: list[Row] = []
        self.slices: list[Slice] = []
        self.wait = wait
        self.overlapped = False
        self.busy = False

    async def __call__(self, rows: Sequence[Row], part: Slice) -> None:
        self.overlapped |= self.busy
        self.busy = True
        await asyncio.sleep(self.wait)
        self.rows += rows
        self.slices.append(part)
        self.busy = False

    @property
    def keys(self) -> list[str]:
        return [row["request_id"] for row in self.rows]


async def fetched(cloud: Cloud, store: Store, **rest: Any) -> Downloaded:
    return await download(cloud.logs, WHERE, 'access_id: "LTAI"', window(), sink=store, **rest)


def keys(found: list[Row]) -> list[str]:
    return [row["request_id"] for row in found]


async def test_every_row_comes_once_and_in_order_of_time() -> None:
    wanted, store = rows(12_345), Store()
    async with log_server(wanted) as server, server.cloud() as cloud:
        done = await fetched(cloud, store)
        assert server.at_once > 1
    assert keys(store.rows) == keys(wanted)
    assert (done.rows, done.expected, done.complete, done.troubles) == (12_345, 12_345, True, ())
    assert len(store.slices) >= 3
    assert not store.overlapped


async def test_rows_of_a_second_with_very_many_are_told_apart_by_their_place() -> None:
    wanted = rows(300) + rows(2 * LINES + 150, second=1800, first=1000)
    store = Store()
    async with log_server(wanted) as server, server.cloud() as cloud:
        done = await fetched(cloud, store)
    assert done.complete
    assert sorted(store.keys) == sorted(keys(wanted))
    assert [part.offset for part in store.slices if part.end - part.start == 1] == [0, LINES, 2 * LINES]


async def test_no_row_at_all_is_one_question() -> None:
    store = Store()
    async with log_server() as server, server.cloud() as cloud:
        done = await fetched(cloud, store)
        assert len(server.asked) == 1
    assert (done.rows, done.complete, store.slices) == (0, True, [])


async def test_no_more_is_asked_at_once_than_allowed() -> None:
    async with log_server(rows(3000), wait=0.002) as server, server.cloud() as cloud:
        await fetched(cloud, Store(), at_once=3)
        assert server.at_once == 3


async def test_a_slow_sink_holds_up_the_fetching() -> None:
    going_on = asyncio.Event()
    seen: list[Progress] = []

    async def slow(_rows: Sequence[Row], _part: Slice) -> None:
        await going_on.wait()

    async with log_server(rows(60_000)) as server, server.cloud() as cloud:
        running = asyncio.create_task(
            download(cloud.logs, WHERE, "*", window(), sink=slow, progress=seen.append)
        )
        before = -1
        while before != len(server.asked):
            before = len(server.asked)
            await asyncio.sleep(0.1)
        assert seen[-1].fetched <= 4 * LINES
        going_on.set()
        done = await running
    assert done.rows == 60_000


async def test_progress_tells_slices_rows_and_what_is_expected() -> None:
    seen: list[Progress] = []
    async with log_server(rows(12_000)) as server, server.cloud() as cloud:
        await fetched(cloud, Store(), progress=seen.append)
    assert (seen[0].rows, seen[0].expected, seen[0].done) == (0, 12_000, 0)
    assert (seen[-1].rows, seen[-1].fetched, seen[-1].done) == (12_000, 12_000, seen[-1].slices)
    assert [one.rows for one in seen] == sorted(one.rows for one in seen)
    assert seen[-1].rate > 0


async def test_a_cancelled_download_goes_on_from_its_mark() -> None:
    wanted, store = rows(20_000), Store(wait=0.01)
    seen: list[Progress] = []
    async with log_server(wanted) as server, server.cloud() as cloud:

        def watch(progress: Progress) -> None:
            seen.append(progress)
            if progress.done == 2:
                running.cancel()

        running = asyncio.create_task(fetched(cloud, store, progress=watch))
        with pytest.raises(asyncio.CancelledError):
            await running
        assert 0 < len(store.rows) < len(wanted)
        kept = Mark.of_json(json.loads(json.dumps(seen[-1].mark.as_json())))
        assert kept == seen[-1].mark
        assert kept.rows == len(store.rows)
        asked = len(server.searches)
        done = await fetched(cloud, store, resume=kept)
        assert len(server.searches) - asked < 200
    assert store.keys == keys(wanted)
    assert (done.rows, done.complete) == (20_000, True)


async def test_a_slice_that_is_being_stored_when_it_is_cancelled_is_stored_whole() -> None:
    wanted, store = rows(9_000), Store(wait=0.05)
    seen: list[Progress] = []
    async with log_server(wanted) as server, server.cloud() as cloud:
        running = asyncio.create_task(fetched(cloud, store, progress=seen.append))
        await until(lambda: store.busy)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert seen[-1].mark.rows == len(store.rows) > 0
        await fetched(cloud, store, resume=seen[-1].mark)
    assert store.keys == keys(wanted)


async def test_a_mark_of_something_else_is_refused() -> None:
    async with log_server() as server, server.cloud() as cloud:
        with pytest.raises(UsageError, match="belongs to the download of something else"):
            await fetched(cloud, Store(), resume=Mark("something", ()))


async def test_sql_is_not_downloaded() -> None:
    async with log_server() as server, server.cloud() as cloud:
        with pytest.raises(UsageError, match="Only a search"):
            await download(cloud.logs, WHERE, "* | SELECT 1", window(), sink=Store())


def spoil_where(start: int, *answers: bytes) -> Any:
    """Spoil the first searches whose window begins at or after `start`; the last answer repeats."""
    left = list(answers)

    def spoil(asked: Asked) -> bytes | None:
        if not asked.searches or asked.params["from"] < start or not left:
            return None
        return left[0] if len(left) == 1 else left.pop(0)

    return spoil


def once(*answers: bytes) -> Any:
    """Answer the first searches with these, the rest rightly."""
    left = list(answers)
    return lambda asked: left.pop(0) if asked.searches and left else None


async def test_passing_failures_leave_no_trace_in_the_rows() -> None:
    wanted, store = rows(3000), Store()
    trouble = once(
        CUT,
        refusal(503, "ServerBusy"),
        logs_answer(wanted[:7], progress="Incomplete"),
        refusal(403, "ReadQuotaExceed"),
        refusal(500, "InternalServerError"),
        logs_answer([])[:-4] + b"\0\0\0\0",
    )
    async with log_server(wanted, spoil=trouble) as server, server.cloud() as cloud:
        done = await fetched(cloud, store)
    assert store.keys == keys(wanted)
    assert done.complete


def incomplete_within(start: int, end: int) -> Callable[[Asked], bytes | None]:
    """Searches that reach into this span stay incomplete."""

    def spoil(asked: Asked) -> bytes | None:
        if asked.searches and asked.params["from"] < end and start < asked.params["to"]:
            return logs_answer([], progress="Incomplete")
        return None

    return spoil


async def test_what_stays_incomplete_is_named_and_the_rest_comes() -> None:
    wanted, store = rows(20_000), Store()
    bad = (START + 1000, START + 1010)
    async with log_server(wanted, spoil=incomplete_within(*bad)) as server, server.cloud() as cloud:
        done = await fetched(cloud, store)
        assert not done.complete
        named = [trouble.slice for trouble in done.troubles]
        assert named[0].start <= bad[0] < bad[1] <= named[-1].end
        assert all("incomplete" in trouble.reason for trouble in done.troubles)
        assert all(trouble.error is None for trouble in done.troubles)
        missing = sum(part.lines or 0 for part in named)
        assert 0 < missing < 1500
        assert done.rows == len(store.rows) == 20_000 - missing
        assert store.keys == sorted(store.keys)
        server.spoil = None
        again = await fetched(cloud, store, resume=done.mark)
    assert (again.complete, again.rows) == (True, 20_000)
    assert sorted(store.keys) == keys(wanted)


async def test_a_span_that_is_too_much_at_once_is_read_in_parts() -> None:
    """The log service gives up on long spans; rows that are few may lie in one."""
    wanted, store = rows(900), Store()

    def spoil(asked: Asked) -> bytes | None:
        if asked.searches and asked.params["to"] - asked.params["from"] > SPAN // 2:
            return logs_answer([], progress="Incomplete")
        return None

    async with log_server(wanted, spoil=spoil) as server, server.cloud() as cloud:
        done = await fetched(cloud, store)
    assert (done.complete, done.troubles) == (True, ())
    assert store.keys == keys(wanted)


async def test_a_second_that_stays_incomplete_is_not_cut() -> None:
    store = Store()
    spoil = incomplete_within(START, START + SPAN)
    async with log_server(rows(50, second=7), spoil=spoil) as server, server.cloud() as cloud:
        done = await download(
            cloud.logs,
            WHERE,
            "*",
            Window(datetime.fromtimestamp(START + 7, UTC), datetime.fromtimestamp(START + 8, UTC)),
            sink=store,
        )
    assert len(done.troubles) == 1
    assert store.rows == []


@pytest.mark.parametrize(
    ("spoilt", "kind"),
    [
        (refusal(401, "Unauthorized", "denied by sts or ram, action: log:GetLogStoreLogs"), Forbidden),
        (refusal(404, "ProjectNotExist"), NotFound),
        (refusal(403, "ReadQuotaExceed"), Throttled),
        (logs_answer([])[:-4] + b"\0\0\0\0", BadReply),
    ],
)
async def test_a_failure_in_the_middle_keeps_what_came_and_says_where(spoilt: bytes, kind: type) -> None:
    wanted, store = rows(20_000), Store()
    async with log_server(wanted) as server, server.cloud() as cloud:
        server.spoil = spoil_where(START + SPAN // 2, spoilt)
        done = await fetched(cloud, store)
        assert not done.complete
        (trouble,) = done.troubles
        assert isinstance(trouble.error, kind)
        assert trouble.slice.start >= START + SPAN // 2
        assert store.keys == keys(wanted)[: len(store.rows)]
        assert done.mark.rows == len(store.rows) > 0
        server.spoil = None
        again = await fetched(cloud, store, resume=done.mark)
    assert again.complete
    assert store.keys == keys(wanted)


async def test_a_project_that_is_gone_before_anything_came_is_an_error() -> None:
    async with log_server(spoil=lambda _: refusal(404, "ProjectNotExist")) as server, server.cloud() as cloud:
        with pytest.raises(NotFound):
            await fetched(cloud, Store())


async def test_rows_that_arrive_while_pages_are_read_are_there_once() -> None:
    """A late row shifts where the pages after it begin; the slice is read again."""
    wanted, store = rows(1000), Store()
    late: Row = {"__time__": str(START + 1), "request_id": "late"}

    async with log_server(list(wanted)) as server, server.cloud() as cloud:

        def arrive(asked: Asked) -> None:
            if len(server.searches) == 3 and late not in server.rows:
                server.rows.append(late)

        server.spoil = arrive
        done = await fetched(cloud, store, at_once=1)
    assert sorted(store.keys) == sorted([*keys(wanted), "late"])
    assert done.complete


async def test_a_histogram_that_miscounts_does_not_cost_rows() -> None:
    """What the search gives twice alike is taken."""
    wanted, store = rows(950), Store()

    class Miscounting(LogServer):
        def _count(self, asked: Asked) -> bytes:
            return super()._count(asked).replace(b'"count": 95', b'"count": 93')

    async with log_server(wanted) as server, server.cloud() as cloud:
        server.__class__ = Miscounting
        done = await fetched(cloud, store)
    assert store.keys == keys(wanted)
    assert done.complete


async def test_rows_that_never_settle_are_named() -> None:
    store, number = Store(), 0

    async with log_server(rows(500)) as server, server.cloud() as cloud:

        def more(asked: Asked) -> None:
            nonlocal number
            number += 1
            server.rows += rows(1, second=5, first=10_000 + number)

        server.spoil = more
        done = await fetched(cloud, store)
    (trouble,) = done.troubles
    assert "kept changing" in trouble.reason
    assert trouble.slice.start <= START + 5 < trouble.slice.end
    assert done.rows == len(store.rows) >= 400


async def test_what_the_sink_raises_is_passed_on_and_the_mark_is_kept() -> None:
    seen: list[Progress] = []

    async def full(_rows: Sequence[Row], part: Slice) -> None:
        if part.start > START:
            raise OSError("no space left")

    async with log_server(rows(20_000)) as server, server.cloud() as cloud:
        with pytest.raises(OSError, match="no space"):
            await download(cloud.logs, WHERE, "*", window(), sink=full, progress=seen.append)
    assert len(seen[-1].mark.done) == 1
