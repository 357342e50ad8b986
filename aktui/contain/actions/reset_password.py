"""Give the user a new console password, to be replaced at the next logon."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes import password
from aktui.contain.actions.changes.password import CHANGE, GOOD, LONGEST
from aktui.contain.ground import Ground
from aktui.contain.lastuse import shared
from aktui.contain.people import NEEDS, USER, Person, look_at_own, person, users
from aktui.contain.plan import Danger
from aktui.contain.step import State, Step
from aktui.errors import AktuiError, NotPossible
from queries.asking.reading import count, record
from queries.asking.together import settled

HANDED_OVER = (
    "The new password is handed over where you said before the call is made, so that a lost answer does not "
    "lose it; if the call is refused, it is taken back. aktui keeps no copy."
)
OPEN_SESSIONS = (
    "Whether a console session that is open now ends with it is not documented: watch for what the user "
    "still does there, or disable the logon (disable-logon)."
)


async def look(ground: Ground) -> Look:
    async def tell(who: Person) -> str:
        state = await CHANGE.observe(shared(ground.inquiry), {"user": who.principal})
        return f"password of {who.name}: {password.told(state)}"

    return await look_at_own(ground, tell)


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    who = await person(ground, params)
    state = await CHANGE.observe(ground.cloud, {"user": who.principal})
    if why := _why_not(who, state):
        raise NotPossible(why)
    length, warning = await _length(ground)
    target = {"user": who.principal, "length": f"{length}"}
    steps: tuple[Step, ...] = (password.begin(target, state),)
    return Draft(steps, (HANDED_OVER, OPEN_SESSIONS, *warning))


async def _length(ground: Ground) -> tuple[int, tuple[str, ...]]:
    """How long the password must be, and a warning where the policy was not told: then as long as can be."""
    reply = await settled(ground.cloud.call("ims", "GetPasswordPolicy"))
    if isinstance(reply, AktuiError):
        why = f"{reply.message} {reply.hint}".strip()
        return LONGEST, (f"The password policy could not be read, so it will be long. {why}",)
    least = count(record(reply.body.get("PasswordPolicy")).get("MinimumPasswordLength")) or 0
    return max(GOOD, min(least, LONGEST)), ()


def _why_not(who: Person, state: State) -> str:
    return f"{who.name} has no console logon, so no password." if state is None else ""


ACTION = Action(
    id="reset-password",
    title="Give the user a new console password",
    phase=Phase.PERSISTENCE,
    about="The old password is worth nothing any more. Hand the new one to the user over a way that the "
    "intruder does not read; they choose their own at the next logon.",
    danger=Danger.HIGH,
    way_back="None: the old password is not known to anybody but its user.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    params=(USER,),
    choices={USER.name: users},
    needs=("ram:GetPasswordPolicy", *NEEDS),
    order=15,
)
