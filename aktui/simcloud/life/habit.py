"""One recurring call: who makes it, from where, what it is, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LABELS = ("business", "intruder")


@dataclass(frozen=True)
class Habit:
    """A call that somebody makes again and again.

    It is made with the key itself; or, with `role`, in a session of that role which the key opens and
    renews; or, with `user`, in the console, where that user logs on and stays logged on.
    """

    label: str
    """business or intruder."""
    service: str
    """As events name it: Ecs, Oss, Sls, Ram …"""
    operation: str
    region: str
    every: float
    """Seconds of scenario time."""
    jitter: float = 0.0
    """Each call comes up to so many seconds early or late; at most half of `every`."""
    key: str = ""
    """AccessKey id."""
    role: str = ""
    """Name of the role."""
    session: str = ""
    """Session name."""
    user: str = ""
    """User id."""
    ip: str = ""
    vpc: str = ""
    """The VPC through whose endpoint it comes; empty: from the Internet."""
    agent: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    """Request parameters. Of calls to data: bucketName, objectName; ProjectName, LogStoreName, Query."""
    resources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the event names, by type, where `params` do not say it."""
    data: bool = False
    """A call on the data plane: to objects or log rows."""
    size: int = 0
    """Bytes of the object, or of the answer of the log service."""
    link: bool = False
    """A request to OSS through a link that was signed with the key."""

    @property
    def name(self) -> str:
        """`Service:Operation`."""
        return f"{self.service}:{self.operation}"
