"""An ordinary quarter of a company: people in the console and on the command line, machines at their beat."""

from collections.abc import Sequence
from datetime import datetime

from aktui.simcloud.account import User
from aktui.simcloud.stories import places, rhythm
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew
from aktui.simcloud.stories.operation import LogCall
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor, Resources
from aktui.simcloud.stories.staff import ROAMING

Step = tuple[str, Resources]
"""`Service:Operation` and the things it touches."""


class Routine:
    """Writes the days of everybody who is not the story."""

    def __init__(
        self,
        company: Company,
        crew: Crew,
        estate: Estate,
        offices: Sequence[str],
        roaming: Sequence[str] = ROAMING,
    ) -> None:
        self.company, self.crew, self.estate = company, crew, estate
        self.offices, self.roaming = offices, roaming
        self.rng, self.book = company.rng, company.book
        self.region = company.account.region
        self._menus = _menus(estate)

    def run(self, days: float = 90) -> None:
        """Everybody's last so many days."""
        start, end = self.company.ago(days), self.company.now
        for at, (user, department) in enumerate(self.crew.people):
            self._console(user, department, self._seat(at), start, end)
        for at, (user, key) in enumerate(self.crew.developers):
            agent = places.CLI if at % 2 else places.CLI_MAC
            self._command_line(self.book.user(user, key, self._seat(at), agent), start, end)
        self._machines(start, end)
        self._instances(start, end)

    def sign_in(self, user: User | None, when: float, ip: str, *, mfa: bool = True, error: str = "") -> None:
        """A logon to the console; without a user it is the account itself."""
        actor = self.book.person(user, when, ip, places.BROWSER, mfa=mfa)
        account = self.company.account
        login = f"{user.name}@{account.alias}.onaliyun.com" if user else account.alias
        self.book.call(
            actor,
            "AasSub:ConsoleSignin" if user else "AasCustomer:ConsoleSignin",
            when,
            self.region,
            request={},
            error=(error, "The password is wrong.") if error else None,
            more={
                "eventType": "ConsoleSignin",
                "additionalEventData": {
                    "loginAccount": login,
                    "isMFAChecked": "true" if mfa else "false",
                    "callbackUrl": "https://home.console.aliyun.com/",
                },
            },
        )

    def visit(
        self, user: User, department: str, when: float, ip: str, clicks: int, *, mfa: bool = True
    ) -> None:
        """A logon and a look around in what the department looks at."""
        self.sign_in(user, when, ip, mfa=mfa)
        actor = self.book.person(user, when, ip, places.BROWSER, mfa=mfa)
        for _ in range(clicks):
            when += self.rng.randrange(4, 240)
            if when >= self.company.now.timestamp():
                return
            self._step(actor, self.rng.choice(self._menus[department]), when)

    def _seat(self, number: int) -> str:
        return (
            self.offices[number % len(self.offices)]
            if number % 5
            else self.roaming[number % len(self.roaming)]
        )

    def _console(self, user: User, department: str, ip: str, start: datetime, end: datetime) -> None:
        checked = bool(user.login and user.login.mfa_bind_required)
        for when in rhythm.working_moments(self.rng, start, end, 0.55):
            place = ip if self.rng.random() < 0.85 else self.rng.choice(self.roaming)
            if self.rng.random() < 0.03:
                self.sign_in(user, when - 30, place, mfa=checked, error="Login.PasswordError")
            self.visit(user, department, when, place, self.rng.randint(3, 8), mfa=checked)

    def _command_line(self, actor: Actor, start: datetime, end: datetime) -> None:
        for when in rhythm.working_moments(self.rng, start, end, 0.5):
            for _ in range(self.rng.randint(2, 6)):
                self._step(actor, self.rng.choice(self._menus["command line"]), when)
                when += self.rng.randrange(2, 90)

    def _machines(self, start: datetime, end: datetime) -> None:
        estate, rng = self.estate, self.rng
        agent = self._machine("metrics-agent", "10.20.0.11", places.GO)
        for when in rhythm.beats(rng, start, end, 1800):
            self._step(agent, ("Cms:DescribeMetricList", {}), when)
        shipper = self._machine("log-shipper", "10.20.0.12", places.LOG_SDK)
        for when in rhythm.beats(rng, start, end, 7200, jitter=600):
            shipped = LogCall(estate.project, "nginx-access")
            self.book.call(shipper, "Sls:PutLogs", when, self.region, data=True, about=shipped)
        backup = self._machine("oss-backup", "10.20.0.13", places.OSS_SDK)
        for when in rhythm.nightly(start, end, 2):
            self._step(backup, ("Oss:GetBucketInfo", {"ACS::OSS::Bucket": [estate.buckets[2]]}), when)
            for part in ("orders", "users", "pay", "订单附件 合并"):
                when += rng.randrange(20, 400)
                size = self.company.aside.randrange(80_000_000, 900_000_000)
                dump = Access(estate.buckets[2], f"db/{rhythm.day(when)}/{part}.sql.gz", size)
                self.book.call(backup, "Oss:PutObject", when, self.region, data=True, about=dump)
        terraform = self._machine("terraform-runner", self.offices[0], places.TERRAFORM)
        for when in rhythm.working_moments(rng, start, end, 1.2, weekend=0):
            for step in _plan(estate):
                when += rng.randrange(1, 5)
                self._step(terraform, step, when)
        for name, service in _WEEKLY.items():
            weekly = self._machine(name, "10.20.0.14", places.PYTHON)
            for when in rhythm.beats(rng, start, end, 7 * 86400, jitter=3600):
                self._step(weekly, (service, {}), when)

    def _instances(self, start: datetime, end: datetime) -> None:
        """The application servers read their secrets with the role of the instance."""
        role = self.company.account.roles["EcsAppRole"]
        for when in rhythm.beats(self.rng, start, end, 6 * 3600, jitter=900):
            instance = self.rng.choice(self.estate.instances)
            actor = self.book.session(role, instance, self.company.ids.sts_key(), "10.20.1.40", places.JAVA)
            for secret in self.estate.secrets[:2]:
                self._step(actor, ("Kms:GetSecretValue", {"ACS::KMS::Secret": [secret]}), when)
                when += 1

    def _machine(self, name: str, ip: str, agent: str) -> Actor:
        user, key = self.crew.machines[name]
        return self.book.user(user, key, ip, agent)

    def _step(self, actor: Actor, step: Step, when: float) -> None:
        if when < self.company.now.timestamp():
            self.book.call(actor, step[0], when, self.region, resources=step[1])


_WEEKLY = {
    "image-pusher": "Cr:GetAuthorizationToken",
    "cert-renewer": "Alidns:DescribeDomainRecords",
    "cdn-refresher": "Cdn:RefreshObjectCaches",
    "report-builder": "Rds:DescribeDBInstances",
    "inventory-sync": "ResourceManager:ListAccounts",
    "billing-export": "BssOpenApi:QueryBillOverview",
}


def _plan(estate: Estate) -> list[Step]:
    """What Terraform reads before it changes anything."""
    return [
        ("Sts:GetCallerIdentity", {}),
        ("Vpc:DescribeVpcs", {"ACS::VPC::VPC": [estate.vpc]}),
        ("Vpc:DescribeVSwitches", {"ACS::VPC::VSwitch": [estate.vswitch]}),
        ("Ecs:DescribeSecurityGroupAttribute", {"ACS::ECS::SecurityGroup": [estate.security_group]}),
        ("Ecs:DescribeInstances", {}),
        ("Slb:DescribeLoadBalancerAttribute", {"ACS::SLB::LoadBalancer": estate.balancers[:1]}),
        ("Rds:DescribeDBInstanceAttribute", {"ACS::RDS::DBInstance": estate.databases[:1]}),
        ("Oss:GetBucketInfo", {"ACS::OSS::Bucket": estate.buckets[:1]}),
    ]


def _menus(estate: Estate) -> dict[str, list[Step]]:
    """What each department looks at."""
    instance: Resources = {"ACS::ECS::Instance": estate.instances[:1]}
    machines: list[Step] = [
        ("Ecs:DescribeInstances", {}),
        ("Ecs:DescribeInstanceAttribute", instance),
        ("Ecs:DescribeRegions", {}),
        ("Slb:DescribeLoadBalancers", {}),
    ]
    logs: list[Step] = [
        ("Sls:ListLogStores", {"ACS::SLS::Project": [estate.project]}),
        ("Sls:GetProject", {}),
    ]
    store: list[Step] = [
        ("Oss:ListBuckets", {}),
        ("Oss:GetBucketInfo", {"ACS::OSS::Bucket": estate.buckets[:1]}),
    ]
    people: list[Step] = [("Ims:ListUsers", {}), ("Ims:GetUser", {}), ("Ram:ListPoliciesForUser", {})]
    base: list[Step] = [
        ("Rds:DescribeDBInstances", {}),
        ("Rds:DescribeSlowLogs", {"ACS::RDS::DBInstance": estate.databases[:1]}),
    ]
    cluster: list[Step] = [
        ("CS:DescribeClusters", {}),
        ("CS:DescribeClusterDetail", {"ACS::CS::Cluster": [estate.cluster]}),
    ]
    return {
        "platform": machines + cluster + people + store,
        "backend": machines + logs + base + cluster,
        "frontend": [*store, *logs, ("Cdn:DescribeUserDomains", {})],
        "data": base + store + logs,
        "qa": logs + machines,
        "security": [*people, ("Sas:DescribeSuspEvents", {}), ("Actiontrail:LookupEvents", {})],
        "finance": [("BssOpenApi:QueryBillOverview", {}), ("BssOpenApi:QueryAccountBalance", {})],
        "operations": [*machines, ("Ecs:RebootInstance", instance), ("Cms:DescribeMetricList", {})],
        "command line": machines + logs + store + cluster,
    }
