"""Inquiries into a key of the practice cloud, over the real transport, with a record of the calls made."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from aktui.cloud.session import Cloud
from aktui.models import Histogram, LogPage, LogstoreRef, Reply, Window
from aktui.simcloud.account import ROOT, AccessKey, Account, Attachment, Policy, PolicyVersion
from aktui.simcloud.scenarios import catalogue as scenarios
from queries.base import Logs, Query, Result
from queries.inquiry import Inquiry
from tests.cloud.rig import QUICK, cloud_of, keys
from tests.practice import Sim

EXAMPLES = {"ip": "192.0.2.66", "event_id": "8AA31C36-70B5-55A6-7E6B-7E29A91446FC"}


@dataclass(frozen=True)
class Asked:
    """One call as a query made it."""

    name: str
    """`ims:GetUser`."""
    region: str
    params: Mapping[str, Any]


class RecordedLogs:
    """The log service, with a record of what is asked of it."""

    def __init__(self, logs: Logs, calls: list[Asked]) -> None:
        self._logs = logs
        self._calls = calls

    def _note(self, action: str, region: str, **params: Any) -> None:
        self._calls.append(Asked(f"sls:{action}", region, params))

    async def projects(self, region: str, *, prefix: str = "") -> list[Mapping[str, Any]]:
        self._note("ListProject", region)
        return await self._logs.projects(region, prefix=prefix)

    async def logstores(self, project: str, region: str) -> list[str]:
        self._note("ListLogStores", region, project=project)
        return await self._logs.logstores(project, region)

    async def logstore(self, project: str, logstore: str, region: str) -> Mapping[str, Any]:
        self._note("GetLogStore", region, project=project, logstore=logstore)
        return await self._logs.logstore(project, logstore, region)

    async def index(self, project: str, logstore: str, region: str) -> Mapping[str, Any] | None:
        self._note("GetIndex", region, project=project, logstore=logstore)
        return await self._logs.index(project, logstore, region)

    async def histogram(self, where: LogstoreRef, query: str, window: Window) -> Histogram:
        self._note("GetHistograms", where.region, project=where.project, query=query)
        return await self._logs.histogram(where, query, window)

    async def page(
        self,
        where: LogstoreRef,
        query: str,
        window: Window,
        *,
        offset: int = 0,
        lines: int = 100,
        reverse: bool = False,
    ) -> LogPage:
        self._note("GetLogsV2", where.region, project=where.project, query=query)
        return await self._logs.page(where, query, window, offset=offset, lines=lines, reverse=reverse)

    async def select(self, where: LogstoreRef, query: str, window: Window) -> LogPage:
        self._note("GetLogsV2", where.region, project=where.project, query=query)
        return await self._logs.select(where, query, window)


class Recorder:
    """A caller that writes down what is asked of it."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.calls: list[Asked] = []

    @property
    def region(self) -> str:
        return self._cloud.region

    @property
    def logs(self) -> Logs:
        return RecordedLogs(self._cloud.logs, self.calls)

    @property
    def names(self) -> list[str]:
        return [call.name for call in self.calls]

    def now(self) -> datetime:
        return self._cloud.now()

    async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Reply:
        self.calls.append(Asked(f"{product}:{action}", region, params))
        return await self._cloud.call(product, action, region=region, **params)


@dataclass
class Desk:
    """A responder at work: the inquiry, what it asked, and the cloud behind it."""

    inquiry: Inquiry
    asked: Recorder
    sim: Sim

    async def ask(self, query_id: str, **params: str) -> Result:
        return await self.inquiry.ask(query_id, **params)


@asynccontextmanager
async def desk(sim: Sim, key_id: str, *, by: str = "", days: float = 90) -> AsyncIterator[Desk]:
    """An inquiry into a key of a running practice cloud, by its responder or by another key."""
    account = sim.account
    caller = account.keys[by or account.responder]
    who = keys(caller.id, caller.secret)
    async with cloud_of(sim, who, patience=QUICK, region=account.region, site=account.site) as cloud:
        recorder = Recorder(cloud)
        # An hour beyond: the account's clock and this machine's need not agree to the second.
        now = account.clock.now()
        window = Window(now - timedelta(days=days), now + timedelta(hours=1))
        inquiry = Inquiry(recorder, key_id, window)
        try:
            yield Desk(inquiry, recorder, sim)
        finally:
            await inquiry.aclose()


@cache
def story(scenario: str) -> Account:
    """The account of a scenario, built once for all tests that only read it."""
    return scenarios()[scenario].build(11, datetime.now(UTC).replace(microsecond=0))


def leaked() -> Account:
    """The account of `leaked-ci-key`."""
    return story("leaked-ci-key")


def idle_root() -> Account:
    """The account of `idle-root-key`."""
    return story("idle-root-key")


def restrict(account: Account, *denied: str) -> None:
    """Take some actions away from the responder."""
    user = account.users[account.keys[account.responder].owner]
    actions = ", ".join(f'"{action}"' for action in denied)
    document = f'{{"Version":"1","Statement":[{{"Effect":"Deny","Action":[{actions}],"Resource":"*"}}]}}'
    give(account, user.id, "not-these", document)


def give(account: Account, user_id: str, name: str, document: str) -> None:
    """Attach a custom policy to a user."""
    born = account.created
    account.policies["Custom", name] = Policy(
        name, "Custom", born, born, versions=[PolicyVersion("v1", document, born)]
    )
    account.users[user_id].policies.append(Attachment("Custom", name, born))


def new_key(account: Account, key_id: str, owner: str = ROOT, **rest: Any) -> AccessKey:
    """A key that has never been used."""
    born = account.created
    account.keys[key_id] = AccessKey(key_id, "s" * 30, owner, "Active", born, born, **rest)
    return account.keys[key_id]


def needed(query: Query) -> dict[str, str]:
    """Values for the parameters that a query can not do without."""
    return {param.name: EXAMPLES[param.name] for param in query.params if param.required}


def events_of(account: Account, key_id: str) -> list[dict[str, Any]]:
    """What was done with a key, oldest first."""
    return [event for event in account.trail if event["userIdentity"].get("accessKeyId") == key_id]


def event(key_id: str, name: str, at: datetime, number: int, **rest: Any) -> dict[str, Any]:
    """An event in the form of LookupEvents."""
    user = {
        "type": "ram-user",
        "accessKeyId": key_id,
        "userName": "ci-deployer",
        "principalId": "200000000000000002",
    }
    return {
        "eventId": f"EVENT-{number:06}",
        "eventVersion": 1,
        "eventName": name,
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventType": "ApiCall",
        "eventRW": "Read",
        "serviceName": "Ecs",
        "sourceIpAddress": "203.0.113.9",
        "userAgent": "test",
        "acsRegion": "cn-hangzhou",
        "userIdentity": user,
        **rest,
    }
