"""AccessKey network policies: from where a key may call."""

import json
from typing import Any

import pytest

from aktui.simcloud import network
from aktui.simcloud.account import Account
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, ROOT_KEY, small_account
from tests.simcloud.asking import ask, refused

DEPLOYER = {"UserPrincipalName": "ci-deployer@acme.onaliyun.com", "UserAccessKeyId": DEPLOYER_KEY}
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def account() -> Account:
    return small_account()


def classic(*addresses: str) -> dict[str, Any]:
    return {"Type": "ClassicWhiteList", "IPList": list(addresses)}


def through_vpc(value: str, *addresses: str) -> dict[str, Any]:
    return {"Type": "VPCWhiteList", "Value": value, "IPList": list(addresses)}


def text(*statements: dict[str, Any], status: str = "Active") -> str:
    return json.dumps({"Version": 1, "Status": status, "Statements": list(statements)})


def set_on_key(account: Account, policy: str) -> None:
    ask(account, "Ims", "SetAccessKeyPolicy", **DEPLOYER, AccessKeyPolicy=policy)
    account.clock.advance(account.settings.policy_lag)


def set_on_account(account: Account, policy: str) -> None:
    ask(account, "Ims", "SetAccessKeyPolicyForAccount", AccessKeyPolicy=policy)
    account.clock.advance(account.settings.policy_lag)


def admitted(account: Account, source_ip: str, *, vpc: str = "", key: str = DEPLOYER_KEY) -> bool:
    return network.admits(account, account.keys[key], source_ip, vpc=vpc, now=account.clock.now())


def test_a_key_without_a_policy_calls_from_anywhere(account: Account) -> None:
    assert admitted(account, ELSEWHERE)
    assert ask(account, "Ims", "GetAccessKeyPolicy", **DEPLOYER)["AccessKeyPolicy"] == "{}"
    assert ask(account, "Ims", "GetAccessKeyPolicyForAccount")["AccessKeyPolicy"] == "{}"


@pytest.mark.parametrize(
    ("listed", "source_ip", "inside"),
    [
        (["203.0.113.7"], OFFICE, True),
        (["203.0.113.0/24"], OFFICE, True),
        (["203.0.113.9/24"], OFFICE, True),
        (["10.0.0.0/8", "203.0.113.7"], OFFICE, True),
        (["203.0.113.0/24"], ELSEWHERE, False),
        (["0.0.0.0/0"], ELSEWHERE, True),
        (["0.0.0.0/0"], "2001:db8::1", False),
        (["2001:db8::/32"], "2001:db8::1", True),
        (["::/0"], OFFICE, False),
        (["0.0.0.0/0"], "unknown", False),
    ],
)
def test_public_calls_are_admitted_from_listed_addresses(
    account: Account, listed: list[str], source_ip: str, inside: bool
) -> None:
    set_on_key(account, text(classic(*listed)))
    assert admitted(account, source_ip) is inside


def test_a_vpc_list_admits_only_calls_through_that_vpc(account: Account) -> None:
    set_on_key(account, text(through_vpc("vpc-bp1a", "172.16.0.0/16")))
    assert admitted(account, "172.16.3.4", vpc="vpc-bp1a")
    assert not admitted(account, "172.16.3.4", vpc="vpc-other")
    assert not admitted(account, "10.0.0.1", vpc="vpc-bp1a")
    assert not admitted(account, "172.16.3.4")


def test_a_vpc_list_may_name_all_vpcs_and_a_public_list_none(account: Account) -> None:
    set_on_key(account, text(through_vpc("AllowAllVPC", "172.16.0.0/16"), classic(OFFICE)))
    assert admitted(account, "172.16.3.4", vpc="vpc-any")
    assert admitted(account, OFFICE)
    assert not admitted(account, OFFICE, vpc="vpc-any")


def test_an_active_policy_without_statements_admits_nobody(account: Account) -> None:
    set_on_key(account, text())
    assert not admitted(account, OFFICE)


def test_an_inactive_policy_restricts_nothing(account: Account) -> None:
    set_on_key(account, text(classic(OFFICE), status="Inactive"))
    assert admitted(account, ELSEWHERE)


def test_the_policy_of_the_account_binds_every_key_the_account_s_own_included(account: Account) -> None:
    set_on_account(account, text(classic(OFFICE)))
    for key in (DEPLOYER_KEY, NOBODY_KEY, ROOT_KEY):
        assert admitted(account, OFFICE, key=key)
        assert not admitted(account, ELSEWHERE, key=key)


def test_the_policy_of_a_key_overrides_that_of_the_account(account: Account) -> None:
    set_on_account(account, text(classic(OFFICE)))
    set_on_key(account, text(classic(ELSEWHERE)))
    assert admitted(account, ELSEWHERE)
    assert not admitted(account, OFFICE)


def test_an_inactive_policy_on_a_key_leaves_the_account_s_in_force(account: Account) -> None:
    set_on_account(account, text(classic(OFFICE)))
    set_on_key(account, text(status="Inactive"))
    assert not admitted(account, ELSEWHERE)


def test_a_set_policy_is_answered_at_once_and_shows_and_binds_later(account: Account) -> None:
    set_on_key(account, text(classic(OFFICE)))
    answer = ask(account, "Ims", "SetAccessKeyPolicy", **DEPLOYER, AccessKeyPolicy=text(classic(ELSEWHERE)))
    assert ELSEWHERE in answer["AccessKeyPolicy"]
    assert OFFICE in ask(account, "Ims", "GetAccessKeyPolicy", **DEPLOYER)["AccessKeyPolicy"]
    assert admitted(account, OFFICE)
    account.clock.advance(account.settings.policy_lag)
    assert ELSEWHERE in ask(account, "Ims", "GetAccessKeyPolicy", **DEPLOYER)["AccessKeyPolicy"]
    assert not admitted(account, OFFICE)


def test_the_account_s_policy_shows_and_binds_later_too(account: Account) -> None:
    ask(account, "Ims", "SetAccessKeyPolicyForAccount", AccessKeyPolicy=text(classic(OFFICE)))
    assert ask(account, "Ims", "GetAccessKeyPolicyForAccount")["AccessKeyPolicy"] == "{}"
    assert admitted(account, ELSEWHERE)
    account.clock.advance(account.settings.policy_lag)
    assert OFFICE in ask(account, "Ims", "GetAccessKeyPolicyForAccount")["AccessKeyPolicy"]
    assert not admitted(account, ELSEWHERE)


def test_of_two_policies_set_in_a_row_the_last_one_wins(account: Account) -> None:
    ask(account, "Ims", "SetAccessKeyPolicy", **DEPLOYER, AccessKeyPolicy=text(classic(ELSEWHERE)))
    set_on_key(account, text(classic(OFFICE)))
    assert admitted(account, OFFICE)
    assert not admitted(account, ELSEWHERE)


def test_the_version_is_the_service_s_own(account: Account) -> None:
    given = json.dumps({"Version": 7, "Status": "Active", "Statements": [classic(OFFICE)]})
    set_on_key(account, given)
    shown = json.loads(ask(account, "Ims", "GetAccessKeyPolicy", **DEPLOYER)["AccessKeyPolicy"])
    assert shown == {"Version": 1, "Status": "Active", "Statements": [classic(OFFICE)]}


@pytest.mark.parametrize(
    "policy",
    [
        "{}",
        "not json",
        "[]",
        "null",
        '{"Status":"Active"}',
        '{"Status":"Active","Statements":null}',
        '{"Status":"On","Statements":[]}',
        text(classic("203.0.113.300")),
        text(classic("203.0.113.0/33")),
        text(classic("office")),
        text(classic()),
        text({**classic(OFFICE), "Value": "vpc-bp1a"}),
        text(through_vpc("", "172.16.0.0/16")),
        text(through_vpc("my-vpc", "172.16.0.0/16")),
        text({"Type": "GreyList", "IPList": [OFFICE]}),
        text({"Type": ["ClassicWhiteList"], "IPList": [OFFICE]}),
        text({**through_vpc("AllowAllVPC", OFFICE), "Value": ["AllowAllVPC"]}),
        '{"Status":["Active"],"Statements":[]}',
        text({"Type": "ClassicWhiteList", "IPList": OFFICE}),
        "[" * 5000,
    ],
)
def test_what_is_no_policy_is_refused_and_changes_nothing(account: Account, policy: str) -> None:
    with refused("InvalidParameter.AccessKeyPolicy", 400):
        ask(account, "Ims", "SetAccessKeyPolicy", **DEPLOYER, AccessKeyPolicy=policy)
    with refused("InvalidParameter.AccessKeyPolicy", 400):
        ask(account, "Ims", "SetAccessKeyPolicyForAccount", AccessKeyPolicy=policy)
    account.clock.advance(60)
    assert admitted(account, ELSEWHERE)


def test_a_policy_has_at_most_eight_statements_and_fifty_addresses(account: Account) -> None:
    set_on_key(account, text(*[classic(*[f"10.0.{n}.{i}" for i in range(6)]) for n in range(8)]))
    with refused("LimitExceeded.AccessKeyPolicy", 409):
        set_on_key(account, text(*[classic(OFFICE)] * 9))
    with refused("LimitExceeded.AccessKeyPolicy", 409):
        set_on_key(account, text(classic(*[f"10.0.0.{i}" for i in range(51)])))


def test_without_a_user_it_is_the_callers_own_key(account: Account) -> None:
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "GetAccessKeyPolicy", UserAccessKeyId=DEPLOYER_KEY)
    answer = ask(account, "Ims", "GetAccessKeyPolicy", UserAccessKeyId=ROOT_KEY, by=ROOT_KEY)
    assert answer == {"AccessKeyId": ROOT_KEY, "AccessKeyPolicy": "{}"}
