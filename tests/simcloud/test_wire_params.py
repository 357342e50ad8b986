"""Parameters: from text on the wire to values of the declared kind."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Boolean, Call, Integer, Objects, Operation, Param, Text, Texts
from aktui.simcloud.validate import typed


def operation(*params: Param, exactly_one: tuple[str, ...] = ()) -> Operation:
    def run(call: Call) -> dict[str, Any]:
        return {}

    return Operation("Ram", "Test", params, run, "", exactly_one=exactly_one)


def refusal(op: Operation, sent: dict[str, str]) -> str:
    with pytest.raises(ApiError) as refused:
        typed(op, sent)
    assert refused.value.status == 400
    return refused.value.code


def test_each_kind_becomes_its_own_type() -> None:
    op = operation(
        Text("Name"), Integer("Size"), Boolean("Deep"), Texts("Names"), Objects("Tag", ("Key", "Value"))
    )
    sent = {
        "Name": "中 a",
        "Size": "12",
        "Deep": "True",
        "Names.2": "b",
        "Names.1": "a",
        "Names.10": "c",
        "Tag.1.Key": "k",
        "Tag.1.Value": "v",
        "Tag.2.Key": "l",
    }
    assert typed(op, sent) == {
        "Name": "中 a",
        "Size": 12,
        "Deep": True,
        "Names": ["a", "b", "c"],
        "Tag": [{"Key": "k", "Value": "v"}, {"Key": "l"}],
    }


def test_lists_may_come_as_json_or_alone() -> None:
    op = operation(Texts("Names"), Objects("Tag", ("Key",)))
    assert typed(op, {"Names": '["a","b"]'}) == {"Names": ["a", "b"]}
    assert typed(op, {"Names": "a"}) == {"Names": ["a"]}
    assert typed(op, {"Tag": '[{"Key":"k","Extra":1}]'}) == {"Tag": [{"Key": "k"}]}


def test_what_is_not_sent_is_absent_and_what_is_unknown_is_ignored() -> None:
    assert typed(operation(Text("Name"), Integer("Size"), Texts("Names")), {"Nmae": "x", "Size": ""}) == {}


def test_an_empty_text_is_a_value_where_it_is_not_required() -> None:
    assert typed(operation(Text("Comments", choices=("a",))), {"Comments": ""}) == {"Comments": ""}


@pytest.mark.parametrize("sent", [{}, {"Name": ""}])
def test_a_required_parameter_must_be_there(sent: dict[str, str]) -> None:
    assert refusal(operation(Text("Name", required=True)), sent) == "MissingParameter"


@pytest.mark.parametrize(
    ("param", "sent"),
    [
        (Integer("X"), "1.5"),
        (Integer("X"), "١"),
        (Integer("X"), "1e3"),
        (Integer("X", low=1), "0"),
        (Integer("X", high=100), "101"),
        (Boolean("X"), "yes"),
        (Text("X", choices=("Active", "Inactive")), "active"),
        (Text("X", pattern=r"[a-z]+"), "a\n"),
        (Text("X", low=3), "ab"),
        (Text("X", high=3), "abcd"),
        (Texts("X", choices=("a",)), '["b"]'),
        (Texts("X"), "[1]"),
        (Texts("X"), "["),
        (Objects("X", ("Key",)), '["a"]'),
    ],
)
def test_a_value_outside_what_the_catalogue_allows_is_refused_by_name(param: Param, sent: str) -> None:
    assert refusal(operation(param), {"X": sent}) == "InvalidParameter.X"


def test_of_alternatives_exactly_one_must_be_given() -> None:
    op = operation(Text("A"), Text("B"), exactly_one=("A", "B"))
    assert refusal(op, {}) == "MissingParameter"
    assert refusal(op, {"A": "x", "B": "y"}) == "InvalidParameterCombination"
    assert typed(op, {"A": "x", "B": ""}) == {"A": "x", "B": ""}


@given(st.dictionaries(st.sampled_from(["X", "X.1", "X.2.Key", "X.99", "N", "B", "T"]), st.text(max_size=20)))
def test_any_text_is_either_taken_or_refused_with_a_code(sent: dict[str, str]) -> None:
    op = operation(Texts("X"), Objects("T", ("Key",)), Integer("N"), Boolean("B"))
    code = ""
    try:
        typed(op, sent)
    except ApiError as error:
        code = error.code
    assert code == "" or code.startswith(("InvalidParameter.", "MissingParameter"))
