"""From a checked document to an account."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import (
    ROOT,
    Account,
    Attachment,
    Group,
    Policy,
    PolicyVersion,
    Role,
    Session,
    Settings,
)
from aktui.simcloud.clock import Clock
from aktui.simcloud.portable import made_up
from aktui.simcloud.portable.charges import read_charges
from aktui.simcloud.portable.check import Problems, as_moment, shown
from aktui.simcloud.portable.events import read_events
from aktui.simcloud.portable.findings import read_findings
from aktui.simcloud.portable.instances import read_instances
from aktui.simcloud.portable.life import read_life
from aktui.simcloud.portable.log_projects import read_projects
from aktui.simcloud.portable.people import Reader, network_policy, put_device, read_keys, read_user, tags_of
from aktui.simcloud.portable.shape import DOCUMENT
from aktui.simcloud.system_policies import system_policies

_CREATED = datetime(2020, 1, 1, tzinfo=UTC)

RESPONDER = "aktui-responder"
"""Name of the user that is added when a file names no responder."""

_RESPONDER_MAY = (
    "ReadOnlyAccess",
    "AliyunRAMFullAccess",
    "AliyunSTSAssumeRoleAccess",
    "AliyunECSFullAccess",
)


def account_of(document: Any) -> Account:
    """The account a document describes.

    Raises:
        AccountFileError: With up to 20 problems, each with its path.
    """
    problems = Problems()
    document = _unwrapped(document)
    DOCUMENT(document, "", problems)
    events = read_events(document.get("events", []), problems) if isinstance(document, dict) else []
    problems.raise_any()
    account = _frame(document)
    reader = Reader(account, problems)
    _policies(reader, document)
    _groups(reader, document)
    _roles(reader, document)
    read_instances(reader, document.get("instances", []))
    for at, user in enumerate(document["users"]):
        read_user(reader, user, f"users[{at}]")
    _root(reader, document.get("root", {}))
    for at, device in enumerate(document.get("mfa_devices", [])):
        put_device(reader, device, f"mfa_devices[{at}]", device.get("User", {}).get("UserId", ""))
    for session in document.get("sessions", []):
        _session(account, session)
    _roles_of_the_drill(reader, document)
    read_life(reader, document.get("life", []))
    read_findings(reader, document)
    account.bills = read_charges(document.get("bills", []))
    problems.raise_any()
    account.trail.extend(events)
    read_projects(reader, document.get("projects", []))
    problems.raise_any()
    return account


def _unwrapped(document: Any) -> Any:
    """Whole answers, of GetUser, DescribeTrails, DescribeInstances and so on, stand for what they hold."""
    if not isinstance(document, dict):
        return document
    plain = dict(document)
    for part, inner in (("users", "User"), ("groups", "Group"), ("roles", "Role")):
        if isinstance(plain.get(part), list):
            plain[part] = [_inside(item, inner) for item in plain[part]]
    if isinstance(plain.get("trails"), dict):
        plain["trails"] = _inside(plain["trails"], "TrailList")
    if isinstance(plain.get("instances"), dict) and isinstance(plain["instances"].get("Instances"), dict):
        plain["instances"] = plain["instances"]["Instances"].get("Instance")
    for part, *path in (
        ("bills", "Data", "Items"),
        ("alerts", "SuspEvents"),
        ("eips", "EipAddresses", "EipAddress"),
    ):
        for name in path:
            if isinstance(plain.get(part), dict):
                plain[part] = plain[part].get(name)
    return plain


def _inside(item: Any, name: str) -> Any:
    whole = isinstance(item, dict) and name in item and set(item) <= {name, "RequestId"}
    return item[name] if whole else item


def _frame(document: Mapping[str, Any]) -> Account:
    return Account(
        id=document["account_id"],
        alias=document.get("alias", ""),
        region=document.get("region", "cn-hangzhou"),
        created=as_moment(document.get("created")) or _CREATED,
        clock=Clock(as_moment(document.get("now"))),
        site=document.get("site", "china"),
        scenario=document.get("scenario", ""),
        seed=document.get("seed", 0),
        policies=system_policies(),
        network_policy=network_policy(document.get("network_policy")),
        security_preference=dict(document.get("security_preference", {})),
        password_policy=dict(document.get("password_policy", {})),
        user_sso=dict(document.get("user_sso", {})),
        trails=list(document.get("trails", [])),
        data_event_selectors=dict(document.get("data_event_selectors", {})),
        settings=Settings(**document.get("settings", {})),
        split_bill=document.get("split_bill", False),
        truth=document.get("truth", {}),
    )


def _policies(reader: Reader, document: Mapping[str, Any]) -> None:
    for at, shape in enumerate(document.get("policies", [])):
        facts = shape["Policy"]
        kind = facts.get("PolicyType", "Custom")
        path = f"policies[{at}].Policy"
        reader.once(("policy", kind, facts["PolicyName"]), f"{path}.PolicyName", facts["PolicyName"])
        created = as_moment(facts.get("CreateDate")) or reader.account.created
        listed = shape.get("PolicyVersions", {}).get("PolicyVersion") or []
        if not listed and "DefaultPolicyVersion" in shape:
            listed = [shape["DefaultPolicyVersion"]]
        versions = [
            PolicyVersion(
                one["VersionId"], one["PolicyDocument"], as_moment(one.get("CreateDate")) or created
            )
            for one in listed
        ]
        default = facts.get("DefaultVersion") or next((one.id for one in versions), "")
        if all(one.id != default for one in versions):
            what = f"{shown(default)} is not among the versions given" if versions else "needs a version"
            reader.problems.add(f"{path}.DefaultVersion", what)
            continue
        reader.account.policies[kind, facts["PolicyName"]] = Policy(
            facts["PolicyName"],
            kind,
            created,
            as_moment(facts.get("UpdateDate")) or created,
            facts.get("Description", ""),
            versions,
            default,
            tags_of(facts.get("Tags")),
        )


def _groups(reader: Reader, document: Mapping[str, Any]) -> None:
    account = reader.account
    for at, shape in enumerate(document.get("groups", [])):
        name, path = shape["GroupName"], f"groups[{at}]"
        reader.once(("group", name), f"{path}.GroupName", name)
        created = as_moment(shape.get("CreateDate")) or account.created
        account.groups[name] = Group(
            shape.get("GroupId") or made_up.number("g-", account.id, f"group {name}"),
            name,
            created,
            as_moment(shape.get("UpdateDate")) or created,
            shape.get("Comments", ""),
            shape.get("DisplayName", ""),
            reader.attachments(shape, path, created),
        )


def _roles(reader: Reader, document: Mapping[str, Any]) -> None:
    account = reader.account
    for at, shape in enumerate(document.get("roles", [])):
        name, path = shape["RoleName"], f"roles[{at}]"
        reader.once(("role", name), f"{path}.RoleName", name)
        created = as_moment(shape.get("CreateDate")) or account.created
        account.roles[name] = Role(
            shape.get("RoleId") or made_up.number("3", account.id, f"role {name}"),
            name,
            created,
            as_moment(shape.get("UpdateDate")) or created,
            shape["AssumeRolePolicyDocument"],
            shape.get("Description", ""),
            shape.get("MaxSessionDuration", 3600),
            reader.attachments(shape, path, created),
        )


def _root(reader: Reader, shape: Mapping[str, Any]) -> None:
    account = reader.account
    account.root_mfa = shape.get("IsMFAEnable", False)
    account.root_last_login = as_moment(shape.get("LastLoginDate"))
    read_keys(reader, shape, "root", ROOT, account.created)


def _session(account: Account, shape: Mapping[str, Any]) -> None:
    credentials = shape["Credentials"]
    session = Session(
        credentials["AccessKeyId"],
        credentials["AccessKeySecret"],
        credentials["SecurityToken"],
        shape["RoleName"],
        shape["RoleSessionName"],
        as_moment(credentials["Expiration"]) or account.created,
        shape["OpenedBy"],
        shape.get("Policy", ""),
    )
    account.sessions[session.id] = session


def _roles_of_the_drill(reader: Reader, document: Mapping[str, Any]) -> None:
    """Who responds, and to what. A file that names no responder gets one."""
    account = reader.account
    account.suspects = list(document.get("suspects", []))
    account.responder = document.get("responder", "")
    if account.responder:
        if account.responder not in account.keys:
            reader.problems.add("responder", f"{shown(account.responder)} is no key of a user in this file")
        return
    user_id = made_up.number("2", account.id, f"user {RESPONDER}")
    key_id = made_up.key_id(account.id, RESPONDER)
    read_user(
        reader,
        {"UserId": user_id, "UserName": RESPONDER, "AccessKeys": {"AccessKey": [{"AccessKeyId": key_id}]}},
        "",
    )
    made = account.created
    account.users[user_id].policies = [Attachment("System", name, made) for name in _RESPONDER_MAY]
    account.responder = key_id
