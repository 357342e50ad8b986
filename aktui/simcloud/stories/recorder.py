"""Writes events as ActionTrail would have."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import AccessKey, Role, User
from aktui.simcloud.services import event_source, is_global, service
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.ids import Ids
from aktui.simcloud.stories.operation import LogCall
from aktui.simcloud.trail import Event

_READ = re.compile(r"(Get|List|Describe|Query|Lookup|Check|Search|Head|Pull)")

Resources = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Actor:
    """Who calls, from where, with what."""

    identity: Mapping[str, Any]
    ip: str
    agent: str
    console: bool = False
    vpc: str = ""
    """The VPC whose endpoint the calls come through; empty: from the Internet."""

    def by(self, *, ip: str = "", agent: str = "", vpc: str = "") -> "Actor":
        """The same identity from another address or with another tool."""
        return replace(self, ip=ip or self.ip, agent=agent or self.agent, vpc=vpc)


class Recorder:
    """Collects the events of one account, in any order of time.

    Two recorders may write one book (`beside`), each with identifiers of its own drawing.
    """

    def __init__(
        self, account_id: str, ids: Ids, global_region: str, beside: "Recorder | None" = None
    ) -> None:
        self.account_id = account_id
        self.events: list[Event] = beside.events if beside else []
        self.about: dict[str, Access | LogCall] = beside.about if beside else {}
        """By event id: what a call to OSS or the log service was about, for their own logs."""
        self._ids = ids
        self._global_region = global_region
        self._hosts: dict[tuple[str, str], tuple[str, str, bool, str]] = {}

    def call(
        self,
        actor: Actor,
        name: str,
        when: float,
        region: str,
        *,
        request: Mapping[str, Any] | None = None,
        resources: Resources | None = None,
        response: Mapping[str, Any] | None = None,
        error: tuple[str, str] | None = None,
        data: bool = False,
        about: Access | LogCall | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Event:
        """One call of `Service:Operation` at a moment (seconds since 1970); `error` is (code, message)."""
        product, _, operation = name.partition(":")
        host, version, everywhere, stored = self._host(product, region)
        event_id = self._ids.request()
        event: Event = {
            "eventId": event_id,
            "eventVersion": 1,
            "eventName": operation,
            "eventSource": host,
            "eventTime": stamp(when),
            "eventType": "ConsoleOperation" if actor.console else "ApiCall",
            "eventCategory": "Data" if data else "Management",
            "eventRW": "Read" if _READ.match(operation) else "Write",
            "apiVersion": version,
            "requestId": event_id,
            "requestParameters": request if request is not None else {"RegionId": region},
            "serviceName": product,
            "sourceIpAddress": actor.ip,
            "userAgent": actor.agent,
            "acsRegion": stored,
            "isGlobal": everywhere,
            "userIdentity": actor.identity,
        }
        if resources:
            event["referencedResources"] = {kind: list(names) for kind, names in resources.items()}
            pairs = [(kind, one) for kind, names in resources.items() for one in names]
            event["resourceType"] = ";".join(kind for kind, _ in pairs)
            event["resourceName"] = ";".join(one for _, one in pairs)
        if error:
            event["errorCode"], event["errorMessage"] = error
        elif response:
            event["responseElements"] = {"RequestId": event_id, **response}
        if actor.vpc:
            event["vpcId"] = actor.vpc
        if about:
            event["requestParameters"] = about.asked()
            self.about[event_id] = about
        if more:
            event.update(more)
        self.events.append(event)
        return event

    def user(self, user: User, key: AccessKey, ip: str, agent: str) -> Actor:
        """A RAM user with a key."""
        return Actor(
            {
                "type": "ram-user",
                "principalId": user.id,
                "accountId": self.account_id,
                "accessKeyId": key.id,
                "userName": user.name,
            },
            ip,
            agent,
        )

    def root(self, key: AccessKey, ip: str, agent: str) -> Actor:
        """The account itself with a key."""
        return Actor(
            {
                "type": "root-account",
                "principalId": self.account_id,
                "accountId": self.account_id,
                "accessKeyId": key.id,
                "userName": "root",
            },
            ip,
            agent,
        )

    def person(self, user: User | None, when: float, ip: str, agent: str, *, mfa: bool = True) -> Actor:
        """A console session of a RAM user, or of the account itself; such sessions name no key."""
        session = {"mfaAuthenticated": "true" if mfa else "false", "creationDate": stamp(when)}
        identity = {
            "type": "ram-user" if user else "root-account",
            "principalId": user.id if user else self.account_id,
            "accountId": self.account_id,
            "userName": user.name if user else "root",
            "sessionContext": {"attributes": session},
        }
        return Actor(identity, ip, agent, console=True)

    def session(self, role: Role, name: str, sts_key: str, ip: str, agent: str) -> Actor:
        """A session of a role with a temporary key."""
        return Actor(
            {
                "type": "assumed-role",
                "principalId": f"{role.id}:{name}",
                "accountId": self.account_id,
                "accessKeyId": sts_key,
                "userName": f"{role.name}:{name}",
                "sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
            },
            ip,
            agent,
        )

    def assume(self, actor: Actor, role: Role, name: str, when: float, region: str, agent: str = "") -> Actor:
        """AssumeRole by an actor; gives the session that comes of it."""
        sts_key = self._ids.sts_key()
        arn = f"acs:ram::{self.account_id}:role/{role.name.lower()}"
        self.call(
            actor,
            "Sts:AssumeRole",
            when,
            region,
            request={"RoleArn": arn, "RoleSessionName": name, "DurationSeconds": 3600},
            resources={"ACS::RAM::Role": [role.name]},
            response={
                "AssumedRoleUser": {"AssumedRoleId": f"{role.id}:{name}", "Arn": f"{arn}/{name}"},
                "Credentials": {"AccessKeyId": sts_key, "Expiration": stamp(when + 3600)},
            },
        )
        return self.session(role, name, sts_key, actor.ip, agent or actor.agent)

    def _host(self, product: str, region: str) -> tuple[str, str, bool, str]:
        known = self._hosts.get((product, region))
        if known is None:
            everywhere = is_global(product)
            stored = self._global_region if everywhere else region
            known = (event_source(product, region), service(product).version, everywhere, stored)
            self._hosts[product, region] = known
        return known


def stamp(when: float) -> str:
    """The vendor's form of a moment given in seconds since 1970."""
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
