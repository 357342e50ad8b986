"""A developer's key: from role to role, and on the way everything that lets an intruder come back."""

from datetime import UTC, datetime

from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import administration, logtruth, machines, places, rhythm, truth
from aktui.simcloud.stories.atlas import Atlas
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.chain import Chain, Rungs, nightly, rungs
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew, populate
from aktui.simcloud.stories.habits import BUSINESS, INTRUDER, Goings, keep_on, of, thing
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.logkeeping import Kept, keep_applications, keep_operations, keep_trail
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.raid import Raid
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.routine import Routine

STORY = (
    "A developer's key was taken from a laptop. The developer still works with it from the usual place, and "
    "takes the role dev-self-service as colleagues do. {first} days ago somebody found that this role "
    "may change roles and policies: they made a role that a foreign account may take, let the first role "
    "take the role of the nightly job, widened its policy to everything, took it, gave a contractor who had "
    "left a key and every right, a service account a logon to the console, and ran a script on machines. "
    "Trail and logs they could not stop: policies deny it. They came back by each of these doors. The "
    "nightly job, the review of roles, a new colleague and operations' patches are business."
)


def build(seed: int, now: datetime) -> Account:
    atlas = Atlas("role-chain-persistence", seed)
    company = atlas.company(now)
    crew = populate(company)
    estate = places.estate(company.ids, atlas.name)
    found = rungs(company, crew, atlas)
    routine = Routine(company, crew, estate, atlas.offices, atlas.roaming)
    routine.run(105)
    actor = _developer(company, crew, atlas)
    host = atlas.ours()
    _business(company, crew, estate, atlas, found, actor, host)
    before = len(company.book.events)
    lairs, evenings = [atlas.theirs() for _ in range(3)], atlas.days(5, 19)
    actors = [actor.by(ip=one, agent=atlas.tool()) for one in lairs]
    intruder = _intrusion(company, estate, routine, found, actors, evenings)
    stolen = company.book.events[before:]
    machines.keep_machines(company, estate)
    machines.keep_hosts(company, estate, {"etl-01": (host, "10.20.3.41")})
    keep_bills(company, estate)
    _goes_on(company, crew, estate, atlas.offices[0], intruder, found, actor, host, lairs)
    kept = Kept()
    keep_applications(company, estate.project)
    keep_operations(company, kept, [estate.project], 30, 260, 8_000)
    account = company.finish()
    keep_trail(account, company.ago(420))
    account.truth = truth.told(
        account,
        company.now,
        "business-and-intruder",
        STORY.format(first=evenings[0]),
        business={
            "source_ips": [actor.ip],
            "regions": [account.region],
            "still_active": True,
            "role_users": {
                found.first.name: sorted({actor.ip, *atlas.offices}),
                found.second.name: [host],
            },
        },
        intruder={
            **truth.of_events(stolen),
            "created": intruder.loot.created,
            "sessions": intruder.loot.sessions,
            "log_reads": intruder.loot.log_reads,
            "logs": logtruth.of_addresses(kept, lairs),
        },
        kept=kept,
    )
    return account


def _developer(company: Company, crew: Crew, atlas: Atlas) -> Actor:
    """Whose key was taken: one of those who may only look, with what they did so far."""
    able = [(user, key) for user, key in crew.developers if "developers" in user.groups]
    user, key = atlas.rng.choice(able)
    company.account.suspects = [key.id]
    used = next(event for event in company.book.events if event["userIdentity"].get("accessKeyId") == key.id)
    return company.book.user(user, key, used["sourceIpAddress"], used["userAgent"])


def _business(
    company: Company, crew: Crew, estate: Estate, atlas: Atlas, found: Rungs, actor: Actor, host: str
) -> None:
    """What looks like the intruder's doing and is not."""
    office = atlas.offices[0]
    others = [
        one
        for one in crew.developers
        if "developers" in one[0].groups and one[1].id not in company.account.suspects
    ][:2]
    people = [actor, *(company.book.user(user, key, office, places.CLI) for user, key in others)]
    administration.sandboxes(company, people, found.first)
    nightly(company, found, host, estate.buckets[4])
    administration.onboard(company, rhythm.working_days(company.now, 16)[0], office, atlas.rng.randrange(3))
    review = rhythm.working_days(company.now, 25)[0]
    administration.revise_roles(company, [found.first, found.second], ["developer-scope"], review, office)
    administration.patch(company, crew, estate, office)


def _intrusion(
    company: Company, estate: Estate, routine: Routine, found: Rungs, actors: list[Actor], days: list[int]
) -> Intruder:
    """Five evenings, so many days ago: look, climb, come back by each of the doors."""

    def evening(number: int, hour: float) -> float:
        return rhythm.company_time(company.now, days[number], hour + company.rng.random() / 2)

    intruder = Intruder(company, estate, actors[0], datetime.fromtimestamp(evening(0, 21.2), UTC))
    chain, account = Chain(intruder, found), company.account
    chain.probe((account.roles["ops-break-glass"], account.roles["deploy-role"]))
    intruder.wait(31)
    Raid(intruder).read_logs(company.rng.randint(8, 24), estate.project, "nginx-access")
    intruder.wait_until(evening(1, 22.5))
    door, second = chain.climb()
    key = chain.settle(door, second)
    chain.command(second, company.rng.sample(estate.instances, company.rng.randint(1, 4)))
    intruder.wait_until(evening(2, 23.4))
    shadow = intruder.book.user(found.dormant, key, actors[1].ip, actors[1].agent)
    for name in ("Sts:GetCallerIdentity", "Ram:ListUsers", "Ecs:DescribeInstances", "Kms:ListSecrets"):
        intruder.do(name, actor=shadow, request={})
    intruder.do("Kms:GetSecretValue", actor=shadow, resources={"ACS::KMS::Secret": estate.secrets[:1]})
    intruder.wait_until(evening(3, 22))
    foreign = chain.from_abroad(door, actors[2].ip, actors[2].agent)
    for name in ("Sts:GetCallerIdentity", "Oss:ListBuckets", "Rds:DescribeDBInstances"):
        intruder.do(name, actor=foreign, request={})
    snapshot = {"ACS::RDS::DBInstance": estate.databases[:1]}
    intruder.do("Rds:CreateBackup", actor=foreign, resources=snapshot)
    intruder.wait_until(evening(4, 21.5))
    intruder.enter_console(routine, found.machine, actors[1].ip, ())
    intruder.do("Sts:GetCallerIdentity", request={})
    again = intruder.take_role(found.first, "dev-cli")
    intruder.do("Ram:ListUsers", actor=again, request={})
    assert intruder.when < rhythm.full_hour(company.now).timestamp()
    return intruder


def _goes_on(
    company: Company,
    crew: Crew,
    estate: Estate,
    office: str,
    intruder: Intruder,
    found: Rungs,
    actor: Actor,
    host: str,
    lairs: list[str],
) -> None:
    """The developer and the nightly job on one side, every door on the other."""
    key, tool = company.account.suspects[0], intruder.actor.agent
    Goings(company, BUSINESS, actor.ip, actor.agent, key=key).on("Ecs:DescribeInstances", 60)
    at_work = Goings(company, BUSINESS, actor.ip, actor.agent, key=key, role=found.first.name, session="work")
    at_work.on("Ram:ListRoles", 240)
    job = Goings(
        company,
        BUSINESS,
        host,
        places.PYTHON,
        key=found.runner_key.id,
        role=found.second.name,
        session="nightly",
    )
    job.on("Oss:GetObject", 90, **thing(estate.buckets[4], "exports/running/part-00001.parquet", 4_000_001))
    Goings(company, INTRUDER, lairs[0], tool, key=key).on("Sls:ListProject", 50)
    first = Goings(company, INTRUDER, lairs[0], tool, key=key, role=found.first.name, session="dev-cli")
    first.on("Ram:ListUsers", 40)
    assert intruder.loot.key is not None
    shadow = Goings(company, INTRUDER, lairs[1], tool, key=intruder.loot.key.id)
    shadow.on("Ram:ListUsers", 35)
    shadow.on("Kms:GetSecretValue", 75, **of("KMS::Secret", estate.secrets[0]))
    visitor = Goings(company, INTRUDER, lairs[1], places.BROWSER, user=found.machine.id)
    visitor.on("Ecs:DescribeInstances", 80)
    keep_on(company, crew, estate, office)


SCENARIO = Scenario(
    "role-chain-persistence", "A developer's key: from role to role, with every door left open behind", build
)
