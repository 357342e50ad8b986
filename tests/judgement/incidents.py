"""Account files of incidents that no scenario tells: a small company, one key, and what became of it."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
PYTHON = "AlibabaCloud (Linux; x86_64) Python/3.11.9 Core/2.16 python-requests/2.31"
TERRAFORM = "HashiCorp-Terraform/1.7.5 (+https://www.terraform.io)"
JAVA = "AlibabaCloud (Linux; amd64) Java/17.0.2 Core/4.6.3"
CLI = "aliyun-cli/3.0.278"
CONSOLE = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/126.0"
READS = ("Ecs:DescribeInstances", "Ecs:DescribeInstanceStatus", "Slb:DescribeHealthStatus")
DEPLOYS = (*READS, "Ecs:ModifyInstanceAttribute", "Ecs:RunCommand", "Slb:SetBackendServers")
LOOKS = (
    "Sts:GetCallerIdentity",
    "Ram:ListUsers",
    "Ram:ListPoliciesForUser",
    "Ram:ListRoles",
    "Ecs:DescribeRegions",
    "Ecs:DescribeInstances",
    "Oss:ListBuckets",
)
ACCOUNT = "1234567890123456"


@dataclass(frozen=True)
class Who:
    """Somebody who calls: a key of a user, of the account itself, or a person in the console."""

    name: str
    key_id: str = ""
    user_id: str = ""
    kind: str = "ram-user"


@dataclass
class Incident:
    """An account file in the making. Names and addresses are drawn anew for each seed."""

    seed: int
    now: datetime = NOW
    events: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)
    hostile: list[str] = field(default_factory=list)
    root_key: dict[str, Any] | None = None
    roles: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)
        self.region = self.draw.choice(("cn-shanghai", "cn-hangzhou", "ap-southeast-1", "eu-central-1"))

    def address(self) -> str:
        rest = (str(self.draw.randrange(1, 250)) for _ in range(3))
        return f"{self.draw.choice((47, 101, 120, 203))}.{'.'.join(rest)}"

    def user(self, born: float, *, keys: int = 1) -> Who:
        """A user with keys; `born` in days ago."""
        name, ident = f"n{self.draw.getrandbits(32):x}", str(self.draw.randrange(10**17, 10**18))
        when = _iso(self.now - timedelta(days=born))
        made = [{"AccessKeyId": self.key_id(), "Status": "Active", "CreateDate": when} for _ in range(keys)]
        self.users.append(
            {
                "UserId": ident,
                "UserPrincipalName": f"{name}@{ACCOUNT}.onaliyun.com",
                "CreateDate": when,
                "AccessKeys": {"AccessKey": made},
            }
        )
        return Who(name, made[0]["AccessKeyId"] if made else "", ident)

    def root(self, born: float) -> Who:
        key = {"AccessKeyId": self.key_id(), "Status": "Active"}
        key["CreateDate"] = _iso(self.now - timedelta(days=born))
        self.root_key = key
        return Who("root", key["AccessKeyId"], ACCOUNT, "root-account")

    def role(self, name: str) -> None:
        trust = {
            "Statement": [
                {
                    "Action": "sts:AssumeRole",
                    "Effect": "Allow",
                    "Principal": {"RAM": [f"acs:ram::{ACCOUNT}:root"]},
                }
            ],
            "Version": "1",
        }
        self.roles.append({"RoleName": name, "AssumeRolePolicyDocument": json.dumps(trust)})

    def key_id(self) -> str:
        return f"LTAI5t{''.join(self.draw.choice('ABCDEFGHJKMNPQRSTUVWXYZ23456789') for _ in range(18))}"

    def call(
        self,
        who: Who,
        name: str,
        at: datetime,
        source: str,
        agent: str,
        *,
        hostile: bool = False,
        **more: Any,
    ) -> dict[str, Any]:
        """One event; `more` are fields of it."""
        service, _, operation = name.partition(":")
        number = len(self.events)
        identity = {"type": who.kind, "principalId": who.user_id, "accountId": ACCOUNT, "userName": who.name}
        if who.key_id:
            identity["accessKeyId"] = who.key_id
        event = {
            "eventId": f"{self.draw.getrandbits(64):016X}-{number:06}",
            "eventVersion": 1,
            "eventName": operation,
            "serviceName": service,
            "eventTime": _iso(at),
            "eventType": "ApiCall" if who.key_id else "ConsoleOperation",
            "eventRW": "Read" if operation.startswith(("Describe", "List", "Get", "Query")) else "Write",
            "requestId": f"{self.draw.getrandbits(96):024X}",
            "sourceIpAddress": source,
            "userAgent": agent,
            "acsRegion": self.region,
            "isGlobal": service in ("Ram", "Sts"),
            "userIdentity": identity,
            **more,
        }
        self.events.append(event)
        if hostile:
            self.hostile.append(event["eventId"])
        return event

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def assume(
        self, who: Who, role: str, at: datetime, source: str, agent: str, *, hostile: bool = False
    ) -> Who:
        """A role taken for an hour, which is made where there is none; whoever acts in it."""
        if not any(one["RoleName"] == role for one in self.roles):
            self.role(role)
        token = f"STS.NT{self.draw.getrandbits(80):020X}"
        given = {"AccessKeyId": token, "Expiration": _iso(at + timedelta(hours=1))}
        asked = {"RoleArn": f"acs:ram::{ACCOUNT}:role/{role}", "RoleSessionName": "job"}
        more = {"requestParameters": asked, "responseElements": {"Credentials": given}}
        self.call(who, "Sts:AssumeRole", at, source, agent, hostile=hostile, **more)
        return Who(f"{role}:job", token, f"300000000000000001:{role}", "assumed-role")

    def work(
        self,
        who: Who,
        names: Iterable[str],
        source: str,
        agent: str,
        days: tuple[float, float],
        *,
        a_day: int = 6,
        hours: tuple[int, int] = (1, 10),
        hostile: bool = False,
        **more: Any,
    ) -> None:
        """So many calls each day between two hours (UTC), from so many days ago to so many."""
        calls = list(names)
        day = days[0]
        while day > days[1]:
            midnight = (self.now - timedelta(days=day)).replace(hour=0, minute=0, second=0)
            for _ in range(a_day):
                second = self.draw.randrange(hours[0] * 3600, hours[1] * 3600)
                at = midnight + timedelta(seconds=second)
                if at < self.now - timedelta(minutes=15):
                    self.call(who, self.draw.choice(calls), at, source, agent, hostile=hostile, **more)
            day -= 1

    def raid(
        self,
        who: Who,
        names: Iterable[str],
        ago: float,
        source: str,
        agent: str,
        *,
        pause: int = 20,
        **more: Any,
    ) -> None:
        """An intruder's calls one after the other."""
        at = self.now - timedelta(days=ago)
        for name in names:
            self.call(who, name, at, source, agent, hostile=True, **more)
            at += timedelta(seconds=self.draw.randrange(1, pause))

    def colleagues(self, number: int, source: str, days: tuple[float, float]) -> list[Who]:
        """People in the console from one address."""
        people = []
        for _ in range(number):
            person = self.user(days[0] + 50, keys=0)
            self.work(
                person,
                ("Ecs:DescribeInstances", "Ecs:DescribeDisks", "Slb:DescribeLoadBalancers"),
                source,
                CONSOLE,
                days,
                a_day=3,
            )
            people.append(person)
        return people

    def document(self, who: Who, verdict: str | None) -> dict[str, Any]:
        """The account file; without a truth where there is no verdict."""
        self.events.sort(key=lambda event: event["eventTime"])
        root = {"AccessKeys": {"AccessKey": [self.root_key]}} if self.root_key else {}
        truth = {"verdict": verdict, "intruder": {"event_ids": self.hostile} if self.hostile else None}
        found: dict[str, Any] = {
            "format": "aktui.account/1",
            "account_id": ACCOUNT,
            "region": self.region,
            "created": _iso(self.now - timedelta(days=900)),
            "now": _iso(self.now),
            "suspects": [who.key_id],
            "users": self.users,
            "events": self.events,
            "truth": truth if verdict else {},
        }
        if root:
            found["root"] = root
        if self.roles:
            found["roles"] = self.roles
        return found


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def recorded(document: dict[str, Any], key_id: str, *, behind: float = 0) -> dict[str, Any]:
    """The same account with all there is to record it: a trail's Logstore, and the logs of the data plane.

    `behind`: for so many hours, events have not come to the Logstore.
    """
    region, home = document["region"], f"acs:log:{document['region']}:{ACCOUNT}:project/audit-{ACCOUNT}"
    trail = {
        "Name": "all",
        "HomeRegion": region,
        "TrailRegion": "All",
        "TrailArn": f"acs:actiontrail:{region}:{ACCOUNT}:trail/all",
        "EventRW": "All",
        "Status": "Enable",
        "CreateTime": "2025-01-01T00:00:00Z",
        "StartLoggingTime": "2025-01-01T00:00:00Z",
        "SlsProjectArn": home,
    }
    at = int(datetime.fromisoformat(document["now"]).timestamp())
    sources = sorted(
        {e["sourceIpAddress"] for e in document["events"] if e["userIdentity"].get("accessKeyId") == key_id}
    )[:1]
    oss = [_request(key_id, source, at - 3600 * hour) for source in sources for hour in range(1, 100)]
    there = [_row(one) for one in document["events"] if _at(one) < at - 3600 * behind] if behind else "events"
    events = {"index": _index("event", kind="json"), "rows": there, "ttl": 180}
    requests = {"index": _index(*_OSS), "rows": oss, "ttl": 180}
    calls = {"index": _index(*_SLS), "rows": [], "ttl": 180}
    return {
        **document,
        "trails": [trail],
        "projects": [
            _project(f"audit-{ACCOUNT}", region, "actiontrail_all", events),
            _project(f"oss-log-{ACCOUNT}-{region}", region, "oss-log-store", requests),
            _project(f"log-service-{ACCOUNT}-{region}", region, "internal-operation_log", calls),
        ],
    }


_OSS: tuple[str, ...] = (
    "access_id",
    "client_ip",
    "operation",
    "bucket",
    "object",
    "request_id",
    "user_agent",
    "http_status",
)
_OSS += ("vpc_id", "sign_type", "error_code", "ec", "extend_information", "bucket_location", "requester_id")
_OSS += ("content_length_out", "response_body_length", "content_length_in", "owner_id", "http_method")
_SLS: tuple[str, ...] = (
    "AccessKeyId",
    "SourceIP",
    "ClientIp",
    "Method",
    "Project",
    "LogStore",
    "RequestId",
    "UserAgent",
)
_SLS += (
    "ErrorCode",
    "ErrorMsg",
    "CallerType",
    "NetOutFlow",
    "InvokerUid",
    "Status",
    "Query",
    "VpcId",
    "RoleSessionName",
)


def _at(event: dict[str, Any]) -> int:
    return int(datetime.fromisoformat(event["eventTime"]).timestamp())


def _row(event: dict[str, Any]) -> dict[str, str]:
    """An event as a trail's Logstore holds it."""
    return {"__time__": str(_at(event)), "__topic__": "actiontrail_audit_event", "event": json.dumps(event)}


def _index(*names: str, kind: str = "text") -> dict[str, Any]:
    words = {"type": kind, "token": [",", " "], "caseSensitive": False, "doc_value": True}
    return {"keys": dict.fromkeys(names, words), "line": {"token": [",", " "]}}


def _project(name: str, region: str, logstore: str, held: dict[str, Any]) -> dict[str, Any]:
    made = "2025-01-01T00:00:00Z"
    one = {"logstoreName": logstore, "createTime": made, **held}
    return {"projectName": name, "region": region, "createTime": made, "logstores": [one]}


def _request(key_id: str, source: str, at: int) -> dict[str, str]:
    return {
        "__time__": str(at),
        "__topic__": "oss_access_log",
        "access_id": key_id,
        "client_ip": source,
        "operation": "GetObject",
        "bucket": "shop",
        "object": "prices.csv",
        "request_id": f"{at:024X}",
        "user_agent": PYTHON,
        "http_status": "200",
        "sign_type": "NormalSign",
    }
