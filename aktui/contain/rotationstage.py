"""How far a rotation is, told from what is known of both keys; asks nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aktui.contain.actions.changes.access_key import ACTIVE, INACTIVE
from aktui.contain.actions.changes.access_key import told as key_told
from aktui.contain.history import Run
from aktui.contain.lastuse import Seen, Uses
from aktui.contain.step import State

QUIET = timedelta(hours=1)
"""How long the business must not have used the old key, as far as the audit tells, to have moved."""


class Stage(StrEnum):
    """How far a rotation is."""

    NOT_BEGUN = "not begun"
    CREATED = "second key created"
    MOVING = "traffic moving"
    MOVED = "traffic moved"
    DISABLED = "old key disabled"
    VERIFIED = "business verified"
    DELETED = "old key deleted"
    ROLLED_BACK = "rolled back"
    """The old key was disabled and enabled again."""


@dataclass(frozen=True)
class Facts:
    """What is known of both keys."""

    old: str
    new: str
    states: Mapping[str, State]
    made: datetime | None
    """When the new key was made, by the cloud's clock."""
    changed: datetime | None
    """When the status of the old key changed last."""
    old_uses: Uses
    new_uses: Uses
    secret_at: str
    """Where the secret of the new key was handed over."""
    disabled: Run | None
    """The newest run since then that disabled the old key, taken back or not."""

    @property
    def before(self) -> Seen | None:
        """The newest use of the old key by the business."""
        return self.old_uses.business

    @property
    def since(self) -> Seen | None:
        """The newest use of the new key."""
        return self.new_uses.business


@dataclass(frozen=True)
class Told:
    """A stage, the action that comes next (or empty), and a sentence."""

    stage: Stage
    next: str
    sentence: str


def stage_of(facts: Facts) -> Told:
    """How far it is."""
    state = facts.states[facts.old]
    if state == ACTIVE:
        return _both_work(facts)
    if state == INACTIVE:
        return _old_disabled(facts)
    return Told(Stage.DELETED, "", f"The old key is {key_told(state)}; {facts.new} has taken its place.")


def _both_work(facts: Facts) -> Told:
    """Has the business moved?"""
    again = facts.disabled is not None
    back = "The old key was disabled and enabled again. " if again else ""
    if facts.since is None:
        sentence = (
            f"{back}No use of the new key {facts.new} is known yet; its secret went to {facts.secret_at}. "
            f"Put it wherever the old one is used. {_old(facts)}"
        )
        return Told(Stage.ROLLED_BACK if again else Stage.CREATED, "", sentence)
    use = f"{back}The new key was {_used(facts.since)}. {_old(facts)}"
    if facts.old_uses.until - _quiet_from(facts, again) >= QUIET:
        rare = "Before the old one is disabled: what runs once a day or a week may not have shown yet."
        return Told(Stage.MOVED, "disable-key", f"{use} {rare}")
    stage = Stage.ROLLED_BACK if again else Stage.MOVING
    return Told(stage, "", f"{use} Move what still uses the old one.")


def _quiet_from(facts: Facts, again: bool) -> datetime:
    """Since when the business has not used the old key: its last use, or what it was to move after."""
    began = facts.changed if again else facts.made
    moments = [at for at in (began, facts.before and facts.before.at) if at]
    return max(moments, default=facts.old_uses.until)


def _old_disabled(facts: Facts) -> Told:
    """Does the business do without it?"""
    off, new, tried = facts.changed, facts.since, facts.before
    head = f"The old key was disabled{f' at {_at(off)}' if off else ''}"
    if tried is not None and off is not None and tried.at > off:
        who = tried.source or "somebody"
        sentence = f"{head}, and {who} tried it still at {_at(tried.at)}: find out who, or enable it again."
        return Told(Stage.DISABLED, "", sentence)
    refused = [one.name for one in facts.new_uses.refused if off is None or one.at > off]
    if refused:
        names = ", ".join(dict.fromkeys(refused))
        return Told(Stage.DISABLED, "", f"{head}, and calls with the new one were refused since: {names}.")
    if new is None or (off is not None and new.at <= off):
        sentence = (
            f"{head}; no use of the new one is known since. Ask those who run the business, and enable the "
            "old one again if it stands still."
        )
        return Told(Stage.DISABLED, "", sentence)
    sentence = (
        f"{head}; the new one was {_used(new)}, nothing that is known was refused, and only who is marked "
        "as hostile tried the old one."
        if facts.old_uses.hostile
        else f"{head}; the new one was {_used(new)}, nothing that is known was refused, and nobody tried the "
        "old one."
    )
    return Told(Stage.VERIFIED, "delete-key", sentence)


def _old(facts: Facts) -> str:
    """The old key's use by the business."""
    left_out = " (hostile calls left out)" if facts.old_uses.hostile else ""
    if facts.before is None:
        return f"No use of the old one by the business is known{left_out}."
    if facts.made is not None and facts.before.at <= facts.made:
        return f"The old one was not used since; before that it was {_used(facts.before)}{left_out}."
    return f"The old one was {_used(facts.before)}{left_out}."


def _used(seen: Seen) -> str:
    return f"last used at {_at(seen.at)}{f' from {seen.source}' if seen.source else ''} ({seen.name})"


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
