"""How a leak report of Security Center was dealt with. Target: `report`, `key`. State: pending, manual, …

Marking it changes nothing about the key, whatever the mark is called.
"""

from aktui.contain.step import Call, Change, State, Step, Target
from queries.asking.reading import ident
from queries.base import Caller

PENDING, BY_HAND, BY_DISABLING = "pending", "manual", "disable"


async def observe(cloud: Caller, target: Target) -> State:
    reply = await cloud.call("sas", "DescribeAccessKeyLeakDetail", Id=int(target["report"]))
    return ident(reply.body.get("DealType")) or None


def calls(step: Step) -> tuple[Call, ...]:
    params = {"Id": int(step.target["report"]), "Type": str(step.after)}
    return (Call("sas", "ModifyAccessKeyLeakDeal", params),)


def title(step: Step) -> str:
    how = "by disabling the key" if step.after == BY_DISABLING else "by hand"
    return f"Mark leak report {step.target['report']} as dealt with {how}"


def nothing(step: Step, observed: State) -> None:
    """A report can not be made pending again."""


CHANGE = Change(
    id="leak-report",
    title=title,
    observe=observe,
    calls=calls,
    reads=("yundun-aegis:DescribeAccessKeyLeakDetail",),
    writes=("yundun-aegis:ModifyAccessKeyLeakDeal",),
    undo=nothing,
    no_way_back="Security Center has no way to mark a report as not dealt with again.",
)
