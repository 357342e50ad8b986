"""Network policies are judged as the practice cloud judges them, and say when they can not be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from aktui.contain.judge.network import judge, judging
from aktui.contain.judge.verdict import Answer
from aktui.simcloud import network
from queries.usage import By
from tests.contain.drawn import UNHURRIED
from tests.contain.usages import usage
from tests.simcloud.accounts import DEPLOYER_KEY, small_account

VPC, OTHER = "vpc-bp1mine", "vpc-bp1other"


def classic(*items: str) -> dict[str, Any]:
    return {"Type": "ClassicWhiteList", "IPList": list(items)}


def inside(vpc: str, *items: str) -> dict[str, Any]:
    return {"Type": "VPCWhiteList", "Value": vpc, "IPList": list(items)}


def policy(*statements: dict[str, Any], status: str = "Active") -> dict[str, Any]:
    return {"Version": 1, "Status": status, "Statements": list(statements)}


OFFICE = policy(classic("203.0.113.10"))


def test_the_keys_own_policy_goes_before_the_accounts() -> None:
    everybody = policy(classic("0.0.0.0/0"))
    assert judge(usage(source="203.0.113.10"), OFFICE, everybody).answer is Answer.PASSES
    assert judge(usage(), OFFICE, everybody).denied
    assert judge(usage(), {}, OFFICE).denied
    assert judge(usage(), policy(classic("203.0.113.10"), status="Inactive"), {}).answer is Answer.PASSES


def test_the_policy_of_one_key_does_not_bind_another() -> None:
    other = usage(own=False, key_id="LTAIOTHER")
    assert judge(other, OFFICE, {}).answer is Answer.PASSES
    assert judge(other, {}, OFFICE).denied


def test_a_verdict_names_the_statement_that_lets_a_call_in() -> None:
    verdict = judge(usage(source="203.0.113.10"), OFFICE, {})
    assert verdict.statement == OFFICE["Statements"][0]


def test_a_policy_that_could_not_be_read_decides_nothing() -> None:
    assert judge(usage(), None, OFFICE).answer is Answer.UNKNOWN
    assert judge(usage(), {}, None).answer is Answer.UNKNOWN
    assert judge(usage(), OFFICE, None).denied


def test_sessions_and_the_console_are_not_bound() -> None:
    for kind in (By.SESSION, By.CONSOLE):
        verdict = judge(usage(kind=kind), OFFICE, OFFICE)
        assert verdict.answer is Answer.PASSES
        assert "not bind" in verdict.why


@pytest.mark.parametrize("source", ["Internal", "ecs.aliyuncs.com", "", "[@click=app.quit]"])
def test_a_source_that_is_no_address_is_not_judged(source: str) -> None:
    assert judge(usage(source=source), OFFICE, {}).answer is Answer.UNKNOWN


def test_a_list_for_a_vpc_says_nothing_of_calls_through_a_public_endpoint() -> None:
    verdict = judge(usage(source="10.20.3.23"), policy(inside(VPC, "10.20.0.0/16")), {})
    assert verdict.denied
    assert "public endpoint" in verdict.why


def test_a_private_address_in_a_log_that_tells_no_vpc_is_judged_only_where_that_does_not_matter() -> None:
    call = usage("Sls:GetLogs", "10.20.3.23")
    assert (
        judge(call, policy(classic("203.0.113.10"), inside(VPC, "10.20.0.0/16")), {}).answer is Answer.UNKNOWN
    )
    assert judge(call, policy(classic("203.0.113.10"), inside(VPC, "10.99.0.0/16")), {}).denied


def test_services_that_may_not_look_at_the_policy_are_not_judged() -> None:
    assert judge(usage("Eventbridge:PutEvents"), OFFICE, {}).answer is Answer.UNKNOWN


@pytest.mark.parametrize(
    "odd",
    [
        {"Status": "Active"},
        {"Status": "Active", "Statements": "x"},
        {"Status": "Active", "Statements": [7]},
    ],
)
def test_a_policy_of_an_odd_shape_is_not_judged(odd: dict[str, Any]) -> None:
    assert judge(usage(), odd, {}).answer is Answer.UNKNOWN


addresses = some.sampled_from(
    ["203.0.113.10", "203.0.113.77", "198.51.100.23", "10.20.3.23", "10.20.9.9", "2001:db8::7", "192.0.2.66"]
)
items = some.sampled_from(
    ["203.0.113.10", "203.0.113.0/24", "203.0.113.9/25", "10.20.0.0/16", "0.0.0.0/0", "::/0", "2001:db8::/32"]
)
lists = some.lists(items, min_size=1, max_size=3)
statements = some.one_of(
    lists.map(lambda listed: classic(*listed)),
    some.tuples(some.sampled_from([VPC, OTHER, "AllowAllVPC"]), lists).map(
        lambda one: inside(one[0], *one[1])
    ),
)
policies = some.one_of(
    some.none(),
    some.builds(
        lambda listed, status: policy(*listed, status=status),
        some.lists(statements, max_size=4),
        some.sampled_from(["Active", "Inactive"]),
    ),
)


@UNHURRIED
@given(
    policies, policies, addresses, some.sampled_from(["", VPC, OTHER]), some.sampled_from(["trail", "sls"])
)
def test_whatever_is_decided_the_practice_cloud_decides_too(
    key: dict[str, Any] | None, account_wide: dict[str, Any] | None, source: str, vpc: str, origin: str
) -> None:
    account = small_account()
    account.keys[DEPLOYER_KEY].policy = key
    account.network_policy = account_wide
    admitted = network.admits(account, account.keys[DEPLOYER_KEY], source, vpc=vpc, now=account.clock.now())
    verdict = judging(key or {}, account_wide or {})(usage(source=source, vpc=vpc, origin=origin))
    if verdict.answer is Answer.UNKNOWN:
        assert origin == "sls"
        assert not vpc
        assert source.startswith("10.")
    else:
        assert verdict.denied is not admitted
