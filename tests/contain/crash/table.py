"""What each action is tried on. An action without an entry fails a test: add one.

All start from one account (`account`), which has something for everybody; `prepare` makes of it what an
action needs. `params` are those of the action.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aktui.simcloud.account import (
    AccessKey,
    Account,
    Attachment,
    Instance,
    LoginProfile,
    MfaDevice,
    Role,
    User,
)
from aktui.simcloud.security.findings import Leak
from tests.contain.furnished import GUEST_ID, MACHINE, OTHER_MACHINE, with_machines
from tests.contain.stage import NOW
from tests.queries.rig import event
from tests.simcloud.accounts import ACCOUNT_ID, ADMIN, DEPLOYER_KEY, DEPLOYER_OLD_KEY, REGION

OFFICE = "203.0.113.10"
GUEST_KEY, GONE_ID = "LTAI5tGUESTGUESTGUESTG01", "200000000000000010"
_BORN = NOW - timedelta(days=1)


def account() -> Account:
    """The furnished account; its guest has all that a user can have, and somebody is in the recycle bin."""
    made = with_machines()
    made.settings.policy_lag = 0.0
    made.keys[GUEST_KEY] = AccessKey(
        GUEST_KEY, "guestguestguestguestguestgues5", GUEST_ID, "Active", _BORN, _BORN
    )
    guest, serial = made.users[GUEST_ID], f"acs:ram::{ACCOUNT_ID}:mfa/guest"
    guest.login, guest.groups = LoginProfile("guestpassword", "Active", _BORN), {"ci": _BORN}
    made.mfa_devices[serial] = MfaDevice(serial, user=GUEST_ID, activated=_BORN)
    trust = (
        '{"Version":"1","Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"RAM":["*"]}}]}'
    )
    made.roles["backdoor"] = Role("3backdoor", "backdoor", _BORN, _BORN, trust)
    made.roles["backdoor"].policies = [
        Attachment(*one, _BORN) for one in (("System", ADMIN), ("Custom", "reads"))
    ]
    made.users[GONE_ID] = User(GONE_ID, "old-hand", _BORN, _BORN, recycled=NOW - timedelta(hours=1))
    return made


Prepare = Callable[[Account], None]


def _as_it_is(made: Account) -> None:
    return None


@dataclass(frozen=True)
class Case:
    """One use of an action."""

    params: Mapping[str, str] = field(default_factory=dict)
    prepare: Prepare = _as_it_is
    trusted: tuple[str, ...] = ()
    """Sources marked as trusted."""
    never: str = ""
    """For an action that never has a plan: part of the reason it gives."""


def disabled(made: Account) -> None:
    made.keys[DEPLOYER_KEY].status = "Inactive"


def deleted(made: Account) -> None:
    disabled(made)
    made.keys[DEPLOYER_KEY].recycled = NOW - timedelta(hours=1)


def room_for_a_key(made: Account) -> None:
    del made.keys[DEPLOYER_OLD_KEY]


def another_key(made: Account) -> None:
    made.keys[DEPLOYER_OLD_KEY].status = "Active"


def with_calls(made: Account) -> None:
    """Somebody trusted listed instances this morning."""
    call = event(DEPLOYER_KEY, "DescribeInstances", NOW - timedelta(hours=3), 1)
    made.trail.extend([call | {"sourceIpAddress": OFFICE}])


def with_another_role(made: Account) -> None:
    made.instances[OTHER_MACHINE].role = "BatchRole"


def reported(made: Account) -> None:
    """A report of the key in a public place, not dealt with."""
    made.leaks.append(Leak(7, DEPLOYER_KEY, _BORN, "somebody", "scripts", "deploy.ini", "INI", _BORN, "x"))


STRANGER = "i-us4stranger000000001"


def started(made: Account) -> None:
    """The key started an instance abroad this morning."""
    at = NOW - timedelta(hours=4)
    made.instances[STRANGER] = Instance(
        STRANGER, "us-west-1", "us-west-1-a", "ecs.g6.large", STRANGER, "Running", at
    )
    answer = {"InstanceIdSets": {"InstanceIdSet": [STRANGER]}}
    call = event(DEPLOYER_KEY, "RunInstances", at, 1, acsRegion="us-west-1", responseElements=answer)
    made.trail.extend([call | {"eventRW": "Write"}])


NETWORKS = {"allow": "203.0.113.0/24, 127.0.0.1", "vpc": "none"}
"""The responder calls from this machine."""

CASES: dict[str, tuple[Case, ...]] = {
    "attach-role": (
        Case({"instance": f"{REGION}/{MACHINE}", "role": "AppRole"}),
        Case({"instance": f"{REGION}/{OTHER_MACHINE}", "role": "AppRole"}, with_another_role),
    ),
    "delete-key": (Case(prepare=disabled),),
    "delete-other-key": (Case({"key": GUEST_KEY}),),
    "delete-role": (Case({"role": "backdoor"}),),
    "delete-user": (Case({"user": "ci-dep1oyer"}),),
    "deny-all": (Case(),),
    "deny-high-risk": (Case(),),
    "detach-policy": (Case({"attachment": f"user/ci-dep1oyer/System/{ADMIN}"}),),
    "disable-key": (Case(),),
    "disable-logon": (Case(),),
    "disable-other-key": (Case({"key": GUEST_KEY}),),
    "disable-service-credentials": (Case(),),
    "disable-siblings": (Case(prepare=another_key),),
    "enable-key": (Case(prepare=disabled),),
    "leave-group": (Case({"group": "ci"}),),
    "mark-leak-handled": (Case(prepare=reported),),
    "narrow": (Case(prepare=with_calls, trusted=(OFFICE,)),),
    "require-mfa": (Case(),),
    "require-mfa-account": (Case(),),
    "reset-password": (Case(),),
    "restore-key": (Case(prepare=deleted),),
    "restore-user": (Case({"user": GONE_ID}),),
    "restrict-account": (Case(NETWORKS),),
    "restrict-key": (Case(NETWORKS),),
    "root-key": (Case(never="not to the account itself"),),
    "rotate": (Case(prepare=room_for_a_key), Case({"replace": DEPLOYER_OLD_KEY})),
    "stop-instances": (
        Case({"instances": f"us-west-1/{STRANGER}"}, started),
        Case({"instances": f"us-west-1/{STRANGER}", "how": "release"}, started),
    ),
}


@dataclass(frozen=True)
class Trial:
    """A case of an action that has a plan."""

    action: str
    case: Case
    name: str

    def account(self) -> Account:
        made = account()
        self.case.prepare(made)
        return made


def trials() -> list[Trial]:
    """All of them, in order of the actions' names."""
    return [
        Trial(action, case, action if len(cases) == 1 else f"{action}-{number}")
        for action, cases in sorted(CASES.items())
        for number, case in enumerate(cases, 1)
        if not case.never
    ]


def trial_named(name: str) -> Trial:
    return next(trial for trial in trials() if trial.name == name)


def secret_file(directory: Path) -> Path:
    """Where a trial hands a secret over: beside the case, not in it."""
    return directory.with_name(f"{directory.name}.secret")
