"""A reporting key at work: an hourly job on a server that moved, and an analyst who travels."""

from collections.abc import Sequence
from dataclasses import dataclass

from aktui.simcloud.account import User
from aktui.simcloud.stories import places, rhythm
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.operation import LogCall
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor, Resources
from aktui.simcloud.stories.routine import Routine
from aktui.simcloud.stories.storage import Session

MOVED = 20
"""Days ago the job moved to another server."""
HOURS = range(8, 21)
"""Of the day, in which the job runs."""

Step = tuple[str, Resources]


@dataclass(frozen=True)
class Seats:
    """The addresses the key is used from in business."""

    host: str
    moved_to: str
    office: str
    hotel: str

    def all(self) -> list[str]:
        return sorted([self.host, self.moved_to, self.office, self.hotel])


class Reports:
    """Everything the business does with the key."""

    def __init__(self, company: Company, estate: Estate, actor: Actor, seats: Seats) -> None:
        self.company, self.estate, self.actor, self.seats = company, estate, actor, seats
        self.rng, self.book, self.region = company.rng, company.book, company.account.region
        self.exports = estate.buckets[4]

    def run(self, days: int = 90) -> None:
        """The job of so many days; the running hour has an ordinary one, seen often before."""
        now = self.company.now
        until = rhythm.full_hour(now).timestamp() - 3600
        for ago in range(days, -1, -1):
            for hour in HOURS:
                when = rhythm.company_time(now, ago, hour) + self.rng.randrange(60, 400)
                if when < until:
                    self._hourly(self._host(when), when)
            morning = rhythm.company_time(now, ago, 7.6)
            if morning < until:
                self._daily(self._host(morning), morning, weekly=ago % 7 == 3)
        for before in (3000, 2):
            self._hourly(self._host(until + 1), until + 3600 - before)

    def analyse(self, routine: Routine, analyst: User, trip: Sequence[int]) -> None:
        """The analyst asks the same, from the office; on a trip, some days ago, from a hotel."""
        now = self.company.now
        away = {rhythm.day(rhythm.company_time(now, ago, 12)) for ago in trip}
        until = rhythm.full_hour(now)
        for when in rhythm.working_moments(self.rng, self.company.ago(88), until, 0.6):
            if when < until.timestamp() - 3600 and rhythm.day(when) not in away:
                self._ask(self.actor.by(ip=self.seats.office), when)
        for ago in trip:
            when = rhythm.company_time(now, ago, 9.3 + 2 * self.rng.random())
            routine.visit(analyst, "data", when, self.seats.hotel, self.rng.randint(3, 6))
            self._ask(self.actor.by(ip=self.seats.hotel), when + 1900)

    def _host(self, when: float) -> Actor:
        moved = when > self.company.ago(MOVED).timestamp()
        return self.actor.by(ip=self.seats.moved_to if moved else self.seats.host)

    def _hourly(self, actor: Actor, when: float) -> None:
        self.book.call(actor, "Rds:DescribeDBInstances", when, self.region)
        if self.rng.random() < 0.4:
            self.book.call(actor, "Ecs:DescribeInstances", when + 3, self.region)
        reading = actor.by(ip=actor.ip, agent=places.OSS_SDK)
        session = Session(self.company, reading, self.region, when + 5)
        session.batch(
            "ListObjects", 1, lambda _: Access(self.exports, size=31_000, query="prefix=exports"), 1
        )
        session.batch("GetObject", 4, lambda number: self.export(when, number), 2)

    def _daily(self, actor: Actor, when: float, *, weekly: bool) -> None:
        """The password of the orders, the slow queries, the log of yesterday; once a week the rest."""
        database: Resources = {"ACS::RDS::DBInstance": self.estate.databases[:1]}
        steps: list[Step] = [
            ("Kms:GetSecretValue", {"ACS::KMS::Secret": self.estate.secrets[:1]}),
            ("Rds:DescribeDBInstanceAttribute", database),
            ("Rds:DescribeSlowLogs", database),
        ]
        if weekly:
            bare = ("Ecs:DescribeImages", "Ecs:DescribeSnapshots", "Oss:ListBuckets")
            steps += [("Rds:DescribeBackups", database), *((name, {}) for name in bare)]
        for at, (name, things) in enumerate(steps):
            self.book.call(actor, name, when + 4 * at, self.region, resources=things)
        window = (int(when) - 86400, int(when))
        about = LogCall(self.estate.project, "nginx-access", "status >= 500", window, 2_400)
        self.company.data_book.call(
            actor, "Sls:GetLogStoreLogs", when + 40, self.region, data=True, about=about
        )

    def _ask(self, actor: Actor, when: float) -> None:
        """A notebook: which databases, which exports, and one of them."""
        self.book.call(actor, "Rds:DescribeDBInstances", when, self.region)
        if self.rng.random() < 0.5:
            self.book.call(actor, "Ecs:DescribeInstances", when + 14, self.region)
        reading = Session(self.company, actor.by(ip=actor.ip, agent=places.OSS_SDK), self.region, when + 30)
        reading.batch("GetObject", 2, lambda number: self.export(when, number), 40)

    def export(self, when: float, number: int) -> Access:
        """An object that reports are made of."""
        name = f"exports/{rhythm.day(when)}/销售 日报-{number}.parquet"
        return Access(self.exports, name, 1_200_000 + number * 77_003)
