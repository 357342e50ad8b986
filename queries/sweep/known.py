"""What a sweep knows so far: facts, each with the moment it is from; kept between two runs as it is."""

from dataclasses import dataclass, field
from datetime import datetime

from queries.base import Gap, Status

USERS, REPORT, LEAKS, TRAIL = "users", "report", "leaks", "trail"
KEYS, POWERS, USES = "keys", "powers", "uses"


@dataclass
class Source:
    """How far one source is."""

    status: str = Status.RUNNING.value
    """As of queries; `running` before it was asked."""
    at: datetime | None = None
    """From when its newest facts are."""
    detail: str = ""
    """What is missing, or what else is to be known, as a sentence."""
    call: str = ""
    code: str = ""
    missing: str = ""
    request_id: str = ""
    asked: int = 0
    failed: int = 0

    @property
    def complete(self) -> bool:
        return self.status == Status.COMPLETE.value

    @property
    def whole(self) -> bool:
        """It gave all it has, be that nothing: that a source does not record something is no failure."""
        return self.status in (Status.COMPLETE.value, Status.NOT_COVERED.value)

    @property
    def ended(self) -> bool:
        return self.status != Status.RUNNING.value

    def failed_with(self, gap: Gap, *, status: Status | None = None) -> None:
        """It gave nothing, or not all, for this reason."""
        self.status = (status or gap.status).value
        self.detail, self.call, self.code = gap.detail, gap.call, gap.code
        self.missing, self.request_id = gap.missing, gap.request_id


@dataclass(frozen=True)
class Slot:
    """A key as the credential report tells it: without its id."""

    name: str
    active: bool | None
    rotated: datetime | None
    used: datetime | None


@dataclass(frozen=True)
class Reported:
    """What the credential report says of a user, or of the account itself."""

    console: bool | None = None
    """May log on to the console with a password."""
    mfa: bool | None = None
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Leak:
    """A report that a key was found in public."""

    key: str
    """Its id, perhaps masked."""
    open: bool
    deal: str
    found: datetime | None
    owner: str = ""
    root: bool = False


@dataclass(frozen=True)
class Seen:
    """What a trail tells of a key: what is out of the usual, in words, and the newest call."""

    calls: int
    sources: int
    last: datetime | None
    oddities: tuple[str, ...] = ()
    root: bool = False


@dataclass(frozen=True)
class Power:
    """What the owner's policies amount to."""

    level: str
    why: str
    at: datetime | None
    doubt: str = ""
    """Why it may be more than that; empty when all policies were read."""


@dataclass(frozen=True)
class Use:
    """The newest use of a key as the audit has it."""

    used: datetime | None
    service: str
    at: datetime | None
    doubt: str = ""
    """Why it is not known; empty when it is."""


@dataclass(frozen=True)
class Key:
    """A key as the list of its user's keys tells it."""

    id: str
    active: bool | None
    created: datetime | None


@dataclass
class Person:
    """A user, and what was asked about it."""

    principal: str
    name: str
    user_id: str = ""
    keys: tuple[Key, ...] = ()
    keys_at: datetime | None = None
    """None: its keys were not listed, or could not be."""
    doubt: str = ""
    """Why its keys could not be listed."""
    power: Power | None = None

    @property
    def listed(self) -> bool:
        return self.keys_at is not None


@dataclass
class Known:
    """Everything, by principal and by key id."""

    account: str
    endpoint: str = ""
    """Of a practice cloud; two of them may have the same account id."""
    region: str = ""
    begun: datetime | None = None
    updated: datetime | None = None
    ended: bool = False
    """It went through to its end, though perhaps not everything was told."""
    sources: dict[str, Source] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    reported: dict[str, Reported] = field(default_factory=dict)
    root: Reported | None = None
    root_keys: tuple[Key, ...] = ()
    """Listed to root itself only."""
    leaks: tuple[Leak, ...] = ()
    seen: dict[str, Seen] = field(default_factory=dict)
    uses: dict[str, Use] = field(default_factory=dict)

    def source(self, name: str) -> Source:
        return self.sources.setdefault(name, Source())
