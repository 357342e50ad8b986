"""Restrict the key to trusted networks: the intruder is out, and the business goes on."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes import account_network_policy
from aktui.contain.actions.changes.network_policy import CHANGE, NONE, told
from aktui.contain.ground import Ground
from aktui.contain.judge.network import judging
from aktui.contain.limits import NEEDS, limits_of
from aktui.contain.netpolicy import normal
from aktui.contain.plan import Danger
from aktui.contain.restricting import DELAY, ENDPOINTS, PARAMS, SERVICES, SESSIONS, Wanted, wanted
from aktui.contain.step import State, Step
from aktui.errors import CloudError, NotPossible


async def policy_now(ground: Ground) -> tuple[dict[str, str], State]:
    """The target of steps on the key's policy, and how it is. Raises NotPossible for a key of no user."""
    holder = await ground.living_key()
    target = {"key": ground.key_id, "user": holder.principal}
    return target, await CHANGE.observe(ground.cloud, target)


async def account_policy(ground: Ground) -> State | None:
    """The account's policy; None when it can not be read."""
    try:
        return await account_network_policy.observe(ground.cloud, {})
    except CloudError:
        return None


async def look(ground: Ground) -> Look:
    _, state = await policy_now(ground)
    return Look(told(state))


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    target, state = await policy_now(ground)
    account, limits = await account_policy(ground), await limits_of(ground)
    made = await wanted(ground, params, limits)
    after = normal(made.document)
    if after == state:
        raise NotPossible(f"The key has this network policy already: {told(state)}.")
    return Draft(
        (Step(CHANGE.id, target, state, after),),
        (*made.warnings, *_stops_all(made), *_beside(state, account), *_general(), *limits.warnings),
        denies=judging(after, account),
        title=f"Restrict the key to {made.told}",
    )


def _stops_all(made: Wanted) -> tuple[str, ...]:
    if not made.nobody:
        return ()
    return ("It stops every call with the key, the business's too: disabling it does so sooner.",)


def _beside(state: State, account: State | None) -> tuple[str, ...]:
    """What the key's policy was, and what the account's has to do with it."""
    now = (f"It takes the place of the key's own policy, {told(state)}.",) if state != NONE else ()
    if account is None:
        return (*now, "The account's network policy could not be read; the key's own goes before it anyhow.")
    if account["Status"] != "Active":
        return (*now, f"The account: {told(account)}.")
    return (
        *now,
        f"The account's policy ({told(account)}) counts for nothing on this key while the key has its own.",
    )


def _general() -> tuple[str, ...]:
    return (ENDPOINTS, SESSIONS, SERVICES, DELAY)


ACTION = Action(
    id="restrict-key",
    title="Restrict the key to trusted networks",
    phase=Phase.RESTRICT,
    about="Only calls from the networks given, or marked as trusted, are let in; all others with this key "
    "are refused. The best first step while the business uses the key from known addresses.",
    danger=Danger.BUSINESS,
    way_back="Set the policy it had before, or none; that too may take minutes.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=PARAMS,
    needs=("ram:GetAccessKeyPolicyForAccount", *NEEDS),
    order=10,
)
