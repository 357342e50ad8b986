"""Many sources at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from aktui.errors import CallRef, NoAnswer
from queries.asking.together import guarded, settled, together
from queries.base import Page, Status


async def told(*notes: str, after: asyncio.Event | None = None) -> AsyncIterator[Page]:
    for note in notes:
        if after is not None:
            await after.wait()
        yield Page(note=note)


async def failing(error: Exception) -> AsyncIterator[Page]:
    yield Page(note="first")
    raise error


async def test_pages_come_as_they_arrive_whoever_was_named_first() -> None:
    held = asyncio.Event()
    notes: list[str] = []
    async for page in together(told("slow", after=held), told("quick", "quicker")):
        notes.append(page.note)
        if len(notes) == 2:
            held.set()
    assert notes == ["quick", "quicker", "slow"]


async def test_a_failing_part_becomes_a_gap_and_the_others_go_on() -> None:
    error = NoAnswer(CallRef("ims", "GetUser"), "Nothing came.")
    pages = [page async for page in together(guarded("part one", failing(error)), told("fine"))]
    assert {page.note for page in pages} == {"first", "fine", ""}
    (gap,) = (gap for page in pages for gap in page.gaps)
    assert (gap.status, gap.what, gap.call) == (Status.FAILED, "part one", "ims:GetUser")


async def test_a_bug_in_one_part_ends_all_and_is_raised() -> None:
    never = asyncio.Event()
    with pytest.raises(ZeroDivisionError):
        async for _ in together(failing(ZeroDivisionError()), told("x", after=never)):
            pass


async def test_no_more_run_at_once_than_allowed() -> None:
    running = most = 0

    async def counted() -> AsyncIterator[Page]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        yield Page()
        running -= 1

    assert len([page async for page in together(*(counted() for _ in range(9)), at_once=3)]) == 9
    assert most == 3


async def test_leaving_early_stops_the_sources() -> None:
    stopped = asyncio.Event()

    async def endless() -> AsyncIterator[Page]:
        try:
            yield Page()
            await asyncio.Event().wait()
        finally:
            stopped.set()

    pages = together(endless())
    await anext(pages)
    await pages.aclose()  # type: ignore[attr-defined]
    assert stopped.is_set()


async def test_an_error_is_a_value_when_settled() -> None:
    error = NoAnswer(CallRef("ims", "GetUser"), "Nothing came.")

    async def fail() -> None:
        raise error

    assert await settled(fail()) is error
