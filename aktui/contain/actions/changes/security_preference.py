"""Whether the account demands MFA of its RAM users at console logon.

No target: there is one such setting for the account. State: `mandatory`, `independent` (each user's own
setting counts) or `adaptive` (only for logons that look odd).
"""

from aktui.contain.step import Call, Change, State, Step, Target
from queries.asking.reading import ident, member, record
from queries.base import Caller

MANDATORY = "mandatory"
_NAME = "MFAOperationForLogin"

_WORDS = {
    MANDATORY: "mandatory for all",
    "independent": "as set for each user",
    "adaptive": "for unusual logons only",
}


async def observe(cloud: Caller, target: Target) -> State:
    reply = await cloud.call("ims", "GetSecurityPreference")
    preference = member(reply, "ims:GetSecurityPreference", "SecurityPreference")
    return ident(record(preference.get("LoginProfilePreference")).get(_NAME))


def calls(step: Step) -> tuple[Call, ...]:
    """Only this setting is sent; the others stay as they are."""
    return (Call("ims", "SetSecurityPreference", {_NAME: step.after}),)


def title(step: Step) -> str:
    return f"MFA at console logon of the account's RAM users: {told(step.after)}"


def told(state: State) -> str:
    return _WORDS.get(state, state or "not told")


CHANGE = Change(
    id="security-preference",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:GetSecurityPreference",),
    writes=("ram:SetSecurityPreference",),
    told=told,
)
