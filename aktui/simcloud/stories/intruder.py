"""An intruder's moves with a stolen key. Each move leaves its events; what it created is in `loot`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import AccessKey, LoginProfile, Role, User
from aktui.simcloud.stories import access, places, rhythm
from aktui.simcloud.stories.access import ACCESS_DENIED, NO_SUCH_KEY, Access
from aktui.simcloud.stories.company import SYSTEM, Company
from aktui.simcloud.stories.ids import log_request
from aktui.simcloud.stories.operation import LogCall
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

    def download(self, count: int, bucket: str, actor: Actor | None = None) -> None:
        """Objects read one after the other, the bucket listed first: calls on the data plane."""
        self._list(bucket, self.home, self.when, actor)
        for number in range(count):
            self.when += self.rng.uniform(0.3, 4)
            about = self._object(bucket, number)
            self.book.call(actor or self.actor, "Oss:GetObject", self.when, self.home, data=True, about=about)
        self.loot.objects_read += count

    def collect(self, count: int, bucket: str, region: str, after: float) -> None:
        """As `download`, in another region, that many minutes after the last call and beside what follows."""
        when, aside = self.when + after * 60, self.company.aside
        call = self.company.data_book.call
        call(self.actor, "Oss:GetBucketInfo", when - 2, region, resources={"ACS::OSS::Bucket": [bucket]})
        self._list(bucket, region, when, None)
        for number in range(count):
            when += aside.uniform(0.3, 4)
            about = self._object(bucket, number)
            call(self.actor, "Oss:GetObject", when, region, data=True, about=about)
        self.loot.objects_read += count

    def probe(self, guesses: list[tuple[str, str, tuple[int, str, str]]], after: float) -> None:
        """Guesses of (bucket, object), and how OSS refused each: (status, error, ec)."""
        when = self.when + after * 60
        for bucket, name, (status, code, ec) in guesses:
            when += self.company.aside.uniform(0.3, 2)
            about = Access(bucket, name, status=status, error=code, ec=ec)
            refusal = (code, _REFUSALS[code])
            self.company.data_book.call(
                self.actor, "Oss:GetObject", when, self.home, data=True, about=about, error=refusal
            )

    def fetch_openly(self, count: int, bucket: str, ip: str, after: float) -> None:
        """Objects of a bucket that is public now, with no key at all: only the access log knows of these."""
        when, aside = self.when + after * 60, self.company.aside
        for number in range(count):
            when += aside.uniform(0.2, 2)
            time = int(when)
            row = access.row(
                time,
                log_request(aside, time),
                "GetObject",
                self._object(bucket, number * 3),
                access.Caller(ip, "Wget/1.21.3"),
            )
            self.company.requests.append((self.home, row))

    def _list(self, bucket: str, region: str, when: float, actor: Actor | None) -> None:
        """Page by page."""
        for page in range(4):
            marker = f"&marker=db%2F{page}" if page else ""
            about = Access(bucket, size=118_000 - 900 * page, query=f"max-keys=1000{marker}")
            moment = when + 0.06 * page
            self.company.data_book.call(
                actor or self.actor, "Oss:ListObjects", moment, region, data=True, about=about
            )

    def _object(self, bucket: str, number: int) -> Access:
        """The object of that number, which has the same size whenever it is read."""
        day = rhythm.day(self.company.now.timestamp() - 86400 * (number // 7 % 60))
        name = _PLUNDER[number % len(_PLUNDER)].format(day=day, number=number)
        return Access(bucket, name, 400_000 + number * 7_919_993 % 61_000_000)

    def read_logs(self, count: int, project: str, logstore: str) -> None:
        """Searches, then the shards themselves."""
        self.do("Sls:ListLogStores", resources={"ACS::SLS::Project": [project]})
        aside = self.company.aside
        for number in range(count):
            self.when += self.rng.uniform(1, 9)
            begins = int(self.when) - 86400 * (1 + number % 7)
            about = LogCall(
                project,
                logstore,
                _LOG_QUERIES[number % len(_LOG_QUERIES)],
                (begins, begins + 86400),
                aside.randrange(2_000, 190_000),
            )
            self.book.call(self.actor, "Sls:GetLogStoreLogs", self.when, self.home, data=True, about=about)
        when = self.when
        for _ in range(count // 2):
            when += aside.uniform(0.4, 3)
            about = LogCall(project, logstore, sent=aside.randrange(200_000, 3_000_000))
            self.company.data_book.call(self.actor, "Sls:PullLogs", when, self.home, data=True, about=about)
        self.loot.log_reads += count + count // 2


_REFUSALS = {
    ACCESS_DENIED[1]: "You have no right to access this object because of bucket acl.",
    NO_SUCH_KEY[1]: "The specified key does not exist.",
}

_PLUNDER = (
    "db/{day}/orders.sql.gz",
    "db/{day}/users-{number}.sql.gz",
    "db/{day}/pay.sql.gz",
    "客户资料/{day}/名单 {number}.xlsx",
    "exports/{day}/part-{number:05}.parquet",
    "合同 扫描/{day}-{number}.pdf",
    "k8s/etcd-{day}.snapshot",
)

_LOG_QUERIES = (
    "*",
    "password or passwd or secret",
    "Authorization: Bearer*",
    'status: 200 and request_uri: "/api/v1/pay"',
    "* | SELECT remote_addr, count(*) AS c GROUP BY remote_addr ORDER BY c DESC LIMIT 100",
)
