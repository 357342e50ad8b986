"""Builds the account of a made-up company: who is in it and what they may do. Its events come elsewhere."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from aktui.simcloud.account import (
    ROOT,
    AccessKey,
    Account,
    Attachment,
    Group,
    LoginProfile,
    MfaDevice,
    Policy,
    PolicyVersion,
    Role,
    User,
)
from aktui.simcloud.clock import Clock
from aktui.simcloud.stories.access import Row
from aktui.simcloud.stories.ids import Ids
from aktui.simcloud.stories.recorder import Recorder
from aktui.simcloud.system_policies import system_policies

SYSTEM = "System"
CUSTOM = "Custom"


class Company:
    """An account in the making. Ages are days before the moment the story is told."""

    def __init__(
        self,
        scenario: str,
        alias: str,
        seed: int,
        now: datetime,
        region: str = "cn-hangzhou",
        rng: Random | None = None,
    ) -> None:
        self.rng = rng or Random(seed)
        self.ids = Ids(self.rng)
        self.now = now.replace(microsecond=0)
        self.account = Account(
            id=self.ids.number("1", 16),
            alias=alias,
            region=region,
            created=self.ago(2300),
            clock=Clock(now),
            scenario=scenario,
            seed=seed,
            policies=system_policies(),
        )
        store = self.account.settings.global_region
        self.book = Recorder(self.account.id, self.ids, store)
        self.aside = Random(f"{scenario} {seed}")
        """For the data plane, whose many draws must not change what else is drawn."""
        self.data_book = Recorder(self.account.id, Ids(self.aside), store, beside=self.book)
        self.requests: list[tuple[str, Row]] = []
        """Requests to OSS that no event stands behind, anonymous ones: (region, row)."""

    def ago(self, days: float) -> datetime:
        """The moment so many days ago, whole seconds."""
        return (self.now - timedelta(days=days)).replace(microsecond=0)

    def policy(self, name: str, age: float, description: str, *statements: Mapping[str, Any]) -> Policy:
        """A custom policy of one version."""
        made = self.ago(age)
        policy = Policy(name, CUSTOM, made, made, description)
        self.account.policies[CUSTOM, name] = policy
        self.revise(policy, made, *statements)
        return policy

    def revise(self, policy: Policy, when: datetime, *statements: Mapping[str, Any]) -> None:
        """A new version, which becomes the default."""
        document = json.dumps({"Version": "1", "Statement": list(statements)})
        version = PolicyVersion(f"v{len(policy.versions) + 1}", document, when)
        policy.versions.append(version)
        policy.default, policy.updated = version.id, when

    def group(self, name: str, age: float, comments: str, *policies: str) -> Group:
        made = self.ago(age)
        group = Group(
            self.ids.thing("g-"), name, made, made, comments, policies=self.attached(policies, made)
        )
        self.account.groups[name] = group
        return group

    def role(
        self, name: str, age: float, description: str, principal: Mapping[str, Any], *policies: str
    ) -> Role:
        """A role that this principal may assume, `{"Service": ["ecs.aliyuncs.com"]}` or `{"RAM": […]}`."""
        made = self.ago(age)
        statement = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": principal}
        trust = json.dumps({"Statement": [statement], "Version": "1"})
        role = Role(self.ids.number("3"), name, made, made, trust, description)
        role.policies = self.attached(policies, made)
        self.account.roles[name] = role
        return role

    def user(
        self, name: str, display: str, age: float, *groups: str, comments: str = "", email: str = ""
    ) -> User:
        """A RAM user."""
        made = self.ago(age)
        user = User(self.ids.number("2"), name, made, made, display, email, comments=comments)
        user.groups = dict.fromkeys(groups, made)
        self.account.users[user.id] = user
        return user

    def login(self, user: User, age: float, *, status: str = "Active", mfa: bool = True) -> None:
        """Lets a user log on to the console."""
        user.login = LoginProfile(self.ids.secret(), status, self.ago(age), mfa_bind_required=mfa)
        if mfa:
            serial = f"acs:ram::{self.account.id}:mfa/{user.name.replace('.', '-')}"
            device = MfaDevice(serial, user=user.id, activated=self.ago(age - 0.01), seed=self.ids.seed())
            self.account.mfa_devices[serial] = device

    def key(
        self, owner: User | None, age: float, status: str = "Active", changed: float | None = None
    ) -> AccessKey:
        """A key of a user, or of the account itself; `changed` is when it got its status."""
        made = self.ago(age)
        updated = made if changed is None else self.ago(changed)
        key = AccessKey(
            self.ids.access_key(), self.ids.secret(), owner.id if owner else ROOT, status, made, updated
        )
        self.account.keys[key.id] = key
        return key

    def attach(self, holder: User | Group | Role, when: datetime, *policies: str) -> None:
        holder.policies += self.attached(policies, when)

    def attached(self, names: Iterable[str], when: datetime) -> list[Attachment]:
        """Attachments by policy name, own before vendor's. Raises LookupError for a name that is neither."""
        return [Attachment(self._kind(name), name, when) for name in names]

    def _kind(self, name: str) -> str:
        for kind in (CUSTOM, SYSTEM):
            if (kind, name) in self.account.policies:
                return kind
        raise LookupError(f"there is no policy {name}")

    def finish(self) -> Account:
        """The account with its events in order and the last logons known from them."""
        account = self.account
        account.trail.extend(self.book.events)
        for event in account.trail.find({"EventName": "ConsoleSignin"}):
            if event.get("errorCode"):
                continue
            when = datetime.fromisoformat(event["eventTime"])
            user = account.users.get(event["userIdentity"]["principalId"])
            if user is None:
                account.root_last_login = when
                continue
            user.last_login = when
            if user.login:
                user.login.last_login = when
        return account
