"""The rate limits: never more than the quota, in order, and hardly slower than the quota allows."""

import asyncio
import heapq

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aktui.cloud.limits import CONCURRENT, Limits, Pace, quota_of
from tests.cloud.rig import until


class FakeTime:
    """Time that jumps to the next sleeper as soon as everybody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, future))
        await future

    async def run(self, tasks: list["asyncio.Task[None]"]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if self._sleepers:
                at, _, future = heapq.heappop(self._sleepers)
                self.now = max(self.now, at)
                if not future.done():
                    future.set_result(None)


async def grants(rate: int, arrivals: list[float]) -> list[tuple[int, float]]:
    """Who was let through when, for callers that arrive at these times."""
    time = FakeTime()
    pace = Pace(rate, clock=time.clock, sleep=time.sleep)
    granted: list[tuple[int, float]] = []

    async def caller(number: int, at: float) -> None:
        await time.sleep(at)
        await pace.turn()
        granted.append((number, time.now))

    await time.run([asyncio.create_task(caller(number, at)) for number, at in enumerate(arrivals)])
    assert pace.waiting == 0
    return granted


Arrivals = st.lists(st.floats(0, 3), min_size=1, max_size=40).map(sorted)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 10), Arrivals)
def test_no_second_ever_sees_more_than_the_quota(rate: int, arrivals: list[float]) -> None:
    times = [at for _, at in asyncio.run(grants(rate, arrivals))]
    for first, later in zip(times, times[rate:], strict=False):
        assert later - first > 1.0


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 10), Arrivals)
def test_first_come_is_first_served(rate: int, arrivals: list[float]) -> None:
    numbers = [number for number, _ in asyncio.run(grants(rate, arrivals))]
    assert numbers == sorted(numbers)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 10), st.integers(1, 60))
def test_the_quota_is_nearly_used_up(rate: int, calls: int) -> None:
    last = asyncio.run(grants(rate, [0.0] * calls))[-1][1]
    least = (calls - 1) // rate
    assert last <= 1.06 * least


async def test_a_pause_holds_everybody_back() -> None:
    time = FakeTime()
    pace = Pace(5, clock=time.clock, sleep=time.sleep)
    pace.close_for(3.0)
    pace.close_for(1.0)
    passed: list[float] = []

    async def caller() -> None:
        await pace.turn()
        passed.append(time.now)

    await time.run([asyncio.create_task(caller()) for _ in range(3)])
    assert passed == [3.0, 3.0, 3.0]


async def test_a_pause_that_comes_while_waiting_is_kept_too() -> None:
    time = FakeTime()
    pace = Pace(1, clock=time.clock, sleep=time.sleep)
    await pace.turn()
    waiter = asyncio.create_task(pace.turn())
    await until(lambda: pace.waiting == 1)
    pace.close_for(10.0)
    await time.run([asyncio.ensure_future(_until_done(waiter))])
    assert time.now == 10.0


async def _until_done(task: "asyncio.Task[object]") -> None:
    await task


async def test_a_request_that_went_out_late_counts_from_then() -> None:
    time = FakeTime()
    pace = Pace(1, clock=time.clock, sleep=time.sleep)
    turn = await pace.turn()
    time.now = 0.9
    turn.sent()
    await time.run([asyncio.ensure_future(_until_done(asyncio.create_task(pace.turn())))])
    assert time.now > 1.9


async def test_one_who_gives_up_waiting_holds_nobody_up() -> None:
    time = FakeTime()
    pace = Pace(1, clock=time.clock, sleep=time.sleep)
    await pace.turn()
    waiting = [asyncio.create_task(pace.turn()) for _ in range(3)]
    await until(lambda: pace.waiting == 3)
    waiting[0].cancel()
    waiting[1].cancel()
    await time.run([asyncio.ensure_future(_until_done(waiting[2]))])
    assert pace.waiting == 0
    assert time.now < 1.1


@pytest.mark.parametrize(
    ("product", "action", "rate"),
    [
        ("actiontrail", "LookupEvents", 2),
        ("actiontrail", "GetAccessKeyLastUsedIps", 50),
        ("actiontrail", "DescribeTrails", 20),
        ("bssopenapi", "DescribeInstanceBill", 10),
        ("ims", "ListAccessKeys", 20),
    ],
)
def test_the_documented_quotas(product: str, action: str, rate: int) -> None:
    assert quota_of(product, action).rate == rate


def test_what_counts_together_shares_a_pace() -> None:
    limits = Limits()
    assert limits.pace("actiontrail", "LookupEvents", "cn-hangzhou") is limits.pace(
        "actiontrail", "LookupEvents", "ap-southeast-1"
    )
    assert limits.pace("actiontrail", "GetAccessKeyLastUsedIps", "cn-hangzhou") is not limits.pace(
        "actiontrail", "GetAccessKeyLastUsedIps", "ap-southeast-1"
    )
    assert limits.pace("bssopenapi", "QueryBill", "") is limits.pace("bssopenapi", "QueryAccountBalance", "")
    assert limits.pace("ims", "GetUser", "") is not limits.pace("ims", "ListUsers", "")
    assert limits.pace("ims", "GetUser", "") is not limits.pace("ram", "GetUser", "")


async def test_a_host_is_asked_only_so_many_things_at_once() -> None:
    place = Limits().place("ims.aliyuncs.com")
    for _ in range(CONCURRENT):
        await place.acquire()
    one_more = asyncio.create_task(place.acquire())
    await asyncio.sleep(0)
    assert not one_more.done()
    place.release()
    assert await one_more
