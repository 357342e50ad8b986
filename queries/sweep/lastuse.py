"""When a key was last used, from whoever tells: the credential report, the trail, the audit of one key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from queries.sweep.known import REPORT, TRAIL, USES, Key, Known, Reported, Slot

IDLE = timedelta(days=90)
_SAME_USE = timedelta(hours=3)
"""The report runs two hours behind, the audit one."""
_SAME = timedelta(seconds=2)
"""The report and the list of keys may round the moment at which a key was made."""


@dataclass(frozen=True)
class LastUse:
    """The newest use, and who told it."""

    told: bool
    """Whether it is known; a key that was never used is."""
    used: datetime | None = None
    source: str = ""
    at: datetime | None = None
    doubt: str = ""


def last_use(known: Known, reported: Reported | None, key: Key) -> LastUse:
    """The newest of what the sources tell. A use in the trail alone is enough when it is recent."""
    found: list[LastUse] = []
    slot = slot_of(reported, key)
    if slot is not None:
        found.append(LastUse(True, slot.used, REPORT, known.source(REPORT).at))
    use = known.uses.get(key.id)
    if use is not None and not use.doubt:
        found.append(LastUse(True, use.used, USES, use.at))
    seen = known.seen.get(key.id)
    if seen is not None and seen.last is not None:
        now = known.source(TRAIL).at
        if found or now is None or now - seen.last < IDLE:
            found.append(LastUse(True, seen.last, TRAIL, now))
    if not found:
        return LastUse(False, doubt=use.doubt if use is not None else "not asked yet")
    return max(found, key=lambda one: (one.used is not None, one.used.timestamp() if one.used else 0.0))


def slot_of(reported: Reported | None, key: Key) -> Slot | None:
    """The report's line for a key: made at the same moment. None where several could be it and differ."""
    if reported is None or key.created is None:
        return None
    made = key.created
    same = [slot for slot in reported.slots if slot.rotated and abs(slot.rotated - made) <= _SAME]
    if len(same) > 1:
        same = [slot for slot in same if slot.active is key.active] or same
    if not same or len({slot.used for slot in same}) > 1:
        return None
    return same[0]


def root_ids(known: Known) -> tuple[str, ...]:
    """Ids that leak reports or a trail name as keys of the account itself; the report tells none."""
    named = [
        *(leak.key for leak in known.leaks if leak.root),
        *(key for key, one in known.seen.items() if one.root),
    ]
    return tuple(dict.fromkeys(one for one in named if one and "*" not in one))


def root_ids_of(known: Known, slot: Slot) -> tuple[str, ...]:
    """Those of them that may be this key of the report: used last when it was, where any is."""
    slots = known.root.slots if known.root else ()
    return tuple(one for one in root_ids(known) if slot in (_used_alike(known, slots, one) or slots))


def _used_alike(known: Known, slots: tuple[Slot, ...], key_id: str) -> list[Slot]:
    use = known.uses.get(key_id)
    used = use.used if use is not None else None
    return [slot for slot in slots if used and slot.used and abs(slot.used - used) <= _SAME_USE]
