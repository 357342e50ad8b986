"""The console password of a RAM user: a new one that nobody knew, to be replaced at the next logon.

Target: `user` (logon name), `length` (characters, 8 to 32). Passwords can not be read, so it is observed by
when the login profile was changed last and whether it demands a new password. The new one is made when the
step is about to be taken, and handed over before the call, so that a lost answer does not lose it.
"""

import secrets
import string

from aktui.contain.actions.changes.login_profile import profile
from aktui.contain.step import Call, Change, Given, State, Step, Target
from aktui.models import Secret
from queries.asking.reading import flag, ident
from queries.base import Caller

LONGEST = 32
"""What IMS takes at most."""
GOOD = 20
"""Length that is used where the password policy demands no more."""

_KINDS = (
    "abcdefghijkmnopqrstuvwxyz",
    "ABCDEFGHJKLMNPQRSTUVWXYZ",
    "23456789",
    "!#$%*+-=?@_",
)
"""Without what is easily misread; a person types it once."""
_DIFFERENT = 8
"""The most different characters that a policy can demand."""


async def observe(cloud: Caller, target: Target) -> State:
    found = await profile(cloud, target["user"])
    if found is None:
        return None
    demands = flag(found.get("PasswordResetRequired")) is True
    return {"changed": ident(found.get("UpdateDate")), "reset_required": demands}


def begin(target: Target, state: State) -> Step:
    """The step that sets a new password."""
    return Step(CHANGE.id, target, state, {"changed": "now", "reset_required": True})


def calls(step: Step) -> tuple[Call, ...]:
    user = step.target["user"]
    password = Secret(made(int(step.target["length"]), user.partition("@")[0]))
    params = {"UserPrincipalName": user, "Password": password, "PasswordResetRequired": True}
    return (Call("ims", "UpdateLoginProfile", params),)


def made(length: int, user: str) -> str:
    """A password that meets the strictest policy there can be, whatever the length allows."""
    every = "".join(_KINDS)
    while True:
        found = "".join(secrets.choice(every) for _ in range(min(length, LONGEST)))
        kinds = all(set(kind) & set(found) for kind in _KINDS)
        named = user.lower() in found.lower()
        if kinds and len(set(found)) >= _DIFFERENT and not named and found[0] in string.ascii_letters:
            return found


def carries(call: Call) -> Given:
    user = call.params["UserPrincipalName"]
    return Given(f"Console password of {user.partition('@')[0]}", user, call.params["Password"])


def reached(observed: State, step: Step) -> bool:
    if not observed or not observed["reset_required"]:
        return False
    before = step.before or {}
    return bool(observed["changed"] != before.get("changed") or not before.get("reset_required"))


def title(step: Step) -> str:
    return f"Give {step.target['user'].partition('@')[0]} a new console password"


def told(state: State) -> str:
    if state is None:
        return "no console logon"
    demand = ", a new password demanded at the next logon" if state["reset_required"] else ""
    return f"changed last {state['changed'] or 'at an unknown time'}{demand}"


CHANGE = Change(
    id="password",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetLoginProfile",),
    writes=("ram:UpdateLoginProfile",),
    reached=reached,
    undo=lambda step, observed: None,
    no_way_back="The old console password is lost for good; the user sets a new one at the next logon.",
    told=told,
    carries=carries,
)
