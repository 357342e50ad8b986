"""The instances behind the addresses: where a company's own calls come from, and what an intruder started."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from random import Random

from aktui.simcloud.account import Instance
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.ids import Ids
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.trail import resources

BUILD_ROLE = "EcsBuildRole"
"""What the build host could work with instead of a key."""

_TOOLS = {
    "metrics-01": "10.20.0.11",
    "shipper-01": "10.20.0.12",
    "backup-01": "10.20.0.13",
    "jobs-01": "10.20.0.14",
}
"""Hosts of the service accounts, by the addresses they call from."""

_ABROAD = "192.0.2.{}"
"""Public addresses of what an intruder starts; from 240 on there is no lair and no scanner."""


def keep_machines(company: Company, estate: Estate, build_address: tuple[str, str] | None = None) -> None:
    """The company's own instances; `build_address` is the build host's (public, private) address.

    What is drawn here is drawn from a generator of its own, so that nothing else is drawn otherwise.
    """
    ids = Ids(Random(f"{company.account.scenario} {company.account.seed} machines"))
    _build_role(company, ids)
    shop = {f"shop-{at + 1:02}": (one, f"10.20.1.{40 + at}") for at, one in enumerate(estate.instances)}
    tools = {name: (ids.thing("i-bp1"), address) for name, address in _TOOLS.items()}
    for at, (name, (one, address)) in enumerate((shop | tools).items()):
        role = "EcsAppRole" if name in shop else ""
        _put(company, estate, one, name, at, address, role=role)
    if build_address:
        public, private = build_address
        _put(company, estate, estate.ci_host, "build-01", 1, private, eip=public)


def keep_hosts(company: Company, estate: Estate, hosts: Mapping[str, tuple[str, str]]) -> None:
    """More instances of the company's own: (public, private) address by name."""
    ids = Ids(Random(f"{company.account.scenario} {company.account.seed} hosts"))
    for at, (name, (public, private)) in enumerate(hosts.items()):
        _put(company, estate, ids.thing("i-bp1"), name, at, private, eip=public)


def keep_started(company: Company, started: Iterable[Mapping[str, str]], addresses_from: int = 0) -> None:
    """Instances that calls of the story started: {id, region, type} each.

    With `addresses_from` each has a public address of the range for strangers, counted from there.
    """
    started_by = _started(company)
    for at, one in enumerate(started):
        public = (_ABROAD.format(addresses_from + at),) if addresses_from else ()
        born, network = started_by[one["id"]]
        company.account.instances[one["id"]] = Instance(
            one["id"],
            one["region"],
            f"{one['region']}-a",
            one["type"],
            one["id"],
            "Running",
            born,
            public,
            private_ips=(f"172.16.0.{10 + at}",),
            vpc=network,
        )


def _put(
    company: Company,
    estate: Estate,
    one: str,
    name: str,
    at: int,
    private: str,
    *,
    role: str = "",
    eip: str = "",
) -> None:
    region = company.account.region
    company.account.instances[one] = Instance(
        one,
        region,
        f"{region}-{'hij'[at % 3]}",
        "ecs.g7.large" if role else "ecs.c7.2xlarge",
        name,
        "Running",
        company.ago(560 - at).replace(second=0),
        eip=eip,
        private_ips=(private,),
        vpc=estate.vpc,
        role=role,
    )


def _build_role(company: Company, ids: Ids) -> None:
    """A role that may do what the build host does with the key, and nothing else; nobody uses it yet."""
    company.policy(
        "build-host",
        90,
        "What the build host needs; meant to replace its key",
        {
            "Effect": "Allow",
            "Action": [
                "ecs:Describe*",
                "ecs:RunCommand",
                "slb:Describe*",
                "slb:SetBackendServers",
                "cr:GetAuthorizationToken",
                "cdn:RefreshObjectCaches",
                "oss:GetObject",
                "oss:PutObject",
                "sts:AssumeRole",
            ],
            "Resource": "*",
        },
    )
    drawn, company.ids = company.ids, ids
    service = {"Service": ["ecs.aliyuncs.com"]}
    company.role(BUILD_ROLE, 90, "Builds and deploys", service, "build-host")
    company.ids = drawn


def _started(company: Company) -> dict[str, tuple[datetime, str]]:
    """By instance: when it was started, and the network that was made in its region before, by the events."""
    found: dict[str, tuple[datetime, str]] = {}
    networks: dict[str, str] = {}
    for event in company.book.events:
        if event["eventName"] not in ("CreateVpc", "RunInstances") or event.get("errorCode"):
            continue
        for kind, name in resources(event):
            if kind == "ACS::VPC::VPC":
                networks[event["acsRegion"]] = name
            elif kind == "ACS::ECS::Instance":
                moment = datetime.fromisoformat(event["eventTime"]).replace(second=0)
                found[name] = (moment, networks.get(event["acsRegion"], ""))
    return found
