"""The RAM role of an ECS instance. Target: `instance`, `region`. State: the name of the role, or None.

ECS answers 200 also when it did nothing to the instance; what became of it stands inside.
"""

import json

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import CallRef, Refused
from aktui.models import Reply
from queries.asking.reading import flag, ident, listed, record, records, text
from queries.base import Caller


async def observe(cloud: Caller, target: Target) -> State:
    reply = await cloud.call(
        "ecs",
        "DescribeInstanceRamRole",
        region=target["region"],
        RegionId=target["region"],
        InstanceIds=json.dumps([target["instance"]]),
    )
    rows = listed(reply, "ecs:DescribeInstanceRamRole", "InstanceRamRoleSets", "InstanceRamRoleSet")
    mine = [one for one in rows if ident(one.get("InstanceId")) == target["instance"]]
    return (ident(mine[0].get("RamRoleName")) or None) if mine else None


def calls(step: Step) -> tuple[Call, ...]:
    """An instance has one role at most: another one goes first."""
    found = []
    if step.before is not None:
        found.append(_call("DetachInstanceRamRole", step, step.before))
    if step.after is not None:
        found.append(_call("AttachInstanceRamRole", step, step.after))
    return tuple(found)


def _call(action: str, step: Step, role: str) -> Call:
    region = step.target["region"]
    params = {"RegionId": region, "InstanceIds": json.dumps([step.target["instance"]]), "RamRoleName": role}
    return Call("ecs", action, params, region)


def heard(call: Call, reply: Reply) -> None:
    """Raises Refused for an instance to which nothing was done."""
    several = record(reply.body.get(f"{call.action}Results"))
    for one in records(several.get(f"{call.action}Result")):
        code = text(one.get("Code"))
        if flag(one.get("Success")) is False or code not in ("", "200"):
            where = CallRef(call.product, call.action, call.region)
            raise Refused(
                where, text(one.get("Message")) or "It was refused.", code=code, request_id=reply.request_id
            )


def title(step: Step) -> str:
    instance = step.target["instance"]
    if step.after is None:
        return f"Take the RAM role {step.before} from the instance {instance}"
    instead = f", in place of {step.before}" if step.before else ""
    return f"Give the instance {instance} the RAM role {step.after}{instead}"


def told(state: State) -> str:
    return f"RAM role {state}" if state else "no RAM role"


CHANGE = Change(
    id="instance-role",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ecs:DescribeInstanceRamRole",),
    writes=("ecs:AttachInstanceRamRole", "ecs:DetachInstanceRamRole", "ram:PassRole"),
    told=told,
    heard=heard,
)
