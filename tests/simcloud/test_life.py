"""Business and intruder go on while a drill runs, until something stops them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import duckdb
import httpx
import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.life.cadence import Cadence
from aktui.simcloud.life.life import MOST_AT_ONCE, Life
from aktui.simcloud.logs.store import LogProject, Logstore
from aktui.simcloud.logs.table import Table
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.stories import operationlog, osslog
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, NOBODY_KEY, REGION, ROOT_KEY
from tests.simcloud.asking import ask
from tests.simcloud.living import DENY_ALL, LAIR, NOW, OFFICE, after, codes, events, habit, living
from tests.simcloud.log_rig import ask_table
from tests.simcloud.signing import acs3, send

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


@pytest.fixture
def logged() -> tuple[Account, Life]:
    account, life = living(
        habit(
            "Oss:GetObject",
            params={"bucketName": "backups", "objectName": "库/日 1.gz"},
            size=5_000_000,
            data=True,
        ),
        habit(
            "Oss:PutObject",
            ip="10.1.2.3",
            vpc="vpc-1",
            params={"bucketName": "b", "objectName": "o"},
            size=9,
            data=True,
        ),
        habit("Oss:GetBucketInfo", 15, resources={"ACS::OSS::Bucket": ("b",)}, role="ops", session="night"),
        habit(
            "Sls:GetLogStoreLogs",
            params={"ProjectName": "app", "LogStoreName": "web", "Query": "*"},
            size=70,
            data=True,
        ),
        habit("Sls:PutLogs", key=NOBODY_KEY, params={"ProjectName": "app", "LogStoreName": "web"}, data=True),
    )
    for project, name, index in (
        (f"oss-log-{account.id}-{REGION}", "oss-log-store", osslog.INDEX),
        (f"log-service-{account.id}-{REGION}", "internal-operation_log", operationlog.INDEX),
        ("app", "web", None),
    ):
        stores = {name: Logstore(name, 30, NOW, index)}
        account.projects[project] = LogProject(project, REGION, NOW, logstores=stores)
    return account, life


def rows(account: Account, project: str, name: str) -> list[dict[str, str]]:
    return [dict(row) for row in account.projects[project].logstores[name].added]


def test_calls_to_data_are_in_the_logs_of_their_services_too(logged: tuple[Account, Life]) -> None:
    account, life = logged
    after(account, life, 30)
    ask(account, "Ims", "UpdateAccessKey", **KEY, Status="Inactive")
    after(account, life, 30)
    accesses = rows(account, f"oss-log-{account.id}-{REGION}", "oss-log-store")
    read = [row for row in accesses if row["operation"] == "GetObject"]
    assert {(row["access_id"], row["client_ip"], row["object"]) for row in read} == {
        (DEPLOYER_KEY, LAIR, "%E5%BA%93%2F%E6%97%A5%201.gz")
    }
    assert (read[0]["http_status"], read[0]["object_size"]) == ("200", "5000000")
    assert (read[-1]["http_status"], read[-1]["error_code"], read[-1]["ec"]) == (
        "403",
        "InvalidAccessKeyId",
        "0002-00000901",
    )
    assert {row["vpc_id"] for row in accesses if row["operation"] == "PutObject"} == {"vpc-1"}
    assert {row["access_id"][:4] for row in accesses if row["operation"] == "GetBucketInfo"} == {"STS."}
    asked = rows(account, f"log-service-{account.id}-{REGION}", "internal-operation_log")
    assert {(row["Method"], row["Status"]) for row in asked} == {
        ("GetLogStoreLogs", "200"),
        ("GetLogStoreLogs", "401"),
        ("PostLogStoreLogs", "401"),
    }
    known = {event["requestId"] for event in account.trail}
    assert {row["request_id"] for row in accesses} <= known
    assert {row["RequestId"] for row in asked} <= known
    assert {event["eventCategory"] for event in events(account, "GetObject")} == {"Data"}


def test_rows_that_come_in_are_found_by_the_next_query(logged: tuple[Account, Life]) -> None:
    account, life = logged
    table = Table(account.projects[f"oss-log-{account.id}-{REGION}"].logstores["oss-log-store"])
    start = int(NOW.timestamp())
    asked: dict[str, Any] = {"index": osslog.INDEX, "start": start, "end": start + 60}
    after(account, life, 30)
    first = ask_table(table, "operation: GetObject", **asked)
    assert len(first.rows) == 3
    after(account, life, 60)
    then = ask_table(table, "operation: GetObject", **asked)
    assert len(then.rows) == 6
    after(account, life, 3600)
    assert ask_table(table, "operation: GetObject", **asked) == then


def test_rows_are_those_that_a_scenario_would_have_told(
    logged: tuple[Account, Life], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows, spelt out by SQL as scenarios do it."""
    account, life = logged
    told: tuple[list[object], list[object]] = ([], [])
    for at, module in enumerate(("access", "operation")):
        made = getattr(__import__("aktui.simcloud.life.rows", fromlist=["x"]), f"spelt_{module}")

        def keep(row: object, *rest: object, made: object = made, at: int = at) -> object:
            told[at].append(row)
            return made(row, *rest)  # type: ignore[operator]

        monkeypatch.setattr(f"aktui.simcloud.life.rows.spelt_{module}", keep)
    after(account, life, 60)
    end = int(NOW.timestamp()) + 3600
    bulk = osslog.OssRows(account.id, REGION, "s", told[0], (), 0, end, 1, ())  # type: ignore[arg-type]
    calls = operationlog.OperationRows("s", told[1], "app", (("k", "1.1.1.1"),), "u", 0, end, 1)  # type: ignore[arg-type]
    for source, project, name in (
        (bulk, f"oss-log-{account.id}-{REGION}", "oss-log-store"),
        (calls, f"log-service-{account.id}-{REGION}", "internal-operation_log"),
    ):
        with duckdb.connect() as connection:
            source.load(connection, "spelt")
            found = connection.execute("SELECT * FROM spelt")
            names = [column[0] for column in found.description or ()]
            spelt = [
                {key: str(value) for key, value in zip(names, row, strict=True) if value is not None}
                for row in found.fetchall()
            ]
        wanted = rows(account, project, name)
        key = lambda row: sorted(row.items())  # noqa: E731
        spelt = [{name: value for name, value in row.items() if name != "objectname"} for row in spelt]
        assert sorted(spelt, key=key) == sorted(wanted, key=key) != []


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    account, _ = living(habit(label="business", ip=OFFICE), habit("Oss:ListBuckets"))
    account.trails = [
        {
            "Name": "all",
            "Status": "Enable",
            "SlsProjectArn": "acs:log:cn-hangzhou:1:project/audit",
            "TrailArn": "a",
            "HomeRegion": REGION,
        }
    ]
    stores = {"actiontrail_all": Logstore("actiontrail_all", 30, NOW)}
    account.projects["audit"] = LogProject("audit", REGION, NOW, logstores=stores)
    with practice_cloud(account, live=True) as running:
        yield running


def control(sim: Sim, method: str, name: str, **rest: object) -> httpx.Response:
    return httpx.request(method, f"{sim.endpoint}/__sim__/{name}", trust_env=False, **rest)  # type: ignore[arg-type]


def test_life_is_told_by_the_control(sim: Sim) -> None:
    assert control(sim, "POST", "clock", json={"advance": 60}).status_code == 200
    told = control(sim, "GET", "life").json()
    assert told["running"] is True
    business, intruder = told["callers"]
    assert set(business) == {
        "label",
        "key",
        "role",
        "user",
        "address",
        "vpc",
        "operation",
        "region",
        "every",
        "accepted",
        "refused",
        "last_accepted",
        "first_refused",
        "last_refused",
        "code",
    }
    assert (business["label"], business["operation"], business["accepted"]) == (
        "business",
        "Ecs:DescribeInstances",
        6,
    )
    assert (intruder["key"], intruder["address"]) == (DEPLOYER_KEY, LAIR)
    assert control(sim, "GET", "calls").json() == {"calls": []}


def test_life_can_be_paused_by_the_control(sim: Sim) -> None:
    told = control(sim, "POST", "life", json={"running": False}).json()
    assert told["running"] is False
    control(sim, "POST", "clock", json={"advance": 600})
    assert control(sim, "GET", "life").json() == told
    control(sim, "POST", "life", json={"running": True})
    control(sim, "POST", "clock", json={"advance": 20})
    assert [one["accepted"] for one in control(sim, "GET", "life").json()["callers"]] == [2, 2]
    for wrong in ({}, {"running": 1}, {"running": True, "more": 1}):
        assert control(sim, "POST", "life", json=wrong).status_code == 400


def test_a_client_sees_what_went_on_and_a_trail_delivers_it(sim: Sim) -> None:
    sim.account.clock.advance(700)
    asked = {"LookupAttribute.1.Key": "EventAccessKeyId", "LookupAttribute.1.Value": DEPLOYER_KEY}
    found = send(acs3(sim, "Actiontrail", "LookupEvents", asked)).json()["Events"]
    assert {event["sourceIpAddress"] for event in found} == {OFFICE, LAIR}
    delivered = sim.account.projects["audit"].logstores["actiontrail_all"].added
    assert sum(OFFICE in row["event"] for row in delivered) == 70


def test_an_account_that_is_not_live_stands_still(practice_cloud: PracticeCloudFactory) -> None:
    account, _ = living(habit())
    with practice_cloud(account) as running:
        control(running, "POST", "clock", json={"advance": 600})
        told = control(running, "GET", "life").json()
    assert told["running"] is False
    assert told["callers"][0]["accepted"] == 0


@pytest.mark.parametrize("scenario", list(catalogue()))
def test_in_a_scenario_everybody_goes_on_unrefused_until_somebody_acts(scenario: str) -> None:
    account = catalogue()[scenario].build(1, NOW)
    life = Life(account)
    told = after(account, life, 3600)
    assert {one["code"] for one in told} == {""}
    assert all(one["accepted"] for one in told)
    labels = {one["label"] for one in told}
    assert labels == ({"business"} if scenario == "benign-surprise" else {"business", "intruder"})
    assert len({(one["address"], one["operation"], one["key"], one["role"]) for one in told}) == len(told)


def test_the_leaked_key_shows_both_within_forty_seconds_until_its_key_is_disabled() -> None:
    account = catalogue()["leaked-ci-key"].build(1, NOW)
    (leaked,) = account.suspects
    life = Life(account)
    seen = [one for one in after(account, life, 40) if one["key"] == leaked and one["accepted"]]
    assert {one["label"] for one in seen} == {"business", "intruder"}
    assert {one["address"] for one in seen} >= set(account.truth["business"]["source_ips"])
    intruder = [one for one in life.told()["callers"] if one["label"] == "intruder"]
    assert {one["address"] for one in intruder} <= set(account.truth["intruder"]["source_ips"])
    user = account.users[account.keys[leaked].owner]
    named = {"UserName": user.name, "UserAccessKeyId": leaked, "Status": "Inactive"}
    ask(account, "Ram", "UpdateAccessKey", by=account.responder, **named)
    account.clock.advance(account.settings.status_lag)
    before = {one["operation"] + one["address"]: one["accepted"] for one in after(account, life, 1)}
    for one in after(account, life, 300):
        by_key = one["key"] == leaked and not one["role"]
        went_on = one["accepted"] > before[one["operation"] + one["address"]]
        assert not (by_key and went_on), one
        if one["every"] <= 60 and not by_key:
            assert went_on, one
