"""Two stolen keys in one hand: what one of them makes is used by the other."""

from dataclasses import dataclass

from aktui.simcloud.account import Role
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.atlas import Atlas
from aktui.simcloud.stories.intruder import Intruder
from aktui.simcloud.stories.raid import Raid
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.refusals import NO_PERMISSION, NO_RAM
from aktui.simcloud.stories.takeover import Takeover

COPIES, PREFIX = 60, "c/"
"""Objects copied into the intruder's bucket, and how their names begin."""


@dataclass
class Shared:
    """What one key made and the other used, for the truth."""

    made: list[dict[str, str]]
    role: Role
    bucket: str


def compare(intruder: Intruder, idle: Actor, used: Actor) -> None:
    """What is each key good for?"""
    intruder.do("Sts:GetCallerIdentity", actor=idle, request={})
    for name in ("Ram:ListUsers", "Ram:ListRoles", "Oss:ListBuckets"):
        intruder.do(name, actor=idle, request={})
    intruder.try_all("Ecs:DescribeInstances", "Rds:DescribeDBInstances", error=NO_RAM, actor=idle)
    intruder.wait(3)
    intruder.do("Sts:GetCallerIdentity", actor=used, request={})
    intruder.try_all("Ram:ListUsers", "Kms:ListSecrets", error=NO_PERMISSION, actor=used)
    intruder.do("Oss:ListBuckets", actor=used, request={})
    intruder.do("Ecs:DescribeInstances", actor=used)


def prepare(intruder: Intruder, atlas: Atlas, idle: Actor, used: Actor) -> Shared:
    """With the forgotten key: a role for the other, and a bucket to put things into."""
    take, account = Takeover(intruder), intruder.company.account
    name = atlas.rng.choice(("log-archiver", "media-thumbnail", "oss-inventory-sync"))
    trusted = {"RAM": [f"acs:ram::{account.id}:root"]}
    role = take.make_role(name, "归档 <img src=x onerror=alert(1)>", trusted)
    for policy in ("AliyunKMSSecretUserAccess", "AliyunECSFullAccess"):
        take.attach(role, policy)
    bucket = f"{atlas.name}-tmp-{atlas.rng.randrange(1000, 9999)}"
    touched = {"ACS::OSS::Bucket": [bucket]}
    intruder.do("Oss:PutBucket", request={"Bucket": bucket}, resources=touched)
    intruder.loot.add("buckets", bucket)
    mine, theirs = str(idle.identity["accessKeyId"]), str(used.identity["accessKeyId"])
    made = [
        {"kind": "role", "name": role.name, "made_with": mine, "used_with": theirs},
        {"kind": "bucket", "name": bucket, "made_with": mine, "used_with": theirs},
        {"kind": "objects", "name": f"{bucket}/{PREFIX}", "made_with": theirs, "used_with": mine},
    ]
    return Shared(made, role, bucket)


def carry_out(intruder: Intruder, used: Actor, shared: Shared) -> None:
    """With the key in use: the role taken, secrets read, customers' files copied into the bucket."""
    estate = intruder.estate
    session = intruder.take_role(shared.role, "archive", used)
    for secret in estate.secrets[:2]:
        intruder.do("Kms:GetSecretValue", actor=session, resources={"ACS::KMS::Secret": [secret]})
    disk = {"ACS::ECS::Instance": estate.instances[:1]}
    intruder.do("Ecs:CreateSnapshot", actor=session, resources=disk)
    Raid(intruder).download(160, estate.buckets[2], used)
    for number in range(COPIES):
        intruder.do("Oss:PutObject", actor=used, data=True, about=copy(shared.bucket, number))


def copy(bucket: str, number: int) -> Access:
    return Access(bucket, f"{PREFIX}客户 资料-{number:03}.zip", 30_000_000 + 7_919 * number)
