"""The steps of the vendor's plan that fit a verdict, each with the containment action that takes it.

Unused: disable. In use and rotatable: rotate. In use and not rotatable: restrict first. A key of the root
account: its own way. Then whatever the intruder made.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from queries.attribution.values import Side
from queries.findings.resources_started import started
from queries.judgement.confidence import half_seen
from queries.judgement.judging import Judged, Other

_FULL = 2
"""Keys that a user may have; with so many, none can be made for a rotation."""
HEIRS = {
    "user": ("delete-user", "Delete the user that the intruder made"),
    "key": ("disable-other-key", "Disable the key that the intruder made"),
    "seen": ("disable-other-key", "Disable the other key that the intruder uses"),
    "logon": ("disable-logon", "Take away the logon to the console"),
    "role": ("delete-role", "Delete the role that the intruder made"),
    "token": ("detach-policy", "Take the policies off its role, or wait until the session ends"),
}
"""By kind of another identity. A session depends on its role, not on the user and the key that opened it."""


@dataclass(frozen=True)
class Step:
    action: str
    """The id of a containment action."""
    sentence: str
    kind: str = ""
    name: str = ""
    """About whom it is, as `Other` has it; empty for the key itself."""


def next_steps(
    judged: Judged, verdict: str, *, keys_of_owner: int | None, rotatable: bool | None
) -> tuple[Step, ...]:
    """In order; the first is what to do now."""
    steps = [*_for_key(judged, verdict, keys_of_owner, rotatable), *_for_heirs(judged)]
    if started(judged):
        steps.append(Step("stop-instances", "Stop what the intruder started, before it costs more."))
    return tuple({step.action + step.sentence: step for step in steps}.values())


def _for_key(judged: Judged, verdict: str, keys: int | None, rotatable: bool | None) -> Iterable[Step]:
    if judged.evidence.key.root:
        said = (
            "A key of the account itself can not be restricted: disable it, after moving its work to a user."
        )
        yield Step("root-key", said)
        return
    if verdict in ("idle", "intruder"):
        yield from _unused(judged, verdict)
        return
    if verdict == "not-enough-data":
        said = "Restrict it to the networks of the business while more is found out; ask whoever owns it."
        yield Step("restrict-key", said)
        return
    can = rotatable if rotatable is not None else (keys is None or keys < _FULL)
    intruded = verdict == "business-and-intruder"
    if rotatable is True or (can and not intruded):
        yield Step("rotate", "In use and rotatable: rotate it, then disable this one.")
    why = "An intruder uses it and the business, too" if intruded else "In use, and it can not be rotated now"
    if intruded or not can:
        yield Step("restrict-key", f"{why}: restrict it to the networks of the business first.")
        yield Step("deny-high-risk", "Deny the high-risk operations that the business does not need.")
    if rotatable is not True and (intruded or not can):
        yield Step("rotate", "Then rotate it, and disable this one.")


def _unused(judged: Judged, verdict: str) -> Iterable[Step]:
    """Disable it; but where not all could be seen, the business may use it after all."""
    unclear = any(not one.unit.console for one in judged.of(Side.UNCLEAR))
    if not unclear and not half_seen(judged):
        yield Step("disable-key", "The business does not use it: disable it now; it can be enabled again.")
        return
    unseen = "No use by the business is known, but not all could be seen"
    if verdict == "intruder":
        yield Step("restrict-key", f"{unseen}: restrict it to the networks of the business first.")
    yield Step("disable-key", f"{unseen}: ask whoever owns it, then disable it; it can be enabled again.")


def _for_heirs(judged: Judged) -> Iterable[Step]:
    now = judged.evidence.window.end.timestamp()
    for other in judged.others:
        if other.until is not None and other.until <= now:
            continue
        action, said = answer_to(other)
        yield Step(action, f"{said}: {other.name}.", other.kind, other.name)


def answer_to(other: Other) -> tuple[str, str]:
    """The action that stops another identity, and why in words."""
    return HEIRS["token" if other.name.startswith("STS.") else other.kind]
