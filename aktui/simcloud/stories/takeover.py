"""How an intruder settles in: users, keys and logons of their own, roles that trust them, wider policies.

Every move is a call the vendor has, and changes the account as that call would.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import AccessKey, LoginProfile, Policy, Role, User
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.recorder import Actor

_ROLE, _POLICY, _USER = "ACS::RAM::Role", "ACS::RAM::Policy", "ACS::RAM::User"


class Takeover:
    """The moves of one intruder on users, roles and policies; what is made stands in the intruder's loot."""

    def __init__(self, intruder: Intruder) -> None:
        self.by, self.company, self.loot = intruder, intruder.company, intruder.loot

    def make_user(self, name: str, display: str) -> Actor:
        """A user of their own, with a password, a key and every right. Gives its key as an actor."""
        request = {"UserName": name, "DisplayName": display, "Comments": "CI"}
        made = self.by.do("Ram:CreateUser", request=request, resources={_USER: [name]})
        born = datetime.fromisoformat(made["eventTime"])
        user = User(self.company.ids.number("2"), name, born, born, display_name=display, comments="CI")
        self.company.account.users[user.id] = user
        self.make_login(user)
        key = self.make_key(user)
        self.attach(user, "AdministratorAccess")
        self.loot.user = user
        self.loot.add("users", {"name": name, "id": user.id, "created": made["eventTime"]})
        return self.by.book.user(user, key, self.by.actor.ip, self.by.actor.agent)

    def make_login(self, user: User, actor: Actor | None = None) -> None:
        """A password for the console, no second factor asked for."""
        request = {"UserName": user.name, "Password": "****"}
        self.by.do("Ram:CreateLoginProfile", actor=actor, request=request, resources={_USER: [user.name]})
        user.login = LoginProfile(self.company.ids.secret(), "Active", self.by.moment)
        self.loot.add("login_profiles", user.name)

    def make_key(self, user: User, actor: Actor | None = None) -> AccessKey:
        key = self.company.key(user, 0)
        self.by.do(
            "Ram:CreateAccessKey",
            actor=actor,
            request={"UserName": user.name},
            resources={_USER: [user.name]},
            response={"AccessKey": {"AccessKeyId": key.id, "Status": "Active"}},
        )
        key.created = key.updated = self.by.moment
        self.loot.key = key
        self.loot.add("access_keys", {"id": key.id, "user": user.name})
        return key

    def attach(self, holder: User | Role, policy: str, actor: Actor | None = None) -> None:
        """A policy to a user or a role."""
        kind = "User" if isinstance(holder, User) else "Role"
        (one,) = self.company.attached([policy], datetime.now(UTC))
        self.by.do(
            f"Ram:AttachPolicyTo{kind}",
            actor=actor,
            request={f"{kind}Name": holder.name, "PolicyType": one.policy_type, "PolicyName": policy},
            resources={_POLICY: [policy], f"ACS::RAM::{kind}": [holder.name]},
        )
        one.attached = self.by.moment
        holder.policies.append(one)
        self.loot.add("policies_attached", {"policy": policy, kind.lower(): holder.name})

    def join(self, user: User, group: str, actor: Actor | None = None) -> None:
        """A user into a group, with all that it may do."""
        request = {"UserName": user.name, "GroupName": group}
        touched = {"ACS::RAM::Group": [group], _USER: [user.name]}
        self.by.do("Ram:AddUserToGroup", actor=actor, request=request, resources=touched)
        user.groups[group] = self.by.moment
        self.loot.add("group_members", {"group": group, "user": user.name})

    def make_role(
        self, name: str, description: str, principal: Mapping[str, Any], actor: Actor | None = None
    ) -> Role:
        """A role that this principal may assume."""
        role = self.company.role(name, 0, description, principal)
        asked = {"RoleName": name, "Description": description, "AssumeRolePolicyDocument": role.trust}
        self.by.do("Ram:CreateRole", actor=actor, request=asked, resources={_ROLE: [name]})
        role.created = role.updated = self.by.moment
        self.loot.add("roles", {"name": name, "id": role.id, "trusts": _named(principal)})
        return role

    def change_trust(self, role: Role, principal: Mapping[str, Any], actor: Actor | None = None) -> None:
        """Somebody more may assume a role that is there already."""
        document = json.loads(role.trust)
        document["Statement"].append(
            {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": dict(principal)}
        )
        role.trust = json.dumps(document)
        asked = {"RoleName": role.name, "NewAssumeRolePolicyDocument": role.trust}
        self.by.do("Ram:UpdateRole", actor=actor, request=asked, resources={_ROLE: [role.name]})
        role.updated = self.by.moment
        self.loot.add("trusts_changed", {"role": role.name, "trusts": _named(principal)})

    def widen(self, policy: Policy, *statements: Mapping[str, Any], actor: Actor | None = None) -> None:
        """A new default version that allows more than the one before."""
        document = {"Version": "1", "Statement": list(statements)}
        asked = {"PolicyName": policy.name, "PolicyDocument": json.dumps(document), "SetAsDefault": True}
        self.by.do("Ram:CreatePolicyVersion", actor=actor, request=asked, resources={_POLICY: [policy.name]})
        self.company.revise(policy, self.by.moment, *statements)
        self.loot.add("policy_versions", {"policy": policy.name, "version": policy.default})


def _named(principal: Mapping[str, Any]) -> list[str]:
    """The principals of a trust, in order."""
    return sorted(name for names in principal.values() for name in names)
