"""What goes on after a story is told: the habits of its company and its intruder, for a drill to run into."""

from typing import Any

from aktui.simcloud.account import AccessKey, User
from aktui.simcloud.life.habit import Habit
from aktui.simcloud.stories import places
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew
from aktui.simcloud.stories.intruder import GPU_TYPE
from aktui.simcloud.stories.places import Estate

BUSINESS, INTRUDER = "business", "intruder"
_NO_REGION = ("Ram", "Ims", "Sts", "Oss", "Kms", "CS")
"""Services whose calls have no parameter RegionId."""


class Goings:
    """Adds the habits of one caller: a label, a key, an address, a tool."""

    def __init__(self, company: Company, label: str, ip: str, agent: str, **who: Any) -> None:
        self._company, self._label, self._ip, self._agent, self._who = company, label, ip, agent, who

    def on(self, name: str, every: float, *, region: str = "", jitter: float = 0.2, **about: Any) -> None:
        """`Service:Operation` about every so many seconds; `jitter` is a share of these."""
        service, _, operation = name.partition(":")
        where = region or self._company.account.region
        habit = Habit(
            self._label,
            service,
            operation,
            where,
            every,
            round(every * jitter, 3),
            ip=self._ip,
            agent=self._agent,
            **{"params": {} if service in _NO_REGION else {"RegionId": where}, **self._who, **about},
        )
        self._company.account.life.append(habit)


def thing(bucket: str, name: str, size: int, **more: Any) -> dict[str, Any]:
    """An object that a call to OSS is about."""
    return {"params": {"bucketName": bucket, "objectName": name}, "size": size, "data": True, **more}


def of(kind: str, *names: str) -> dict[str, Any]:
    """The things that a call touches: `of("ECS::Instance", "i-…")`."""
    return {"resources": {f"ACS::{kind}": names}}


def keep_on(company: Company, crew: Crew, estate: Estate, office: str) -> None:
    """The routine of the other keys, sparsely."""

    def machine(name: str, ip: str, agent: str) -> Goings:
        return Goings(company, BUSINESS, ip, agent, key=crew.machines[name][1].id)

    machine("metrics-agent", "10.20.0.11", places.GO).on("Cms:DescribeMetricList", 90)
    backup = machine("oss-backup", "10.20.0.13", places.OSS_SDK)
    backup.on("Oss:PutObject", 240, **thing(estate.buckets[2], "db/running/orders.sql.gz", 91_204_113))
    shipped = {"ProjectName": estate.project, "LogStoreName": "nginx-access"}
    machine("log-shipper", "10.20.0.12", places.LOG_SDK).on("Sls:PutLogs", 60, params=shipped, data=True)
    machine("terraform-runner", office, places.TERRAFORM).on(
        "Vpc:DescribeVpcs", 300, **of("VPC::VPC", estate.vpc)
    )
    for at, (_, key) in enumerate(crew.developers[:3]):
        developer = Goings(company, BUSINESS, office, places.CLI, key=key.id)
        developer.on(("Ecs:DescribeInstances", "Slb:DescribeLoadBalancers", "Ecs:DescribeRegions")[at], 150)


def deliver(company: Company, estate: Estate, key: AccessKey, offices: tuple[str, ...], **host: str) -> None:
    """A deployment key at work: two offices, and the build host at `public` and, within the VPC, `inside`."""
    artifacts, balancer = estate.buckets[4], of("SLB::LoadBalancer", estate.balancers[0])
    office = Goings(company, BUSINESS, offices[0], places.PYTHON, key=key.id)
    office.on("Ecs:DescribeInstances", 40)
    office.on("Oss:PutObject", 75, **thing(artifacts, "releases/shop-next.tar.gz", 61_882_004))
    office.on("Cr:GetAuthorizationToken", 120)
    releasing = Goings(
        company, BUSINESS, offices[0], places.PYTHON, key=key.id, role="deploy-role", session="release"
    )
    releasing.on("CS:DescribeClusterDetail", 100, **of("CS::Cluster", estate.cluster))
    second = Goings(company, BUSINESS, offices[1], places.PYTHON, key=key.id)
    second.on("Slb:SetBackendServers", 55, **balancer)
    second.on("Sts:AssumeRole", 180, params=_role(company, "deploy-role", "release"))
    build = Goings(company, BUSINESS, host["public"], places.GO, key=key.id)
    build.on("Ecs:DescribeInstanceStatus", 30)
    build.on("Slb:DescribeHealthStatus", 30, **balancer)
    inside = Goings(company, BUSINESS, host["inside"], places.GO, key=key.id, vpc=estate.vpc)
    inside.on("Oss:GetObject", 45, **thing(artifacts, "cache/layer-0.tar", 30_000_000))


def _role(company: Company, name: str, session: str) -> dict[str, str]:
    arn = f"acs:ram::{company.account.id}:role/{name}"
    return {"RoleArn": arn, "RoleSessionName": session, "DurationSeconds": "3600"}


def plunder(company: Company, estate: Estate, key: AccessKey, lair: str, mined: list[str]) -> None:
    """With the leaked key: look, mine, read; and secrets, in a session of the role for emergencies."""
    first = Goings(company, INTRUDER, lair, places.CLI, key=key.id)
    first.on("Ecs:DescribeInstances", 25, region=mined[0])
    first.on("Oss:ListBuckets", 35)
    asked = {"RegionId": mined[1], "InstanceType": GPU_TYPE}
    first.on("Ecs:RunInstances", 600, region=mined[1], params=asked)
    reading = Goings(company, INTRUDER, lair, places.OSS_SDK, key=key.id)
    reading.on("Oss:GetObject", 20, **thing(estate.buckets[2], "db/running/orders.sql.gz", 91_204_113))
    role = Goings(
        company, INTRUDER, lair, places.CLI, key=key.id, role="ops-break-glass", session="aliyun-cli"
    )
    role.on("Kms:GetSecretValue", 35, **of("KMS::Secret", estate.secrets[0]))


def settle_in(company: Company, user: User, key: AccessKey, lair: str) -> None:
    """With what the intruder made for later: a user with a key and a logon."""
    shadow = Goings(company, INTRUDER, lair, places.PYTHON_OLD, key=key.id)
    shadow.on("Ecs:DescribeInstances", 30)
    shadow.on("Ram:ListUsers", 45)
    visitor = Goings(company, INTRUDER, lair, places.BROWSER, user=user.id)
    visitor.on("Oss:ListBuckets", 40)
