"""Populates a company: groups, policies, roles, people, machines, and what piles up over the years."""

from dataclasses import dataclass, field

from aktui.simcloud.account import AccessKey, Attachment, User
from aktui.simcloud.stories.company import SYSTEM, Company
from aktui.simcloud.stories.staff import GROUP_OF, MACHINES, PEOPLE

_BEFORE_EVENTS = 120
"""Days; keys in use are older than the first event of the daily business."""


@dataclass
class Crew:
    """The ordinary inhabitants of an account, for the daily business to draw from."""

    people: list[tuple[User, str]] = field(default_factory=list)
    """Users with console access, with their department."""
    developers: list[tuple[User, AccessKey]] = field(default_factory=list)
    """People who also use a key."""
    machines: dict[str, tuple[User, AccessKey]] = field(default_factory=dict)
    """Service accounts by name, with the key in use."""
    responder: User | None = None


def populate(company: Company) -> Crew:
    """The same sort of company in every scenario: 50 users, more than 60 keys. Stories add their own."""
    _rules(company)
    crew = Crew()
    _people(company, crew)
    _machines(company, crew)
    _leavers(company)
    _responder(company, crew)
    _trail(company)
    company.account.root_mfa = True
    return crew


def _rules(company: Company) -> None:
    company.policy(
        "deny-billing-and-audit",
        800,
        "Nobody but finance and security touches bills and the audit trail",
        {"Effect": "Deny", "Action": ["bss:*", "bssapi:*"], "Resource": "*"},
        {"Effect": "Deny", "Action": ["actiontrail:StopLogging", "actiontrail:DeleteTrail"], "Resource": "*"},
    )
    company.policy(
        "backup-writer",
        700,
        "备份任务只写备份桶",
        {
            "Effect": "Allow",
            "Action": ["oss:PutObject", "oss:ListObjects"],
            "Resource": ["acs:oss:*:*:*-backups", "acs:oss:*:*:*-backups/*"],
        },
    )
    company.policy(
        "terraform-scope",
        620,
        "What Terraform manages",
        {
            "Effect": "Allow",
            "Action": ["ecs:*", "vpc:*", "slb:*", "oss:*", "log:*", "rds:*"],
            "Resource": "*",
        },
        {"Effect": "Allow", "Action": ["ram:Get*", "ram:List*"], "Resource": "*"},
    )
    company.policy(
        "developer-scope",
        640,
        "开发人员：读全部，改测试环境",
        {"Effect": "Allow", "Action": ["ecs:Describe*", "slb:Describe*", "rds:Describe*"], "Resource": "*"},
        {"Effect": "Allow", "Action": ["oss:Get*", "oss:List*", "log:Get*", "log:List*"], "Resource": "*"},
    )
    company.group("admins", 2000, "平台组", "AdministratorAccess")
    company.group("developers", 1900, "研发", "developer-scope", "AliyunLogReadOnlyAccess")
    company.group(
        "data", 1500, "数据组", "AliyunRDSReadOnlyAccess", "AliyunOSSFullAccess", "AliyunLogFullAccess"
    )
    company.group("security", 1400, "安全", "ReadOnlyAccess", "AliyunYundunSASFullAccess")
    company.group("finance", 1900, "财务", "AliyunBSSFullAccess")
    company.group("operations", 1700, "运维值班", "AliyunECSFullAccess", "AliyunCloudMonitorFullAccess")
    company.group("readonly", 900, "auditors and tools that only look", "ReadOnlyAccess")
    everyone = {"RAM": [f"acs:ram::{company.account.id}:root"]}
    company.role("ops-break-glass", 610, "紧急运维，用后登记", everyone, "AdministratorAccess")
    company.role("deploy-role", 600, "Releases to the production cluster", everyone, "AliyunCSFullAccess")
    service = {"Service": ["ecs.aliyuncs.com"]}
    company.role("EcsAppRole", 580, "Instances of the shop", service, "AliyunKMSSecretUserAccess")
    audit = {"Service": ["actiontrail.aliyuncs.com"]}
    company.role("AliyunServiceRoleForActionTrail", 900, "Delivers events of a trail", audit)


def _people(company: Company, crew: Crew) -> None:
    domain = f"{company.account.alias}.example"
    for at, person in enumerate(PEOPLE):
        age = company.rng.randint(130, 1800)
        user = company.user(
            person.login,
            person.display,
            age,
            GROUP_OF[person.department],
            email=f"{person.login}@{domain}",
            comments="外包，合同到年底" if person.login.startswith("ext.") else "",
        )
        company.login(user, age - 1, mfa=at % 7 != 5, status="Inactive" if at == 30 else "Active")
        if at != 30:
            crew.people.append((user, person.department))
        if person.key:
            key = company.key(user, company.rng.randint(_BEFORE_EVENTS, age))
            crew.developers.append((user, key))
        if at % 3 == 0:
            old = company.rng.randint(max(90, age // 2), age)
            company.key(user, old, "Inactive", changed=old / 2)


def _machines(company: Company, crew: Crew) -> None:
    for at, machine in enumerate(MACHINES):
        age = company.rng.randint(200, 1500)
        user = company.user(machine.login, machine.display, age, comments=machine.comments)
        company.attach(user, user.created, *machine.policies)
        user.tags = {"kind": "service-account", "team": "platform"}
        crew.machines[machine.login] = (user, company.key(user, age - 1))
        if at % 3 == 0:
            company.key(user, age - 0.9, "Inactive", changed=age / 3)
        elif at % 3 == 1:
            # Made for a rotation that nobody finished: active, never used.
            company.key(user, company.rng.randint(20, 180))


def _leavers(company: Company) -> None:
    """What was deleted lately and still lies in the recycle bins."""
    for name, display, left in (("qian.bao", "钱宝", 6), ("jiang.he", "江河", 19)):
        user = company.user(name, display, 700)
        gone = company.ago(left)
        user.groups, user.recycled, user.updated = {}, gone, gone
        key = company.key(user, 600)
        key.recycled = key.updated = gone
    living = next(user for user in company.account.users.values() if user.name == "liu.yang")
    key = company.key(living, 320)
    key.recycled = key.updated = company.ago(11)


def _responder(company: Company, crew: Crew) -> None:
    user = company.user("responder-li", "李应急", 240, "readonly", comments="incident response, on call")
    made = user.created
    user.policies = [
        Attachment(SYSTEM, name, made)
        for name in ("ReadOnlyAccess", "AliyunRAMFullAccess", "AliyunSTSAssumeRoleAccess")
    ]
    company.policy(
        "incident-instance-roles",
        240,
        "Give an instance a role instead of a key; stop what somebody else started; note leaks as dealt with",
        {
            "Effect": "Allow",
            "Action": [
                *("ecs:AttachInstanceRamRole", "ecs:DetachInstanceRamRole"),
                *("ecs:StopInstance", "ecs:StopInstances", "ecs:DeleteInstance"),
                "yundun-aegis:ModifyAccessKeyLeakDeal",
            ],
            "Resource": "*",
        },
    )
    company.attach(user, made, "incident-instance-roles")
    company.login(user, 239)
    company.account.responder = company.key(user, 30).id
    crew.responder = user


def _trail(company: Company) -> None:
    account = company.account
    started = "2023-03-08T02:11:40Z"
    role = f"acs:ram::{account.id}:role/aliyunserviceroleforactiontrail"
    account.trails = [
        {
            "Name": "all-events",
            "HomeRegion": account.region,
            "Region": account.region,
            "TrailRegion": "All",
            "TrailArn": f"acs:actiontrail:{account.region}:{account.id}:trail/all-events",
            "EventRW": "All",
            "Status": "Enable",
            "IsOrganizationTrail": False,
            "CreateTime": "2023-03-08T02:10:05Z",
            "UpdateTime": started,
            "StartLoggingTime": started,
            "SlsProjectArn": f"acs:log:{account.region}:{account.id}:project/{account.alias}-audit",
            "SlsWriteRoleArn": role,
            "OssBucketName": f"{account.alias}-audit",
            "OssBucketLocation": f"oss-{account.region}",
            "OssKeyPrefix": "trail",
            "OssWriteRoleArn": role,
        }
    ]
