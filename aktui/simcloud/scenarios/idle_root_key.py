"""A key of the account itself, unused for more than a year, found in a public repository."""

from datetime import datetime

from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import machines, places, rhythm, truth
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import populate
from aktui.simcloud.stories.findings import report_leak
from aktui.simcloud.stories.habits import INTRUDER, Goings, keep_on
from aktui.simcloud.stories.logkeeping import keep_applications, keep_trail
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.routine import Routine

OFFICES = ("203.0.113.21", "203.0.113.88")
OLD_HOST = "198.51.100.47"
"""Where the migration scripts ran."""

FINDER = "192.0.2.119"
"""Where the key is tried from while the drill runs; until then nobody has used it."""

LAST_USED = 390
"""Days; the audit forgets after 400, so the key is about to look as if it had never been used."""

STORY = (
    "A key of the account itself lies in the history of a repository that was made public yesterday. "
    "Migration scripts used it from one host until about thirteen months ago; nothing has used it since, "
    "neither the business nor anybody else. A second, still older key of the account is disabled; the audit "
    "no longer reaches its last use. The account's own logons to the console are the finance director's."
)


def build(seed: int, now: datetime) -> Account:
    company = Company("idle-root-key", "baihe-media", seed, now, region="cn-shanghai")
    crew = populate(company)
    estate = places.estate(company.ids, "baihe")
    routine = Routine(company, crew, estate, OFFICES)
    routine.run(110)
    key = company.key(None, 1460)
    old = company.key(None, 2200, "Inactive", changed=1455)
    _migration(company, estate, company.book.root(key, OLD_HOST, places.PYTHON_OLD))
    for age in (1470, 1462, 1456):
        ancient = company.book.root(old, OLD_HOST, places.PYTHON_OLD)
        company.book.call(
            ancient, "Ecs:DescribeInstances", company.ago(age).timestamp(), company.account.region
        )
    for when in rhythm.beats(company.rng, company.ago(70), company.ago(3), 30 * 86400, jitter=30000):
        routine.sign_in(None, when, OFFICES[0])
        visitor = company.book.person(None, when, OFFICES[0], places.BROWSER)
        for click, name in enumerate(("BssOpenApi:QueryBillOverview", "BssOpenApi:QueryAccountBalance"), 1):
            company.book.call(visitor, name, when + 20 * click, company.account.region)
    company.account.suspects = [key.id]
    keep_applications(company, estate.project)
    machines.keep_machines(company, estate)
    keep_bills(company, estate)
    report_leak(company, key, company.ago(0.8), "media-migration", "scripts/migrate.ini")
    # Somebody has found the key and tries, now and then, what it is good for.
    finder = Goings(company, INTRUDER, FINDER, places.CLI, key=key.id)
    finder.on("Sts:GetCallerIdentity", 240)
    finder.on("Oss:ListBuckets", 420)
    keep_on(company, crew, estate, OFFICES[0])
    account = company.finish()
    # The company keeps the trail's events but never switched on the index: nobody can search them.
    keep_trail(account, company.ago(500), index=None)
    account.truth = truth.told(
        account,
        company.now,
        "idle",
        STORY,
        business={"source_ips": [OLD_HOST], "regions": [account.region], "still_active": False},
    )
    return account


def _migration(company: Company, estate: Estate, actor: Actor) -> None:
    """A few runs a week over two months, then never again."""
    region = company.account.region
    steps = [
        ("Ecs:DescribeInstances", None),
        ("Ecs:CreateSnapshot", {"ACS::ECS::Instance": estate.instances[:1]}),
        ("Rds:DescribeBackups", {"ACS::RDS::DBInstance": estate.databases[:1]}),
        ("Oss:ListBuckets", None),
        ("Oss:PutBucketLifecycle", {"ACS::OSS::Bucket": [estate.buckets[2]]}),
        ("Ram:ListUsers", None),
    ]
    start, end = company.ago(LAST_USED + 60), company.ago(LAST_USED)
    for when in rhythm.beats(company.rng, start, end, 2.5 * 86400, jitter=40000):
        for name, things in steps:
            when += company.rng.randrange(2, 40)
            company.book.call(actor, name, when, region, resources=things)
        for _ in range(3):
            when += company.rng.randrange(2, 40)
            company.book.call(actor, "Oss:PutObject", when, region, data=True)


SCENARIO = Scenario(
    "idle-root-key", "A key of the account itself, unused for more than a year, in a public repository", build
)
