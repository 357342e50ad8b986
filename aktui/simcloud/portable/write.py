"""From an account to a document."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aktui.simcloud import machine_views, network, views
from aktui.simcloud.account import (
    ROOT,
    AccessKey,
    Account,
    Attachment,
    LoginProfile,
    Policy,
    Session,
    User,
)
from aktui.simcloud.clock import iso
from aktui.simcloud.portable.charges import charge_shape
from aktui.simcloud.portable.findings import alert_shape, eip_shape, insights_shape, leak_shape
from aktui.simcloud.portable.life import habit_shape
from aktui.simcloud.portable.log_projects import project_shape
from aktui.simcloud.portable.shape import FORMAT
from aktui.simcloud.system_policies import system_policies

Shape = dict[str, Any]


def document_of(account: Account) -> Shape:
    """The account as a document that reads back equal.

    A network policy that was just set is written as if it had settled; the credential report generated last
    and the newest evaluation are not written, as they can be made again.
    """
    bound = (account.network_policy, account.pending_network_policy)
    return {
        "format": FORMAT,
        "account_id": account.id,
        "alias": account.alias,
        "region": account.region,
        "site": account.site,
        "created": iso(account.created),
        **({"now": iso(account.clock.start)} if account.clock.start else {}),
        "scenario": account.scenario,
        "seed": account.seed,
        "responder": account.responder,
        "suspects": list(account.suspects),
        "settings": asdict(account.settings),
        "root": {
            "AccessKeys": _keys(account, ROOT),
            "IsMFAEnable": account.root_mfa,
            "LastLoginDate": iso(account.root_last_login),
        },
        "users": [_user(account, user) for user in account.users.values()],
        "groups": [
            {**views.ims_group(group), "Policies": _attached(account, group.policies)}
            for group in account.groups.values()
        ],
        "roles": [
            {**views.role(account, role), "Policies": _attached(account, role.policies)}
            for role in account.roles.values()
        ],
        "policies": _policies(account),
        "mfa_devices": [_device(account, serial) for serial in account.mfa_devices],
        "instances": [machine_views.portable(one) for one in account.instances.values()],
        "eips": [eip_shape(one) for one in account.eips.values()],
        "sessions": [_session(session) for session in account.sessions.values() if not session.dead],
        "network_policy": network.dump(bound[1][0] if bound[1] else bound[0]),
        "security_preference": _plain(account.security_preference),
        "password_policy": _plain(account.password_policy),
        "user_sso": _plain(account.user_sso),
        "trails": account.trails,
        "data_event_selectors": account.data_event_selectors,
        "life": [habit_shape(habit) for habit in account.life],
        "truth": dict(account.truth),
        "bills": [charge_shape(one) for one in account.bills],
        "split_bill": account.split_bill,
        "leaks": [leak_shape(one) for one in account.leaks],
        "alerts": [alert_shape(one) for one in account.alerts],
        "insights": insights_shape(account),
        "projects": [project_shape(project) for project in account.projects.values()],
        "events": list(account.trail),
    }


def _user(account: Account, user: User) -> Shape:
    shape = {
        **views.ims_user(account, user),
        "AccessKeys": _keys(account, user.id),
        "Groups": {"Group": views.ims_membership(account, user)},
        "Policies": _attached(account, user.policies),
    }
    if user.login:
        shape["LoginProfile"] = _login(account, user, user.login)
    if user.credentials:
        credentials = [views.service_credential(account, user, one) for one in user.credentials]
        shape["ServiceCredentials"] = {"ServiceCredential": credentials}
    if user.recycled:
        shape["RecycleDate"] = iso(user.recycled)
    return shape


def _keys(account: Account, owner: str) -> Shape:
    held = [*account.keys_of(owner), *account.keys_of(owner, recycled=True)]
    return {"AccessKey": [_key(key) for key in held]}


def _key(key: AccessKey) -> Shape:
    shape = {**views.ims_key(key), "AccessKeySecret": key.secret}
    policy = key.pending_policy[0] if key.pending_policy else key.policy
    if policy is not None:
        shape["AccessKeyPolicy"] = network.dump(policy)
    if key.recycled:
        shape["RecycleDate"] = iso(key.recycled)
    return shape


def _login(account: Account, user: User, login: LoginProfile) -> Shape:
    return {**views.ims_login_detail(account, user, login), "Password": login.password}


def _attached(account: Account, attachments: list[Attachment]) -> Shape:
    return {"Policy": [views.attached_policy(account, one) for one in attachments]}


def _policy(account: Account, policy: Policy) -> Shape:
    facts = {**views.policy_listed(account, policy), "Tags": views.tags(policy.tags)}
    versions = [views.policy_version(policy, version) for version in policy.versions]
    return {"Policy": facts, "PolicyVersions": {"PolicyVersion": versions}}


def _device(account: Account, serial: str) -> Shape:
    device = account.mfa_devices[serial]
    user = account.users.get(device.user)
    shape = views.mfa_device(device, views.user_basics(account, user) if user else None)
    return {**shape, "Type": device.kind, "Base32StringSeed": device.seed}


def _session(session: Session) -> Shape:
    return {
        "Credentials": {
            "AccessKeyId": session.id,
            "AccessKeySecret": session.secret,
            "SecurityToken": session.token,
            "Expiration": iso(session.expires),
        },
        "RoleName": session.role,
        "RoleSessionName": session.name,
        "OpenedBy": session.opened_by,
        "Policy": session.policy,
    }


def _policies(account: Account) -> list[Shape]:
    """All but those that every account has anyway."""
    known = system_policies()
    return [_policy(account, one) for key, one in account.policies.items() if known.get(key) != one]


def _plain(settings: Mapping[str, Any]) -> Shape:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
