"""Rotate: a second key for the business, handed over once; the old one goes when nothing needs it."""

from collections.abc import Mapping
from datetime import timedelta

from aktui.contain.action import Action, Choice, Draft, Look, Phase
from aktui.contain.actions.changes import new_access_key
from aktui.contain.actions.changes.access_key import ACTIVE, INACTIVE, RECYCLED
from aktui.contain.actions.changes.access_key import CHANGE as KEY
from aktui.contain.ground import Ground
from aktui.contain.history import Run
from aktui.contain.lastuse import last_use, shared, told
from aktui.contain.limits import KEYS_PER_USER, NEEDS, limits_of
from aktui.contain.plan import Danger
from aktui.contain.rotation import begun
from aktui.contain.step import Step, Target
from aktui.errors import NotPossible, UsageError
from queries.base import Param

IDLE = timedelta(days=90)
"""A key that was used more lately is not deleted to make room."""

AFTERWARDS = (
    "The secret is told once, in the answer, and handed over where you said; aktui keeps no copy.",
    "The old key goes on working, for the intruder too, until it is disabled. The way from here: put the new "
    "key wherever the old one is used; when nothing uses the old one, disable-key; when the business is seen "
    "to do without it, delete-key.",
)


async def _keys(ground: Ground) -> tuple[Target, dict[str, str]]:
    """The user, and the keys; NotPossible where the key has no living user or is in the recycle bin."""
    holder = await ground.living_key()
    target = {"user": holder.principal, "user_id": holder.user_id}
    return target, await new_access_key.observe(shared(ground.inquiry), target)


async def look(ground: Ground) -> Look:
    _, keys = await _keys(ground)
    allowed = (await limits_of(ground))[KEYS_PER_USER]
    state = f"{len(keys)} of {allowed} keys"
    if under_way := _under_way(ground, keys):
        return Look(state, under_way)
    return Look(state)


async def plan(ground: Ground, params: Mapping[str, str]) -> Draft:
    target, keys = await _keys(ground)
    if under_way := _under_way(ground, keys):
        raise NotPossible(under_way)
    allowed = (await limits_of(ground))[KEYS_PER_USER]
    spare = params.get("replace", "")
    if len(keys) < allowed:
        if spare:
            raise UsageError(f"There is room for one more key; {spare} need not be deleted for it.")
        return Draft((new_access_key.begin(target, keys),), AFTERWARDS)
    others = [key for key in keys if key != ground.key_id]
    if not spare:
        raise NotPossible(_full(target, keys, allowed), hint=_way(others))
    if spare not in others:
        raise UsageError(f"{spare} is no other key of the user.", hint=f"There are: {', '.join(others)}.")
    return await _in_place_of(ground, target, keys, spare)


async def _in_place_of(ground: Ground, target: Target, keys: Mapping[str, str], spare: str) -> Draft:
    """Another key of the user, which nobody uses, makes room first."""
    if spare == ground.responder.key_id:
        raise NotPossible("That is the key that aktui signs with.")
    at, unknown = await last_use(ground.cloud, spare, target["user"])
    if keys[spare] == ACTIVE and at is not None and ground.cloud.now() - at < IDLE:
        raise NotPossible(
            f"{spare} is Active and {told(at)}: somebody needs it.",
            hint="Move those who use it first, then disable it, and rotate when nothing misses it.",
        )
    key = {"key": spare, **target}
    steps = [Step(KEY.id, key, ACTIVE, INACTIVE)] if keys[spare] == ACTIVE else []
    left = {name: status for name, status in keys.items() if name != spare}
    gone = f"{spare} ({keys[spare]}, {told(at, unknown)}) goes to the recycle bin to make room."
    return Draft(
        (*steps, Step(KEY.id, key, INACTIVE, RECYCLED), new_access_key.begin(target, left)),
        (gone, *AFTERWARDS),
        danger=Danger.BUSINESS,
        needs_reason=f"Whether {spare} is in use could not be told." if unknown else "",
    )


def _under_way(ground: Ground, keys: Mapping[str, str]) -> str:
    """Why no rotation can begin: one has begun."""
    start = begun(ground.history)
    if start is None or (start.new and start.new not in keys):
        return ""
    if not start.handed_over:
        return (
            f"The run {start.run.id} made a key whose secret nobody has. Take that run back, which deletes "
            "it; then rotate."
        )
    return f"A rotation is under way: {start.new} is the new key (made by the run {start.run.id})."


def _full(target: Target, keys: Mapping[str, str], allowed: int) -> str:
    name = target["user"].partition("@")[0]
    return (
        f"{name} has {len(keys)} keys of {allowed} allowed ({new_access_key.told(keys)}); disabled ones "
        "count too."
    )


def _way(others: list[str]) -> str:
    if not others:
        return "Make a new user with the same permissions for the business, and its key."
    return (
        f"If nobody uses {' or '.join(others)}, give it as `replace`: it is disabled and deleted first, and "
        "can be restored for 30 days."
    )


async def spares(ground: Ground) -> tuple[Choice, ...]:
    """The other keys of the user, with what tells whether anybody needs them."""
    target, keys = await _keys(ground)
    found = []
    for key, status in keys.items():
        if key not in (ground.key_id, ground.responder.key_id):
            at, unknown = await last_use(ground.cloud, key, target["user"])
            found.append(Choice(key, f"{status}, {told(at, unknown)}"))
    return tuple(found)


async def guard(ground: Ground, run: Run) -> str:
    """Taking it back deletes the new key: not unasked when somebody uses it."""
    start = begun(ground.history)
    if start is None or start.run.id != run.id or not start.new:
        return ""
    at, unknown = await last_use(ground.cloud, start.new, run.steps[-1].step.target["user"])
    if unknown:
        return f"Whether the new key {start.new} is in use could not be told; taking this back deletes it."
    return f"The new key {start.new} was {told(at)}: who uses it is cut off." if at else ""


ACTION = Action(
    id="rotate",
    title="Rotate: create a second key",
    phase=Phase.ROTATE,
    about="Makes one more key for the same user and hands its secret over. For a key that the business uses: "
    "move it to the new one, then disable and delete the old.",
    danger=Danger.LOW,
    way_back="The new key is disabled and deleted.",
    look=look,
    plan=plan,
    changes=(KEY.id, new_access_key.CHANGE.id),
    params=(
        Param("replace", "another key of the user to delete first, when there is no place for one more"),
    ),
    choices={"replace": spares},
    needs=(*NEEDS, "ram:GetAccessKeyLastUsed", "actiontrail:GetAccessKeyLastUsedInfo"),
    guard=guard,
)
