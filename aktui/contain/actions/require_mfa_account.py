"""Demand MFA of all RAM users of the account at console logon."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.security_preference import CHANGE, MANDATORY, told
from aktui.contain.ground import Ground
from aktui.contain.lastuse import shared
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible

ALL = (
    "Every RAM user with a console logon is asked for MFA at the next logon; who has no device binds one "
    "then. The account's own logon (root) and calls with AccessKeys are not touched."
)


async def look(ground: Ground) -> Look:
    state = await CHANGE.observe(shared(ground.inquiry), {})
    return Look(f"MFA {told(state)}", _why_not() if state == MANDATORY else "")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    state = await CHANGE.observe(ground.cloud, {})
    if state == MANDATORY:
        raise NotPossible(_why_not())
    return Draft((Step(CHANGE.id, {}, state, MANDATORY),), (ALL, f"Now it is {told(state)}."))


def _why_not() -> str:
    return "MFA is mandatory for all RAM users of the account already."


ACTION = Action(
    id="require-mfa-account",
    title="Demand MFA of all RAM users at console logon",
    phase=Phase.LONG_TERM,
    about="A setting of the account: no RAM user logs on to the console with a password alone.",
    danger=Danger.BUSINESS,
    way_back="Set it back to what it was.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
)
