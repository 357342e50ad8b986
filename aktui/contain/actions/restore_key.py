"""Restore the key from the recycle bin, where a deletion hit the business."""

from collections.abc import Mapping

from aktui.contain.action import Action, Draft, Look, Phase
from aktui.contain.actions.changes import new_access_key
from aktui.contain.actions.changes.access_key import CHANGE, INACTIVE, RECYCLED, told
from aktui.contain.actions.disable_key import key_now
from aktui.contain.ground import Ground
from aktui.contain.limits import KEYS_PER_USER, NEEDS, limits_of
from aktui.contain.plan import Danger
from aktui.contain.step import Step
from aktui.errors import NotPossible
from queries.asking.reading import moment, record

COMES_BACK = (
    "It comes back disabled, as far as is known; the vendor does not say so. Look at its state afterwards, "
    "and enable it (enable-key) when that is wanted."
)


async def look(ground: Ground) -> Look:
    _, state = await key_now(ground)
    if state == RECYCLED:
        return Look(f"in the recycle bin{await _until(ground)}")
    return Look(told(state), _why_not(told(state)))


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    target, state = await key_now(ground)
    if state != RECYCLED:
        raise NotPossible(_why_not(told(state)))
    keys = await new_access_key.observe(ground.cloud, target)
    allowed = (await limits_of(ground))[KEYS_PER_USER]
    if len(keys) >= allowed:
        name = target["user"].partition("@")[0]
        raise NotPossible(
            f"{name} has {len(keys)} keys of {allowed} allowed ({new_access_key.told(keys)}); disabled ones "
            "count too.",
            hint="Delete one of them first.",
        )
    return Draft((Step(CHANGE.id, target, RECYCLED, INACTIVE),), (COMES_BACK,))


def _why_not(state: str) -> str:
    return f"The key is {state}; only one in the recycle bin can be restored."


async def _until(ground: Ground) -> str:
    reply = await ground.cloud.call("ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=ground.key_id)
    purged = moment(record(reply.body.get("AccessKey")).get("DeleteDate"))
    return f" until {purged:%Y-%m-%d}" if purged else ""


ACTION = Action(
    id="restore-key",
    title="Restore the key from the recycle bin",
    phase=Phase.DELETE,
    about="Brings a deleted key back, disabled. Its user must be there, with a place for one more key.",
    danger=Danger.LOW,
    way_back="Delete it again.",
    look=look,
    plan=plan,
    changes=(CHANGE.id,),
    needs=NEEDS,
    order=80,
)
