"""Two keys of two users, leaked together: one forgotten, one in use, and one intruder with both."""

from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import logtruth, machines, places, rhythm, sites, truth
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.atlas import Atlas
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew, populate
from aktui.simcloud.stories.habits import BUSINESS, INTRUDER, Goings, keep_on, of, thing
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.logkeeping import (
    Kept,
    Region,
    keep_accesses,
    keep_applications,
    keep_operations,
    keep_trail,
)
from aktui.simcloud.stories.media import FileService, file_service, serve
from aktui.simcloud.stories.pair import COPIES, Shared, carry_out, compare, copy, prepare
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.routine import Routine
from aktui.simcloud.stories.takeover import Takeover

IDLE = 170
"""Days since the business used the forgotten key."""

STORY = (
    "An old backup of a build server had the keys of svc-migrate and svc-media in it. The migration ended "
    "half a year ago and nobody used its key since; the file service uses the other every hour. One "
    "intruder has used both, from one address with one tool. With the forgotten key, which may "
    "change users and roles, they made a role, a bucket and a user; with the other they took that role and "
    "read secrets in it, and put copies of customers' files into that bucket, from where the forgotten key "
    "fetched them. The user made works from a second address."
)


def build(seed: int, now: datetime) -> Account:
    atlas = Atlas("two-keys-one-intruder", seed)
    company = atlas.company(now)
    crew = populate(company)
    estate = places.estate(company.ids, atlas.name)
    Routine(company, crew, estate, atlas.offices, atlas.roaming).run()
    old, host = atlas.ours(), atlas.ours()
    idle = _migration(company, estate, old)
    service = file_service(company, host, estate.buckets[1])
    serve(company, service)
    company.account.suspects = [idle.identity["accessKeyId"], service.key.id]
    before, lairs, tool = len(company.book.events), [atlas.theirs(), atlas.theirs()], atlas.tool()
    actors, nights = [one.by(ip=lairs[0], agent=tool) for one in (idle, service.actor)], atlas.days(4, 12)
    intruder, shared = _intrusion(company, estate, atlas, actors, lairs[1], nights)
    stolen = company.book.events[before:]
    machines.keep_machines(company, estate)
    machines.keep_hosts(company, estate, {"media-01": (host, "10.20.5.11")})
    keep_bills(company, estate)
    _goes_on(company, crew, estate, atlas.offices[0], service, intruder, shared, lairs)
    kept = _logs(company, crew, estate, shared.bucket)
    account = company.finish()
    keep_trail(account, company.ago(600))
    account.truth = truth.told(
        account,
        company.now,
        "business-and-intruder",
        STORY,
        business=_business(company, old, host),
        intruder={
            **truth.of_events(stolen),
            "by_key": _by_key(stolen, company.account.suspects),
            "created": intruder.loot.created,
            "made_with_one_used_with_other": shared.made,
            "sessions": intruder.loot.sessions,
            "objects_read": intruder.loot.objects_read,
            "logs": logtruth.of_addresses(kept, lairs),
        },
        kept=kept,
    )
    return account


def _migration(company: Company, estate: Estate, old: str) -> Actor:
    """Runs of some weeks, half a year ago; then nobody took the key away."""
    company.policy(
        "migration-scope", 520, "迁移用，完成后删除", {"Effect": "Allow", "Action": "oss:*", "Resource": "*"}
    )
    user = company.user("svc-migrate", "机房迁移", 518, comments="迁移已完成 2026，TODO: 删除")
    company.attach(user, user.created, "AliyunRAMFullAccess", "migration-scope")
    key = company.key(user, 515)
    actor, region = company.book.user(user, key, old, places.PYTHON_OLD), company.account.region
    for when in rhythm.beats(company.rng, company.ago(IDLE + 80), company.ago(IDLE), 3 * 86400, jitter=20000):
        for name in ("Oss:ListBuckets", "Ram:ListUsers"):
            company.book.call(actor, name, when, region, request={})
        about = Access(estate.buckets[1], f"moved/{rhythm.day(when)}.tar", 700_000_000)
        company.book.call(actor, "Oss:PutObject", when + 60, region, data=True, about=about)
    return actor


def _intrusion(
    company: Company, estate: Estate, atlas: Atlas, actors: list[Actor], second: str, days: list[int]
) -> tuple[Intruder, Shared]:
    """Four nights; the last call is older than the running hour."""
    idle, used = actors
    nights = [rhythm.company_time(company.now, ago, 22 + company.rng.random()) for ago in days]
    intruder = Intruder(company, estate, idle, datetime.fromtimestamp(nights[0], UTC))
    compare(intruder, idle, used)
    intruder.wait(40)
    shared = prepare(intruder, atlas, idle, used)
    intruder.wait_until(nights[1])
    carry_out(intruder, used, shared)
    intruder.wait_until(nights[2])
    for number in range(COPIES):
        intruder.do("Oss:GetObject", actor=idle, data=True, about=copy(shared.bucket, number))
    intruder.loot.objects_read += COPIES
    intruder.wait_until(nights[3])
    shadow = Takeover(intruder).make_user("svc-media-sync", "媒体同步").by(ip=second, agent=places.CLI)
    intruder.wait(35)
    for name in (
        "Sts:GetCallerIdentity",
        "Ecs:DescribeInstances",
        "Rds:DescribeDBInstances",
        "Ram:ListUsers",
    ):
        intruder.do(name, actor=shadow, request={})
    intruder.do("Oss:ListBuckets", actor=used, request={})
    assert intruder.when < rhythm.full_hour(company.now).timestamp()
    return intruder, shared


def _business(company: Company, old: str, host: str) -> truth.Truth:
    idle, used = company.account.suspects
    return {
        "source_ips": sorted([old, host]),
        "regions": [company.account.region],
        "still_active": True,
        "keys": {
            idle: {"source_ips": [old], "still_active": False, "idle_since": iso(company.ago(IDLE))},
            used: {"source_ips": [host], "still_active": True},
        },
    }


def _by_key(stolen: list[dict[str, Any]], suspects: list[str]) -> dict[str, truth.Truth]:
    """The intruder's events with each of the leaked keys."""
    found = {}
    for key in suspects:
        events = [event for event in stolen if event["userIdentity"].get("accessKeyId") == key]
        found[key] = {name: told for name, told in truth.of_events(events).items() if name != "regions"}
    return found


def _goes_on(
    company: Company,
    crew: Crew,
    estate: Estate,
    office: str,
    service: FileService,
    intruder: Intruder,
    shared: Shared,
    lairs: list[str],
) -> None:
    """The file service; and the intruder with both keys and what they made."""
    idle, used = company.account.suspects
    tool = intruder.actor.agent
    picture = thing(service.bucket, "pictures/000812/主图 2.jpg", 94_117)
    serving = Goings(company, BUSINESS, service.actor.ip, places.OSS_SDK, key=used)
    serving.on("Oss:PutObject", 40, **picture)
    serving.on("Oss:GetObject", 30, **picture)
    taken = {"role": service.role.name, "session": "transcode"}
    Goings(company, BUSINESS, service.actor.ip, places.PYTHON, key=used, **taken).on("FC:InvokeFunction", 240)
    first = Goings(company, INTRUDER, lairs[0], tool, key=idle)
    first.on("Ram:ListUsers", 45)
    copied = copy(shared.bucket, 3)
    first.on("Oss:GetObject", 60, **thing(copied.bucket, copied.name, copied.size))
    second = Goings(company, INTRUDER, lairs[0], tool, key=used)
    second.on("Oss:GetObject", 35, **thing(estate.buckets[2], "db/running/orders.sql.gz", 91_204_113))
    session = {"role": shared.role.name, "session": "archive"}
    role = Goings(company, INTRUDER, lairs[0], tool, key=used, **session)
    role.on("Kms:GetSecretValue", 70, **of("KMS::Secret", estate.secrets[0]))
    assert intruder.loot.key is not None
    Goings(company, INTRUDER, lairs[1], places.CLI, key=intruder.loot.key.id).on("Ecs:DescribeInstances", 55)
    keep_on(company, crew, estate, office)


def _logs(company: Company, crew: Crew, estate: Estate, bucket: str) -> Kept:
    """Everything at home, the intruder's bucket included."""
    kept, region = Kept(), company.account.region
    _, backup = crew.machines["oss-backup"]
    traffic = sites.shop(company.account, estate, company.aside, backup.id)
    keep_accesses(company, kept, Region(region, [*estate.buckets, bucket], 30, 190, 25_000, traffic))
    keep_applications(company, estate.project)
    keep_operations(company, kept, [estate.project], 30, 190, 6_000)
    return kept


SCENARIO = Scenario(
    "two-keys-one-intruder", "Two leaked keys, one forgotten, one in use: one intruder works with both", build
)
