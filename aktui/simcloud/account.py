"""The state of one account. Plain dataclasses; the rules live in `products`, the wire forms in `views`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aktui.simcloud.addresses import Eip
from aktui.simcloud.billing.charge import Charge
from aktui.simcloud.clock import Clock
from aktui.simcloud.evaluation import Evaluation
from aktui.simcloud.insights import Insights
from aktui.simcloud.life.habit import Habit
from aktui.simcloud.logs.store import LogProject
from aktui.simcloud.security.findings import Alert, Leak
from aktui.simcloud.trail import Trail

ROOT = ""
"""Owner of a key that belongs to the account itself."""


@dataclass
class AccessKey:
    """A key pair of a user, or of the account itself (owner `ROOT`)."""

    id: str
    secret: str
    owner: str
    """User id, or `ROOT`."""
    status: str
    """Active or Inactive."""
    created: datetime
    updated: datetime
    policy: dict[str, Any] | None = None
    """Network policy as set, None when never set."""
    pending_policy: tuple[dict[str, Any], datetime] | None = None
    """A policy that was set and the moment it shows and binds."""
    recycled: datetime | None = None
    """When it went to the recycle bin; None while it lives."""
    settling: tuple[str, datetime] | None = None
    """After a change of the status: what it was, and until when that still binds."""


@dataclass
class LoginProfile:
    """Console logon of a user."""

    password: str
    status: str
    updated: datetime
    mfa_bind_required: bool = False
    password_reset_required: bool = False
    last_login: datetime | None = None


@dataclass
class MfaDevice:
    """A virtual MFA device; `user` is empty until it is bound."""

    serial: str
    kind: str = "VMFA"
    user: str = ""
    activated: datetime | None = None
    seed: str = ""


@dataclass
class Attachment:
    """A policy attached to a user, group or role."""

    policy_type: str
    policy_name: str
    attached: datetime


Settling = tuple[Attachment, datetime]
"""A policy that was detached, and until when it still binds."""


@dataclass
class ServiceCredential:
    """A service-specific credential of a user."""

    id: str
    service: str
    name: str
    status: str
    created: datetime
    expires: datetime | None = None


@dataclass
class User:
    """A RAM user."""

    id: str
    name: str
    created: datetime
    updated: datetime
    display_name: str = ""
    email: str = ""
    mobile: str = ""
    comments: str = ""
    last_login: datetime | None = None
    provision_type: str = "Manual"
    tags: dict[str, str] = field(default_factory=dict)
    groups: dict[str, datetime] = field(default_factory=dict)
    """Group name to the moment of joining."""
    policies: list[Attachment] = field(default_factory=list)
    login: LoginProfile | None = None
    credentials: list[ServiceCredential] = field(default_factory=list)
    recycled: datetime | None = None
    detached: list[Settling] = field(default_factory=list)
    left: dict[str, datetime] = field(default_factory=dict)
    """Groups that were left lately, and until when they still count."""


@dataclass
class Group:
    """A RAM user group."""

    id: str
    name: str
    created: datetime
    updated: datetime
    comments: str = ""
    display_name: str = ""
    policies: list[Attachment] = field(default_factory=list)
    detached: list[Settling] = field(default_factory=list)


@dataclass
class PolicyVersion:
    """One version of a policy document."""

    id: str
    document: str
    """JSON text, as given."""
    created: datetime


@dataclass
class Policy:
    """A custom or system policy."""

    name: str
    kind: str
    """Custom or System."""
    created: datetime
    updated: datetime
    description: str = ""
    versions: list[PolicyVersion] = field(default_factory=list)
    default: str = "v1"
    tags: dict[str, str] = field(default_factory=dict)
    settling: tuple[str, datetime] | None = None
    """After a change of the default version: the document before, and until when that still binds."""

    @property
    def document(self) -> str:
        """The default version's text."""
        return next(version.document for version in self.versions if version.id == self.default)


@dataclass
class Role:
    """A RAM role."""

    id: str
    name: str
    created: datetime
    updated: datetime
    trust: str
    """AssumeRolePolicyDocument, JSON text."""
    description: str = ""
    max_session: int = 3600
    policies: list[Attachment] = field(default_factory=list)
    detached: list[Settling] = field(default_factory=list)


@dataclass
class Session:
    """An STS token pair that AssumeRole handed out."""

    id: str
    secret: str
    token: str
    role: str
    """Role name."""
    name: str
    """Session name."""
    expires: datetime
    opened_by: str
    """AccessKey id that called AssumeRole."""
    policy: str = ""
    dead: bool = False
    """Whether the role was deleted since; one of the same name brings nothing back."""


@dataclass
class Instance:
    """A virtual machine of ECS."""

    id: str
    region: str
    zone: str
    type: str
    name: str
    status: str
    """Running, Stopping or Stopped."""
    created: datetime
    """Whole minutes, as ECS tells it."""
    public_ips: tuple[str, ...] = ()
    eip: str = ""
    private_ips: tuple[str, ...] = ()
    vpc: str = ""
    """Id of its VPC."""
    role: str = ""
    """Name of the RAM role that programs on it may use, or empty."""
    protected: bool = False
    """Whether it must not be released."""
    settles: datetime | None = None
    """When a status that passes, Stopping, becomes the next one."""


@dataclass(frozen=True)
class CredentialReport:
    """A credential report as it was when it was generated."""

    generated: datetime
    lines: tuple[str, ...]
    """CSV lines, the header first."""


@dataclass(frozen=True)
class Identity:
    """Who made a call."""

    kind: str
    """root, user or role."""
    key_id: str
    account_id: str
    user: User | None = None
    session: Session | None = None
    role: Role | None = None


@dataclass
class Settings:
    """How the account's cloud behaves; scenarios and account files may change these."""

    lookup_lag: float = 600.0
    """Seconds until an event shows in LookupEvents."""
    audit_refresh: float = 3600.0
    """The AccessKey audit shows events up to the last full multiple of these seconds."""
    policy_lag: float = 3.0
    """Seconds until a network policy that was set is read back and binds."""
    status_lag: float = 3.0
    """Seconds until a changed key status, or the deletion of a key, binds."""
    permission_lag: float = 2.0
    """Seconds until policies attached, detached or changed bind; they show at once."""
    global_region: str = "ap-southeast-1"
    """Where the events of global services are stored."""
    quotas: dict[str, int] = field(default_factory=dict)
    """Overrides of the default quotas, by their name in GetAccountSummary."""


@dataclass
class Account:
    """Everything one practice cloud holds. Nothing of it is global."""

    id: str
    alias: str
    region: str
    """The home region, where clients are expected to call."""
    created: datetime
    clock: Clock
    site: str = "china"
    """china or international."""
    scenario: str = ""
    seed: int = 0
    users: dict[str, User] = field(default_factory=dict)
    """By user id, recycled ones included."""
    keys: dict[str, AccessKey] = field(default_factory=dict)
    """By key id, recycled ones included; purged ones are gone."""
    groups: dict[str, Group] = field(default_factory=dict)
    """By name."""
    policies: dict[tuple[str, str], Policy] = field(default_factory=dict)
    """By (kind, name)."""
    roles: dict[str, Role] = field(default_factory=dict)
    """By name."""
    instances: dict[str, Instance] = field(default_factory=dict)
    """By id, of all regions."""
    eips: dict[str, Eip] = field(default_factory=dict)
    """By id; those that only an instance tells of need not be here, see `addresses`."""
    mfa_devices: dict[str, MfaDevice] = field(default_factory=dict)
    """By serial number."""
    sessions: dict[str, Session] = field(default_factory=dict)
    """By STS AccessKey id."""
    network_policy: dict[str, Any] | None = None
    """The account's AccessKey network policy."""
    pending_network_policy: tuple[dict[str, Any], datetime] | None = None
    """A policy of the account that was set and the moment it shows and binds."""
    security_preference: dict[str, Any] = field(default_factory=dict)
    """Settings that differ from the defaults, by their names in SetSecurityPreference."""
    password_policy: dict[str, Any] = field(default_factory=dict)
    """Settings that differ from the defaults, by their names in IMS SetPasswordPolicy."""
    user_sso: dict[str, Any] = field(default_factory=dict)
    """Settings that differ from the defaults, by their names in SetUserSsoSettings."""
    report: CredentialReport | None = None
    """The credential report that was generated last."""
    root_mfa: bool = False
    root_last_login: datetime | None = None
    trails: list[dict[str, Any]] = field(default_factory=list)
    """As DescribeTrails returns them."""
    data_event_selectors: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By name of the trail: the data events it delivers, as in `EventSelectors` of ListDataEventSelectors."""
    trail: Trail = field(default_factory=Trail)
    """The events."""
    projects: dict[str, LogProject] = field(default_factory=dict)
    """The log service's projects, by name."""
    bills: list[Charge] = field(default_factory=list)
    """What it is charged, a line for each day, thing and billing item; days still to come included."""
    split_bill: bool = False
    """Whether somebody switched the split bill on."""
    leaks: list[Leak] = field(default_factory=list)
    """Keys that Security Center found in public places."""
    alerts: list[Alert] = field(default_factory=list)
    """What else it noticed."""
    insights: Insights = field(default_factory=Insights)
    """What ActionTrail noticed by itself, where that is on."""
    evaluation: Evaluation | None = None
    """The newest evaluation of Cloud Governance Center that somebody has seen."""
    life: list[Habit] = field(default_factory=list)
    """What goes on while a drill runs."""
    settings: Settings = field(default_factory=Settings)
    responder: str = ""
    """The key id handed to the responder."""
    suspects: list[str] = field(default_factory=list)
    """Key ids believed leaked."""
    truth: Mapping[str, Any] = field(default_factory=dict)
    """What really happened, for whoever grades a drill."""

    def user_named(self, name: str) -> User | None:
        """The living user of that name."""
        return next((user for user in self.users.values() if user.name == name and not user.recycled), None)

    def keys_of(self, owner: str, *, recycled: bool = False) -> list[AccessKey]:
        """The keys of a user id (or `ROOT`), living or in the recycle bin, oldest first."""
        keys = [key for key in self.keys.values() if key.owner == owner and bool(key.recycled) is recycled]
        return sorted(keys, key=lambda key: (key.created, key.id))
