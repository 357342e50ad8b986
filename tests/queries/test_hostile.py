"""Answers from a cloud that breaks its promises, and fields written by an intruder."""

import json
from typing import Any

import pytest

from aktui.errors import BadReply, CallRef, CloudError, Forbidden, NoAnswer, Throttled
from queries import catalogue
from queries.base import Query, Status
from tests.queries.fakes import KEY, FakeCloud, inquiry
from tests.queries.rig import needed

QUERIES = [
    query for query in catalogue().values() if not any(call.startswith("sls:") for call in query.calls)
]
"""Those that ask no logs, which have tests of their own for this."""
NASTY = "[@click=app.quit]x[/] \x1b]0;owned\x07 \u202e\u200b =cmd|' /C calc'!A0 漢字 " + "A" * 10_000
DETAIL = json.dumps(
    {
        "eventId": NASTY,
        "eventName": NASTY,
        "userAgent": NASTY,
        "sourceIpAddress": NASTY,
        "errorCode": NASTY,
        "acsRegion": NASTY,
        "resourceName": NASTY,
        "userIdentity": {"userName": NASTY},
    }
)
USER = {
    "UserPrincipalName": f"{NASTY}@acme.onaliyun.com",
    "UserId": "2",
    "DisplayName": NASTY,
    "Comments": NASTY,
}
USE = {"UsedTimestamp": 1657247532000, "Detail": DETAIL, "Source": NASTY}
EVENT = {
    "eventId": NASTY,
    "eventName": "AssumeRole",
    "eventTime": "2026-11-20T00:00:00Z",
    "userAgent": NASTY,
    "userIdentity": {"accessKeyId": KEY, "userName": NASTY},
    "requestParameters": {"RoleArn": NASTY, "RoleSessionName": NASTY},
    "responseElements": NASTY,
}
CHARGE = {
    "ProductCode": NASTY,
    "Region": NASTY,
    "InstanceID": NASTY,
    "NickName": NASTY,
    "PretaxAmount": 1.5,
    "Currency": NASTY,
    "SubscriptionType": NASTY,
    "ServicePeriod": NASTY,
}
ANSWERS: dict[str, Any] = {
    "sts:GetCallerIdentity": {"AccountId": NASTY, "Arn": NASTY, "IdentityType": NASTY},
    "ims:GetUser": {"User": USER},
    "ims:GetAccessKeyInfoInRecycleBin": {"AccessKey": {"UserPrincipalName": NASTY, "UserId": NASTY}},
    "ims:GetUserInRecycleBin": {"User": {"DisplayName": NASTY}},
    "ims:ListUsers": {"Users": {"User": [USER]}},
    "ims:ListAccessKeys": {
        "AccessKeys": {"AccessKey": [{"AccessKeyId": NASTY, "Status": NASTY, "CreateDate": NASTY}]}
    },
    "ims:ListAccessKeysInRecycleBin": {"AccessKeys": {"AccessKey": [{"AccessKeyId": NASTY}]}},
    "ims:ListServiceCredentials": {"ServiceCredentials": [{"ServiceCredentialName": NASTY}]},
    "ims:GetAccessKeyLastUsed": {"AccessKeyLastUsed": {"LastUsedDate": NASTY, "ServiceName": NASTY}},
    "ims:GetLoginProfile": {"LoginProfile": {"Status": NASTY}},
    "ims:GetUserMFAInfo": {"IsMFAEnable": "true", "MFADevice": {"SerialNumber": NASTY}},
    "ims:GetAccessKeyPolicy": {
        "AccessKeyPolicy": json.dumps({"Status": NASTY, "Statements": [{"IPList": [NASTY]}]})
    },
    "ims:GetAccessKeyPolicyForAccount": {"AccessKeyPolicy": {"Status": NASTY, "Statements": NASTY}},
    "ims:GenerateCredentialReport": {"State": "COMPLETED"},
    "ims:GetCredentialReport": {"Content": "dXNlcg0KPHJvb3Q+DQo="},
    "ims:GetAccountSecurityPracticeReport": {"AccountSecurityPracticeInfo": {}},
    "ram:ListPoliciesForUser": {"Policies": {"Policy": [{"PolicyName": NASTY, "PolicyType": "Custom"}]}},
    "ram:ListGroupsForUser": {"Groups": {"Group": [{"GroupName": NASTY}]}},
    "ram:ListPoliciesForGroup": {"Policies": {"Policy": [{"PolicyName": NASTY, "PolicyType": NASTY}]}},
    "ram:GetPolicy": {
        "DefaultPolicyVersion": {
            "PolicyDocument": json.dumps(
                {"Statement": [{"Effect": "Allow", "Action": NASTY, "Resource": NASTY}]}
            )
        }
    },
    "actiontrail:GetAccessKeyLastUsedInfo": {**USE, "AccountType": "ram-user", "UserName": NASTY},
    "actiontrail:GetAccessKeyLastUsedProducts": {
        "Products": [{**USE, "ServiceName": NASTY, "ServiceNameEn": NASTY}]
    },
    "actiontrail:GetAccessKeyLastUsedEvents": {"Events": [{**USE, "EventName": NASTY}]},
    "actiontrail:GetAccessKeyLastUsedIps": {"Ips": [{**USE, "Ip": NASTY}]},
    "actiontrail:GetAccessKeyLastUsedResources": {
        "Resources": [{**USE, "ResourceName": NASTY, "ResourceType": NASTY}]
    },
    "actiontrail:LookupEvents": {"Events": [EVENT]},
    "actiontrail:DescribeRegions": {"Regions": {"Region": [{"RegionId": NASTY}]}},
    "actiontrail:GetGlobalEventsStorageRegion": {"StorageRegion": NASTY},
    "actiontrail:DescribeTrails": {"TrailList": [{"Name": NASTY, "HomeRegion": "cn-hangzhou"}]},
    "actiontrail:GetTrailStatus": {"IsLogging": NASTY, "LatestDeliveryError": NASTY},
    "bssopenapi:DescribeInstanceBill": {"Data": {"Items": [CHARGE]}},
    "bssopenapi:QueryInstanceBill": {"Data": {"Items": {"Item": [CHARGE]}}},
    "bssopenapi:QueryAccountBill": {"Data": {"Items": {"Item": [CHARGE]}}},
    "bssopenapi:QueryAccountBalance": {"Data": {"AvailableAmount": "1.00", "Currency": NASTY}},
    "bssopenapi:QueryAccountTransactions": {
        "Data": {"AccountTransactionsList": {"AccountTransactionsList": [{"Amount": "1", "Remarks": NASTY}]}}
    },
    "bssopenapi:GetPayAsYouGoPrice": {"Data": {"Currency": NASTY, "ModuleDetails": {"ModuleDetail": []}}},
    "sas:DescribeAccesskeyLeakList": {
        "TotalCount": 1,
        "AccessKeyLeakList": [{"Id": 7, "AccesskeyId": KEY, "Url": NASTY, "AliUserName": NASTY}],
    },
    "sas:DescribeAccessKeyLeakDetail": {"Code": NASTY, "GithubUser": NASTY, "Remark": NASTY},
    "sas:DescribeSuspEvents": {
        "SuspEvents": [{"Id": 7, "Name": NASTY, "Details": [{"NameDisplay": NASTY, "Value": KEY}]}]
    },
    "actiontrail:GetInsightTypes": {"InsightTypes": {"AkInsight": {"Enabled": True}, NASTY: NASTY}},
    "actiontrail:LookupInsightEvents": {"Events": [{"eventId": NASTY, "insightObject": NASTY}]},
    "governance:ListEvaluationMetadata": {
        "EvaluationMetadata": [{"Metadata": [{"Id": NASTY, "DisplayName": f"AccessKey {NASTY}"}]}]
    },
    "governance:ListEvaluationResults": {
        "Results": {"Status": NASTY, "MetricResults": [{"Id": NASTY, "Risk": NASTY}]}
    },
    "governance:ListEvaluationMetricDetails": {
        "Resources": [{"ResourceName": NASTY, "ResourceProperties": [{"PropertyValue": NASTY}]}]
    },
    "vpc:DescribeEipAddresses": {"EipAddresses": {"EipAddress": [{"IpAddress": NASTY, "Name": NASTY}]}},
    "resourcecenter:SearchResources": {"Resources": [{"ResourceId": NASTY, "IpAddresses": [NASTY]}]},
    "ecs:DescribeInstances": {"Instances": {"Instance": [{"InstanceId": NASTY, "InstanceName": NASTY}]}},
}

SELDOM = ("console-events", "abnormal-charges", "running-cost")
"""Questions to which such a cloud gives no row: they have tests of their own for hostile fields."""
CALLS = [(query, name) for query in QUERIES for name in query.calls]
SHAPES: dict[str, Any] = {
    "nothing": {},
    "nulls": None,
    "numbers": 7,
    "texts": "surprise",
    "lists": ["surprise", None, 7, {}],
    "nested": {"Surprise": {"Surprise": []}},
}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
async def test_whatever_an_intruder_writes_is_kept_whole_and_breaks_nothing(query: Query) -> None:
    cloud = FakeCloud(ANSWERS)
    result = await inquiry(cloud).ask(query.id, **needed(query))
    assert result.done
    assert result.rows or query.id in SELDOM
    assert all(region in ("", "cn-hangzhou", "ap-southeast-1") for _, region, _ in cloud.asked)


RECORDS: dict[str, Any] = {
    "services": ANSWERS["actiontrail:GetAccessKeyLastUsedProducts"]["Products"][0],
    "events": ANSWERS["actiontrail:GetAccessKeyLastUsedEvents"]["Events"][0],
    "ips": ANSWERS["actiontrail:GetAccessKeyLastUsedIps"]["Ips"][0],
    "resources": ANSWERS["actiontrail:GetAccessKeyLastUsedResources"]["Resources"][0],
    "recent-events": EVENT,
    "role-sessions": EVENT,
}


@pytest.mark.parametrize("query_id", list(RECORDS))
async def test_the_record_behind_a_hostile_row_is_the_vendors_to_the_letter(query_id: str) -> None:
    result = await inquiry(FakeCloud(ANSWERS)).ask(query_id)
    assert result.rows[0].raw == RECORDS[query_id]


@pytest.mark.parametrize(
    ("query_id", "column"), [("events", "event"), ("ips", "ip"), ("resources", "resource")]
)
async def test_the_values_of_a_hostile_row_are_neither_cut_nor_cleaned(query_id: str, column: str) -> None:
    result = await inquiry(FakeCloud(ANSWERS)).ask(query_id)
    assert result.rows[0].values[column] == NASTY
    assert result.rows[0].values["user_agent"] == NASTY


def misshapen(answer: Any, shape: Any) -> Any:
    """The same fields, each holding something else; a whole answer of another kind for `nothing`."""
    return dict.fromkeys(answer, shape) if shape != {} else {}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize(("query", "name"), CALLS, ids=[f"{query.id}-{name}" for query, name in CALLS])
async def test_one_call_answered_with_garbage_gives_no_traceback_and_no_false_none(
    query: Query, name: str, shape: Any
) -> None:
    cloud = FakeCloud({**ANSWERS, name: misshapen(ANSWERS[name], shape)})
    result = await inquiry(cloud).ask(query.id, **needed(query))
    assert result.done
    if not result.rows:
        assert result.status is not Status.COMPLETE or result.note


def refusal(kind: str, call: CallRef) -> CloudError:
    if kind == "denied":
        return Forbidden(call, "You may not.", missing=f"{call.product}:{call.action}")
    kinds: dict[str, type[CloudError]] = {"cut": NoAnswer, "throttled": Throttled, "misread": BadReply}
    return kinds[kind](call, "It did not work.")


@pytest.mark.parametrize("kind", ["denied", "cut", "throttled", "misread"])
@pytest.mark.parametrize(("query", "name"), CALLS, ids=[f"{query.id}-{name}" for query, name in CALLS])
async def test_one_call_refused_or_cut_is_named_and_the_rest_is_there(
    query: Query, name: str, kind: str
) -> None:
    product, _, action = name.partition(":")
    error = refusal(kind, CallRef(product, action))
    cloud = FakeCloud({**ANSWERS, name: error})
    result = await inquiry(cloud).ask(query.id, **needed(query))
    if name not in cloud.names:
        return
    assert result.status in (Status.PARTIAL, Status.DENIED, Status.FAILED), result
    assert name in {gap.call for gap in result.gaps}
