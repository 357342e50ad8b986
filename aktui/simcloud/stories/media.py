"""A file service at work with its key: pictures in and out by the hour, a role for converting them."""

from dataclasses import dataclass
from functools import partial

from aktui.simcloud.account import AccessKey, Role
from aktui.simcloud.stories import places, rhythm
from aktui.simcloud.stories.access import Access
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.recorder import Actor
from aktui.simcloud.stories.storage import Session

CONVERTING = "media-transcode"


@dataclass(frozen=True)
class FileService:
    """The key in use, the role it takes, the bucket of pictures."""

    actor: Actor
    key: AccessKey
    role: Role
    bucket: str


def file_service(company: Company, host: str, bucket: str) -> FileService:
    """The user, its key and its role."""
    everyone = {"RAM": [f"acs:ram::{company.account.id}:root"]}
    role = company.role(CONVERTING, 380, "图片 转码", everyone, "AliyunFCFullAccess")
    user = company.user("svc-media", "媒体文件", 390, comments="pictures of the shop, team frontend")
    user.tags = {"kind": "service-account", "team": "frontend"}
    company.attach(
        user, user.created, "AliyunOSSFullAccess", "AliyunSTSAssumeRoleAccess", "AliyunECSReadOnlyAccess"
    )
    key = company.key(user, 388)
    return FileService(company.book.user(user, key, host, places.OSS_SDK), key, role, bucket)


def serve(company: Company, service: FileService, days: int = 90) -> None:
    """Every hour some pictures, four times a day a session for converting them; the last hour as well."""
    region, actor, last = company.account.region, service.actor, company.now.timestamp()
    converting = actor.by(ip=actor.ip, agent=places.PYTHON)
    for beat, when in enumerate(rhythm.beats(company.rng, company.ago(days), company.now, 3600, jitter=300)):
        if when > last - 200:
            continue
        session = Session(company, actor, region, when)
        session.batch("PutObject", 4, partial(_picture, service, 4 * beat), 3)
        session.batch("GetObject", 6, partial(_picture, service, 3 * beat), 2)
        if beat % 24 == 5:
            look = {"ACS::OSS::Bucket": [service.bucket]}
            company.book.call(actor, "Oss:GetBucketInfo", when + 60, region, resources=look)
        if beat % 6 == 2 and when < last - 7200:
            taken = company.book.assume(converting, service.role, "transcode", when + 80, region)
            company.book.call(taken, "FC:InvokeFunction", when + 83, region)


def _picture(service: FileService, first: int, at: int) -> Access:
    """The same number is always the same picture."""
    number = first + at
    name = f"pictures/{number:06}/主图 {number % 5}.jpg"
    return Access(service.bucket, name, 90_000 + number * 7_919 % 900_000)
