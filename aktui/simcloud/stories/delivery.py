"""What a deployment key does for a living: bursts when people release, a beat from the build host."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aktui.simcloud.account import Role
from aktui.simcloud.stories import places, rhythm
from aktui.simcloud.stories.access import HEADER_V4, LINK, NO_SUCH_KEY, Access
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor

BUILD_HOST = "198.51.100.23"
"""Public address of the instance that builds and deploys."""

BUILD_HOST_INSIDE = "10.20.3.23"
"""Its address in the VPC."""

INSTALLERS = tuple(f"203.0.113.{number}" for number in range(160, 184))
"""Who fetches releases through links that were signed for them."""

_HOUR = timedelta(hours=1)


class Delivery:
    """The business use of one deployment key in the home region."""

    def __init__(self, company: Company, estate: Estate, actor: Actor, role: Role) -> None:
        self.company, self.estate, self.actor, self.role = company, estate, actor, role
        self.rng, self.book, self.region = company.rng, company.book, company.account.region

    def run(self, start: datetime, end: datetime, offices: Sequence[str]) -> None:
        """Releases from the offices, checks from the build host, round the clock.

        The running hour sees only what was seen before, so that the sets of services, operations,
        addresses and things are complete whenever the audit was last refreshed.
        """
        for when in rhythm.working_moments(self.rng, start, rhythm.full_hour(end) - _HOUR, 3.2):
            self.release(when, offices[0] if self.rng.random() < 0.7 else offices[1])
        host = self.actor.by(ip=BUILD_HOST, agent=places.GO)
        for when in rhythm.beats(self.rng, start, end, 1500):
            self._check(host, when)
        inside = host.by(ip=BUILD_HOST_INSIDE, vpc=self.estate.vpc)
        for when in rhythm.nightly(start, rhythm.full_hour(end) - _HOUR, 2):
            self._rebuild(inside, when)

    def release(self, when: float, ip: str, agent: str = places.PYTHON) -> None:
        """One deployment: fetch the image credentials, roll the servers behind a balancer, purge the CDN."""
        actor, estate = self.actor.by(ip=ip, agent=agent), self.estate
        servers = self.rng.sample(estate.instances[:12], 3)
        balancer = {"ACS::SLB::LoadBalancer": [self.rng.choice(estate.balancers)]}
        call = self.book.call
        call(actor, "Sts:GetCallerIdentity", when, self.region, request={})
        call(actor, "Cr:GetAuthorizationToken", when + 2, self.region)
        call(actor, "Ecs:DescribeInstances", when + 4, self.region)
        self._upload(actor, when + 9)
        for server in servers:
            when += self.rng.randrange(20, 60)
            instance = {"ACS::ECS::Instance": [server]}
            call(actor, "Slb:SetBackendServers", when, self.region, resources=balancer)
            call(actor, "Ecs:RunCommand", when + 3, self.region, resources=instance)
            call(actor, "Ecs:DescribeInvocationResults", when + 15, self.region, resources=instance)
        call(actor, "Cdn:RefreshObjectCaches", when + 30, self.region)
        if self.rng.random() < 0.2:
            self._roll_cluster(actor, when + 40)
        if self.rng.random() < 0.03:
            throttled = ("Throttling.User", "Request was denied due to user flow control.")
            call(actor, "Ecs:DescribeInstances", when + 50, self.region, error=throttled)

    def _upload(self, actor: Actor, when: float) -> None:
        """The build goes to the artefacts, its pages to the assets; users get links to the installer."""
        aside, put = self.company.aside, self.company.data_book.call
        build, artifacts = aside.randrange(1000, 9999), self.estate.buckets[4]
        made = Access(
            artifacts,
            f"releases/shop-{build}.tar.gz",
            aside.randrange(40_000_000, 90_000_000),
            sign=HEADER_V4,
        )
        self.book.call(actor, "Oss:PutObject", when, self.region, data=True, about=made)
        for page in ("首页", "商品 详情", "购物车"):
            about = Access(
                self.estate.buckets[0], f"static/{build}/{page}.html", aside.randrange(9_000, 90_000)
            )
            put(actor, "Oss:PutObject", when + aside.uniform(0.1, 3), self.region, data=True, about=about)
        name = f"installers/清河商家版 {build}.dmg"
        about = Access(artifacts, name, aside.randrange(60_000_000, 70_000_000), sign=LINK)
        for _ in range(aside.randrange(4, 30)):
            guest = actor.by(ip=aside.choice(INSTALLERS), agent=places.BROWSER)
            when += aside.uniform(5, 900)
            put(guest, "Oss:GetObject", when, self.region, data=True, about=about)

    def _rebuild(self, inside: Actor, when: float) -> None:
        """Every night, from within the VPC: what runs, what to build with, what was built last."""
        aside, call = self.company.aside, self.company.data_book.call
        call(inside, "Ecs:DescribeInstances", when, self.region)
        call(inside, "Cr:GetAuthorizationToken", when + 1, self.region)
        for number in range(6):
            about = Access(self.estate.buckets[4], f"cache/layer-{number}.tar", 30_000_000 + 7_000 * number)
            when += aside.uniform(2, 9)
            call(inside, "Oss:GetObject", when, self.region, data=True, about=about)
        status, code, ec = NO_SUCH_KEY
        about = Access(self.estate.buckets[4], "cache/index.lock", status=status, error=code, ec=ec)
        gone = (code, "The specified key does not exist.")
        call(inside, "Oss:HeadObject", when + 3, self.region, data=True, about=about, error=gone)

    def _roll_cluster(self, actor: Actor, when: float) -> None:
        cluster = {"ACS::CS::Cluster": [self.estate.cluster]}
        session = self.book.assume(actor, self.role, "release", when, self.region)
        self.book.call(session, "CS:DescribeClusterUserKubeconfig", when + 1, self.region, resources=cluster)
        self.book.call(session, "CS:DescribeClusterDetail", when + 2, self.region, resources=cluster)

    def _check(self, host: Actor, when: float) -> None:
        self.book.call(host, "Ecs:DescribeInstanceStatus", when, self.region)
        balancer = {"ACS::SLB::LoadBalancer": self.estate.balancers[:1]}
        self.book.call(host, "Slb:DescribeHealthStatus", when + 1, self.region, resources=balancer)
