"""A leaked key that was found in public, and an alert. Both show from the moment they were found."""

from dataclasses import dataclass
from datetime import datetime

PENDING = "pending"
DEALS = ("manual", "disable", "add-whitelist")
"""How the finding of a leak can be marked as dealt with."""

LEVELS = ("serious", "suspicious", "remind")

UNHANDLED = 1
"""Status of an alert that nobody has dealt with."""


@dataclass
class Leak:
    """A key in a public repository. Marking it as dealt with changes nothing about the key."""

    id: int
    key: str
    """The AccessKey id."""
    found: datetime
    user: str
    """Of the repository's site."""
    repository: str
    file: str
    kind: str
    """Of the file: Python, INI, JSON …"""
    updated: datetime
    """When the file was changed last."""
    code: str
    """The lines around, the secret included."""
    source: str = "GitHub"
    commit: str = ""
    deal: str = PENDING
    dealt: datetime | None = None
    remark: str = ""

    @property
    def repository_url(self) -> str:
        return f"https://github.com/{self.user}/{self.repository}"

    @property
    def url(self) -> str:
        return f"{self.repository_url}/blob/{self.commit or 'main'}/{self.file}"


@dataclass
class Alert:
    """Something that Security Center noticed."""

    id: int
    name: str
    """`AlarmEventName`."""
    level: str
    first: datetime
    last: datetime
    details: tuple[tuple[str, str], ...] = ()
    """(label, value)."""
    status: int = UNHANDLED
    display: str = ""
    """How it is called, where `NAMES` does not know it."""
    description: str = ""
    kind: str = ""
    """Its type, likewise."""
    instance: str = ""
    """Id of the instance it is about, if it is about one."""
    operated: datetime | None = None
    remark: str = ""


CLOUD = ("云产品威胁检测", "Cloud threat detection")

NAMES = {
    "ak_call_from_abnormal_ip": (
        ("AK 异常调用", "Abnormal call with an AccessKey pair"),
        (
            "检测到该 AccessKey 从未使用过的 IP 调用了云产品 API，可能已泄露。",
            "The AccessKey pair was used from an address it had never been used from. It may be leaked.",
        ),
    ),
    "ak_create_privileged_user": (
        ("AK 创建高权限 RAM 用户", "Privileged RAM user created with an AccessKey pair"),
        (
            "检测到该 AccessKey 创建了 RAM 用户并授予管理员权限。",
            "The AccessKey pair was used to create a RAM user and to grant it administrator permissions.",
        ),
    ),
    "ak_run_gpu_instances": (
        ("AK 批量创建 GPU 实例", "GPU instances started with an AccessKey pair"),
        (
            "检测到该 AccessKey 在从未使用过的地域批量创建 GPU 实例，可能用于挖矿。",
            "The AccessKey pair was used to start GPU instances in regions that were never used before. "
            "They may be mining.",
        ),
    ),
    "ak_download_objects": (
        ("AK 批量下载 OSS 文件", "Many OSS objects downloaded with an AccessKey pair"),
        (
            "检测到该 AccessKey 在短时间内下载了大量文件。",
            "The AccessKey pair was used to download many objects within a short time.",
        ),
    ),
}
"""Alerts of the stories: names, then descriptions, Chinese and English; the vendor's own are not public."""
