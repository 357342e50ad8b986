"""The provider's own view: leak reports without their lines, alerts, insights, checks, rules."""

import json
from typing import Any

import pytest

from aktui.case.redact import redact_body
from queries.base import Result, Status
from queries.provider.naming import local_moment, mentions, names_key
from queries.provider.restricted import blocks, is_sign
from queries.provider.rules import FIRES, QUIET, UNKNOWN, judge, rules
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import KEY, NOW, FakeCloud, inquiry
from tests.queries.rig import desk, event, idle_root, leaked, restrict, story

USER: dict[str, Any] = {"ims:GetUser": {"User": {"UserPrincipalName": "ci@acme.onaliyun.com", "UserId": "2"}}}
SAID = "There is a risk of leakage of this AccessKey."


async def asked(practice_cloud: PracticeCloudFactory, account: Any, query_id: str) -> Result:
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        return await found.ask(query_id)


async def test_a_leak_report_tells_where_and_keeps_the_published_lines_back(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    (leak,) = account.leaks
    result = await asked(practice_cloud, account, "leak-reports")
    (row,) = result.rows
    assert (row.values["url"], row.values["status"], row.values["valid"]) == (leak.url, "pending", "yes")
    assert row.values["found"] == leak.found
    assert row.values["changed"] == leak.updated
    secret = leak.code.split("access_key_secret = ")[1].split("\n")[0]
    assert secret not in json.dumps([dict(row.values), row.raw], default=str)
    assert "access_key_secret" not in json.dumps([dict(row.values), row.raw], default=str)


async def test_the_published_lines_are_in_no_entry_of_the_case(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        await found.ask("leak-reports")
        exchanges = found.asked._cloud.exchanges
    assert any(one.action == "DescribeAccessKeyLeakDetail" for one in exchanges)
    kept = b" ".join(redact_body(one.body, action=one.action)[0] for one in exchanges)
    assert b"access_key_secret" not in kept
    assert any(b"access_key_secret" in one.body for one in exchanges)


@pytest.mark.parametrize("spelling", [KEY, f"ak:{KEY}", None])
async def test_a_report_is_found_whichever_spelling_the_service_takes(spelling: str | None) -> None:
    """With none of them the whole list is read."""

    def answered(params: Any) -> dict[str, Any]:
        known = [{"Id": 5, "AccesskeyId": KEY}] if params["Query"] == spelling else []
        others = [{"Id": 6, "AccesskeyId": "LTAI5tSOMEBODYELSE000001"}]
        return {"AccessKeyLeakList": known + others, "TotalCount": len(known + others)}

    cloud = FakeCloud(
        {"sas:DescribeAccesskeyLeakList": answered, "sas:DescribeAccessKeyLeakDetail": {"Type": "x"}}
    )
    result = await inquiry(cloud).ask("leak-reports")
    assert [row.values["leak_id"] for row in result.rows] == ["5"]


async def test_no_report_is_no_proof_and_a_denial_no_absence(practice_cloud: PracticeCloudFactory) -> None:
    account = story("benign-surprise")
    result = await asked(practice_cloud, account, "leak-reports")
    assert result.status is Status.COMPLETE
    assert "does not prove" in result.note
    account = story("oss-exfiltration")
    restrict(account, "yundun-aegis:*")
    result = await asked(practice_cloud, account, "leak-reports")
    assert result.status is Status.DENIED
    assert result.gaps[0].missing == "yundun-aegis:DescribeAccesskeyLeakList"


async def test_alerts_are_those_that_name_the_key_or_its_user(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    result = await asked(practice_cloud, account, "security-alerts")
    assert {row.values["alert_id"] for row in result.rows} == {str(one.id) for one in account.alerts}
    assert {row.values["about"] for row in result.rows} == {"the key"}


async def test_alerts_about_others_are_left_out_and_handled_ones_kept() -> None:
    def answered(params: Any) -> dict[str, Any]:
        number = 1 if params["Dealed"] == "N" else 2
        names = ["ci-deployer", "ci", KEY[:-1], "ci@acme.onaliyun.com"] if number == 1 else [KEY]
        return {
            "SuspEvents": [
                {"Id": number * 10 + at, "Details": [{"Value": f"by {name}."}]}
                for at, name in enumerate(names)
            ]
        }

    result = await inquiry(FakeCloud({**USER, "sas:DescribeSuspEvents": answered})).ask("security-alerts")
    found = {(row.values["alert_id"], row.values["about"], row.values["state"]) for row in result.rows}
    by_user = {(number, "its user", "open") for number in ("11", "13")}
    assert found == {*by_user, ("20", "the key", "dealt with")}


async def test_insights_of_the_key_are_told_where_they_are_on(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    result = await asked(practice_cloud, account, "insights")
    kinds = {row.values["type"] for row in result.rows}
    assert "AkInsight" in kinds
    assert "AkInsight" in result.note


async def test_insights_that_are_off_are_no_empty_list(practice_cloud: PracticeCloudFactory) -> None:
    result = await asked(practice_cloud, idle_root(), "insights")
    assert result.status is Status.NOT_COVERED
    assert "is off" in result.detail


async def test_checks_about_keys_are_told_by_name_and_say_whether_this_key_fails(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, leaked(), "governance-checks")
    stands = {row.values["subject"]: row.values["fails"] for row in result.rows}
    assert stands == {"root key": False, "idle": False, "not rotated": True}
    result = await asked(practice_cloud, idle_root(), "governance-checks")
    assert {row.values["subject"]: row.values["fails"] for row in result.rows}["root key"] is True


async def test_the_rules_are_set_off_by_the_intruder_and_a_key_without_use_sets_off_none(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, leaked(), "alert-rules")
    found = {row.values["rule_id"]: row.values["state"] for row in result.rows}
    assert found["ram-changed"] == found["policy-changed"] == found["refused-calls"] == FIRES
    assert found["root-key-used"] == QUIET
    result = await asked(practice_cloud, idle_root(), "alert-rules")
    assert FIRES not in {row.values["state"] for row in result.rows}


def test_the_frequency_rule_looks_at_the_keys_own_hours() -> None:
    from datetime import timedelta

    (rule,) = [one for one in rules() if one.computed == "frequency"]
    steady = [event(KEY, "ListBuckets", NOW - timedelta(hours=number), number) for number in range(100)]
    burst = [
        event(KEY, "ListBuckets", NOW - timedelta(seconds=number), 1000 + number) for number in range(40)
    ]
    assert judge(rule, steady, root=False).state == QUIET
    assert judge(rule, steady + burst, root=False).state == FIRES
    assert judge(rule, burst, root=False).state == UNKNOWN
    many = [one for one in steady for _ in range(50)]
    assert judge(rule, many, root=False).state == QUIET, "a busy key is no alarm"


def test_a_root_key_in_use_sets_off_its_rule_and_an_unknown_owner_is_said() -> None:
    (rule,) = [one for one in rules() if one.computed == "root"]
    used = [event(KEY, "ListBuckets", NOW, 1)]
    assert [judge(rule, used, root).state for root in (True, False, None)] == [FIRES, QUIET, UNKNOWN]


async def test_restriction_shows_by_the_providers_words_whatever_the_code() -> None:
    events = [
        event(KEY, "RunInstances", NOW, 1, errorCode="Forbidden.Something", errorMessage=f"x {SAID}"),
        event(KEY, "ListUsers", NOW, 2, serviceName="Ram", errorCode="NoPermission", errorMessage="No."),
        event(KEY, "AssumeRole", NOW, 3, serviceName="Sts"),
    ]
    cloud = FakeCloud(
        {
            **USER,
            "actiontrail:LookupEvents": {"Events": events},
            "sas:DescribeAccesskeyLeakList": {"AccessKeyLeakList": [], "TotalCount": 0},
        }
    )
    result = await inquiry(cloud).ask("restrictive-protection")
    assert result.note.startswith("The key is restricted: 1 of its calls")
    found = {
        row.values["event"]: (row.values["under_protection"], row.values["refused_so"]) for row in result.rows
    }
    assert found == {
        "RunInstances": ("blocked", 1),
        "ListUsers": ("blocked", 0),
        "AssumeRole": ("stays open", 0),
    }


async def test_a_leak_report_alone_is_no_sign_of_restriction(practice_cloud: PracticeCloudFactory) -> None:
    result = await asked(practice_cloud, leaked(), "restrictive-protection")
    assert "may restrict the key" in result.note
    found = {row.values["event"]: row.values for row in result.rows}
    assert found["RunInstances"]["under_protection"] == "blocked"
    assert found["RunInstances"]["succeeded"] > 0


@pytest.mark.parametrize(
    ("service", "action", "blocked"),
    [
        ("Ram", "CreateUser", True),
        ("ims", "anything", True),
        ("Ecs", "RunInstances", True),
        ("ECS", "runinstances", True),
        ("Ecs", "DescribeInstances", False),
        ("Sts", "AssumeRole", False),
        ("Oss", "GetObject", False),
        ("Dysmsapi", "SendSms", True),
    ],
)
def test_the_published_list_says_what_is_blocked(service: str, action: str, blocked: bool) -> None:
    assert (blocks(service, action) is not None) is blocked


def test_a_sign_is_read_from_the_message_alone() -> None:
    assert is_sign({"errorMessage": f"Forbidden : {SAID}"})
    assert not is_sign({"errorCode": "Forbidden", "errorMessage": "No permission."})
    assert not is_sign({"userAgent": SAID})


def test_masked_ids_names_and_local_times() -> None:
    assert names_key(f"{KEY[:8]}****{KEY[-4:]}", KEY)
    assert not names_key("LTAI5tOther****0000", KEY)
    assert not names_key("****", KEY)
    assert mentions({"a": ["user ci."]}, "ci")
    assert not mentions({"a": "ci-deployer, x-ci"}, "ci")
    assert f"{local_moment('2021-07-06 17:49:41')}" == "2021-07-06 09:49:41+00:00"
    assert f"{local_moment('2021-07-06T09:49:33')}" == "2021-07-06 09:49:33+00:00"
    assert local_moment("yesterday") is None
