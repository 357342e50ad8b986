"""An intruder's moves with a stolen identity. Each leaves its events; what it brought is in `loot`.

Moves that take over users and roles are in `takeover`, those that carry data away in `raid`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import AccessKey, Role, User
from aktui.simcloud.stories import places
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.refusals import NO_PERMISSION, NO_QUOTA, NO_RAM, NO_STOCK
from aktui.simcloud.stories.routine import Routine

GPU_TYPE = "ecs.gn7i-c32g1.8xlarge"


@dataclass
class Loot:
    """What the intruder got, for the ground truth."""

    user: User | None = None
    """A user made."""
    key: AccessKey | None = None
    """The key made last."""
    sessions: list[dict[str, str]] = field(default_factory=list)
    instances: list[dict[str, str]] = field(default_factory=list)
    opened_buckets: list[str] = field(default_factory=list)
    objects_read: int = 0
    log_reads: int = 0
    created: dict[str, list[Any]] = field(default_factory=dict)
    """By kind, what was made for later: access_keys, login_profiles, roles, policy_versions …"""

    def add(self, kind: str, made: Any) -> None:
        self.created.setdefault(kind, []).append(made)


class Intruder:
    """Acts with one stolen identity. Moments are seconds since 1970; `self.when` is the next free one."""

    def __init__(self, company: Company, estate: Estate, actor: Actor, start: datetime) -> None:
        self.company, self.estate, self.actor = company, estate, actor
        self.rng, self.book, self.home = company.rng, company.book, company.account.region
        self.when = start.timestamp()
        self.loot = Loot()

    @property
    def moment(self) -> datetime:
        """Of the last call, whole seconds."""
        return datetime.fromtimestamp(int(self.when), UTC)

    def wait(self, minutes: float) -> None:
        self.when += minutes * 60

    def wait_until(self, when: float) -> None:
        """Nothing until that moment. Raises ValueError when it is past."""
        if when < self.when:
            raise ValueError("the story runs backwards")
        self.when = when

    def do(self, name: str, region: str = "", *, actor: Actor | None = None, **more: Any) -> dict[str, Any]:
        """One call, a few seconds after the last."""
        self.when += self.rng.uniform(0.6, 7)
        return self.book.call(actor or self.actor, name, self.when, region or self.home, **more)

    def try_all(self, *names: str, error: tuple[str, str], actor: Actor | None = None) -> None:
        """Calls that are all refused alike."""
        for name in names:
            self.do(name, actor=actor, request={}, error=error)

    def look_around(self, regions: list[str]) -> None:
        """Who am I, who else is here, what is where; some of it is refused."""
        self.do("Sts:GetCallerIdentity", request={})
        for name in ("Ram:ListUsers", "Ram:ListRoles", "Ram:ListPolicies", "Ims:GetAccountSummary"):
            self.do(name, request={})
        self.do("Ram:ListPoliciesForUser", request={"UserName": self.actor.identity["userName"]})
        self.do("BssOpenApi:QueryAccountBalance", request={}, error=NO_PERMISSION)
        self.do("Oss:ListBuckets", request={})
        self.do("Ecs:DescribeRegions", request={})
        for region in regions:
            self.do("Ecs:DescribeInstances", region)
            self.do("Rds:DescribeDBInstances", region, error=NO_RAM)
            self.do("Sls:ListProject", region)
            if self.rng.random() < 0.4:
                self.do("Ecs:DescribeAccountAttributes", region)
        self.do("Actiontrail:DescribeTrails")
        self.stop_trail()

    def stop_trail(self, actor: Actor | None = None) -> None:
        """Refused: a policy denies it to everybody who is not of the security group."""
        trail = self.company.account.trails[0]["Name"]
        self.do("Actiontrail:StopLogging", actor=actor, request={"Name": trail}, error=NO_PERMISSION)

    def enter_console(
        self, routine: Routine, user: User, ip: str, looks: tuple[str, ...] = ("Oss:ListBuckets",)
    ) -> None:
        """A logon without a second factor and a look at the machines and more."""
        routine.sign_in(user, self.when, ip, mfa=False)
        visitor = self.book.person(user, self.when, ip, places.BROWSER, mfa=False)
        for name in ("Ecs:DescribeInstances", *looks):
            self.do(name, actor=visitor)

    def take_role(self, role: Role, name: str, actor: Actor | None = None) -> Actor:
        """A session of a role; gives it as an actor."""
        self.wait(1)
        by = actor or self.actor
        session = self.book.assume(by, role, name, self.when, self.home)
        taken = {"role": role.name, "session": name, "access_key_id": session.identity["accessKeyId"]}
        self.loot.sessions.append({**taken, "opened_by": str(by.identity["accessKeyId"])})
        return session

    def mine(self, regions: list[str], actor: Actor | None = None) -> None:
        """GPU instances where the company has nothing; the first tries are refused."""
        for at, region in enumerate(regions):
            vpc, group = self.company.ids.thing("vpc-"), self.company.ids.thing("sg-")
            self.do("Vpc:CreateVpc", region, actor=actor, resources={"ACS::VPC::VPC": [vpc]})
            self.do(
                "Ecs:CreateSecurityGroup", region, actor=actor, resources={"ACS::ECS::SecurityGroup": [group]}
            )
            for error in (NO_STOCK, NO_QUOTA)[: 1 + at % 2]:
                self._run(region, actor, [], error)
            self._run(region, actor, [self.company.ids.thing("i-") for _ in range(3)])
            self.do("Ecs:DescribeInstances", region, actor=actor)

    def _run(
        self, region: str, actor: Actor | None, instances: list[str], error: tuple[str, str] | None = None
    ) -> None:
        self.do(
            "Ecs:RunInstances",
            region,
            actor=actor,
            request={
                "RegionId": region,
                "InstanceType": GPU_TYPE,
                "Amount": 3,
                "InternetMaxBandwidthOut": 100,
            },
            resources={"ACS::ECS::Instance": instances} if instances else None,
            response={"InstanceIdSets": {"InstanceIdSet": instances}},
            error=error,
        )
        self.loot.instances += [{"id": one, "region": region, "type": GPU_TYPE} for one in instances]
