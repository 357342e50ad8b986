"""Give the user of the key the least that the business needs, in the place of all that it has."""

import re
from collections.abc import Mapping, Sequence

from aktui.contain import narrow as narrowing
from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes import group_membership, policy_attachment, policy_document
from aktui.contain.granting import NEEDS as GRANTING
from aktui.contain.granting import checked, steps_to_give
from aktui.contain.ground import Ground
from aktui.contain.holdings import NEEDS as HOLDINGS
from aktui.contain.holdings import Held, holdings_of, judging_left
from aktui.contain.limits import limits_of
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible, UsageError
from queries.base import Param
from queries.usage.values import UsageReport

DAYS = 30
_LONGEST = 400
_OTHER = re.compile(r"[^A-Za-z0-9-]+")

UNBOUND = (
    "Role sessions keep what their role may do. Grants within a resource group can not be seen, and stay."
)


async def look(ground: Ground) -> Look:
    holder = await ground.user()
    held = await holdings_of(ground, holder.name)
    return Look(f"{len(held)} polic{'y' if len(held) == 1 else 'ies'} held")


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    user = (await ground.living_key()).name
    report = await ground.usage(_days(params["days"]))
    limits = await limits_of(ground)
    name = checked(params["policy"] or f"aktui-least-{_OTHER.sub('-', user)}")
    made = narrowing.least(
        report,
        ground.marks,
        user=user,
        most=limits["PolicySizeQuota"],
        whole_services=_yes(params["whole-services"]),
    )
    held = [one for one in await holdings_of(ground, user) if one.policy != name]
    goes = [one for one in held if not one.only_denies]
    given, warnings = await steps_to_give(ground, user, name, made.document, limits)
    groups = sorted({one.holder for one in goes if one.kind == "group"})
    steps = (*given, *_detached(goes), *_left(user, groups))
    if not steps:
        raise NotPossible(f"{user} has just this already, and nothing beside it.")
    stays = [one for one in held if one.only_denies and one.holder not in groups]
    return Draft(
        steps,
        (*_told(ground, made, held, user, report), *_groups(held, groups), *made.notes, UNBOUND, *warnings),
        denies=judging_left(stays, ground.cloud.now(), user, made.document),
        title=f"Narrow what {user} may do to what the business did",
    )


def _days(typed: str) -> float:
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed) <= _LONGEST:
        raise UsageError(f"days is a whole number from 1 to {_LONGEST}.")
    return float(typed)


def _yes(typed: str) -> bool:
    if typed not in ("", "yes", "no"):
        raise UsageError("whole-services is yes or no.")
    return typed == "yes"


def _detached(goes: Sequence[Held]) -> list[Step]:
    """After the new policy is attached, so that the business is never without."""
    return [
        Step(
            policy_attachment.CHANGE.id,
            policy_attachment.target("user", one.holder, one.type, one.policy),
            True,
            None,
        )
        for one in goes
        if one.kind == "user"
    ]


def _left(user: str, groups: Sequence[str]) -> list[Step]:
    return [Step(group_membership.CHANGE.id, {"user": user, "group": group}, True, None) for group in groups]


def _told(
    ground: Ground, made: narrowing.Least, held: Sequence[Held], user: str, report: UsageReport
) -> list[str]:
    """What the user may do now and then, and whom that touches."""
    told = narrowing.difference(
        made,
        [one.document for one in held if one.document is not None],
        report,
        ground.marks,
        at=ground.cloud.now(),
        user=user,
        unread=[one.name for one in held if one.document is None],
    )
    return [
        f"Now {user} is: {told.before.level} ({told.before.why}).",
        f"Then it is: {told.after.level} ({told.after.why}).",
        *told.losses,
        *told.unknown,
        f"It binds {user}: this key, its other keys, one that takes the place of this one, and the console.",
    ]


def _groups(held: Sequence[Held], groups: Sequence[str]) -> list[str]:
    """What goes with a group beside what it allows."""
    told = []
    for group in groups:
        denials = [one.policy for one in held if one.holder == group and one.only_denies]
        if denials:
            told.append(f"With the group {group} what it denies goes too: {', '.join(denials)}.")
    return told


ACTION = Action(
    id="narrow",
    title="Narrow what the user may do",
    phase=Phase.RESTRICT,
    about="Makes a policy of what trusted callers did in the last days, attaches it, and takes away all that "
    "allows more. Right when the key must go on for a while; it fits the key that takes its place, too.",
    danger=Danger.BUSINESS,
    way_back="Put back the groups and policies it had, and take the new policy away.",
    look=look,
    plan=plan,
    changes=(policy_document.CHANGE.id, policy_attachment.CHANGE.id, group_membership.CHANGE.id),
    params=(
        Param("days", "how many days of calls it is made from", default=f"{DAYS}"),
        Param("policy", "name of the policy; without it, one made from the user's name"),
        Param("whole-services", "yes: every operation of the services used, far more than needed"),
    ),
    needs=(*HOLDINGS, *GRANTING),
    order=25,
)
