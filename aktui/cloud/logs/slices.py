"""How a large search is cut into slices: spans of time with a known, bearable number of rows each.

A search gives 100 rows an answer, and where a page begins is a count of rows before it, so a slice keeps that
count small. The histogram says how many rows a span has. A span with too many is counted again in finer
buckets, down to one second; a second with too many is cut by count.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from aktui.models import Bucket, Histogram, Window

LINES = 5000
"""Rows of one slice. Slices that are under way are held in memory, at about 4 kB a row."""

Got = TypeVar("Got")
Count = Callable[[Window], Awaitable[Histogram]]


@dataclass(frozen=True)
class Slice:
    """A part of a download; seconds since 1970, the start included, the end not."""

    start: int
    end: int
    lines: int | None
    """Rows it should have; None when the log service could not say."""
    offset: int = 0
    """Rows of this span that belong to slices before; only in a second with too many rows."""
    open_end: bool = True
    """Whether rows beyond `lines` belong to it."""

    @property
    def id(self) -> str:
        """Tells the slices of one download apart."""
        return f"{self.start}-{self.end}@{self.offset}"

    @property
    def window(self) -> Window:
        return _window(self.start, self.end)


@dataclass(frozen=True)
class Span:
    """Seconds, and how many rows they have (None: unknown)."""

    start: int
    end: int
    count: int | None


async def plan(count: Count, start: int, end: int, lines: int = LINES) -> tuple[Slice, ...]:
    """The slices of a span, in order of time. `count` gives the histogram of a window.

    The slices cover the whole span but for parts that are known to have no row.
    """
    return tuple(_merged(await _counted(count, start, end, lines), lines))


async def _counted(count: Count, start: int, end: int, lines: int) -> list[Span]:
    """Spans with at most so many rows each, unless they are one second or of unknown count."""
    spans = list(tiled((await count(_window(start, end))).buckets, start, end))
    if len(spans) == 1 and _too_many(spans[0], lines):
        middle = (start + end) // 2
        finer = await together(_counted(count, *half, lines) for half in ((start, middle), (middle, end)))
    else:
        finer = await together(
            _counted(count, span.start, span.end, lines) if _too_many(span, lines) else _as_it_is(span)
            for span in spans
        )
    return [span for part in finer for span in part]


def _too_many(span: Span, lines: int) -> bool:
    return span.count is not None and span.count > lines and span.end - span.start > 1


async def _as_it_is(span: Span) -> list[Span]:
    return [span]


def tiled(buckets: Iterable[Bucket], start: int, end: int) -> Iterator[Span]:
    """The buckets without gaps and overlaps, within start and end.

    A gap has no rows. A bucket that is incomplete, or had to be cut to fit, has an unknown count.
    """
    at = start
    for bucket in buckets:
        first, last = int(bucket.start.timestamp()), int(bucket.end.timestamp())
        since, until = max(first, at), min(last, end)
        if until <= since:
            continue
        if since > at:
            yield Span(at, since, 0)
        whole = bucket.complete and (since, until) == (first, last)
        yield Span(since, until, bucket.count if whole else None)
        at = until
    if at < end:
        yield Span(at, end, 0)


def _merged(spans: Iterable[Span], lines: int) -> Iterator[Slice]:
    """Neighbours together, as long as they fit into one slice."""
    held: Span | None = None
    for span in spans:
        if held and held.count is not None and span.count is not None and held.count + span.count <= lines:
            held = Span(held.start, span.end, held.count + span.count)
            continue
        yield from _cut(held, lines)
        held = span
    yield from _cut(held, lines)


def _cut(span: Span | None, lines: int) -> Iterator[Slice]:
    """The slices of a span: none without rows, several for a second with too many."""
    if span is None or span.count == 0:
        return
    if span.count is None:
        yield Slice(span.start, span.end, None)
        return
    for offset in range(0, span.count, lines):
        rest = span.count - offset
        yield Slice(span.start, span.end, min(lines, rest), offset, open_end=rest <= lines)


def _window(start: int, end: int) -> Window:
    return Window(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))


async def together(work: Iterable[Coroutine[Any, Any, Got]]) -> list[Got]:
    """The results in order. When one fails or this is cancelled, the others are cancelled and waited for."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
