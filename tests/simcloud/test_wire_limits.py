"""How many calls are too many."""

from collections.abc import Iterator

import pytest

import aktui.simcloud.products  # noqa: F401  (declares the operations)
from aktui.simcloud.fault import ApiError
from aktui.simcloud.limits import Limiter
from aktui.simcloud.op import OPERATIONS, VERSIONS, Operation
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, RESPONDER_KEY, small_account
from tests.simcloud.signing import acs3, code_of, send


class Seconds:
    """A clock that goes only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def operation(product: str, action: str) -> Operation:
    return OPERATIONS[VERSIONS[product], action]


def admitted(limiter: Limiter, op: Operation, attempts: int, region: str = "cn-hangzhou") -> int:
    count = 0
    for _ in range(attempts):
        try:
            limiter.take(op, region)
        except ApiError as error:
            if error.code != "Throttling.User":
                raise
        else:
            count += 1
    return count


@pytest.mark.parametrize(
    ("product", "action", "rate"),
    [
        ("Actiontrail", "LookupEvents", 2),
        ("Actiontrail", "GetAccessKeyLastUsedEvents", 50),
        ("Ims", "GetUser", 50),
        ("Ram", "CreateUser", 20),
        ("Sts", "GetCallerIdentity", 50),
    ],
)
def test_an_api_takes_so_many_calls_a_second_for_as_long_as_it_lasts(
    product: str, action: str, rate: int
) -> None:
    clock = Seconds()
    limiter = Limiter(clock)
    admitted(limiter, operation(product, action), 1000)
    total = 0
    for _ in range(100):
        clock.now += 0.1
        total += admitted(limiter, operation(product, action), 1000)
    assert total == pytest.approx(10 * rate, abs=1)


def test_a_client_that_keeps_the_pace_is_never_refused_even_when_the_network_jitters() -> None:
    clock = Seconds()
    limiter = Limiter(clock)
    lookup = operation("Actiontrail", "LookupEvents")
    assert admitted(limiter, lookup, 2) == 2
    for late in (0.06, -0.04, 0.1, -0.1, 0.0) * 20:
        clock.now += 0.5 + late
        assert admitted(limiter, lookup, 1) == 1


def test_one_busy_api_does_not_slow_another() -> None:
    limiter = Limiter(Seconds())
    admitted(limiter, operation("Ims", "GetUser"), 1000)
    assert admitted(limiter, operation("Ims", "ListUsers"), 1) == 1


def test_the_audit_is_counted_by_region_and_lookups_for_the_whole_account() -> None:
    limiter = Limiter(Seconds())
    audit, lookup = (
        operation("Actiontrail", "GetAccessKeyLastUsedIps"),
        operation("Actiontrail", "LookupEvents"),
    )
    for op in (audit, lookup):
        admitted(limiter, op, 1000)
    assert admitted(limiter, audit, 1, "cn-beijing") == 1
    assert admitted(limiter, lookup, 1, "cn-beijing") == 0


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(small_account()) as running:
        yield running


def test_a_call_too_many_is_refused_as_the_real_one_whoever_makes_it(sim: Sim) -> None:
    keys = [RESPONDER_KEY, DEPLOYER_KEY] * 5
    responses = [send(acs3(sim, "Actiontrail", "LookupEvents", key=key)) for key in keys]
    refused = [response for response in responses if response.status_code != 200]
    assert refused
    assert {code_of(response) for response in refused} == {(400, "Throttling.User")}
    assert refused[0].json()["Message"] == "Request was denied due to user flow control."
    assert "x-acs-retry-after" not in refused[0].headers


def test_calls_with_a_wrong_signature_use_up_nothing(sim: Sim) -> None:
    for _ in range(10):
        send(acs3(sim, "Actiontrail", "LookupEvents", key=NOBODY_KEY, secret="wrong"))
    assert send(acs3(sim, "Actiontrail", "LookupEvents")).status_code == 200
