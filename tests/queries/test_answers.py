"""How a query's pages and failures become an answer that says how far it can be trusted."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from aktui.errors import BadReply, CallRef, Forbidden, NoAnswer, UsageError
from aktui.models import Window
from queries.base import Asking, Column, Gap, Page, Param, Query, Result, Row, Status, answer, check_params
from tests.queries.fakes import KEY, NOW, FakeCloud

DENIED = Gap(Status.DENIED, "a", "denied")
CUT = Gap(Status.PARTIAL, "b", "cut")
FAILED = Gap(Status.FAILED, "c", "failed")
UNSEEN = Gap(Status.NOT_COVERED, "d", "not covered")
A_ROW = Row({"name": "one"}, {"Name": "one"})


def query_of(*script: Page | Exception, params: tuple[Param, ...] = ()) -> Query:
    async def run(asking: Asking) -> AsyncIterator[Page]:
        for step in script:
            if isinstance(step, Exception):
                raise step
            yield step

    return Query("q", "Things", "What?", (Column("name", "Name"),), (), (), run, params)


def asking(**params: str) -> Asking:
    async def ask(query_id: str) -> None:
        raise AssertionError(query_id)

    return Asking(FakeCloud({}), KEY, Window(NOW - timedelta(days=7), NOW), params, ask)


async def snapshots(*script: Page | Exception) -> list[Result]:
    return [result async for result in answer(query_of(*script), asking())]


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (Page(), Status.COMPLETE),
        (Page((A_ROW,)), Status.COMPLETE),
        (Page((A_ROW,), gaps=(UNSEEN,)), Status.COMPLETE),
        (Page((A_ROW,), gaps=(UNSEEN, DENIED)), Status.PARTIAL),
        (Page((A_ROW,), gaps=(CUT,)), Status.PARTIAL),
        (Page(gaps=(DENIED,)), Status.DENIED),
        (Page(gaps=(DENIED, FAILED, UNSEEN)), Status.FAILED),
        (Page(gaps=(CUT, UNSEEN)), Status.PARTIAL),
        (Page(gaps=(UNSEEN,)), Status.NOT_COVERED),
    ],
)
async def test_an_answer_says_whether_it_is_the_whole_answer(page: Page, status: Status) -> None:
    assert (await snapshots(page))[-1].status is status


async def test_only_the_last_snapshot_is_done_and_rows_grow() -> None:
    found = await snapshots(Page((A_ROW,), "R-1", expected=3), Page((A_ROW, A_ROW), "R-2", note="so far"))
    assert [result.done for result in found] == [False, False, False, True]
    assert [len(result.rows) for result in found] == [0, 1, 3, 3]
    last = found[-1]
    assert (last.request_ids, last.pages, last.expected, last.note) == (("R-1", "R-2"), 2, 3, "so far")
    assert last.as_of == NOW


async def test_an_error_halfway_keeps_the_rows_and_names_the_missing_permission() -> None:
    call = CallRef("ims", "ListUsers")
    denied = Forbidden(call, "You may not.", missing="ram:ListUsers", code="NoPermission", request_id="R-9")
    last = (await snapshots(Page((A_ROW,)), denied))[-1]
    assert (last.status, len(last.rows)) == (Status.PARTIAL, 1)
    (gap,) = last.gaps
    assert (gap.status, gap.missing, gap.call, gap.request_id) == (
        Status.DENIED,
        "ram:ListUsers",
        "ims:ListUsers",
        "R-9",
    )


@pytest.mark.parametrize("kind", [NoAnswer, BadReply])
async def test_an_error_before_any_row_is_a_failure_and_never_an_empty_answer(
    kind: type[NoAnswer] | type[BadReply],
) -> None:
    last = (await snapshots(kind(CallRef("ims", "ListUsers"), "Nothing came.")))[-1]
    assert last.status is Status.FAILED
    assert "Nothing came." in last.detail


async def test_a_bug_in_a_query_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        await snapshots(Page(), ZeroDivisionError())


def test_a_parameter_the_query_does_not_take_is_refused_with_those_it_takes() -> None:
    query = query_of(params=(Param("service", "which"),))
    with pytest.raises(UsageError, match="it takes: service"):
        check_params(query, {"srvice": "Ecs"})


def test_a_missing_parameter_is_asked_for() -> None:
    with pytest.raises(UsageError, match="--param service"):
        check_params(query_of(params=(Param("service", "which", required=True),)), {})
