"""When to ask again, and how long to pause before."""

import pytest

from aktui.cloud.patience import Patience, Tries
from aktui.errors import BadReply, CallRef, CloudError, Forbidden, Invalid, NoAnswer, NotSent, Throttled

CALL = CallRef("ims", "GetUser")
PATIENCE = Patience(
    attempts=4,
    first=1.0,
    longest=3.0,
    enough=100.0,
    throttled_first=1.0,
    throttled_longest=8.0,
    throttled_total=30.0,
)


def most() -> float:
    return 1.0


@pytest.mark.parametrize("kind", [NoAnswer, NotSent, BadReply])
def test_pauses_double_up_to_the_longest_and_end_after_the_last_attempt(kind: type[CloudError]) -> None:
    tries = Tries(PATIENCE, most)
    pauses = [tries.pause_after(kind(CALL, "x"), asked=0, elapsed=0) for _ in range(4)]
    assert pauses == [1.0, 2.0, 3.0, None]


def test_pauses_are_drawn_from_zero_up() -> None:
    assert Tries(PATIENCE, lambda: 0.0).pause_after(NoAnswer(CALL, "x"), asked=0, elapsed=0) == 0.0


def test_what_the_answer_asks_for_is_the_least() -> None:
    assert Tries(PATIENCE, most).pause_after(NoAnswer(CALL, "x"), asked=7.5, elapsed=0) == 7.5
    assert Tries(PATIENCE, most).pause_after(Throttled(CALL, "x"), asked=7.5, elapsed=0) == 7.5


def test_a_refusal_is_not_asked_again() -> None:
    for error in (Forbidden(CALL, "x", missing="ram:GetUser"), Invalid(CALL, "x")):
        assert Tries(PATIENCE).pause_after(error, asked=0, elapsed=0) is None


def test_after_long_enough_no_further_attempt_is_begun() -> None:
    assert Tries(PATIENCE, most).pause_after(NoAnswer(CALL, "x"), asked=0, elapsed=99.5) is None


def test_throttling_is_waited_out_until_its_pauses_add_up() -> None:
    tries = Tries(PATIENCE, most)
    pauses = [tries.pause_after(Throttled(CALL, "x"), asked=0, elapsed=10_000) for _ in range(6)]
    assert pauses == [1.0, 2.0, 4.0, 8.0, 8.0, None]


def test_a_throttled_read_never_comes_back_at_once() -> None:
    assert Tries(PATIENCE, lambda: 0.0).pause_after(Throttled(CALL, "x"), asked=0, elapsed=0) == 0.5


def test_throttling_and_failures_are_counted_apart() -> None:
    tries = Tries(PATIENCE, most)
    for _ in range(3):
        assert tries.pause_after(Throttled(CALL, "x"), asked=0, elapsed=0) is not None
    assert tries.pause_after(NoAnswer(CALL, "x"), asked=0, elapsed=0) == 1.0
