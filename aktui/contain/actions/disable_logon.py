"""Disable the user's console logon."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.login_profile import ACTIVE, CHANGE, INACTIVE, STATUS
from aktui.contain.actions.require_mfa import look_at_logon
from aktui.contain.ground import Ground
from aktui.contain.judge.verdict import Verdict, denied, passes
from aktui.contain.people import NEEDS, USER, Person, person, users
from aktui.contain.plan import Danger
from aktui.contain.step import State, Step
from aktui.errors import NotPossible
from queries.usage.values import By, Usage

OPEN_SESSIONS = (
    "Whether a console session that is open now ends with it is not documented: watch for what the user "
    "still does there. Logon through an identity provider (SSO) needs no login profile and may go on."
)


async def look(ground: Ground) -> Look:
    return await look_at_logon(ground)


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    who = await person(ground, params)
    logon = await CHANGE.observe(ground.cloud, {"user": who.principal})
    if why := _why_not(who, logon):
        raise NotPossible(why)
    step = Step(CHANGE.id, {"user": who.principal}, logon, {**logon, STATUS: INACTIVE})
    return Draft((step,), (OPEN_SESSIONS,), denies=lambda usage: without_logon(usage, who.name))


def without_logon(usage: Usage, name: str) -> Verdict:
    """Whether a call fails once the user can not log on to the console."""
    if usage.kind is By.CONSOLE and usage.identity == name:
        return denied("Work in the console needs a logon.")
    return passes("It needs no console logon of the user.")


def _why_not(who: Person, logon: State) -> str:
    if logon is None:
        return f"{who.name} has no console logon."
    return "" if logon[STATUS] == ACTIVE else f"The console logon of {who.name} is {logon[STATUS]} already."


ACTION = Action(
    id="disable-logon",
    title="Disable the user's console logon",
    phase=Phase.PERSISTENCE,
    about="Nobody logs on to the console as this user any more; its AccessKeys are not touched.",
    danger=Danger.BUSINESS,
    way_back="Enable it again; the password stays what it was.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(USER,),
    choices={USER.name: users},
    needs=("ram:GetUserMFAInfo", *NEEDS),
    order=10,
)
