"""All keys that a sweep knows of as rows, the gravest first; filters over them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from aktui.errors import UsageError
from queries.base import Column, Row
from queries.sweep.known import KEYS, LEAKS, POWERS, REPORT, TRAIL, Key, Known, Leak, Person, Reported, Slot
from queries.sweep.lastuse import LastUse, last_use, root_ids_of
from queries.sweep.risk import ASPECTS, Facts, Verdict, judged, leaks_of, level_of, score_of

NO_ID = "(id not told)"
COLUMNS = (
    Column("key_id", "AccessKey", "id"),
    Column("owner", "Owner"),
    Column("risk", "Risk"),
    Column("against", "Against it"),
    Column("why", "Why"),
    Column("status", "Status"),
    Column("age_days", "Days old", "count"),
    Column("last_used", "Last used", "time"),
    Column("not_known", "Not known"),
)
_STATES = {True: "Active", False: "Inactive", None: "unknown"}


@dataclass(frozen=True)
class Ranked:
    """One key, judged."""

    id: str
    """What it is known by here: its id, or its owner and place in the credential report."""
    facts: Facts
    verdict: Verdict
    score: int
    candidates: tuple[str, ...] = ()
    """For a key whose id is not told: ids that others name as keys of the same owner."""

    def row(self, known: Known, now: datetime) -> Row:
        facts, verdict = self.facts, self.verdict
        use, aspects = facts.use, list(dict.fromkeys(doubt.aspect for doubt in verdict.doubts))
        values: dict[str, Any] = {
            "key_id": facts.key_id or NO_ID,
            "owner": facts.owner,
            "risk": f"{level_of(self.score)}{'+' if aspects else ''}",
            "against": ", ".join(reason.code for reason in verdict.reasons),
            "why": "; ".join(reason.words for reason in verdict.reasons),
            "status": _STATES[facts.active],
            "age_days": max((now - facts.created).days, 0) if facts.created else None,
            "last_used": use.used,
            "not_known": ", ".join(aspects),
            "as_of": min(self.moments(known).values(), default=None),
            "score": self.score,
        }
        return Row(values, self.document(known, now))

    def moments(self, known: Known) -> dict[str, datetime]:
        """From when the facts of each source are."""
        person = self.facts.person
        told = {
            KEYS: person.keys_at if person else None,
            POWERS: self.facts.power.at if self.facts.power else None,
            self.facts.use.source: self.facts.use.at,
            **{name: known.source(name).at for name in (LEAKS, REPORT, TRAIL) if known.source(name).ended},
        }
        return {name: at for name, at in told.items() if name and at is not None}

    def document(self, known: Known, now: datetime) -> dict[str, Any]:
        """For `aktui.sweep/1`."""
        facts, verdict = self.facts, self.verdict
        return {
            "key_id": facts.key_id,
            "candidates": list(self.candidates),
            "owner": facts.owner,
            "principal": facts.person.principal if facts.person else "",
            "root": facts.root,
            "risk": level_of(self.score),
            "at_least": bool(verdict.doubts),
            "score": self.score,
            "reasons": [{"code": one.code, "words": one.words} for one in verdict.reasons],
            "not_known": [{"aspect": one.aspect, "why": one.why} for one in verdict.doubts],
            "status": _STATES[facts.active],
            "created": facts.created,
            "age_days": max((now - facts.created).days, 0) if facts.created else None,
            "last_used": facts.use.used,
            "last_used_told": facts.use.told,
            "facts_from": self.moments(known),
        }


@dataclass(frozen=True)
class Chosen:
    """Which keys are wanted."""

    only: tuple[str, ...] = ()
    user: str = ""

    def takes(self, one: Ranked) -> bool:
        if self.only and not {reason.code for reason in one.verdict.reasons} & set(self.only):
            return False
        return not self.user or fnmatchcase(one.facts.owner, self.user)


def chosen(only: str, user: str) -> Chosen:
    """The filters as given on a command line. Raises UsageError for a reason there is not."""
    names = tuple(dict.fromkeys(name.strip() for name in only.split(",") if name.strip()))
    if unknown := [name for name in names if name not in ASPECTS]:
        raise UsageError(f"--only takes no '{unknown[0]}'.", hint=f"It takes: {', '.join(ASPECTS)}.")
    return Chosen(names, user.strip())


def ranked(known: Known, now: datetime, people: Iterable[Person] | None = None) -> list[Ranked]:
    """All keys (or those of some users), the gravest first; where that is equal, those less is known of."""
    found = [*_of_people(known, now, known.people.values() if people is None else people)]
    if people is None:
        found += _of_root(known, now)
    return sorted(found, key=rank)


def of_root(known: Known, now: datetime) -> list[Ranked]:
    return sorted(_of_root(known, now), key=rank)


def rank(one: Ranked) -> tuple[int, int, str, str]:
    """Where a key stands: by score, then by how much is not known of it."""
    return -one.score, -len(one.verdict.doubts), one.facts.owner, one.id


def _of_people(known: Known, now: datetime, people: Iterable[Person]) -> Iterator[Ranked]:
    exact: dict[str, list[Leak]] = {}
    for leak in known.leaks:
        exact.setdefault(leak.key, []).append(leak)
    masked = tuple(leak for leak in known.leaks if "*" in leak.key)
    for person in people:
        reported = known.reported.get(person.principal)
        if person.listed:
            for key in person.keys:
                leaks = (*exact.get(key.id, ()), *leaks_of(masked, key.id))
                yield _ranked(known, now, _facts(known, person, reported, key, leaks))
        elif reported is not None:
            leaks = tuple(leak for leak in known.leaks if leak.owner == person.name)
            ids = tuple(dict.fromkeys(leak.key for leak in leaks))
            for slot in reported.slots:
                yield _ranked(known, now, _without_id(known, person, reported, slot, leaks), slot.name, ids)


def _of_root(known: Known, now: datetime) -> Iterator[Ranked]:
    """Root's keys: with ids only where root itself asks; others may have named some."""
    for key in known.root_keys:
        use = last_use(known, known.root, key)
        seen, leaks = known.seen.get(key.id), leaks_of(known.leaks, key.id)
        facts = Facts(key.id, "root", True, key.active, key.created, use, None, known.root, None, seen, leaks)
        yield _ranked(known, now, facts)
    if known.root is None or known.root_keys:
        return
    for slot in known.root.slots:
        ids = root_ids_of(known, slot)
        leaks = tuple(leak for leak in known.leaks if leak.root and (leak.key in ids or "*" in leak.key))
        facts = _without_id(known, None, known.root, slot, leaks)
        yield _ranked(known, now, facts, slot.name, ids)


def _facts(
    known: Known, person: Person, reported: Reported | None, key: Key, leaks: tuple[Leak, ...]
) -> Facts:
    use = last_use(known, reported, key)
    seen = known.seen.get(key.id)
    return Facts(
        key.id,
        person.name,
        False,
        key.active,
        key.created,
        use,
        person,
        reported,
        person.power,
        seen,
        leaks,
    )


def _without_id(
    known: Known, person: Person | None, reported: Reported, slot: Slot, leaks: tuple[Leak, ...]
) -> Facts:
    use = LastUse(True, slot.used, REPORT, known.source(REPORT).at)
    power = person.power if person else None
    owner = person.name if person else "root"
    return Facts(
        "", owner, person is None, slot.active, slot.rotated, use, person, reported, power, None, leaks
    )


def _ranked(
    known: Known, now: datetime, facts: Facts, place: str = "", candidates: tuple[str, ...] = ()
) -> Ranked:
    verdict = judged(known, facts, now)
    name = facts.key_id or f"{facts.owner} {place}"
    return Ranked(name, facts, verdict, score_of(verdict, facts.active), candidates)


def counted(found: Iterable[Ranked]) -> Mapping[str, int]:
    """How many keys there are of each level, the gravest first."""
    counts: dict[str, int] = {}
    for one in sorted(found, key=rank):
        level = level_of(one.score)
        counts[level] = counts.get(level, 0) + 1
    return counts
