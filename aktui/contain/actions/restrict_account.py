"""Restrict all keys of the account to trusted networks: for root keys, and where more than one key leaked."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes import network_policy
from aktui.contain.actions.changes.account_network_policy import CHANGE
from aktui.contain.actions.changes.network_policy import NONE, told
from aktui.contain.ground import Ground
from aktui.contain.judge.network import judging
from aktui.contain.limits import NEEDS, limits_of
from aktui.contain.lockout import NEEDS as LOCKOUT
from aktui.contain.lockout import of_others, of_responder
from aktui.contain.netpolicy import normal
from aktui.contain.plan import Danger
from aktui.contain.restricting import DELAY, ENDPOINTS, PARAMS, SERVICES, SESSIONS, wanted
from aktui.contain.step import State, Step
from aktui.errors import CloudError, NotPossible
from queries.base import Param
from queries.usage import account_usage

BINDS = (
    "It binds every key of the account that has no active policy of its own, root's keys included. The "
    "impact counts the calls of the suspect key; what other keys lose is said here."
)
ADDRESS = Param("my-address", "the address from which you call the cloud, where you know it")


async def look(ground: Ground) -> Look:
    return Look(told(await CHANGE.observe(ground.cloud, {})))


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    state, suspect = await CHANGE.observe(ground.cloud, {}), await _of_key(ground)
    limits, report = await limits_of(ground), await account_usage(ground.inquiry)
    made = await wanted(ground, params, limits, report)
    after = normal(made.document)
    if after == state:
        raise NotPossible(f"The account has this network policy already: {told(state)}.")
    mine = await of_responder(ground, after, report, params[ADDRESS.name])
    others = await of_others(ground, suspect, after, report)
    against = (*mine.against, *others.against)
    return Draft(
        (Step(CHANGE.id, {}, state, after),),
        (
            BINDS,
            *mine.warnings,
            *others.warnings,
            *made.warnings,
            *_beside(state, suspect),
            *(ENDPOINTS, SESSIONS, SERVICES, DELAY),
            *limits.warnings,
        ),
        needs_reason=f"It may lock out {'; '.join(against)}." if against else "",
        danger=Danger.HIGH if against else None,
        denies=judging(suspect, after),
        title=f"Restrict all keys of the account to {made.told}",
    )


async def _of_key(ground: Ground) -> State | None:
    """The suspect key's own policy; None when it can not be read, as root's."""
    holder = await ground.holder()
    if not holder.alive or not holder.principal or holder.key_recycled:
        return None
    try:
        target = {"key": ground.key_id, "user": holder.principal}
        return await network_policy.observe(ground.cloud, target)
    except CloudError:
        return None


def _beside(state: State, suspect: State | None) -> tuple[str, ...]:
    now = (f"It takes the place of the account's policy, {told(state)}.",) if state != NONE else ()
    if suspect is None:
        return (*now, "Whether the suspect key has a policy of its own, which would go first, is not known.")
    if suspect["Status"] == "Active":
        return (*now, f"It does not bind the suspect key, which has its own policy ({told(suspect)}).")
    return now


ACTION = Action(
    id="restrict-account",
    title="Restrict all keys of the account to trusted networks",
    phase=Phase.RESTRICT,
    about="Only calls from the networks given, or marked as trusted, are let in, whichever key of the "
    "account signs them. For a key of root, which nobody else can restrict, or where more keys leaked.",
    danger=Danger.BUSINESS,
    way_back="Set the policy it had before, or none; that may take minutes, and aktui must be let in for it.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(*PARAMS, ADDRESS),
    needs=(*NEEDS, *LOCKOUT),
    order=40,
)
