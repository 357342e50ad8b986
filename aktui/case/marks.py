"""What the responder marks as trusted or hostile: sources, operations, identities.

Marks are the responder's word, and what the impact of a change and a proposed network policy are made from.
Where marks disagree, the more specific network counts; everything else being equal, hostile does.
`read_marks` and `write_marks` touch the disk: on the event loop, call them in a thread.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from aktui.case import networks, smallfile
from aktui.case.directory import make_private
from aktui.errors import CaseError, UsageError

FILE = "marks.json"
SCHEMA = "aktui.marks/1"
MOST = 1000
LONGEST_NOTE = 500

_WHAT = "marks"
_OPERATION = re.compile(r"[A-Za-z0-9*?-]{1,64}:[A-Za-z0-9*?]{1,128}")
_IDENTITY = re.compile(r"[^\x00-\x1f\x7f-\x9f\s]{1,200}")


class Kind(StrEnum):
    """What a mark is put on."""

    SOURCE = "source"
    """An address, a network (`203.0.113.0/24`), or a VPC (`vpc-…`)."""
    OPERATION = "operation"
    """`ecs:RunInstances`; `*` and `?` are wildcards; case does not matter."""
    IDENTITY = "identity"
    """A user's name, a role session (`role:session`), the id of a key or token; `*` and `?` as above."""


class Stance(StrEnum):
    """What the responder thinks of it."""

    TRUSTED = "trusted"
    HOSTILE = "hostile"


@dataclass(frozen=True)
class Mark:
    """One mark. Make it with `mark`, which checks and tidies the value."""

    kind: Kind
    value: str
    stance: Stance
    at: datetime
    """When it was made; aware."""
    note: str = ""


def mark(kind: str, value: str, stance: str, at: datetime, note: str = "") -> Mark:
    """A mark with a checked value. Raises UsageError for what can not be marked."""
    try:
        of, held = Kind(kind), Stance(stance)
    except ValueError:
        raise UsageError(
            "A mark is on a source, an operation or an identity, and trusted or hostile."
        ) from None
    if len(note) > LONGEST_NOTE:
        raise UsageError(f"A note has at most {LONGEST_NOTE} characters.")
    tidy = _TIDY[of](value.strip())
    if held is Stance.TRUSTED and of is Kind.SOURCE and networks.is_everything(tidy):
        raise UsageError(
            f"Trusting {tidy} would trust everybody.", hint="Mark the networks that the business calls from."
        )
    return Mark(of, tidy, held, at, note)


def _source(value: str) -> str:
    return value if networks.is_vpc(value) else networks.tidy(value)


def _operation(value: str) -> str:
    if not _OPERATION.fullmatch(value):
        raise UsageError(
            f"'{value[:80]}' is not an operation.", hint="For example: ecs:RunInstances, ram:Create*"
        )
    return value


def _identity(value: str) -> str:
    if not _IDENTITY.fullmatch(value):
        raise UsageError("That is not the name of a user or session, nor the id of a key.")
    return value


_TIDY = {Kind.SOURCE: _source, Kind.OPERATION: _operation, Kind.IDENTITY: _identity}


@dataclass(frozen=True)
class Marks:
    """All marks of a case; a value."""

    all: tuple[Mark, ...] = ()

    def with_mark(self, new: Mark) -> "Marks":
        """With this mark in the place of an earlier one on the same thing. Raises UsageError when full."""
        others = self.without(new.kind, new.value).all
        if len(others) >= MOST:
            raise UsageError(f"There are {MOST} marks already.", hint="Mark networks in place of addresses.")
        return Marks((*others, new))

    def without(self, kind: str, value: str) -> "Marks":
        """Without the mark on this thing, if there is one."""
        return Marks(tuple(one for one in self.all if (one.kind, one.value) != (kind, value)))

    def of(self, kind: Kind, stance: Stance | None = None) -> tuple[Mark, ...]:
        return tuple(one for one in self.all if one.kind is kind and (stance is None or one.stance is stance))

    def trusted_sources(self) -> tuple[Mark, ...]:
        return self.of(Kind.SOURCE, Stance.TRUSTED)

    def stance_of_source(self, address: str, vpc: str = "") -> Stance | None:
        """What the marks say of calls from an address; `vpc`: the VPC whose endpoint they came through.

        The most specific network that has the address counts; a VPC counts as less specific than any.
        """
        found: dict[int, set[Stance]] = {}
        for one in self.of(Kind.SOURCE):
            if (narrow := _narrowness(one.value, address, vpc)) is not None:
                found.setdefault(narrow, set()).add(one.stance)
        return _graver(found[max(found)]) if found else None

    def stance_of(
        self, *, source: str = "", vpc: str = "", operation: str = "", identities: Iterable[str] = ()
    ) -> Stance | None:
        """What the marks say of a call, from all that is known of it. Hostile beats trusted."""
        names = [name for name in identities if name]
        said = {self.stance_of_source(source, vpc) if source or vpc else None}
        said |= {one.stance for one in self.of(Kind.OPERATION) if _like(one.value.lower(), operation.lower())}
        said |= {
            one.stance for one in self.of(Kind.IDENTITY) if any(_like(one.value, name) for name in names)
        }
        return _graver({stance for stance in said if stance})


def _narrowness(value: str, address: str, vpc: str) -> int | None:
    """How specific a source's mark is for a call that it speaks of; None when it does not."""
    if networks.is_vpc(value):
        return -1 if value == vpc else None
    return networks.length(value) if networks.contains(value, address) else None


def _graver(said: set[Stance]) -> Stance | None:
    if Stance.HOSTILE in said:
        return Stance.HOSTILE
    return Stance.TRUSTED if said else None


def _like(pattern: str, name: str) -> bool:
    """`*` stands for any text, `?` for one character; nothing else is special."""
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return bool(name) and re.fullmatch("".join(parts), name, re.DOTALL) is not None


def read_marks(directory: Path) -> Marks:
    """The marks of a case; none when there is no file. Raises CaseError for a file that can not be used."""
    kept: list[Any] | None = smallfile.read(directory / FILE, SCHEMA, "marks", list, _WHAT)
    found = Marks()
    for entry in kept or []:
        try:
            found = found.with_mark(_read(entry))
        except UsageError as error:
            # One mark left out may be the one that says who is hostile: better none than some.
            message = f"{directory / FILE} has a mark that can not be used: {error.message}"
            raise CaseError(message, hint="Mend or move the file; a new one is made.") from error
    return found


def write_marks(directory: Path, marks: Marks) -> None:
    """Keep the marks of a case. Raises CaseError when they can not be kept."""
    make_private(directory)
    kept = [{**_written(one), "at": one.at.astimezone(UTC).isoformat()} for one in marks.all]
    smallfile.write(directory / FILE, SCHEMA, "marks", kept, _WHAT)


def _written(one: Mark) -> dict[str, str]:
    return {"kind": one.kind, "value": one.value, "stance": one.stance, "note": one.note}


def _read(entry: object) -> Mark:
    told: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    texts = {name: told.get(name) for name in ("kind", "value", "stance", "note", "at")}
    if not all(isinstance(value, str) for value in texts.values()):
        raise UsageError("a mark has a kind, a value, a stance, a note and a time.")
    try:
        at = datetime.fromisoformat(told["at"])
    except ValueError:
        raise UsageError(f"'{told['at'][:40]}' is no time.") from None
    made = mark(told["kind"], told["value"], told["stance"], at, told["note"])
    return replace(made, at=at if at.tzinfo else at.replace(tzinfo=UTC))
