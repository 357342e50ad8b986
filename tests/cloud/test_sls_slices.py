"""How a search is cut: every row in exactly one slice, and no slice with more rows than is bearable."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aktui.cloud.logs.slices import Slice, plan, tiled
from aktui.models import Bucket, Histogram, Window

START = 1_793_491_200
LINES = 10

Times = st.lists(st.integers(0, 499), max_size=80)
OddBucket = st.tuples(st.integers(-5, 60), st.integers(0, 20), st.integers(0, 9), st.booleans())


def moment(second: int) -> datetime:
    return datetime.fromtimestamp(START + second, UTC)


class Counting:
    """Histograms of these seconds, in so many buckets."""

    def __init__(self, times: list[int], buckets: int) -> None:
        self.times = times
        self.buckets = buckets
        self.asked = 0

    async def __call__(self, window: Window) -> Histogram:
        self.asked += 1
        start, end = (int(at.timestamp()) - START for at in (window.start, window.end))
        step = max(1, -(-(end - start) // self.buckets))
        spans = [(at, min(at + step, end)) for at in range(start, end, step)]
        found = tuple(
            Bucket(moment(at), moment(to), sum(at <= time < to for time in self.times), True)
            for at, to in spans
        )
        return Histogram(found, True, "R")


def holding(slices: tuple[Slice, ...], times: list[int]) -> list[list[int]]:
    """What each slice would fetch."""
    held = []
    for part in slices:
        inside = sorted(time for time in times if part.start - START <= time < part.end - START)
        last = None if part.open_end else part.offset + (part.lines or 0)
        held.append(inside[part.offset : last])
    return held


@given(times=Times, buckets=st.integers(1, 60))
async def test_each_row_is_in_exactly_one_slice_in_order_of_time(times: list[int], buckets: int) -> None:
    slices = await plan(Counting(times, buckets), START, START + 500, LINES)
    held = holding(slices, times)
    assert [time for part in held for time in part] == sorted(times)
    assert [len(part) for part in held] == [part.lines for part in slices]
    assert all(0 < len(part) <= LINES for part in held)
    assert len({part.id for part in slices}) == len(slices)


@given(times=Times, buckets=st.integers(1, 60))
async def test_neighbours_that_fit_together_are_one_slice(times: list[int], buckets: int) -> None:
    slices = await plan(Counting(times, buckets), START, START + 500, LINES)
    whole = [part for part in slices if part.offset == 0 and part.open_end]
    for one, other in pairwise(whole):
        if one.end == other.start:
            assert (one.lines or 0) + (other.lines or 0) > LINES


async def test_a_histogram_of_a_single_bucket_is_asked_for_by_halves() -> None:
    counting = Counting([*range(0, 500, 10)], 1)
    slices = await plan(counting, START, START + 500, LINES)
    assert sum(part.lines or 0 for part in slices) == 50
    assert counting.asked < 40


@given(odd=st.lists(OddBucket, max_size=8))
def test_buckets_that_overlap_leave_gaps_or_stick_out_are_made_to_tile(
    odd: list[tuple[int, int, int, bool]],
) -> None:
    buckets = [Bucket(moment(at), moment(at + width), count, complete) for at, width, count, complete in odd]
    buckets.sort(key=lambda bucket: bucket.start)
    spans = list(tiled(buckets, START, START + 50))
    assert (spans[0].start, spans[-1].end) == (START, START + 50)
    assert all(one.end == other.start for one, other in pairwise(spans))
    assert all(span.end > span.start for span in spans)
    known = {(bucket.start, bucket.end): bucket.count for bucket in buckets if bucket.complete}
    for span in spans:
        if span.count:
            assert (moment(span.start - START), moment(span.end - START)) in known


async def test_a_span_whose_count_is_not_known_is_a_slice_of_its_own() -> None:
    async def count(_window: Window) -> Histogram:
        buckets = (
            Bucket(moment(0), moment(10), 3, True),
            Bucket(moment(10), moment(20), 0, False),
            Bucket(moment(20), moment(30), 4, True),
        )
        return Histogram(buckets, False, "R")

    slices = await plan(count, START, START + 30, LINES)
    assert [(part.lines, part.start - START, part.end - START) for part in slices] == [
        (3, 0, 10),
        (None, 10, 20),
        (4, 20, 30),
    ]
