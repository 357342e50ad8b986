"""How a write can reach the cloud at all: one door, one place that opens it, one list of what may pass."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from aktui.cloud.gate import WRITES, Permit, is_read
from aktui.contain.action import changes
from aktui.contain.step import Call
from aktui.errors import CallRef, ReadOnly
from tests.cloud.rig import cloud_of
from tests.contain.crash.examples import EXAMPLES, ram_action, steps
from tests.practice import Sim
from tests.simcloud.accounts import small_account

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("aktui", "screens", "queries")
    for path in (ROOT / folder).rglob("*.py")
    if "simcloud" not in path.parts
)


def callers_of(name: str) -> set[str]:
    """The files in which something of that name is called, as a function or as a method."""
    return {str(path.relative_to(ROOT)) for path in SOURCES if name in called(ast.parse(path.read_text()))}


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_only_the_journal_of_containment_gives_leave_to_write() -> None:
    assert callers_of("Permit") == {"aktui/contain/journal.py"}


def test_only_taking_a_step_sends_a_write() -> None:
    assert callers_of("change") == {"aktui/contain/taking.py"}


def calls_of(change: str) -> list[Call]:
    return [call for step in steps(change) for call in changes()[change].calls(step)]


@pytest.mark.parametrize("change", list(changes()))
def test_every_call_of_a_change_may_pass_the_gate(change: str) -> None:
    assert change in EXAMPLES, "show in tests/contain/crash/examples.py what steps of it there are"
    for call in calls_of(change):
        assert (call.product, call.action) in WRITES
        assert not is_read(call.product, call.action)


@pytest.mark.parametrize("change", list(changes()))
def test_a_change_names_the_permissions_of_its_calls(change: str) -> None:
    assert {ram_action(call) for call in calls_of(change)} <= set(changes()[change].writes)


def test_nothing_may_pass_the_gate_that_no_change_sends() -> None:
    sent = {(call.product, call.action) for change in changes() for call in calls_of(change)}
    assert WRITES - sent == set(), "take it out of aktui/cloud/gate.py"


def test_there_is_no_example_of_a_change_that_is_gone() -> None:
    assert set(EXAMPLES) == set(changes())


async def test_read_only_the_transport_sends_no_write_with_or_without_a_permit() -> None:
    with Sim(small_account()) as sim:
        async with cloud_of(sim, armed=False) as cloud:
            for product, action in sorted(WRITES):
                with pytest.raises(ReadOnly, match="read-only"):
                    await cloud.change(Permit(product, action, "", {}), product, action)
                with pytest.raises(ReadOnly):
                    await cloud.call(product, action)
        assert sim.app.calls.since(0) == []


async def test_armed_a_write_still_needs_a_permit_for_exactly_this_call() -> None:
    with Sim(small_account()) as sim:
        async with cloud_of(sim, armed=True) as cloud:
            for product, action in sorted(WRITES):
                with pytest.raises(ReadOnly):
                    await cloud.call(product, action)
                permit = Permit(product, action, "", {"UserName": "somebody"})
                with pytest.raises(ReadOnly, match="journal"):
                    await cloud.change(permit, product, action, UserName="somebody-else")
                assert not permit.used
                assert permit.covers(CallRef(product, action), {"UserName": "somebody"})
        assert sim.app.calls.since(0) == []
