"""Business and intruder go on while a drill runs, until something stops them."""

import json
from datetime import timedelta
from typing import Any

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.life.cadence import Cadence
from aktui.simcloud.life.life import MOST_AT_ONCE
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, NOBODY_KEY, REGION, ROOT_KEY
from tests.simcloud.asking import ask
from tests.simcloud.living import DENY_ALL, LAIR, NOW, OFFICE, after, codes, events, habit, living

DEPLOYER = {"UserPrincipalName": "ci-deployer@acme.onaliyun.com"}
KEY = {**DEPLOYER, "UserAccessKeyId": DEPLOYER_KEY}


def allow(account: Account, *statements: dict[str, Any]) -> None:
    policy = json.dumps({"Version": 1, "Status": "Active", "Statements": list(statements)})
    ask(account, "Ims", "SetAccessKeyPolicy", **KEY, AccessKeyPolicy=policy)
    account.clock.advance(account.settings.policy_lag)


def test_a_call_comes_again_and_again() -> None:
    account, life = living(habit(every=10))
    (told,) = after(account, life, 100)
    assert 9 <= told["accepted"] <= 11
    assert (told["refused"], told["code"], told["first_refused"]) == (0, "", "")
    newest = events(account)[-1]
    assert told["last_accepted"] == newest["eventTime"]
    assert newest["sourceIpAddress"] == LAIR
    assert newest["userAgent"] == "tool/1.0"
    assert newest["eventSource"] == f"ecs.{REGION}.aliyuncs.com"
    assert newest["userIdentity"]["accessKeyId"] == DEPLOYER_KEY


def test_looking_often_or_seldom_comes_out_the_same() -> None:
    often, seldom = (
        living(habit(jitter=3), habit("Oss:ListBuckets", 7)),
        living(habit(jitter=3), habit("Oss:ListBuckets", 7)),
    )
    for _ in range(60):
        after(*often, 2.5)
    after(*seldom, 150)
    assert list(often[0].trail) == list(seldom[0].trail)


def test_a_disabled_key_is_refused_from_the_moment_the_change_binds() -> None:
    account, life = living(habit(every=1, label="business", ip=OFFICE), habit(every=1))
    account.settings.status_lag = 5
    after(account, life, 20)
    ask(account, "Ims", "UpdateAccessKey", **KEY, Status="Inactive")
    for told in after(account, life, 20):
        assert told["code"] == "InvalidAccessKeyId.Inactive"
        assert iso(NOW + timedelta(seconds=25)) <= told["first_refused"] <= iso(NOW + timedelta(seconds=26))
        assert told["refused"] in (14, 15, 16)
    ask(account, "Ims", "UpdateAccessKey", **KEY, Status="Active")
    before = [told["refused"] for told in after(account, life, 6)]
    assert [told["refused"] for told in after(account, life, 20)] == before


def test_a_network_policy_stops_the_intruder_and_not_the_business() -> None:
    account, life = living(
        habit(label="business", ip=OFFICE),
        habit("Oss:GetObject", label="business", ip="10.20.3.23", vpc="vpc-1", data=True),
        habit(),
        habit("Oss:ListBuckets"),
        habit("Ecs:DescribeInstances", role="ops", session="night"),
    )
    after(account, life, 60)
    office: dict[str, Any] = {"Type": "ClassicWhiteList", "IPList": [OFFICE]}
    inside: dict[str, Any] = {"Type": "VPCWhiteList", "Value": "vpc-1", "IPList": ["10.0.0.0/8"]}
    allow(account, office, inside)
    life.catch_up()
    told = after(account, life, 60)
    assert [one["code"] for one in told] == [
        "",
        "",
        "InvalidAccessKeyId.AccessPolicyDenied",
        "AccessDenied",
        "",
    ]
    # The session outlives the policy until it is over; to open the next one takes the key.
    account.clock.advance(3600)
    assert after(account, life, 30)[4]["code"] == "InvalidAccessKeyId.AccessPolicyDenied"


@pytest.mark.parametrize("end", ["disabled", "deleted", "user deleted"])
def test_a_role_session_outlives_the_key_that_opened_it(end: str) -> None:
    account, life = living(habit(role="ops", session="night"))
    after(account, life, 60)
    if end == "disabled":
        ask(account, "Ims", "UpdateAccessKey", **KEY, Status="Inactive")
    elif end == "deleted":
        ask(account, "Ims", "DeleteAccessKey", **KEY)
    else:
        ask(account, "Ims", "DeleteUser", **DEPLOYER)
    assert after(account, life, 3000)[0]["refused"] == 0
    (told,) = after(account, life, 1000)
    assert told["code"] == f"InvalidAccessKeyId.{'Inactive' if end == 'disabled' else 'NotFound'}"
    assert codes(account, "AssumeRole")[0] == ""
    assert set(codes(account, "AssumeRole")[1:]) == {told["code"]}
    (session,) = {event["userIdentity"]["accessKeyId"] for event in events(account, "DescribeInstances")}
    assert session.startswith("STS.")


def test_a_policy_that_denies_binds_keys_and_console_but_no_role_session() -> None:
    account, life = living(
        habit(),
        habit("Oss:ListBuckets"),
        habit("Sls:ListProject"),
        habit("Kms:ListSecrets"),
        habit("Ram:ListUsers", params={}),
        habit("Oss:ListBuckets", key="", user=DEPLOYER_ID),
        habit(role="ops", session="night"),
    )
    after(account, life, 30)
    ask(account, "Ram", "CreatePolicy", PolicyName="stop", PolicyDocument=DENY_ALL)
    ask(account, "Ram", "AttachPolicyToUser", PolicyType="Custom", PolicyName="stop", UserName="ci-deployer")
    account.clock.advance(30)
    life.catch_up()
    assert [told["code"] for told in after(account, life, 60)] == [
        "Forbidden.RAM",
        "AccessDenied",
        "Unauthorized",
        "NoPermission",
        "NoPermission",
        "AccessDenied",
        "",
    ]


def test_a_deleted_role_ends_its_sessions() -> None:
    account, life = living(habit(role="ops", session="night"))
    after(account, life, 30)
    ask(
        account,
        "Ram",
        "DetachPolicyFromRole",
        PolicyType="System",
        PolicyName="AdministratorAccess",
        RoleName="ops",
    )
    assert after(account, life, 60)[0]["code"] == "Forbidden.RAM"
    ask(account, "Ram", "DeleteRole", RoleName="ops")
    assert after(account, life, 30)[0]["code"] == "EntityNotExist.Role"


def test_a_key_that_is_gone_for_good_is_known_to_nobody() -> None:
    account, life = living(habit(), habit(key=ROOT_KEY), habit("Oss:ListBuckets"))
    ask(account, "Ims", "DeleteAccessKey", **KEY)
    assert [told["code"] for told in after(account, life, 30)] == [
        "InvalidAccessKeyId.NotFound",
        "",
        "InvalidAccessKeyId",
    ]
    ask(account, "Ims", "DeleteAccessKeyInRecycleBin", UserId=DEPLOYER_ID, UserAccessKeyId=DEPLOYER_KEY)
    told = after(account, life, 30)[0]
    assert (told["refused"], told["code"]) == (6, "InvalidAccessKeyId.NotFound")


def test_a_console_session_needs_a_logon_now_and_then() -> None:
    account, life = living(habit("Oss:ListBuckets", 60, key="", user=DEPLOYER_ID))
    after(account, life, 600)
    (logon,) = events(account, "ConsoleSignin")
    assert logon["eventType"] == "ConsoleSignin"
    assert logon["additionalEventData"]["isMFAChecked"] == "false"
    visit = events(account, "ListBuckets")[-1]
    assert visit["eventType"] == "ConsoleOperation"
    assert "accessKeyId" not in visit["userIdentity"]
    ask(account, "Ims", "UpdateLoginProfile", **DEPLOYER, Status="Inactive")
    assert after(account, life, 5 * 3600)[0]["refused"] == 0
    assert after(account, life, 2 * 3600)[0]["code"] == "Login.LoginProfileInactive"


def test_logons_from_elsewhere_can_be_shut_out() -> None:
    account, life = living(habit("Oss:ListBuckets", key="", user=DEPLOYER_ID))
    ask(account, "Ims", "SetSecurityPreference", LoginNetworkMasks="203.0.113.0/24")
    assert after(account, life, 30)[0]["code"] == "Login.NetworkMasksDenied"
    ask(account, "Ims", "SetSecurityPreference", LoginNetworkMasks=f"203.0.113.0/24;{LAIR}")
    assert after(account, life, 30)[0]["accepted"] == 3
    ask(account, "Ims", "DeleteUser", **DEPLOYER)
    assert after(account, life, 30)[0]["code"] == "EntityNotExist.User"


def test_operations_that_exist_have_their_effect() -> None:
    made = habit("Ram:CreateUser", 20, params={"UserName": "shadow"})
    account, life = living(made, habit("Ecs:RunInstances", 20, params={"InstanceType": "ecs.gn7i"}))
    told = after(account, life, 110)
    assert account.user_named("shadow") is not None
    assert (told[0]["accepted"], told[0]["code"]) == (1, "EntityAlreadyExists.User")
    assert len(account.instances) == told[1]["accepted"] > 3
    started = {
        name
        for event in events(account, "RunInstances")
        for name in event["referencedResources"]["ACS::ECS::Instance"]
    }
    assert started == set(account.instances)
    assert after(account, life, 900)[1]["code"] == "QuotaExceed.ElasticQuota"


def test_a_caller_may_do_what_its_policies_say_and_no_more() -> None:
    account, life = living(
        habit("Oss:GetObject", key=NOBODY_KEY, params={"bucketName": "b", "objectName": "o"})
    )
    assert after(account, life, 20)[0]["code"] == "AccessDenied"
    document = DENY_ALL.replace("Deny", "Allow").replace('"Action":"*"', '"Action":"oss:GetObject"')
    document = document.replace('"Resource":"*"', '"Resource":"acs:oss:*:*:b/*"')
    ask(account, "Ram", "CreatePolicy", PolicyName="reader", PolicyDocument=document)
    ask(account, "Ram", "AttachPolicyToUser", PolicyType="Custom", PolicyName="reader", UserName="nobody")
    account.clock.advance(10)
    before = after(account, life, 10)[0]["refused"]
    assert after(account, life, 30)[0]["refused"] == before


def test_a_jump_of_a_hundred_years_is_survived_thinned_out() -> None:
    account, life = living(habit(every=1), habit("Oss:ListBuckets", 3600), habit(every=10**9))
    told = after(account, life, 100 * 366 * 86400)
    assert [one["accepted"] <= MOST_AT_ONCE + 1 for one in told] == [True, True, True]
    assert told[0]["last_accepted"] > iso(NOW + timedelta(days=36_500))
    (again, *_) = after(account, life, 10)
    assert again["accepted"] == told[0]["accepted"] + 10


def test_a_clock_that_is_set_back_takes_life_with_it() -> None:
    account, life = living(habit())
    after(account, life, 1000)
    account.clock.set(NOW + timedelta(seconds=10))
    before = after(account, life, 0)[0]["accepted"]
    assert after(account, life, 50)[0]["accepted"] == before + 5


def test_what_a_pause_left_out_is_not_made_up_for() -> None:
    account, life = living(habit())
    life.run(False)
    assert after(account, life, 1000)[0]["accepted"] == 0
    life.run(True)
    assert after(account, life, 20)[0]["accepted"] == 2


@pytest.mark.parametrize("every", [1, 7.5, 3600])
def test_calls_of_one_caller_keep_their_order(every: float) -> None:
    cadence = Cadence("seed", NOW.timestamp(), every, every / 2)
    moments = [cadence.moment(number) for number in range(500)]
    assert moments == sorted(moments)
    assert moments[0] >= NOW.timestamp()
    for number in range(0, 499, 7):
        assert cadence.moment(cadence.after(moments[number])) > moments[number]
        assert cadence.after(moments[number]) == next(
            at for at in range(500) if moments[at] > moments[number]
        )
