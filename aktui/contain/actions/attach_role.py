"""Give an instance a RAM role, so that what runs on it needs no AccessKey any more."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.instance_role import CHANGE, told
from aktui.contain.actions.changes.policy_attachment import attached
from aktui.contain.ground import Ground
from aktui.contain.machines import (
    instance_choices,
    instance_named,
    instances_of_key,
    role_choices,
    trusts_instances,
)
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible
from queries.base import Param

NEEDS_LEAVE = (
    "Handing out a role needs ram:PassRole on it, beside ecs:AttachInstanceRamRole; without that ECS "
    "refuses (403, PassRoleForbidden)."
)
STILL = (
    "The key is not touched, and the programs go on using it until they are told to take the role's "
    "credentials from the instance. Rotate or disable the key after that."
)


async def look(ground: Ground) -> Look:
    found = await instances_of_key(ground)
    if not found:
        return Look("no instance is seen to use the key")
    return Look(f"{len(found)} instance{'s' if len(found) > 1 else ''} with an address that uses the key")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    instance = await instance_named(ground, params["instance"])
    role = params["role"]
    if not await trusts_instances(ground, role):
        raise NotPossible(
            f"The role {role} does not trust ecs.aliyuncs.com, so no instance can have it.",
            hint="Choose another, or change its trust policy.",
        )
    target = {"instance": instance.id, "region": instance.region}
    state = await CHANGE.observe(ground.cloud, target)
    if state == role:
        raise NotPossible(f"{instance.id} has the RAM role {role} already.")
    policies = await attached(ground.cloud, "role", role) or []
    may = ", ".join(name for _, name in policies) or "no policy at all"
    warnings = [f"Whatever runs on {instance.label} may do what {role} may: {may}.", STILL, NEEDS_LEAVE]
    if state:
        warnings.insert(
            0, f"An instance has one role at most: it loses {state}, and what runs there with it."
        )
    return Draft(
        (Step(CHANGE.id, target, state, role),),
        tuple(warnings),
        danger=Danger.BUSINESS if state else None,
        title=f"Give {instance.label} the RAM role {role} ({told(state)} now)",
    )


ACTION = Action(
    id="attach-role",
    title="Give an instance a RAM role",
    phase=Phase.LONG_TERM,
    about="What runs on an instance with a RAM role gets credentials that expire by themselves, and needs no "
    "AccessKey that can leak.",
    danger=Danger.LOW,
    way_back="Take the role from it, or give it the one it had.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(
        Param("instance", "the ECS instance, as `region/id`: cn-hangzhou/i-bp1…", required=True),
        Param("role", "name of a RAM role that trusts ecs.aliyuncs.com", required=True),
    ),
    choices={"instance": instance_choices, "role": role_choices},
    needs=(
        *("ecs:DescribeInstances", "ram:ListRoles", "ram:GetRole", "ram:ListPoliciesForRole"),
        *("actiontrail:GetAccessKeyLastUsedProducts", "actiontrail:GetAccessKeyLastUsedIps"),
    ),
)
