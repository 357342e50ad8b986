"""Which APIs may still be asked, and what came of those that are asked user by user or key by key."""

from dataclasses import dataclass

from aktui.errors import AktuiError, Forbidden
from queries.base import Gap, Status
from queries.sweep.declared import SOURCES
from queries.sweep.known import KEYS, POWERS, USES, Known, Person

_ENOUGH_REFUSALS = 3


@dataclass
class Door:
    """Whether an API may still be asked."""

    refused: int = 0
    opened: bool = False
    error: AktuiError | None = None
    """The first reason that there was no answer, or not all of it."""

    @property
    def shut(self) -> bool:
        """It said no a few times and never yes: the account denies it."""
        return not self.opened and self.refused >= _ENOUGH_REFUSALS

    def heard(self, error: AktuiError | None, *, answered: bool = False) -> None:
        """An answer, or why there was none; `answered`: there was one all the same, in part."""
        self.opened = self.opened or error is None or answered
        self.error = self.error or error
        self.refused += isinstance(error, Forbidden)


def left_off(known: Known, done: int) -> None:
    """Stopped halfway: what was asked says so, what was not stays as it is."""
    for source in (known.source(name) for name in SOURCES):
        if not source.ended and source.asked:
            detail = f"The sweep was stopped after {done} of {len(known.people)} users."
            source.failed_with(Gap(Status.PARTIAL, "", detail))


def conclude(known: Known, doors: dict[str, Door]) -> None:
    """Which of the sources by user and by key came to a whole answer."""
    people, uses = list(known.people.values()), list(known.uses.values())
    holders = [person for person in people if person.keys or _has_slots(known, person)]
    unlisted, unused = sum(bool(one.doubt) for one in people), sum(bool(one.doubt) for one in uses)
    unclear = [one.power is None or bool(one.power.doubt) for one in holders]
    some = any(one.power is not None and one.power.level != "unknown" for one in holders)
    _close(known, KEYS, doors, unlisted, any(one.keys for one in people), f"of {len(people)} users")
    _close(known, POWERS, doors, sum(unclear), some, f"of {len(holders)} owners")
    _close(known, USES, doors, unused, len(uses) > unused, f"of {len(uses)} keys")


def _has_slots(known: Known, person: Person) -> bool:
    reported = known.reported.get(person.principal)
    return reported is not None and bool(reported.slots)


def _close(known: Known, name: str, doors: dict[str, Door], failed: int, some: bool, of_all: str) -> None:
    """`some`: it told of others."""
    source, error = known.source(name), doors[name].error
    source.failed = failed
    if not failed:
        source.status = Status.COMPLETE.value
        return
    gap = Gap.of(error, SOURCES[name].title) if error else Gap(Status.PARTIAL, name, "")
    source.failed_with(gap, status=Status.PARTIAL if some else gap.status)
    source.detail = f"Not told for {failed} {of_all}. {gap.detail}".strip()
