"""How the doctor tries a permission: one cheap read that needs it.

The reads ask for things that do not exist. The cloud checks the permission first, so "there is no such user"
says that the permission is there, and nobody's data is looked at.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

KEY_ID = "LTAI5tAktuiDoctorProbe01"
NAME = "aktui-doctor-probe"
USER_ID = "200000000000000000"
LIST_PROJECTS = "log:ListProject"
"""The permission whose read goes to the log service, which has a client of its own."""

_OF_A_PROJECT = "it is asked of a log project, and which there are is for `aktui query log-sources` to find"
_OF_ANOTHER_SERVICE = "its service need not be in use; the question that needs it says when it is missing"
UNTRIED = {
    "ram:GenerateCredentialReport": "trying it would make the cloud prepare a report",
    **dict.fromkeys(
        (
            *("log:GetIndex", "log:GetLogStore", "log:GetLogStoreHistogram"),
            *("log:GetLogStoreLogs", "log:GetProject", "log:ListLogStores"),
        ),
        _OF_A_PROJECT,
    ),
    **dict.fromkeys(
        (
            *("actiontrail:GetInsightTypes", "actiontrail:LookupInsightEvents"),
            *("bss:DescribeAcccount", "bssapi:DescribeInstanceBill", "bssapi:GetPayAsYouGoPrice"),
            *("bssapi:QueryAccountBill", "bssapi:QueryAccountTransactions", "bssapi:QueryInstanceBill"),
            *("ecs:DescribeInstances", "resourcecenter:SearchResources", "vpc:DescribeEipAddresses"),
            *("governance:ListEvaluationMetadata", "governance:ListEvaluationMetricDetails"),
            *("governance:ListEvaluationResults", "yundun-sas:DescribeSuspEvents"),
            *("yundun-aegis:DescribeAccessKeyLeakDetail", "yundun-aegis:DescribeAccesskeyLeakList"),
        ),
        _OF_ANOTHER_SERVICE,
    ),
}
"""Permissions that are not tried, and why."""


def probe_of(permission: str, account_id: str, now: datetime) -> tuple[str, str, Mapping[str, Any]] | None:
    """Product, action and parameters of the read that tries a permission; None for one not known here."""
    person = {"UserPrincipalName": f"{NAME}@{account_id or USER_ID}.onaliyun.com"}
    service, _, action = permission.partition(":")
    if service == "actiontrail":
        params = _actiontrail(action, now)
        return None if params is None else (service, action, params)
    if permission == LIST_PROJECTS:
        return "sls", action, {"prefix": NAME}
    if service == "sts":
        return (service, action, {}) if action == "GetCallerIdentity" else None
    for product, known in (("ims", _ims(person)), ("ram", _RAM)):
        if service == "ram" and action in known:
            return product, action, known[action]
    return None


def _actiontrail(action: str, now: datetime) -> Mapping[str, Any] | None:
    if action == "LookupEvents":
        start = now - timedelta(minutes=5)
        return {
            "StartTime": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "EndTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "MaxResults": "1",
        }
    known: dict[str, Mapping[str, Any]] = {
        "DescribeRegions": {},
        "DescribeTrails": {},
        "GetGlobalEventsStorageRegion": {},
        "GetTrailStatus": {"Name": NAME},
        "GetAccessKeyLastUsedInfo": {"AccessKey": KEY_ID},
        "GetAccessKeyLastUsedProducts": {"AccessKey": KEY_ID},
        "GetAccessKeyLastUsedEvents": {"AccessKey": KEY_ID, "ServiceName": "Ecs"},
        "GetAccessKeyLastUsedIps": {"AccessKey": KEY_ID, "ServiceName": "Ecs"},
        "GetAccessKeyLastUsedResources": {"AccessKey": KEY_ID, "ServiceName": "Ecs"},
    }
    return known.get(action)


def _ims(person: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    key = {"UserAccessKeyId": KEY_ID}
    return {
        "GetUser": key,
        "ListUsers": {"MaxItems": 1},
        "ListAccessKeys": person,
        "GetAccessKeyLastUsed": {**person, **key},
        "GetAccessKeyPolicy": {**person, **key},
        "GetAccessKeyPolicyForAccount": {},
        "GetAccessKeyInfoInRecycleBin": key,
        "ListAccessKeysInRecycleBin": {"UserId": USER_ID},
        "GetUserInRecycleBin": {"UserId": USER_ID},
        "GetLoginProfile": person,
        "GetUserMFAInfo": person,
        "ListServiceCredentials": person,
        "GetAccountSecurityPracticeReport": {},
        "GetAccountSummary": {},
        "GetSecurityPreference": {},
        "GetCredentialReport": {"MaxItems": "1"},
    }


_POLICY = {"PolicyType": "Custom", "PolicyName": NAME}
_RAM: dict[str, Mapping[str, Any]] = {
    "GetPolicy": _POLICY,
    "GetPolicyVersion": {**_POLICY, "VersionId": "v1"},
    "GetRole": {"RoleName": NAME},
    "ListRoles": {"MaxItems": 1},
    "ListPolicies": {"MaxItems": 1},
    "ListGroups": {"MaxItems": 1},
    "ListGroupsForUser": {"UserName": NAME},
    "ListPoliciesForUser": {"UserName": NAME},
    "ListPoliciesForGroup": {"GroupName": NAME},
    "ListPoliciesForRole": {"RoleName": NAME},
    "ListEntitiesForPolicy": _POLICY,
}
