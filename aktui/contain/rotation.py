"""Where a rotation stands: told anew each time from the journal and from what is observed, so that it goes on
after a restart, hours or days later.

A second key is made and handed over; the business moves to it; the old one is disabled; when the business is
seen to do without it, it is deleted. Until then the old key can be enabled again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aktui.contain.actions.changes import access_key, new_access_key
from aktui.contain.ground import Ground
from aktui.contain.history import History, Run
from aktui.contain.lastuse import LAG, Uses, uses_of
from aktui.contain.rotationstage import Facts, Stage, stage_of
from aktui.contain.step import State
from queries.asking.reading import Record, ident, listed, moment
from queries.base import Gap
from queries.inquiry import Inquiry
from queries.owners.holder import Holder

__all__ = ["Begun", "Rotation", "Stage", "begun", "rotation_of"]


@dataclass(frozen=True)
class Begun:
    """The run of `rotate` that counts."""

    run: Run
    new: str
    """Id of the key it made; empty where the answer that named it never came."""
    handed_over: str
    """Where its secret is; empty: nobody has it."""


@dataclass(frozen=True)
class Rotation:
    """Where it stands, and what comes next."""

    stage: Stage
    old: str
    new: str = ""
    old_state: State = None
    new_state: State = None
    old_uses: Uses | None = None
    new_uses: Uses | None = None
    next: str = ""
    """Id of the action that comes next; empty: there is something to wait for, or it is over."""
    back: str = ""
    """The run to take back when this stage went wrong; empty: there is none."""
    sentence: str = ""
    """The whole for people, with how far behind the sources are."""
    gaps: tuple[Gap, ...] = ()


def begun(history: History) -> Begun | None:
    """The newest rotation of the case that was not taken back."""
    for run in reversed(history.runs):
        if run.plan.action != "rotate" or run.plan.undoes or run.undone_by:
            continue
        for taken in run.steps:
            if taken.step.change == new_access_key.CHANGE.id and taken.took.changed:
                seen = taken.observed if isinstance(taken.observed, dict) else {}
                others = new_access_key.made_since(taken.step, seen)
                named = str(taken.made.get("key", "")) or (others[0] if len(others) == 1 else "")
                return Begun(run, named, taken.handed_over)
    return None


async def rotation_of(ground: Ground) -> Rotation:
    """Where the rotation of the key stands. Raises NotPossible for a key of no living user, CloudError."""
    holder = await ground.user()
    keys = await _keys(ground, holder)
    states: dict[str, State] = {key: ident(one.get("Status")) for key, one in keys.items()}
    if ground.key_id not in states:
        target = {"key": ground.key_id, "user": holder.principal, "user_id": holder.user_id}
        states[ground.key_id] = await access_key.observe(ground.cloud, target)
    start = begun(ground.history)
    if start is None or (start.new and start.new not in keys):
        return _not_begun(ground.key_id, states, start)
    if not start.handed_over or not start.new:
        return _lost(ground.key_id, states, start)
    return _at_work(await _facts(ground, holder, keys, states, start), start)


async def _keys(ground: Ground, holder: Holder) -> dict[str, Record]:
    """The living keys of the user, as IMS tells them."""
    listing = await ground.cloud.call("ims", "ListAccessKeys", UserPrincipalName=holder.principal)
    entries = listed(listing, "ims:ListAccessKeys", "AccessKeys", "AccessKey")
    return {ident(one.get("AccessKeyId")): one for one in entries}


def _not_begun(old: str, states: Mapping[str, State], start: Begun | None) -> Rotation:
    if states[old] not in (access_key.ACTIVE, access_key.INACTIVE):
        sentence = f"The key is {access_key.told(states[old])}: there is nothing to rotate."
        return Rotation(Stage.NOT_BEGUN, old, old_state=states[old], sentence=sentence)
    others = [key for key in states if key != old]
    gone = f"The new key {start.new} is gone. " if start else ""
    beside = f" Its user has {' and '.join(others)} beside it." if others else ""
    sentence = f"{gone}No rotation is under way.{beside}"
    return Rotation(Stage.NOT_BEGUN, old, old_state=states[old], next="rotate", sentence=sentence)


def _lost(old: str, states: Mapping[str, State], start: Begun) -> Rotation:
    """A key was made whose secret nobody has."""
    sentence = (
        f"A second key {start.new or '(which one can not be told)'} was made, but nobody has its secret: the "
        f"answer that told it was lost. Take the run {start.run.id} back, which deletes it, and begin anew."
    )
    state = states.get(start.new)
    run = start.run.id
    return Rotation(Stage.CREATED, old, start.new, states[old], state, back=run, sentence=sentence)


async def _facts(
    ground: Ground, holder: Holder, keys: Mapping[str, Record], states: Mapping[str, State], start: Begun
) -> Facts:
    other = Inquiry(ground.cloud, start.new, ground.inquiry.window)
    try:
        new_uses = await uses_of(other, holder.principal, ground.marks)
    finally:
        await other.aclose()
    return Facts(
        old=ground.key_id,
        new=start.new,
        states=states,
        made=moment(keys[start.new].get("CreateDate")),
        changed=moment(keys.get(ground.key_id, {}).get("UpdateDate")),
        old_uses=await uses_of(ground.inquiry, holder.principal, ground.marks),
        new_uses=new_uses,
        secret_at=start.handed_over,
        disabled=_disabled_since(ground.history, start.run, ground.key_id),
    )


def _disabled_since(history: History, rotate: Run, old: str) -> Run | None:
    """The newest run after the rotation began that disabled the old key, taken back or not."""
    for run in reversed(history.runs[history.runs.index(rotate) + 1 :]):
        for taken in run.steps:
            step = taken.step
            mine = step.change == access_key.CHANGE.id and step.target["key"] == old
            if mine and step.after == access_key.INACTIVE and taken.took.changed:
                return run
    return None


def _at_work(facts: Facts, start: Begun) -> Rotation:
    told = stage_of(facts)
    back = start.run if told.stage is Stage.CREATED else None
    if told.stage in (Stage.DISABLED, Stage.VERIFIED):
        back = facts.disabled
    behind = f" The audit tells up to {facts.old_uses.until:%Y-%m-%d %H:%M} UTC. {LAG}"
    return Rotation(
        stage=told.stage,
        old=facts.old,
        new=facts.new,
        old_state=facts.states[facts.old],
        new_state=facts.states[facts.new],
        old_uses=facts.old_uses,
        new_uses=facts.new_uses,
        next=told.next,
        back=back.id if back is not None and not back.undone_by else "",
        sentence=told.sentence if told.stage is Stage.DELETED else f"{told.sentence}{behind}",
        gaps=tuple(dict.fromkeys((*facts.old_uses.gaps, *facts.new_uses.gaps))),
    )
