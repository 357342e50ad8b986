"""What may stand in an account file. Inner parts are named as the vendor's answers name them."""

from dataclasses import fields as fields_of

from aktui.simcloud.account import Settings
from aktui.simcloud.fault import ApiError
from aktui.simcloud.portable.charges import CHARGE
from aktui.simcloud.portable.check import (
    Fields,
    Kind,
    Needed,
    Problems,
    anything,
    flag,
    json_object,
    listed,
    many,
    mapping,
    moment,
    number,
    record,
    table,
    text,
    whole,
)
from aktui.simcloud.portable.findings import ALERT, EIP, INSIGHTS, LEAK
from aktui.simcloud.portable.instances import instance
from aktui.simcloud.portable.life import HABIT
from aktui.simcloud.portable.log_shape import PROJECT
from aktui.simcloud.portable.people import network_policy

FORMAT = "aktui.account/1"

_KEY_ID = text(pattern=r"[A-Za-z0-9.]{12,40}", like="an AccessKey ID such as LTAI5tExample…")
_NAME = text(pattern=r"[A-Za-z0-9._-]{1,64}", like="a name of letters, digits, dots, hyphens and underscores")
_USER_NAME = text(pattern=r"[A-Za-z0-9._-]{1,64}(@[A-Za-z0-9.-]+)?", like="a logon name")
_USER_ID = text(pattern=r"[0-9]{1,32}", like="a user id of digits")
_STATUS = text("Active", "Inactive")
_POLICY_TYPE = text("Custom", "System")


def _network_policy(value: object, path: str, problems: Problems) -> None:
    """As GetAccessKeyPolicy returns it, JSON text; the object itself will do too. Empty: never set."""
    before = len(problems.lines)
    (json_object if isinstance(value, str) else mapping)(value, path, problems)
    if len(problems.lines) > before:
        return
    try:
        network_policy(value)
    except ApiError as error:
        problems.add(path, error.message)


_TAGS = listed("Tag", {"TagKey": Needed(text()), "TagValue": Needed(text())})

_ATTACHED = listed(
    "Policy",
    {
        "PolicyName": Needed(text()),
        "PolicyType": Needed(_POLICY_TYPE),
        "AttachDate": moment,
        "Description": text(),
        "DefaultVersion": text(),
    },
)

_KEYS = listed(
    "AccessKey",
    {
        "AccessKeyId": Needed(_KEY_ID),
        "AccessKeySecret": text(),
        "Status": _STATUS,
        "CreateDate": moment,
        "UpdateDate": moment,
        "AccessKeyPolicy": _network_policy,
        "RecycleDate": moment,
        "DeleteDate": moment,
    },
)

_LOGIN: Kind = record(
    {
        "UserPrincipalName": text(),
        "UserName": text(),
        "Password": text(),
        "Status": _STATUS,
        "CreateDate": moment,
        "UpdateDate": moment,
        "LastLoginTime": moment,
        "MFABindRequired": flag,
        "PasswordResetRequired": flag,
    }
)

_MEMBERSHIP = listed(
    "Group",
    {
        "GroupName": Needed(_NAME),
        "GroupId": text(),
        "Comments": text(),
        "DisplayName": text(),
        "JoinDate": moment,
    },
)

_CREDENTIALS = listed(
    "ServiceCredential",
    {
        "ServiceCredentialId": Needed(text()),
        "ServiceCredentialName": text(),
        "ServiceName": Needed(text()),
        "Status": _STATUS,
        "CreateTime": moment,
        "ExpirationTime": moment,
        "UserPrincipalName": text(),
    },
)

_BOUND_DEVICE: Fields = {
    "SerialNumber": Needed(text()),
    "Type": text(),
    "ActivateDate": moment,
    "Base32StringSeed": text(),
}

USER = record(
    {
        "UserId": _USER_ID,
        "UserPrincipalName": _USER_NAME,
        "UserName": _USER_NAME,
        "DisplayName": text(),
        "Email": text(),
        "MobilePhone": text(),
        "Comments": text(),
        "CreateDate": moment,
        "UpdateDate": moment,
        "LastLoginDate": moment,
        "ProvisionType": text(),
        "Tags": _TAGS,
        "RecycleDate": moment,
        "DeleteDate": moment,
        "AccessKeys": _KEYS,
        "Groups": _MEMBERSHIP,
        "Policies": _ATTACHED,
        "LoginProfile": _LOGIN,
        "MFADevice": record(_BOUND_DEVICE),
        "ServiceCredentials": _CREDENTIALS,
    }
)

GROUP = record(
    {
        "GroupId": text(),
        "GroupName": Needed(_NAME),
        "DisplayName": text(),
        "Comments": text(),
        "CreateDate": moment,
        "UpdateDate": moment,
        "Policies": _ATTACHED,
    }
)

ROLE = record(
    {
        "RoleId": text(),
        "RoleName": Needed(_NAME),
        "Arn": text(),
        "Description": text(),
        "MaxSessionDuration": whole,
        "CreateDate": moment,
        "UpdateDate": moment,
        "AssumeRolePolicyDocument": Needed(json_object),
        "Policies": _ATTACHED,
    }
)

_VERSION: Fields = {
    "VersionId": Needed(text(pattern=r"v[0-9]{1,6}", like="v1")),
    "IsDefaultVersion": flag,
    "PolicyDocument": Needed(json_object),
    "CreateDate": moment,
}

POLICY = record(
    {
        "RequestId": text(),
        "Policy": Needed(
            record(
                {
                    "PolicyName": Needed(text(pattern=r"[A-Za-z0-9-]{1,128}", like="a policy name")),
                    "PolicyType": _POLICY_TYPE,
                    "Description": text(),
                    "DefaultVersion": text(),
                    "CreateDate": moment,
                    "UpdateDate": moment,
                    "AttachmentCount": whole,
                    "PolicyDocument": text(),
                    "Tags": _TAGS,
                }
            )
        ),
        "DefaultPolicyVersion": record(_VERSION),
        "PolicyVersions": listed("PolicyVersion", _VERSION),
    }
)

_DEVICE = record(
    {
        **_BOUND_DEVICE,
        "User": record(
            {"UserId": _USER_ID, "UserPrincipalName": text(), "UserName": text(), "DisplayName": text()}
        ),
    }
)

_SESSION = record(
    {
        "Credentials": Needed(
            record(
                {
                    "AccessKeyId": Needed(_KEY_ID),
                    "AccessKeySecret": Needed(text()),
                    "SecurityToken": Needed(text()),
                    "Expiration": Needed(moment),
                }
            )
        ),
        "RoleName": Needed(text()),
        "RoleSessionName": Needed(text()),
        "OpenedBy": Needed(text()),
        "Policy": text(),
    }
)


def _trail(value: object, path: str, problems: Problems) -> None:
    """As DescribeTrails returns one; its fields are left as they are."""
    mapping(value, path, problems)
    if isinstance(value, dict):
        for name in ("Name", "TrailArn", "HomeRegion"):
            if not isinstance(value.get(name), str):
                problems.add(f"{path}.{name}", "must be there, and text")


_ROOT = record(
    {"AccessKeys": _KEYS, "IsMFAEnable": flag, "LastLoginDate": moment},
)

_SETTINGS = {
    field.name: text() if field.type is str else table(whole) if field.name == "quotas" else number
    for field in fields_of(Settings)
}

DOCUMENT = record(
    {
        "format": Needed(text(FORMAT)),
        "account_id": Needed(text(pattern=r"[0-9]{5,32}", like="an account id of digits")),
        "alias": text(pattern=r"[a-z0-9-]{0,50}", like="acme-prod"),
        "region": text(pattern=r"[a-z0-9-]{4,40}", like="cn-hangzhou"),
        "site": text("china", "international"),
        "created": moment,
        "now": moment,
        "scenario": text(),
        "seed": whole,
        "root": _ROOT,
        "users": Needed(many(USER)),
        "groups": many(GROUP),
        "roles": many(ROLE),
        "policies": many(POLICY),
        "mfa_devices": many(_DEVICE),
        "instances": many(instance),
        "eips": many(EIP),
        "sessions": many(_SESSION),
        "network_policy": _network_policy,
        "security_preference": mapping,
        "password_policy": mapping,
        "user_sso": mapping,
        "trails": many(_trail),
        "data_event_selectors": table(many(mapping)),
        "events": anything,
        "insights": INSIGHTS,
        "bills": many(CHARGE),
        "split_bill": flag,
        "leaks": many(LEAK),
        "alerts": many(ALERT),
        "life": many(HABIT),
        "settings": record(_SETTINGS),
        "responder": _KEY_ID,
        "suspects": many(_KEY_ID),
        "truth": mapping,
        "projects": many(PROJECT),
    }
)
"""The whole file; `events` is checked where it is read, because it may be very long."""
