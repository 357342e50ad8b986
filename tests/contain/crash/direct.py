"""How a thing is, read straight from the practice cloud's account: what a journal says is compared with this.

States have the form of `aktui.contain.step.State`, one function for each kind of change.
"""

import json
from collections.abc import Callable
from typing import Any

from aktui.contain.step import Target
from aktui.simcloud import network
from aktui.simcloud.account import Account, User
from aktui.simcloud.directory import power

Look = Callable[[Account, Target], Any]


def person(account: Account, target: Target) -> User | None:
    """The living user of a target, by logon name or by user name."""
    name = target["user"].partition("@")[0]
    return next((user for user in account.users.values() if user.name == name and not user.recycled), None)


def _key(account: Account, target: Target) -> Any:
    key = account.keys.get(target["key"])
    if key is None:
        return None
    return "recycled" if key.recycled else key.status


def _keys(account: Account, target: Target) -> Any:
    user = person(account, target)
    mine = [key for key in account.keys.values() if user and key.owner == user.id and not key.recycled]
    return {key.id: key.status for key in mine}


def _policy(document: dict[str, Any] | None) -> Any:
    """A network policy as one that can be compared; never set is like switched off."""
    given = document or {}
    statements = [
        {name: sorted(value) if isinstance(value, list) else value for name, value in one.items() if value}
        for one in given.get("Statements", ())
    ]
    statements.sort(key=lambda one: (one["Type"], one.get("Value", "")))
    return {"Status": given.get("Status", "Inactive"), "Statements": statements}


def _key_policy(account: Account, target: Target) -> Any:
    return _policy(network.key_policy(account.keys[target["key"]], account.clock.now()))


def _account_policy(account: Account, target: Target) -> Any:
    return _policy(network.account_policy(account, account.clock.now()))


def _membership(account: Account, target: Target) -> Any:
    user = person(account, target)
    return True if user and target["group"] in user.groups else None


def _instance_role(account: Account, target: Target) -> Any:
    return account.instances[target["instance"]].role or None


def _instance_status(account: Account, target: Target) -> Any:
    power.settle(account, account.clock.now())
    found = account.instances.get(target["instance"])
    return found.status if found else None


def _leak_report(account: Account, target: Target) -> Any:
    return next((leak.deal for leak in account.leaks if str(leak.id) == target["report"]), None)


def _login(account: Account, target: Target) -> Any:
    user = person(account, target)
    if user is None or user.login is None:
        return None
    return {"Status": user.login.status, "MFABindRequired": user.login.mfa_bind_required}


def _password(account: Account, target: Target) -> Any:
    user = person(account, target)
    if user is None or user.login is None:
        return None
    changed = f"{user.login.updated:%Y-%m-%dT%H:%M:%SZ}"
    return {"changed": changed, "reset_required": user.login.password_reset_required}


def _device(account: Account, target: Target) -> Any:
    user = person(account, target)
    bound = [one.serial for one in account.mfa_devices.values() if user and one.user == user.id]
    return bound[0] if bound else None


def _attachment(account: Account, target: Target) -> Any:
    name = target["holder"]
    holder: Any = {
        "user": person(account, {"user": name}),
        "group": account.groups.get(name),
        "role": account.roles.get(name),
    }[target["kind"]]
    if holder is None:
        return "holder gone"
    wanted = (target["type"], target["policy"])
    return True if wanted in [(one.policy_type, one.policy_name) for one in holder.policies] else None


def _document(account: Account, target: Target) -> Any:
    policy = account.policies.get(("Custom", target["policy"]))
    return json.loads(policy.document) if policy else None


def _role(account: Account, target: Target) -> Any:
    role = account.roles.get(target["role"])
    if role is None:
        return None
    return {
        "RoleId": role.id,
        "Arn": f"acs:ram::{account.id}:role/{role.name}",
        "Description": role.description,
        "MaxSessionDuration": role.max_session,
        "AssumeRolePolicyDocument": json.loads(role.trust),
    }


def _preference(account: Account, target: Target) -> Any:
    return account.security_preference.get("MFAOperationForLogin", "independent")


def _credential(account: Account, target: Target) -> Any:
    user = person(account, target)
    found = [one.status for one in user.credentials if one.id == target["id"]] if user else []
    return found[0] if found else None


def _user(account: Account, target: Target) -> Any:
    user = account.users.get(target["user_id"])
    if user is None:
        return None
    return "recycled" if user.recycled else "present"


LOOKS: dict[str, Look] = {
    "access-key": _key,
    "account-network-policy": _account_policy,
    "group-membership": _membership,
    "instance-role": _instance_role,
    "instance-status": _instance_status,
    "leak-report": _leak_report,
    "login-profile": _login,
    "mfa-device": _device,
    "network-policy": _key_policy,
    "new-access-key": _keys,
    "password": _password,
    "policy-attachment": _attachment,
    "policy-document": _document,
    "role": _role,
    "security-preference": _preference,
    "service-credential": _credential,
    "user": _user,
}


def look(account: Account, change: str, target: Target) -> Any:
    return LOOKS[change](account, target)
