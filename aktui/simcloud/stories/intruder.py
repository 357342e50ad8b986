"""An intruder's moves with a stolen key. Each move leaves its events; what it created is in `loot`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import AccessKey, LoginProfile, Role, User
from aktui.simcloud.stories import places
from aktui.simcloud.stories.company import SYSTEM, Company
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.routine import Routine

NO_PERMISSION = ("NoPermission", "You are not authorized to do this action. You should be authorized by RAM.")
NO_RAM = ("Forbidden.RAM", "User not authorized to operate on the specified resource.")
NO_STOCK = ("OperationDenied.NoStock", "The requested resource is sold out in the specified zone.")
NO_QUOTA = ("QuotaExceed.ElasticQuota", "The quota of vCPUs for this instance type is exceeded.")

GPU_TYPE = "ecs.gn7i-c32g1.8xlarge"


@dataclass
class Loot:
    """What the intruder got, for the ground truth."""

    user: User | None = None
    key: AccessKey | None = None
    sessions: list[dict[str, str]] = field(default_factory=list)
    instances: list[dict[str, str]] = field(default_factory=list)
    opened_buckets: list[str] = field(default_factory=list)
    objects_read: int = 0
    log_reads: int = 0


class Intruder:
    """Acts with one stolen identity. Moments are seconds since 1970; `self.when` is the next free one."""

    def __init__(self, company: Company, estate: Estate, actor: Actor, start: datetime) -> None:
        self.company, self.estate, self.actor = company, estate, actor
        self.rng, self.book, self.home = company.rng, company.book, company.account.region
        self.when = start.timestamp()
        self.loot = Loot()

    def wait(self, minutes: float) -> None:
        self.when += minutes * 60

    def do(self, name: str, region: str = "", *, actor: Actor | None = None, **more: Any) -> dict[str, Any]:
        """One call, a few seconds after the last."""
        self.when += self.rng.uniform(0.6, 7)
        return self.book.call(actor or self.actor, name, self.when, region or self.home, **more)

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
        trail = self.company.account.trails[0]["Name"]
        self.do("Actiontrail:StopLogging", request={"Name": trail}, error=NO_PERMISSION)

    def make_user(self, name: str, display: str) -> Actor:
        """A user of their own, with a password, a key and every right. Gives its key as an actor."""
        asked = {"UserName": name}
        touched = {"ACS::RAM::User": [name]}
        made = self.do(
            "Ram:CreateUser", request={**asked, "DisplayName": display, "Comments": "CI"}, resources=touched
        )
        born = datetime.fromisoformat(made["eventTime"])
        user = User(self.company.ids.number("2"), name, born, born, display_name=display, comments="CI")
        self.company.account.users[user.id] = user
        self.do("Ram:CreateLoginProfile", request={**asked, "Password": "****"}, resources=touched)
        user.login = LoginProfile(
            self.company.ids.secret(), "Active", datetime.fromtimestamp(int(self.when), UTC)
        )
        key = self._make_key(user)
        self.do(
            "Ram:AttachPolicyToUser",
            request={**asked, "PolicyType": SYSTEM, "PolicyName": "AdministratorAccess"},
            resources={"ACS::RAM::Policy": ["AdministratorAccess"], **touched},
        )
        self.company.attach(user, datetime.fromtimestamp(int(self.when), UTC), "AdministratorAccess")
        self.loot.user, self.loot.key = user, key
        return self.book.user(user, key, self.actor.ip, self.actor.agent)

    def _make_key(self, user: User) -> AccessKey:
        key = self.company.key(user, 0)
        self.do(
            "Ram:CreateAccessKey",
            request={"UserName": user.name},
            resources={"ACS::RAM::User": [user.name]},
            response={"AccessKey": {"AccessKeyId": key.id, "Status": "Active"}},
        )
        key.created = key.updated = datetime.fromtimestamp(int(self.when), UTC)
        return key

    def enter_console(self, routine: Routine, user: User, ip: str) -> None:
        """A logon without a second factor and a look at the machines."""
        routine.sign_in(user, self.when, ip, mfa=False)
        visitor = self.book.person(user, self.when, ip, places.BROWSER, mfa=False)
        for name in ("Ecs:DescribeInstances", "Oss:ListBuckets", "Kms:ListSecrets"):
            self.do(name, actor=visitor)

    def take_role(self, role: Role, name: str) -> Actor:
        """A session of a role; gives it as an actor."""
        self.wait(1)
        session = self.book.assume(self.actor, role, name, self.when, self.home)
        self.loot.sessions.append(
            {"role": role.name, "session": name, "access_key_id": session.identity["accessKeyId"]}
        )
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

    def open_bucket(self, bucket: str) -> None:
        touched = {"ACS::OSS::Bucket": [bucket]}
        self.do("Oss:GetBucketAcl", resources=touched)
        self.do("Oss:PutBucketAcl", request={"Bucket": bucket, "acl": "public-read"}, resources=touched)
        self.loot.opened_buckets.append(bucket)

    def download(self, count: int, actor: Actor | None = None) -> None:
        """Objects read one after the other: calls on the data plane."""
        for _ in range(count):
            self.when += self.rng.uniform(0.3, 4)
            self.book.call(actor or self.actor, "Oss:GetObject", self.when, self.home, data=True)
        self.loot.objects_read += count

    def read_logs(self, count: int) -> None:
        project = {"ACS::SLS::Project": [self.estate.project]}
        self.do("Sls:ListLogStores", resources=project)
        for _ in range(count):
            self.when += self.rng.uniform(1, 9)
            self.book.call(self.actor, "Sls:GetLogStoreLogs", self.when, self.home, data=True)
        self.loot.log_reads += count
