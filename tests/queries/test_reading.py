"""Readers of values that nobody promised the shape of."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.errors import BadReply, CallRef, NotFound
from aktui.models import Reply
from queries.asking import reading

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-02T12:00:00Z",
        "2026-01-02T12:00Z",
        "2026-01-02T20:00:00+08:00",
        "2026-01-02 12:00:00",
        " 2026-01-02T12:00:00Z\n",
        1767355200000,
        "1767355200000",
        1767355200,
        1767355200000.0,
    ],
)
def test_a_moment_is_read_in_every_form_the_cloud_uses(value: object) -> None:
    assert reading.moment(value) == NOON


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-",
        "N/A",
        "LOGIN_DISABLED",
        0,
        "0",
        -5,
        True,
        None,
        [],
        {},
        10**30,
        "9" * 14,
        "１２３４５６７８９０",
        1.5,
    ],
)
def test_what_is_no_moment_is_none_and_no_error(value: object) -> None:
    found = reading.moment(value)
    assert found is None or found.tzinfo is not None
    assert found is None or value == "9" * 14


def test_ids_lose_the_line_ends_that_answers_carry_and_texts_keep_them() -> None:
    assert reading.ident("LTAI5tX\n") == "LTAI5tX"
    assert reading.text(" a \n") == " a \n"
    assert reading.text(12) == "12"
    assert reading.text(None) == reading.text(True) == reading.text(["a"]) == ""


@pytest.mark.parametrize(
    ("value", "found"),
    [(3, 3), ("3", 3), (" 3 ", 3), (3.0, 3), (True, None), ("3x", None), (None, None), (3.5, None)],
)
def test_a_number_may_be_written_as_text(value: object, found: int | None) -> None:
    assert reading.count(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [(True, True), ("TRUE", True), ("false", False), ("N/A", None), ("-", None), (1, None), (None, None)],
)
def test_a_flag_may_be_written_as_text_or_not_apply(value: object, found: bool | None) -> None:
    assert reading.flag(value) is found


@pytest.mark.parametrize(
    "body", [{}, {"Users": None}, {"Users": {}}, {"Users": {"User": None}}, {"Users": "none"}]
)
def test_an_answer_without_its_list_is_no_empty_list(body: dict[str, Any]) -> None:
    with pytest.raises(BadReply) as caught:
        reading.listed(Reply(body, "R-1", 1), "ims:ListUsers", "Users", "User")
    assert caught.value.call == CallRef("ims", "ListUsers")
    assert caught.value.request_id == "R-1"


def test_odd_members_of_a_list_are_kept() -> None:
    reply = Reply({"Users": [{"a": 1}, "odd", None]}, "R-1", 1)
    assert reading.listed(reply, "ims:ListUsers", "Users") == [{"a": 1}, {"value": "odd"}, {"value": None}]


def test_a_lone_object_is_a_list_of_one() -> None:
    reply = Reply({"Users": {"User": {"a": 1}}}, "R-1", 1)
    assert reading.listed(reply, "ims:ListUsers", "Users", "User") == [{"a": 1}]


def test_an_answer_without_its_object_is_refused() -> None:
    with pytest.raises(BadReply):
        reading.member(Reply({"User": []}, "R-1", 1), "ims:GetUser", "User")


@pytest.mark.parametrize("value", ["", "not json", "[1]", "null", "[" * 100_000, "x" * 2_000_000, 7, None])
def test_a_field_that_holds_no_object_reads_as_the_empty_one(value: object) -> None:
    assert reading.nested(value) == {}


def test_an_object_inside_a_field_is_read_from_its_text_or_as_it_is() -> None:
    assert reading.nested('{\n "a": 1}') == reading.nested({"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("code", "is_absent"), [("EntityNotExist.User", True), ("InvalidAction.NotFound", False)]
)
def test_only_a_thing_that_does_not_exist_is_absent(code: str, is_absent: bool) -> None:
    error = NotFound(CallRef("ims", "GetUser"), "No.", code=code)
    assert reading.absent(error) is is_absent


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(anything)
def test_no_reader_raises_whatever_comes(value: object) -> None:
    moment = reading.moment(value)
    assert moment is None or moment.utcoffset() is not None
    assert isinstance(reading.text(value), str)
    assert isinstance(reading.ident(value), str)
    assert reading.count(value) is None or isinstance(reading.count(value), int)
    assert reading.flag(value) in (True, False, None)
    assert isinstance(reading.records(value), list)
    reading.nested(value)
