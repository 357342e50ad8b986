"""Deny the user of the key everything: a full stop for all it has, keys and console alike."""

from collections.abc import Mapping

from aktui.contain import denying
from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.ground import Ground
from aktui.contain.plan import Danger
from queries.base import Param

EVERYTHING = {"Version": "1", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
STOPS = "Everything that signs with any key of this user stops, the business's too."


async def look(ground: Ground) -> Look:
    return await denying.stands(ground, denying.ALL)


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    return await denying.denied(ground, params["policy"], EVERYTHING, STOPS)


ACTION = Action(
    id="deny-all",
    title="Deny the user everything",
    phase=Phase.RESTRICT,
    about="Attaches a policy that denies the user of the key every operation, with all of its keys and in "
    "the console. Right when the user itself is in the intruder's hands.",
    danger=Danger.BUSINESS,
    way_back="Detach the policy, once the leaked key is disabled and deleted.",
    look=look,
    plan=plan,
    changes=denying.CHANGES,
    params=(Param("policy", "name of the policy", default=denying.ALL),),
    needs=denying.NEEDS,
    guard=denying.until_deleted,
    order=30,
)
