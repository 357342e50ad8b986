"""A reporting key: the business reads by the hour, an intruder a few times a day, for weeks, much alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aktui.simcloud.account import AccessKey, Account
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import logtruth, machines, places, rhythm, sites, truth
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.administration import named
from aktui.simcloud.stories.atlas import Atlas
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew, populate
from aktui.simcloud.stories.habits import BUSINESS, INTRUDER, Goings, keep_on, thing
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.logkeeping import (
    Kept,
    Region,
    keep_accesses,
    keep_applications,
    keep_operations,
    keep_trail,
)
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.refusals import NO_PERMISSION
from aktui.simcloud.stories.reporting import MOVED, Reports, Seats
from aktui.simcloud.stories.routine import Routine

VISITS = 25
"""Working days on which the intruder came."""
ANALYST = "gao.peng"

STORY = (
    "The key of svc-reports was read from a notebook that an analyst had shared with everybody. The business "
    "makes reports with it every hour by day, on a server that moved three weeks ago, and the analyst uses "
    "it from the office and, on a trip, from a hotel. For five weeks somebody has used it from four "
    "neighbouring addresses of a cloud provider, with the same SDK, on working days in office hours, a few "
    "times a day: what the business also asks, database dumps that it never reads with this key, and once "
    "{once}."
)
_SHARED = "a machine image shared with a foreign account"
_SECRET = "the secret of the payment gateway"  # noqa: S105


@dataclass
class Taken:
    """What the intruder got, for the truth."""

    objects: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    shared: list[dict[str, str]] = field(default_factory=list)


def build(seed: int, now: datetime) -> Account:
    atlas = Atlas("slow-and-low", seed)
    company = atlas.company(now)
    crew = populate(company)
    estate = places.estate(company.ids, atlas.name)
    routine = Routine(company, crew, estate, atlas.offices, atlas.roaming)
    routine.run()
    seats = Seats(atlas.ours(), atlas.ours(), atlas.offices[0], atlas.others())
    actor, key = _reporter(company, seats.host)
    reports = Reports(company, estate, actor, seats)
    reports.run()
    trip = rhythm.working_days(company.now, 12)[:3]
    reports.analyse(routine, named(company, ANALYST), trip)
    before = len(company.book.events)
    lairs = atlas.near(atlas.theirs(), 4)
    taken = _intrusion(company, estate, atlas, actor, lairs)
    stolen = company.book.events[before:]
    machines.keep_machines(company, estate)
    machines.keep_hosts(company, estate, {"reports-02": (seats.moved_to, "10.20.4.12")})
    keep_bills(company, estate)
    _goes_on(company, crew, estate, seats, key, lairs)
    kept = _logs(company, crew, estate)
    account = company.finish()
    keep_trail(account, company.ago(350))
    account.truth = truth.told(
        account,
        company.now,
        "business-and-intruder",
        STORY.format(once=_SHARED if taken.shared else _SECRET),
        business=_business(company, seats, trip),
        intruder=_intruder(kept, stolen, taken, lairs),
        kept=kept,
    )
    return account


def _business(company: Company, seats: Seats, trip: list[int]) -> truth.Truth:
    """The addresses that came late, and why, among the rest."""
    return {
        "source_ips": seats.all(),
        "regions": [company.account.region],
        "still_active": True,
        "new": {"source_ips": sorted([seats.moved_to, seats.hotel])},
        "moved": {"from": seats.host, "to": seats.moved_to, "days_ago": MOVED},
        "trip": {"user": ANALYST, "source_ip": seats.hotel, "days_ago": trip},
    }


def _intruder(kept: Kept, stolen: list[dict[str, Any]], taken: Taken, lairs: list[str]) -> truth.Truth:
    return {
        **truth.of_events(stolen),
        "created": {},
        "sessions": [],
        "objects_read": len(taken.objects),
        "objects": taken.objects,
        "secrets_read": taken.secrets,
        "shared_images": taken.shared,
        "logs": logtruth.of_addresses(kept, lairs),
    }


def _reporter(company: Company, host: str) -> tuple[Actor, AccessKey]:
    company.policy(
        "reports-scope",
        340,
        "报表：只读；镜像共享是给子公司的",
        {"Effect": "Allow", "Action": ["ecs:Describe*", "rds:Describe*", "log:Get*"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["oss:Get*", "oss:List*", "kms:GetSecretValue"], "Resource": "*"},
        {"Effect": "Allow", "Action": "ecs:ModifyImageSharePermission", "Resource": "*"},
    )
    user = company.user("svc-reports", "报表服务", 338, comments="hourly reports, team data; ask 高鹏")
    user.tags = {"kind": "service-account", "team": "data"}
    company.attach(user, user.created, "reports-scope")
    key = company.key(user, 330)
    company.account.suspects = [key.id]
    return company.book.user(user, key, host, places.PYTHON), key


def _intrusion(company: Company, estate: Estate, atlas: Atlas, actor: Actor, lairs: list[str]) -> Taken:
    """A few calls on each of some weeks' working days, in office hours; the last of them before today."""
    rng, taken, menu = company.rng, Taken(), _menu(estate)
    days = rhythm.working_days(company.now, VISITS)
    intruder = Intruder(company, estate, actor, company.ago(60))
    about = company.book.about.values()
    sizes = {
        one.name: one.size for one in about if isinstance(one, Access) and one.bucket == estate.buckets[2]
    }
    for at, ago in enumerate(days):
        for hour in sorted(rng.uniform(9.6, 17) for _ in range(rng.randint(2, 4))):
            intruder.wait_until(max(rhythm.company_time(company.now, ago, hour), intruder.when))
            intruder.actor = actor.by(ip=rng.choice(lairs))
            name, things = rng.choice(menu)
            intruder.do(name, resources=things)
        intruder.wait(3 + 20 * rng.random())
        if at % 4 == 2:
            _read_dump(intruder, ago, sizes, taken)
        elif at == 3:
            intruder.try_all("Kms:ListSecrets", error=NO_PERMISSION)
        elif at == VISITS // 2 + 1:
            _once(intruder, atlas, taken)
    return taken


def _menu(estate: Estate) -> list[tuple[str, dict[str, list[str]]]]:
    """Nothing here that the business does not ask as well."""
    database = {"ACS::RDS::DBInstance": estate.databases[:1]}
    return [
        ("Rds:DescribeDBInstances", {}),
        ("Ecs:DescribeInstances", {}),
        ("Ecs:DescribeSnapshots", {}),
        ("Ecs:DescribeImages", {}),
        ("Oss:ListBuckets", {}),
        ("Rds:DescribeBackups", database),
        ("Rds:DescribeDBInstanceAttribute", database),
    ]


def _read_dump(intruder: Intruder, ago: int, sizes: Mapping[str, int], taken: Taken) -> None:
    """A nightly dump of the users, listed before."""
    company, bucket = intruder.company, intruder.estate.buckets[2]
    reader = intruder.actor.by(ip=intruder.actor.ip, agent=places.OSS_SDK)
    day = rhythm.day(rhythm.company_time(company.now, ago, 3))
    listing = Access(bucket, size=9_300, query="prefix=db%2F&max-keys=100")
    name = f"db/{day}/users.sql.gz"
    dump = Access(bucket, name, sizes[name])
    for operation, about in (("ListObjects", listing), ("GetObject", dump)):
        intruder.do(f"Oss:{operation}", actor=reader, data=True, about=about)
    taken.objects.append(dump.name)


def _once(intruder: Intruder, atlas: Atlas, taken: Taken) -> None:
    """What gives the intruder away: which of two it is depends on the seed."""
    company = intruder.company
    if atlas.rng.random() < 0.5:
        secret = intruder.estate.secrets[1]
        intruder.do("Kms:GetSecretValue", resources={"ACS::KMS::Secret": [secret]})
        taken.secrets.append(secret)
        return
    image, foreign = company.ids.thing("m-bp1"), "1" + "".join(atlas.rng.choices("0123456789", k=15))
    asked = {"RegionId": company.account.region, "ImageId": image, "AddAccount.1": foreign}
    things = {"ACS::ECS::Image": [image]}
    intruder.do("Ecs:ModifyImageSharePermission", request=asked, resources=things)
    taken.shared.append({"image": image, "account": foreign})


def _goes_on(
    company: Company, crew: Crew, estate: Estate, seats: Seats, key: AccessKey, lairs: list[str]
) -> None:
    """Reports as ever; the intruder as seldom as before."""
    host = Goings(company, BUSINESS, seats.moved_to, places.PYTHON, key=key.id)
    host.on("Rds:DescribeDBInstances", 60)
    host.on("Ecs:DescribeInstances", 150)
    reading = Goings(company, BUSINESS, seats.moved_to, places.OSS_SDK, key=key.id)
    reading.on(
        "Oss:GetObject", 80, **thing(estate.buckets[4], "exports/running/销售 日报-1.parquet", 1_277_003)
    )
    Goings(company, BUSINESS, seats.office, places.PYTHON, key=key.id).on("Rds:DescribeDBInstances", 600)
    for at, name in enumerate(("Rds:DescribeDBInstances", "Ecs:DescribeSnapshots")):
        Goings(company, INTRUDER, lairs[at], places.PYTHON, key=key.id).on(name, 2400 + 600 * at)
    dump = Goings(company, INTRUDER, lairs[2], places.OSS_SDK, key=key.id)
    dump.on("Oss:GetObject", 3300, **thing(estate.buckets[2], "db/running/users.sql.gz", 310_000_000))
    keep_on(company, crew, estate, seats.office)


def _logs(company: Company, crew: Crew, estate: Estate) -> Kept:
    """Everything at home."""
    kept, region = Kept(), company.account.region
    _, backup = crew.machines["oss-backup"]
    traffic = sites.shop(company.account, estate, company.aside, backup.id)
    keep_accesses(company, kept, Region(region, estate.buckets, 30, 200, 25_000, traffic))
    keep_applications(company, estate.project)
    keep_operations(company, kept, [estate.project], 30, 200, 6_000)
    return kept


SCENARIO = Scenario(
    "slow-and-low", "A reporting key: read by the hour in business, a few times a day by somebody else", build
)
