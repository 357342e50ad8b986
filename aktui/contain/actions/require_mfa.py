"""Demand MFA when the user logs on to the console."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes import mfa_device
from aktui.contain.actions.changes.login_profile import CHANGE, MFA, STATUS
from aktui.contain.ground import Ground
from aktui.contain.lastuse import shared
from aktui.contain.people import NEEDS, USER, Person, look_at_own, person, users
from aktui.contain.plan import Danger
from aktui.contain.step import State, Step
from aktui.errors import NotPossible
from queries.base import Caller

NEXT_LOGON = (
    "It counts from the next logon; whether a console session that is open now ends is not documented. Calls "
    "with AccessKeys are not asked for MFA."
)


async def logon_now(cloud: Caller, who: Person) -> tuple[State, State]:
    """The user's console logon, and the MFA device that is bound."""
    target = {"user": who.principal}
    return await CHANGE.observe(cloud, target), await mfa_device.observe(cloud, target)


def logon_told(who: Person, logon: State, device: State) -> str:
    if logon is None:
        return f"{who.name} has no console logon"
    bound = "a device is bound" if device else "no device is bound"
    return f"{CHANGE.told(logon)}; {bound}"


async def look(ground: Ground) -> Look:
    return await look_at_logon(ground)


async def look_at_logon(ground: Ground) -> Look:
    """The console logon of the key's own user."""

    async def tell(who: Person) -> str:
        return logon_told(who, *await logon_now(shared(ground.inquiry), who))

    return await look_at_own(ground, tell)


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    who = await person(ground, params)
    logon, device = await logon_now(ground.cloud, who)
    if why := _why_not(who, logon):
        raise NotPossible(why)
    warnings = [NEXT_LOGON]
    if not device:
        warnings.append(
            f"No MFA device is bound: whoever logs on next as {who.name} binds one. If the password may be "
            "known to the intruder, reset it first (reset-password)."
        )
    if logon[STATUS] != "Active":
        warnings.append(f"The console logon of {who.name} is disabled now; this does not enable it.")
    return Draft((Step(CHANGE.id, {"user": who.principal}, logon, {**logon, MFA: True}),), tuple(warnings))


def _why_not(who: Person, logon: State) -> str:
    if logon is None:
        return f"{who.name} has no console logon: there is nothing to demand MFA for."
    return f"MFA is demanded of {who.name} already." if logon[MFA] else ""


ACTION = Action(
    id="require-mfa",
    title="Demand MFA of the user at console logon",
    phase=Phase.PERSISTENCE,
    about="With a password alone nobody logs on to the console as this user any more.",
    danger=Danger.LOW,
    way_back="No longer demand it.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(USER,),
    choices={USER.name: users},
    needs=("ram:GetUserMFAInfo", *NEEDS),
    order=20,
)
