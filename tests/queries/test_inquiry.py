"""One key under investigation: what is asked once, shared, refreshed and stopped."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from aktui.errors import CallRef, NoAnswer, UsageError
from queries import inquiry as module
from queries.base import Asking, Column, Page, Query, Result, Row, Status
from queries.inquiry import Inquiry
from tests.queries.fakes import FakeCloud, inquiry

A_ROW = Row({"name": "one"}, {})


def install(monkeypatch: pytest.MonkeyPatch, **runs: Any) -> None:
    """Queries of these names only, each with its `run`."""
    queries = {
        name: Query(name, name, "What?", (Column("name", "Name"),), (), (), run) for name, run in runs.items()
    }
    monkeypatch.setattr(module, "catalogue", lambda: queries)


async def both_read(asking: Asking) -> AsyncIterator[Page]:
    await asking.once.call("ims", "GetUser", UserAccessKeyId=asking.key_id)
    yield Page((A_ROW,))


async def lean(asking: Asking) -> AsyncIterator[Page]:
    found: Result = await asking.ask("base")
    yield Page(found.rows, gaps=found.gaps)


async def test_a_question_asked_twice_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, base=both_read)
    cloud = FakeCloud({"ims:GetUser": {"User": {}}})
    asked = inquiry(cloud)
    first, second = await asyncio.gather(asked.ask("base"), asked.ask("base"))
    assert first is second
    assert cloud.names == ["ims:GetUser"]


async def test_a_call_that_two_questions_need_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, one=both_read, two=both_read)
    cloud = FakeCloud({"ims:GetUser": {"User": {}}})
    asked = inquiry(cloud)
    await asyncio.gather(asked.ask("one"), asked.ask("two"))
    assert cloud.names == ["ims:GetUser"]


async def test_a_forgotten_question_is_asked_anew_with_its_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, base=both_read)
    cloud = FakeCloud({"ims:GetUser": {"User": {}}})
    asked = inquiry(cloud)
    await asked.ask("base")
    asked.forget("base")
    assert asked.peek("base") is None
    await asked.ask("base")
    assert cloud.names == ["ims:GetUser"] * 2


async def test_forgetting_an_answer_also_forgets_the_failed_one_it_leant_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, base=both_read, top=lean)
    cloud = FakeCloud({"ims:GetUser": NoAnswer(CallRef("ims", "GetUser"), "Nothing came.")})
    asked = inquiry(cloud)
    assert (await asked.ask("top")).status is Status.FAILED
    cloud.answers["ims:GetUser"] = {"User": {}}
    asked.forget("top")
    assert (await asked.ask("top")).status is Status.COMPLETE


async def test_forgetting_an_answer_keeps_the_complete_one_it_leant_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(monkeypatch, base=both_read, top=lean)
    cloud = FakeCloud({"ims:GetUser": {"User": {}}})
    asked = inquiry(cloud)
    await asked.ask("top")
    asked.forget("top")
    await asked.ask("top")
    assert cloud.names == ["ims:GetUser"]


async def test_several_may_follow_one_run_and_late_comers_see_its_newest_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go_on = asyncio.Event()

    async def slow(_: Asking) -> AsyncIterator[Page]:
        yield Page((A_ROW,))
        await go_on.wait()
        yield Page((A_ROW,))

    install(monkeypatch, slow=slow)
    asked = inquiry(FakeCloud({}))
    early = asked.follow("slow")
    while not (await anext(early)).rows:
        pass
    late = asked.follow("slow")
    assert len((await anext(late)).rows) == 1
    go_on.set()
    assert [len(result.rows) async for result in late][-1] == 2
    assert [result.done async for result in early][-1]
    await asked.aclose()


async def test_closing_stops_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = asyncio.Event()

    class Hanging(FakeCloud):
        async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Any:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()

    install(monkeypatch, base=both_read)
    asked = inquiry(Hanging({}))
    waiting = asyncio.create_task(asked.ask("base"))
    await asyncio.sleep(0.01)
    await asked.aclose()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert stopped.is_set()


async def test_one_question_stopped_leaves_the_shared_call_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = asyncio.Event()

    class Slow(FakeCloud):
        async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Any:
            self.asked.append((f"{product}:{action}", region, params))
            await answered.wait()
            return await super().call(product, action, region=region, **params)

    install(monkeypatch, one=both_read, two=both_read)
    cloud = Slow({"ims:GetUser": {"User": {}}})
    asked = inquiry(cloud)
    first, second = asyncio.create_task(asked.ask("one")), asyncio.create_task(asked.ask("two"))
    await asyncio.sleep(0.01)
    asked.forget("one")
    answered.set()
    assert (await second).status is Status.COMPLETE
    with pytest.raises(asyncio.CancelledError):
        await first
    await asked.aclose()


async def test_a_question_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="no query 'ownr'"):
        await Inquiry(FakeCloud({}), "LTAI", inquiry(FakeCloud({})).window).ask("ownr")


async def test_a_bug_in_a_query_reaches_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_: Asking) -> AsyncIterator[Page]:
        yield Page()
        raise ZeroDivisionError

    install(monkeypatch, broken=broken)
    with pytest.raises(ZeroDivisionError):
        await inquiry(FakeCloud({})).ask("broken")
