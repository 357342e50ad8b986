"""A policy attached to a RAM user, group or role.

Target: `kind` (user, group, role), `holder` (its name), `type` (System, Custom), `policy`. State: True, None,
or `holder gone`. Grants within a resource group are not told, and not touched.
"""

from aktui.contain.step import Call, Change, State, Step, Target
from queries.asking.reading import absent, ident, listed
from queries.base import Caller

GONE = "holder gone"
_KINDS = {"user": "User", "group": "Group", "role": "Role"}


def target(kind: str, holder: str, policy_type: str, policy: str) -> dict[str, str]:
    return {"kind": kind, "holder": holder, "type": policy_type, "policy": policy}


async def observe(cloud: Caller, target: Target) -> State:
    found = await attached(cloud, target["kind"], target["holder"])
    if found is None:
        return GONE
    return True if (target["type"], target["policy"]) in found else None


async def attached(cloud: Caller, kind: str, holder: str) -> list[tuple[str, str]] | None:
    """Type and name of the policies that are attached; None when there is no such user, group or role."""
    action, of = f"ListPoliciesFor{_KINDS[kind]}", f"{_KINDS[kind]}Name"
    try:
        reply = await cloud.call("ram", action, **{of: holder})
    except Exception as error:
        if absent(error):
            return None
        raise
    found = listed(reply, f"ram:{action}", "Policies", "Policy")
    return [(ident(one.get("PolicyType")), ident(one.get("PolicyName"))) for one in found]


def calls(step: Step) -> tuple[Call, ...]:
    kind = _KINDS[step.target["kind"]]
    action = f"AttachPolicyTo{kind}" if step.after is True else f"DetachPolicyFrom{kind}"
    policy = {"PolicyType": step.target["type"], "PolicyName": step.target["policy"]}
    return (Call("ram", action, {**policy, f"{kind}Name": step.target["holder"]}),)


def reached(observed: State, step: Step) -> bool:
    """Who is gone has no policy either."""
    return observed is True if step.after is True else observed in (None, GONE)


def undo(step: Step, observed: State) -> Step | None:
    return None if observed == GONE else Step(step.change, step.target, step.after, step.before)


def title(step: Step) -> str:
    policy, holder = step.target["policy"], f"{step.target['kind']} {step.target['holder']}"
    if step.after is True:
        return f"Attach the policy {policy} to the {holder}"
    return f"Detach the policy {policy} from the {holder}"


def told(state: State) -> str:
    return {True: "attached", None: "not attached"}.get(state, "not there any more")


CHANGE = Change(
    id="policy-attachment",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ram:ListPoliciesForUser", "ram:ListPoliciesForGroup", "ram:ListPoliciesForRole"),
    writes=tuple(
        f"ram:{verb}{kind}" for kind in _KINDS.values() for verb in ("AttachPolicyTo", "DetachPolicyFrom")
    ),
    reached=reached,
    undo=undo,
    told=told,
)
