"""Users, their keys, logons and devices, from a checked document into an account."""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aktui.simcloud import network
from aktui.simcloud.account import (
    AccessKey,
    Account,
    Attachment,
    LoginProfile,
    MfaDevice,
    ServiceCredential,
    User,
)
from aktui.simcloud.portable import made_up
from aktui.simcloud.portable.check import Problems, as_moment, shown

Shape = Mapping[str, Any]

_STATEMENTS, _ADDRESSES = 8, 50
"""What a network policy may hold."""


@dataclass
class Reader:
    """An account being read, what is wrong with it so far, and what has been seen."""

    account: Account
    problems: Problems
    _seen: set[Hashable] = field(default_factory=set)

    def once(self, thing: Hashable, path: str, value: str) -> None:
        """A problem if the thing was seen before."""
        if thing in self._seen:
            self.problems.add(path, f"{shown(value)} is there twice")
        self._seen.add(thing)

    def attachments(self, shape: Shape, path: str, created: datetime) -> list[Attachment]:
        """The policies attached to a user, group or role; a problem for each that nobody knows."""
        found = []
        for at, one in enumerate(shape.get("Policies", {}).get("Policy", [])):
            kind, name = one["PolicyType"], one["PolicyName"]
            if (kind, name) not in self.account.policies:
                what = f"the practice cloud knows no {kind} policy {shown(name)}; add it to policies"
                self.problems.add(f"{path}.Policies.Policy[{at}].PolicyName", what)
            found.append(Attachment(kind, name, as_moment(one.get("AttachDate")) or created))
        return found


def read_user(reader: Reader, shape: Shape, path: str) -> None:
    """One user with all that hangs on it."""
    account = reader.account
    name = (shape.get("UserName") or shape.get("UserPrincipalName", "")).partition("@")[0]
    if not name:
        reader.problems.add(f"{path}.UserPrincipalName", "is missing; a UserName will do too")
        return
    user_id = shape.get("UserId") or made_up.number("2", account.id, f"user {name}")
    reader.once(("user", user_id), f"{path}.UserId", user_id)
    recycled = as_moment(shape.get("RecycleDate"))
    if not recycled:
        reader.once(("user name", name), f"{path}.UserPrincipalName", name)
    created = as_moment(shape.get("CreateDate")) or account.created
    user = User(
        user_id,
        name,
        created,
        as_moment(shape.get("UpdateDate")) or created,
        shape.get("DisplayName", ""),
        shape.get("Email", ""),
        shape.get("MobilePhone", ""),
        shape.get("Comments", ""),
        as_moment(shape.get("LastLoginDate")),
        shape.get("ProvisionType") or "Manual",
        tags_of(shape.get("Tags")),
        _membership(reader, shape, path, created),
        reader.attachments(shape, path, created),
        _login(shape.get("LoginProfile"), user_id, created),
        [
            _credential(one, created)
            for one in shape.get("ServiceCredentials", {}).get("ServiceCredential", [])
        ],
        recycled,
    )
    account.users[user_id] = user
    read_keys(reader, shape, path, user_id, created)
    if "MFADevice" in shape:
        put_device(reader, shape["MFADevice"], f"{path}.MFADevice", user_id)


def read_keys(reader: Reader, shape: Shape, path: str, owner: str, born: datetime) -> None:
    """The keys of a user, or of the account itself."""
    for at, one in enumerate(shape.get("AccessKeys", {}).get("AccessKey", [])):
        key_id = one["AccessKeyId"]
        reader.once(("key", key_id), f"{path}.AccessKeys.AccessKey[{at}].AccessKeyId", key_id)
        created = as_moment(one.get("CreateDate")) or born
        reader.account.keys[key_id] = AccessKey(
            key_id,
            one.get("AccessKeySecret") or made_up.secret(key_id),
            owner,
            one.get("Status", "Active"),
            created,
            as_moment(one.get("UpdateDate")) or created,
            network_policy(one.get("AccessKeyPolicy")),
            recycled=as_moment(one.get("RecycleDate")),
        )


def network_policy(value: Any) -> dict[str, Any] | None:
    """A network policy as text or as an object; None if none was ever set. Raises ApiError for a bad one."""
    policy = json.loads(value) if isinstance(value, str) else value
    if not policy:
        return None
    return network.parse(json.dumps(policy), statements=_STATEMENTS, addresses=_ADDRESSES)


def tags_of(shape: Shape | None) -> dict[str, str]:
    return {pair["TagKey"]: pair["TagValue"] for pair in (shape or {}).get("Tag", [])}


def put_device(reader: Reader, shape: Shape, path: str, user_id: str) -> None:
    """An MFA device, bound to that user unless the id is empty."""
    account, serial = reader.account, shape["SerialNumber"]
    reader.once(("device", serial), f"{path}.SerialNumber", serial)
    user = account.users.get(user_id)
    if user_id and user is None:
        reader.problems.add(f"{path}.User.UserId", f"there is no user {shown(user_id)} in this file")
    if user is not None:
        reader.once(("device of", user_id), f"{path}.SerialNumber", f"an MFA device of {user.name}")
    activated = as_moment(shape.get("ActivateDate")) or (user.created if user else None)
    account.mfa_devices[serial] = MfaDevice(
        serial, shape.get("Type") or "VMFA", user_id, activated, shape.get("Base32StringSeed", "")
    )


def _membership(reader: Reader, shape: Shape, path: str, created: datetime) -> dict[str, datetime]:
    joined = {}
    for at, group in enumerate(shape.get("Groups", {}).get("Group", [])):
        name = group["GroupName"]
        if name not in reader.account.groups:
            reader.problems.add(
                f"{path}.Groups.Group[{at}].GroupName", f"there is no group {shown(name)} in this file"
            )
        joined[name] = as_moment(group.get("JoinDate")) or created
    return joined


def _login(shape: Shape | None, user_id: str, created: datetime) -> LoginProfile | None:
    if shape is None:
        return None
    return LoginProfile(
        shape.get("Password") or made_up.secret(user_id),
        shape.get("Status", "Active"),
        as_moment(shape.get("UpdateDate") or shape.get("CreateDate")) or created,
        shape.get("MFABindRequired", False),
        shape.get("PasswordResetRequired", False),
        as_moment(shape.get("LastLoginTime")),
    )


def _credential(shape: Shape, created: datetime) -> ServiceCredential:
    return ServiceCredential(
        shape["ServiceCredentialId"],
        shape["ServiceName"],
        shape.get("ServiceCredentialName", ""),
        shape.get("Status", "Active"),
        as_moment(shape.get("CreateTime")) or created,
        as_moment(shape.get("ExpirationTime")),
    )
