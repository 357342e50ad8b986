"""What was called with a key lately, as values: a `Usage` for calls that are alike; how much was seen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aktui.case.marks import Marks, Stance
from aktui.models import Window
from queries.base import Gap

MOST_RESOURCES = 20
"""Resources kept of one usage; where there are so many, there may be more."""


class By(StrEnum):
    """As what kind of identity the calls were made."""

    KEY = "key"
    CONSOLE = "console"
    SESSION = "session"
    """A role session, with an STS token."""
    OTHER = "other"
    """The provider itself, or a kind that is not known."""


@dataclass(frozen=True)
class Usage:
    """Calls alike in all that a policy could look at."""

    service: str
    """As events spell it (`Ecs`); empty where only sources were counted."""
    operation: str
    action: str
    """The RAM action (`ecs:RunInstances`); empty for what no action guards, such as a sign-in."""
    guessed: bool
    """The action is made up from the service's name."""
    source: str
    """As logged; need not be an address."""
    vpc: str
    """The VPC whose endpoint the calls came through, or empty."""
    kind: By
    identity: str
    """User name, or `role:session`; empty where the log does not tell."""
    key_id: str
    """Of the key or token; empty in the console."""
    own: bool
    """Signed with the very key that is looked into."""
    count: int
    refused: int
    first: datetime | None
    newest: datetime | None
    newest_id: str = ""
    """Event or request id."""
    agent: str = ""
    """The newest user agent."""
    codes: tuple[str, ...] = ()
    """Error codes of those refused."""
    message: str = ""
    """What the newest refusal said, where the log tells."""
    resources: tuple[str, ...] = ()
    """A few of the things the calls were about: for OSS the buckets, of AssumeRole the ARNs of the roles, all
    of them; else the newest only."""
    link: bool = False
    """Requests through a link that was signed with the key; whoever has the link makes them."""
    origin: str = ""
    """Where it was seen: trail, lookup, oss, sls, audit."""

    @property
    def name(self) -> str:
        """The operation for people."""
        return f"{self.service}:{self.operation}" if self.service else "any operation"

    @property
    def accepted(self) -> int:
        return self.count - self.refused


def stance(usage: Usage, marks: Marks) -> Stance | None:
    """What the responder's marks say of these calls."""
    return marks.stance_of(
        source=usage.source,
        vpc=usage.vpc,
        operation=usage.action,
        identities=(usage.identity, usage.key_id),
    )


@dataclass(frozen=True)
class UsageReport:
    """The calls of a window, and what could not be seen of them."""

    usages: tuple[Usage, ...]
    window: Window
    """What was asked for."""
    covered: Window | None
    """What the main source covers; None when that is nothing."""
    gaps: tuple[Gap, ...]
    sources: tuple[str, ...]
    """Which sources gave an answer: trail, lookup, oss, sls, audit."""

    @property
    def own(self) -> tuple[Usage, ...]:
        """The calls signed with the key itself."""
        return tuple(usage for usage in self.usages if usage.own)
