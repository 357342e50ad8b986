"""Delete the key: the end of it, after it was disabled and the business did not miss it."""

from collections.abc import Mapping
from datetime import timedelta

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes.access_key import ACTIVE, CHANGE, INACTIVE, RECYCLED, told
from aktui.contain.actions.disable_key import key_now
from aktui.contain.ground import Ground
from aktui.contain.plan import Danger
from aktui.contain.rotation import Stage, begun, rotation_of
from aktui.contain.step import State, Step
from aktui.errors import CloudError, NotPossible
from queries.asking.reading import ident, listed

KEPT = timedelta(days=30)
"""How long the recycle bin keeps a key (FAQ of the vendor)."""
PLACES = 3
"""Keys that the recycle bin keeps for one user; one more pushes the oldest out for good."""


async def look(ground: Ground) -> Look:
    _, state = await key_now(ground)
    return Look(told(state), "" if state == INACTIVE else _why_not(state))


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    target, state = await key_now(ground)
    if state != INACTIVE:
        raise NotPossible(_why_not(state))
    until = ground.cloud.now() + KEPT
    kept = (
        f"It goes to the recycle bin, which keeps it for {KEPT.days} days, until {until:%Y-%m-%d}; until "
        "then `restore-key` brings it back. After that it is gone for good."
    )
    warnings = (kept, *await pushed_out(ground, target["user_id"]))
    return Draft(
        (Step(CHANGE.id, target, INACTIVE, RECYCLED),), warnings, needs_reason=await _too_early(ground)
    )


def _why_not(state: State) -> str:
    if state == ACTIVE:
        return (
            "The key is Active. Disable it first (disable-key) and see whether the business misses it: that "
            "is taken back in a moment, a deletion is not."
        )
    if state == RECYCLED:
        return "The key is in the recycle bin already."
    return "The key is gone already."


async def pushed_out(ground: Ground, user_id: str) -> tuple[str, ...]:
    """Which key the recycle bin would lose for good."""
    try:
        reply = await ground.cloud.call("ims", "ListAccessKeysInRecycleBin", UserId=user_id)
    except CloudError as error:
        return (f"Whether the recycle bin has a place left could not be told: {error}",)
    binned = listed(reply, "ims:ListAccessKeysInRecycleBin", "AccessKeys", "AccessKey")
    if len(binned) < PLACES:
        return ()
    oldest = min(binned, key=lambda key: ident(key.get("RecycleDate")))
    name = ident(oldest.get("AccessKeyId"))
    return (
        f"The recycle bin keeps {PLACES} keys of a user and has {len(binned)}: {name} is lost for good when "
        "this one comes.",
    )


async def _too_early(ground: Ground) -> str:
    """Within a rotation, whether the business is known to do without the key."""
    if begun(ground.history) is None:
        return ""
    rotation = await rotation_of(ground)
    if rotation.stage is not Stage.DISABLED:
        return ""
    return f"It is not known yet that the business does without the key. {rotation.sentence}"


ACTION = Action(
    id="delete-key",
    title="Delete the key",
    phase=Phase.DELETE,
    about="Moves the disabled key to the recycle bin. Right when it was disabled for long enough that "
    "whoever needs it would have noticed.",
    danger=Danger.HIGH,
    way_back="Restore it from the recycle bin within 30 days; it comes back disabled.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    needs=("ram:ListAccessKeysInRecycleBin",),
)
