"""Disable the user's service credentials: keys of single services, which outlive the AccessKey."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.service_credential import ACTIVE, CHANGE, INACTIVE, held
from aktui.contain.ground import Ground
from aktui.contain.lastuse import shared
from aktui.contain.people import NEEDS, USER, Person, look_at_own, person, users
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible

UNSEEN = (
    "Who uses a service credential is not in the audit trail, so what this would stop can not be told here: "
    "ask whoever runs the service."
)


async def look(ground: Ground) -> Look:
    async def tell(who: Person) -> str:
        known = await held(shared(ground.inquiry), who.principal)
        active = sum(one["status"] == ACTIVE for one in known.values())
        return f"{active} of {len(known)} active" if active else _none(who, len(known)).rstrip(".")

    return await look_at_own(ground, tell)


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    who = await person(ground, params)
    known = await held(ground.cloud, who.principal)
    steps = tuple(
        Step(CHANGE.id, target(who, key, one), ACTIVE, INACTIVE)
        for key, one in known.items()
        if one["status"] == ACTIVE
    )
    if not steps:
        raise NotPossible(_none(who, len(known)))
    return Draft(steps, (UNSEEN,))


def target(who: Person, key: str, one: Mapping[str, str]) -> dict[str, str]:
    """The target of steps on a service credential."""
    return {"id": key, "user": who.principal, "service": one["service"]}


def _none(who: Person, number: int) -> str:
    if not number:
        return f"{who.name} has no service credential."
    return f"All {number} service credentials of {who.name} are disabled already."


ACTION = Action(
    id="disable-service-credentials",
    title="Disable the user's service credentials",
    phase=Phase.PERSISTENCE,
    about="A user may hold keys of single services beside AccessKeys. An intruder who could make one keeps "
    "a way in when the AccessKey is disabled.",
    danger=Danger.BUSINESS,
    way_back="Enable them again.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(USER,),
    choices={USER.name: users},
    needs=("ram:ListServiceCredentials", *NEEDS),
)
