"""What administrators and developers do to users, roles and machines in the ordinary course of business.

The same operations as an intruder's, by people whose work it is: in office hours, from the office.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from aktui.simcloud.account import Role, User
from aktui.simcloud.stories import places, rhythm
from aktui.simcloud.stories.company import CUSTOM, Company
from aktui.simcloud.stories.crew import Crew
from aktui.simcloud.stories.places import Estate
from aktui.simcloud.stories.recorder import Actor

_ROLE, _POLICY, _USER = "ACS::RAM::Role", "ACS::RAM::Policy", "ACS::RAM::User"
_CHINESE = ("fan.lin", "范琳"), ("shi.yun", "石云"), ("kong.qi", "孔琦")


def named(company: Company, name: str) -> User:
    """The user of that name. Raises LookupError when there is none."""
    user = company.account.user_named(name)
    if user is None:
        raise LookupError(f"there is no user {name}")
    return user


def onboard(company: Company, ago: int, office: str, at: int = 0) -> User:
    """Somebody begins: an administrator makes a user, a logon, and puts it into the developers' group."""
    name, display = _CHINESE[at % len(_CHINESE)]
    when = rhythm.company_time(company.now, ago, 9.4 + company.rng.random())
    admin = company.book.person(named(company, "li.na"), when, office, places.BROWSER)
    steps = (
        ("CreateUser", {"UserName": name, "DisplayName": display}),
        ("CreateLoginProfile", {"UserName": name, "Password": "****"}),
        ("AddUserToGroup", {"UserName": name, "GroupName": "developers"}),
    )
    for step, asked in steps:
        when += company.rng.randrange(20, 90)
        touched = {_USER: [name]}
        company.book.call(
            admin, f"Ram:{step}", when, company.account.region, request=asked, resources=touched
        )
    age = (company.now.timestamp() - when) / 86400
    user = company.user(name, display, age, "developers", email=f"{name}@{company.account.alias}.example")
    company.login(user, age)
    return user


def revise_roles(company: Company, roles: Iterable[Role], policies: Iterable[str], ago: int, ip: str) -> None:
    """A review: the platform team writes trust policies and policies anew, and nobody gets more."""
    when = rhythm.company_time(company.now, ago, 14 + company.rng.random())
    admin = company.book.person(named(company, "zhang.wei"), when, ip, places.BROWSER)
    call, region = company.book.call, company.account.region
    for role in roles:
        when += company.rng.randrange(40, 400)
        asked = {"RoleName": role.name, "NewAssumeRolePolicyDocument": role.trust}
        call(admin, "Ram:UpdateRole", when, region, request=asked, resources={_ROLE: [role.name]})
        role.updated = datetime.fromtimestamp(int(when), UTC)
    for name in policies:
        when += company.rng.randrange(40, 400)
        policy = company.account.policies[CUSTOM, name]
        asked = {"PolicyName": name, "PolicyDocument": policy.document, "SetAsDefault": "true"}
        call(admin, "Ram:CreatePolicyVersion", when, region, request=asked, resources={_POLICY: [name]})
        statements = json.loads(policy.document)["Statement"]
        company.revise(policy, datetime.fromtimestamp(int(when), UTC), *statements)


def sandboxes(company: Company, actors: Sequence[Actor], role: Role, per_day: float = 0.35) -> None:
    """Developers take the role of self-service, look at roles and change their own sandbox."""
    call, region, until = company.book.call, company.account.region, rhythm.full_hour(company.now)
    for actor in actors:
        name = str(actor.identity["userName"]).replace(".", "-")
        everyone = {"RAM": [f"acs:ram::{company.account.id}:root"]}
        company.role(f"sandbox-{name}", 300, "沙箱", everyone, "AliyunECSReadOnlyAccess")
        own = {_ROLE: [f"sandbox-{name}"]}
        for when in rhythm.working_moments(company.rng, company.ago(80), until, per_day):
            if when + 3600 > until.timestamp():
                continue
            session = company.book.assume(actor, role, name, when, region)
            call(session, "Ram:ListRoles", when + 3, region, request={})
            call(session, "Ram:GetRole", when + 9, region, request={"RoleName": own[_ROLE][0]}, resources=own)
            if company.rng.random() < 0.3:
                asked = {"RoleName": own[_ROLE][0], "Description": "测试 环境"}
                call(session, "Ram:UpdateRole", when + 40, region, request=asked, resources=own)


def patch(company: Company, crew: Crew, estate: Estate, office: str) -> None:
    """Operations run commands on instances, a few every other week."""
    user = named(company, "cheng.lu")
    key = next(key for one, key in crew.developers if one.id == user.id)
    actor = company.book.user(user, key, office, places.CLI)
    call, region = company.book.call, company.account.region
    for ago in rhythm.working_days(company.now, 40)[::9]:
        when = rhythm.company_time(company.now, ago, 11 + company.rng.random() * 4)
        for instance in company.rng.sample(estate.instances, 4):
            when += company.rng.randrange(30, 200)
            asked = {"RegionId": region, "Type": "RunShellScript", "Name": "补丁 更新"}
            touched = {"ACS::ECS::Instance": [instance]}
            call(actor, "Ecs:RunCommand", when, region, request=asked, resources=touched)
            call(actor, "Ecs:DescribeInvocationResults", when + 20, region, resources=touched)
