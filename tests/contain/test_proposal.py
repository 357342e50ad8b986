"""The network policy that is proposed: what is trusted gets in, and nothing else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from aktui.case import networks
from aktui.case.marks import Marks, mark
from aktui.contain.impact import impact
from aktui.contain.judge.network import judging
from aktui.contain.proposal import INACTIVE, check, normal, parsed, proposed, same_policy, written
from aktui.errors import UsageError
from aktui.simcloud import network
from queries.usage import UsageReport, usage_of
from tests.conftest import PracticeCloudFactory
from tests.contain.drawn import UNHURRIED
from tests.contain.usages import NOW, report, usage
from tests.queries.rig import desk, leaked

VPC, OTHER = "vpc-bp1mine", "vpc-bp1other"


def marks(*trusted: str, hostile: tuple[str, ...] = ()) -> Marks:
    found = Marks()
    for value in trusted:
        found = found.with_mark(mark("source", value, "trusted", NOW))
    for value in hostile:
        found = found.with_mark(mark("source", value, "hostile", NOW))
    return found


def through(vpc: str, source: str, **rest: Any) -> UsageReport:
    return report(usage(source=source, vpc=vpc, **rest))


def test_networks_are_kept_as_given_and_addresses_are_not_widened() -> None:
    made = proposed(marks("203.0.113.0/24", "198.51.100.8", "198.51.100.9", "2001:db8::/48"), report())
    assert made.public == ("198.51.100.8", "198.51.100.9", "203.0.113.0/24", "2001:db8::/48")
    assert made.vpcs == {}


def test_a_trusted_vpc_gets_in_with_the_addresses_seen_in_it() -> None:
    seen = report(
        usage(source="10.20.3.23", vpc=VPC),
        usage(source="10.20.3.9", vpc=VPC),
        usage(vpc=OTHER, source="10.1.1.1"),
    )
    made = proposed(marks("203.0.113.10", VPC), seen)
    assert made.vpcs == {VPC: ("10.20.3.9", "10.20.3.23")}


def test_a_range_given_for_a_vpc_is_kept_as_given() -> None:
    made = proposed(marks("203.0.113.10", "10.20.0.0/16"), through(VPC, "10.20.3.23"))
    assert made.vpcs == {VPC: ("10.20.0.0/16",)}


def test_the_key_of_somebody_else_says_nothing_of_this_ones_vpcs() -> None:
    made = proposed(marks("203.0.113.10", "10.20.0.0/16"), through(OTHER, "10.20.3.23", own=False))
    assert made.vpcs == {}
    assert any("10.20.0.0/16" in warning for warning in made.warnings)


def test_a_policy_for_all_keys_lets_in_what_is_trusted_of_any_key() -> None:
    said, seen = marks("203.0.113.10", "10.20.0.0/16"), through(OTHER, "10.20.3.23", own=False)
    made = proposed(said, seen, whole_account=True)
    assert made.vpcs == {OTHER: ("10.20.0.0/16",)}
    assert not any(judging({}, made.document)(one).denied for one in seen.usages)


def test_without_a_trusted_source_nothing_is_proposed() -> None:
    with pytest.raises(UsageError, match="everybody"):
        proposed(marks(hostile=("192.0.2.66",)), report(usage()))


def test_a_hostile_address_in_a_trusted_network_is_pointed_out() -> None:
    made = proposed(marks("203.0.113.0/24", hostile=("203.0.113.66",)), report())
    assert any("203.0.113.66 is hostile" in warning for warning in made.warnings)


def test_a_private_address_in_two_vpcs_is_pointed_out() -> None:
    seen = report(usage(source="10.20.3.23", vpc=VPC), usage(source="10.20.3.23", vpc=OTHER))
    made = proposed(marks("10.20.3.23"), seen)
    assert any(VPC in warning and OTHER in warning for warning in made.warnings)
    assert any("No public address" in warning for warning in made.warnings)


def test_a_vpc_nobody_called_through_is_left_out_and_said() -> None:
    made = proposed(marks("203.0.113.10", VPC), report(usage(link=True)))
    assert any(VPC in warning for warning in made.warnings)
    assert any("Links" in warning for warning in made.warnings)


def test_too_much_is_refused_with_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"51 addresses.*50") as refused:
        proposed(marks(*(f"203.0.113.{number}" for number in range(51))), report())
    assert "networks" in refused.value.hint
    with pytest.raises(UsageError, match=r"9 statements.*8"):
        written([], {f"vpc-{number}": ["10.0.0.1"] for number in range(9)})
    assert written([], {"vpc-1": ["10.0.0.1"], "vpc-2": ["10.0.0.1"]}, most_statements=2)


def test_what_a_person_typed_is_tidied_and_looked_at() -> None:
    found, warnings = parsed(" 203.0.113.10/32, 203.0.113.0/24\n2001:DB8::1;203.0.113.10 0.0.0.0/0 ")
    assert found == ("203.0.113.10", "203.0.113.0/24", "2001:db8::1", "0.0.0.0/0")
    assert "203.0.113.10 is there twice." in warnings
    assert "0.0.0.0/0 lets everybody in." in warnings
    assert "203.0.113.10 is in 203.0.113.0/24 already." in warnings


@pytest.mark.parametrize(
    "typed", ["", " , ", "office", "203.0.113.10/24", "1.2.3", "fe80::1%lo", "10.0.0.0/40", "x" * 20000]
)
def test_what_is_no_network_is_refused(typed: str) -> None:
    with pytest.raises(UsageError):
        parsed(typed)


@pytest.mark.parametrize(
    "statement",
    [
        7,
        {},
        {"Type": "ClassicWhiteList"},
        {"Type": "ClassicWhiteList", "IPList": []},
        {"Type": "ClassicWhiteList", "IPList": ["x"]},
        {"Type": "ClassicWhiteList", "IPList": [7]},
        {"Type": "ClassicWhiteList", "Value": VPC, "IPList": ["10.0.0.1"]},
        {"Type": "VPCWhiteList", "IPList": ["10.0.0.1"]},
        {"Type": "VPCWhiteList", "Value": "vpc", "IPList": ["10.0.0.1"]},
    ],
)
def test_a_policy_that_the_cloud_would_not_take_is_refused_before_it_is_sent(statement: Any) -> None:
    document = {"Status": "Active", "Statements": [statement]}
    with pytest.raises(UsageError):
        check(document)
    with pytest.raises(Exception, match="AccessKeyPolicy"):
        network.parse(json.dumps(document), statements=8, addresses=50)


def test_a_policy_that_lets_everybody_in_is_warned_about() -> None:
    document = {
        "Status": "Active",
        "Statements": [{"Type": "VPCWhiteList", "Value": "AllowAllVPC", "IPList": ["::/0", "0.0.0.0/0"]}],
    }
    assert len(check(document)) == 2


def test_a_policy_that_lets_nobody_in_is_warned_about() -> None:
    nobody = {"Status": "Active", "Statements": []}
    assert "stops every call" in check(nobody)[0]
    assert check(INACTIVE) == ()
    assert judging(nobody, {})(usage()).denied
    twice = [{"Type": "ClassicWhiteList", "IPList": [ip]} for ip in ("203.0.113.1", "203.0.113.2")]
    with pytest.raises(UsageError, match="only one"):
        check({"Status": "Active", "Statements": twice})


def test_policies_are_compared_by_what_they_say() -> None:
    one = {
        "Version": 1,
        "Status": "Active",
        "Statements": [
            {"Type": "ClassicWhiteList", "Value": "", "IPList": ["203.0.113.9", "198.51.100.0/24"]},
            {"Type": "VPCWhiteList", "Value": VPC, "IPList": ["10.0.0.1/32"]},
        ],
    }
    other = {
        "Status": "Active",
        "Statements": [
            {"Type": "VPCWhiteList", "Value": VPC, "IPList": ["10.0.0.1"]},
            {"Type": "ClassicWhiteList", "IPList": ["198.51.100.0/24"]},
            {"Type": "ClassicWhiteList", "IPList": ["203.0.113.9"]},
        ],
    }
    assert same_policy(one, other)
    assert same_policy(INACTIVE, {})
    assert not same_policy(one, {**one, "Status": "Inactive"})
    assert not same_policy(one, {"Status": "Active", "Statements": other["Statements"][:2]})


@UNHURRIED
@given(
    some.lists(
        some.sampled_from(
            ["203.0.113.10", "203.0.113.0/24", "198.51.100.23", "2001:db8::/32", "192.0.2.8/29"]
        ),
        min_size=1,
        unique=True,
    ),
    some.lists(
        some.tuples(some.sampled_from([VPC, OTHER]), some.sampled_from(["10.20.3.23", "10.9.9.9"])),
        max_size=4,
    ),
    some.sampled_from([(), (VPC,), ("10.20.0.0/16",), (VPC, OTHER)]),
)
def test_the_cloud_takes_what_is_proposed_and_it_lets_in_just_what_is_trusted(
    public: list[str], seen: list[tuple[str, str]], trusted: tuple[str, ...]
) -> None:
    said = marks(*public, *trusted)
    usages = [usage(source=source, vpc=vpc) for vpc, source in seen]
    usages += [
        usage(source=source) for source in ("203.0.113.10", "198.51.100.24", "192.0.2.9", "2001:db8::9")
    ]
    made = proposed(said, report(*usages))
    taken = network.parse(json.dumps(made.document), statements=8, addresses=50)
    assert same_policy(taken, made.document)
    assert normal(normal(taken)) == normal(taken)
    for one in usages:
        expected = said.stance_of_source(one.source, one.vpc) is not None
        assert judging(made.document, {})(one).denied is not expected
    assert not any(networks.is_everything(item) for item in made.public)


async def test_in_the_story_the_intruder_is_stopped_and_the_business_is_not(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    truth = account.truth
    business, intruder = truth["business"]["source_ips"], truth["intruder"]["source_ips"]
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=7) as found:
        seen = await usage_of(found.inquiry)
    said = marks(*business)
    made = proposed(said, seen)
    judge = judging(made.document, {})
    for one in seen.own:
        if one.source in business:
            assert not judge(one).denied, one
        elif not one.link:
            assert judge(one).denied, one
    assert {one.source for one in seen.own if one.source in intruder}
    outcome = impact(seen, judge, said)
    assert not outcome.breaks
    assert {line.source for line in outcome.kept} <= set(intruder)
    assert all(line.kind == "session" for line in outcome.kept if line.source in intruder)
    vpc = next(one.vpc for one in seen.usages if one.vpc)
    assert proposed(marks(*(ip for ip in business if not ip.startswith("10.")), vpc), seen).vpcs == {
        vpc: ("10.20.3.23",)
    }
