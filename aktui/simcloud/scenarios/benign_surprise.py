"""A new office and a new deployment script: every signal of an intruder, and none there."""

from datetime import UTC, datetime, timedelta

from aktui.simcloud.account import AccessKey, Account, Role
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import machines, places, rhythm, sites, truth
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew, populate
from aktui.simcloud.stories.delivery import BUILD_HOST, BUILD_HOST_INSIDE, INSTALLERS, Delivery
from aktui.simcloud.stories.findings import note_insight, watch
from aktui.simcloud.stories.habits import BUSINESS, Goings, deliver, keep_on, of, thing
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
from aktui.simcloud.stories.rhythm import full_hour
from aktui.simcloud.stories.routine import Routine

OFFICES = ("203.0.113.33", "203.0.113.97")
NEW_OFFICE = "203.0.113.150"
NEW_REGION = "cn-chengdu"
KEY_AGE = 89
MOVERS = 9
"""How many colleagues work in the new office."""

RELEASE_SCOPE = (
    {"Effect": "Allow", "Action": ["ecs:*", "slb:*", "cdn:*", "cr:*", "sts:AssumeRole"], "Resource": "*"},
    {"Effect": "Allow", "Action": ["oss:Get*", "oss:PutObject"], "Resource": "*"},
)
WIDENED_SCOPE = (
    *RELEASE_SCOPE,
    {"Effect": "Allow", "Action": ["vpc:*", "alb:*"], "Resource": "*"},
)

STORY = (
    "The company opened an office in Chengdu five days ago and moved nine people there. Three days ago the "
    "release team put a Terraform pipeline beside its Python script, which sets up a site in cn-chengdu: a "
    "new address, a new tool, a new region, new operations at odd hours, first attempts refused until an "
    "administrator widened the policy. The key was never leaked; colleagues work from the same address."
)


def build(seed: int, now: datetime) -> Account:
    company = Company("benign-surprise", "lanting-tech", seed, now)
    crew = populate(company)
    estate = places.estate(company.ids, "lanting")
    routine = Routine(company, crew, estate, OFFICES)
    routine.run()
    actor, key = _releaser(company)
    delivery = Delivery(company, estate, actor, company.account.roles["deploy-role"])
    delivery.run(company.ago(KEY_AGE), company.now, OFFICES)
    _office_opens(company, crew, routine)
    before = len(company.book.events)
    created = _new_pipeline(company, estate, actor.by(ip=NEW_OFFICE, agent=places.TERRAFORM))
    surprising = company.book.events[before:]
    company.account.suspects = [key.id]
    machines.keep_machines(company, estate, (BUILD_HOST, BUILD_HOST_INSIDE))
    machines.keep_started(company, created)
    keep_bills(company, estate)
    watch(company, 150)
    away = [event for event in surprising if event["acsRegion"] == NEW_REGION]
    note_insight(company, "IpInsight", NEW_OFFICE, away, NEW_REGION)
    _goes_on(company, crew, estate, key, created)
    kept = _logs(company, crew, estate)
    account = company.finish()
    keep_trail(account, company.ago(500))
    account.truth = truth.told(
        account,
        company.now,
        "business",
        STORY,
        business={
            "source_ips": sorted([*OFFICES, NEW_OFFICE, BUILD_HOST, BUILD_HOST_INSIDE]),
            "link_users": sorted(INSTALLERS),
            "regions": [account.region, NEW_REGION],
            "still_active": True,
            "new": {
                "source_ips": [NEW_OFFICE],
                "event_ids": truth.event_ids(surprising),
                "instances": created,
                "colleagues_there": [user.name for user, _ in crew.people[:MOVERS]],
            },
        },
        kept=kept,
    )
    return account


def _goes_on(
    company: Company, crew: Crew, estate: Estate, key: AccessKey, created: list[dict[str, str]]
) -> None:
    """Releases as ever, and the new pipeline beside."""
    deliver(company, estate, key, OFFICES, public=BUILD_HOST, inside=BUILD_HOST_INSIDE)
    pipeline = Goings(company, BUSINESS, NEW_OFFICE, places.TERRAFORM, key=key.id)
    pipeline.on("Ecs:DescribeInstances", 30, region=NEW_REGION)
    changed = of("ECS::Instance", created[0]["id"])
    pipeline.on("Ecs:ModifyInstanceAttribute", 90, region=NEW_REGION, **changed)
    pipeline.on("Oss:GetObject", 60, **thing(estate.buckets[4], "terraform/prod.tfstate", 412_077))
    keep_on(company, crew, estate, OFFICES[0])


def _logs(company: Company, crew: Crew, estate: Estate) -> Kept:
    """Everything at home, nothing in the region of the new site."""
    kept, region = Kept(), company.account.region
    _, backup = crew.machines["oss-backup"]
    traffic = sites.shop(company.account, estate, company.aside, backup.id)
    keep_accesses(company, kept, Region(region, estate.buckets, 14, 150, 30_000, traffic))
    keep_applications(company, estate.project)
    keep_operations(company, kept, [estate.project], 30, 200, 5_000)
    return kept


def _releaser(company: Company) -> tuple[Actor, AccessKey]:
    company.policy(
        "release-scope",
        500,
        "发布账号权限",
        *RELEASE_SCOPE,
    )
    user = company.user("svc-release", "发布机器人", 500, comments="release pipeline, team platform")
    company.attach(user, user.created, "release-scope")
    key = company.key(user, KEY_AGE)
    company.key(user, 480, "Inactive", changed=KEY_AGE - 1)
    return company.book.user(user, key, OFFICES[0], places.PYTHON), key


def _office_opens(company: Company, crew: Crew, routine: Routine) -> None:
    """Colleagues at work from the new address, before and while the pipeline runs there."""
    for user, department in crew.people[:MOVERS]:
        for when in rhythm.working_moments(company.rng, company.ago(5), company.now, 2, weekend=0.4):
            routine.visit(user, department, when, NEW_OFFICE, company.rng.randint(2, 6))


def _new_pipeline(company: Company, estate: Estate, actor: Actor) -> list[dict[str, str]]:
    """The first evenings of the new script: refused, permitted by an administrator, then at work."""
    rng, book, role = company.rng, company.book, company.account.roles["deploy-role"]
    start = full_hour(company.now) - timedelta(days=3, hours=2)
    when = start.timestamp()
    for name in ("Vpc:CreateVpc", "Alb:CreateLoadBalancer", "Vpc:CreateVpc"):
        book.call(actor, name, when, NEW_REGION, error=NO_PERMISSION)
        when += rng.randrange(5, 30)
    when = _permit(company, when + 900)
    instances = [company.ids.thing("i-2v1") for _ in range(4)]
    when = _set_up(company, actor, when + 600, instances)
    for _ in range(14):
        when += rng.randrange(7200, 16200)
        _apply(company, estate, actor, role, when, instances)
    return [{"id": one, "region": NEW_REGION, "type": "ecs.g7.large"} for one in instances]


def _permit(company: Company, when: float) -> float:
    """An administrator widens the policy in the console, from the new office, with a second factor."""
    admin = next(user for user in company.account.users.values() if user.name == "zhang.wei")
    person = company.book.person(admin, when, NEW_OFFICE, places.BROWSER)
    company.book.call(
        person,
        "Ram:CreatePolicyVersion",
        when,
        company.account.region,
        request={"PolicyName": "release-scope", "SetAsDefault": True},
        resources={"ACS::RAM::Policy": ["release-scope"]},
    )
    policy = company.account.policies["Custom", "release-scope"]
    company.revise(policy, datetime.fromtimestamp(int(when), UTC), *WIDENED_SCOPE)
    return when


def _set_up(company: Company, actor: Actor, when: float, instances: list[str]) -> float:
    rng, call = company.rng, company.book.call
    vpc, balancer = company.ids.thing("vpc-2v1"), company.ids.thing("alb-2v1")
    call(actor, "Vpc:CreateVpc", when, NEW_REGION, resources={"ACS::VPC::VPC": [vpc]})
    call(actor, "Vpc:CreateVSwitch", when + 9, NEW_REGION, resources={"ACS::VPC::VPC": [vpc]})
    call(
        actor,
        "Alb:CreateLoadBalancer",
        when + 21,
        NEW_REGION,
        resources={"ACS::ALB::LoadBalancer": [balancer]},
    )
    call(
        actor,
        "Ecs:RunInstances",
        when + 45,
        NEW_REGION,
        request={"RegionId": NEW_REGION, "InstanceType": "ecs.g7.large", "Amount": len(instances)},
        resources={"ACS::ECS::Instance": instances},
        response={"InstanceIdSets": {"InstanceIdSet": instances}},
    )
    return when + 60 + rng.randrange(300)


def _apply(
    company: Company, estate: Estate, actor: Actor, role: Role, when: float, instances: list[str]
) -> None:
    """One run of the pipeline: read the state, compare, change little."""
    call, rng = company.book.call, company.rng
    if when >= full_hour(company.now).timestamp() - 3600:
        return
    call(actor, "Sts:GetCallerIdentity", when, NEW_REGION, request={})
    call(
        actor,
        "Oss:GetBucketInfo",
        when + 1,
        company.account.region,
        resources={"ACS::OSS::Bucket": [estate.buckets[0]]},
    )
    state = Access(estate.buckets[4], "terraform/prod.tfstate", 412_077)
    call(actor, "Oss:GetObject", when + 2, company.account.region, data=True, about=state)
    call(actor, "Vpc:DescribeVpcs", when + 3, NEW_REGION)
    call(actor, "Ecs:DescribeInstances", when + 4, NEW_REGION)
    call(
        actor,
        "Ecs:ModifyInstanceAttribute",
        when + 7,
        NEW_REGION,
        resources={"ACS::ECS::Instance": [rng.choice(instances)]},
    )
    session = company.book.assume(actor, role, "terraform", when + 9, NEW_REGION)
    call(session, "CS:DescribeClusters", when + 11, NEW_REGION)


SCENARIO = Scenario(
    "benign-surprise", "A new office and a new deployment script: looks odd, is legitimate", build
)
