"""Deny the user of the key what would hurt most: the business goes on, the damage is bounded."""

from collections.abc import Mapping

from aktui.contain import denying, highrisk
from aktui.contain.action import Action, Choice, Draft, Look, Phase
from aktui.contain.ground import Ground
from aktui.contain.plan import Danger
from queries.base import Param


async def look(ground: Ground) -> Look:
    return await denying.stands(ground, denying.HIGH_RISK)


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    known = await highrisk.risks(ground.cloud.settings.home)
    wanted = highrisk.chosen(known, params["statements"])
    document = {"Version": "1", "Statement": [risk.statement for risk in wanted]}
    left = [f"{risk.id} ({risk.title})" for risk in known if risk not in wanted]
    said = (f"Left out, so not denied: {', '.join(left)}.",) if left else ()
    return await denying.denied(ground, params["policy"], document, *said)


async def statements(ground: Ground) -> tuple[Choice, ...]:
    known = await highrisk.risks(ground.cloud.settings.home)
    return tuple(Choice(risk.id, f"{risk.title} ({len(risk.actions)} actions)") for risk in known)


ACTION = Action(
    id="deny-high-risk",
    title="Deny high-risk operations",
    phase=Phase.RESTRICT,
    about="Attaches a policy that denies the user of the key to make users and grants, to release or delete "
    "instances, databases, buckets and logs, and to send text messages. Right while the key must work on.",
    danger=Danger.BUSINESS,
    way_back="Detach the policy, once the leaked key is disabled and deleted.",
    look=look,
    plan=plan,
    changes=denying.CHANGES,
    params=(
        Param(
            "statements", "which to deny, separated by commas (ram,ecs,rds,oss,log,dysms); without it, all"
        ),
        Param("policy", "name of the policy", default=denying.HIGH_RISK),
    ),
    choices={"statements": statements},
    needs=denying.NEEDS,
    guard=denying.until_deleted,
    order=20,
)
