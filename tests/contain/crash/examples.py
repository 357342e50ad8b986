"""A step of each kind in every direction that it can go, for tests that look at the calls alone."""

from collections.abc import Iterator
from typing import Any

from aktui.contain.step import Call, Step

USER = {"user": "ci-deployer@acme.onaliyun.com", "user_id": "200000000000000002"}
KEY = {"key": "LTAI5tDEPLOYERDEPLOYER01", **USER}
DOCUMENT = {"Version": "1", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
OTHER = {"Version": "1", "Statement": [{"Effect": "Deny", "Action": "ram:*", "Resource": "*"}]}
OPEN = {"Status": "Inactive", "Statements": []}
CLOSED = {"Status": "Active", "Statements": [{"Type": "ClassicWhiteList", "IPList": ["203.0.113.0/24"]}]}
LOGON = {"Status": "Active", "MFABindRequired": False}
ROLE = {
    "RoleId": "3",
    "Arn": "",
    "Description": "",
    "MaxSessionDuration": 3600,
    "AssumeRolePolicyDocument": {},
}


def attached(kind: str) -> dict[str, str]:
    return {"kind": kind, "holder": "somebody", "type": "Custom", "policy": "p"}


EXAMPLES: dict[str, tuple[tuple[dict[str, str], Any, Any], ...]] = {
    "access-key": (
        (KEY, "Active", "Inactive"),
        (KEY, "Inactive", "Active"),
        (KEY, "Inactive", "recycled"),
        (KEY, "recycled", "Inactive"),
    ),
    "account-network-policy": (({}, OPEN, CLOSED), ({}, CLOSED, OPEN)),
    "group-membership": tuple(({"user": "u", "group": "g"}, *way) for way in ((True, None), (None, True))),
    "instance-role": tuple(
        ({"instance": "i-1", "region": "cn-hangzhou"}, *way) for way in ((None, "a"), ("a", "b"), ("a", None))
    ),
    "instance-status": tuple(
        ({"instance": "i-1", "region": "cn-hangzhou"}, *way)
        for way in (("Running", "Stopped"), ("Running", None), ("Stopped", None))
    ),
    "leak-report": (
        ({"report": "7", "key": "LTAI5tDEPLOYERDEPLOYER01"}, "pending", "manual"),
        ({"report": "7", "key": "LTAI5tDEPLOYERDEPLOYER01"}, "pending", "disable"),
    ),
    "login-profile": (
        (USER, LOGON, {**LOGON, "Status": "Inactive"}),
        (USER, LOGON, {**LOGON, "MFABindRequired": True}),
        (USER, LOGON, None),
    ),
    "mfa-device": ((USER, "acs:ram::1:mfa/x", None),),
    "network-policy": ((KEY, OPEN, CLOSED), (KEY, CLOSED, OPEN)),
    "new-access-key": ((USER, {}, {"a new one": "Active"}),),
    "password": (({**USER, "length": "20"}, {"changed": "", "reset_required": False}, {"changed": "now"}),),
    "policy-attachment": tuple(
        (attached(kind), *way) for kind in ("user", "group", "role") for way in ((True, None), (None, True))
    ),
    "policy-document": (
        ({"policy": "p"}, None, DOCUMENT),
        ({"policy": "p"}, DOCUMENT, OTHER),
        ({"policy": "p"}, DOCUMENT, None),
    ),
    "role": (({"role": "r"}, ROLE, None),),
    "security-preference": (({}, "independent", "mandatory"), ({}, "mandatory", "independent")),
    "service-credential": tuple(
        ({"id": "1", "service": "s", **USER}, *way)
        for way in (("Active", "Inactive"), ("Inactive", "Active"), ("Inactive", None))
    ),
    "user": ((USER, "present", "recycled"), (USER, "recycled", "present")),
}


def steps(change: str) -> Iterator[Step]:
    for target, before, after in EXAMPLES[change]:
        yield Step(change, target, before, after)


def ram_action(call: Call) -> str:
    """The RAM action that guards a call: IMS is guarded as RAM is, Security Center by its older name."""
    prefix = {"ecs": "ecs", "sas": "yundun-aegis"}.get(call.product, "ram")
    return f"{prefix}:{call.action}"
