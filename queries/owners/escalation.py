"""What a set of RAM policies amounts to: admin, can escalate, broad or limited, and why.

Statements are read the way RAM evaluates them: a matching Deny wins, wildcards match without regard to
case, `NotAction` allows (or denies) all that it does not name. Conditions are not evaluated: an Allow with
conditions counts as allowed and the reason says so; a Deny with conditions, or on some resources only, does
not take a power away.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from queries.asking.reading import Record, record, records, text

ADMIN, ESCALATE, BROAD, LIMITED, UNKNOWN = "admin", "can escalate", "broad", "limited", "unknown"
GRAVITY = (ADMIN, ESCALATE, BROAD, UNKNOWN, LIMITED)
"""Readings, the gravest first. What could not be read may be worse than what is known to be limited."""

_MOST_STATEMENTS = 2000
_MAKES_ADMIN = "ram:AttachPolicyToUser"
"""Who may do this, and everything else, is an administrator whatever else is denied."""
_READING_VERBS = ("get", "list", "describe", "query", "lookup", "search", "check", "head")


@dataclass(frozen=True)
class Statement:
    """One statement of a policy document."""

    allow: bool
    actions: tuple[str, ...]
    all_but: bool
    """`actions` come from `NotAction`."""
    resources: tuple[str, ...]
    all_but_resources: bool
    """`resources` come from `NotResource`."""
    conditional: bool

    @property
    def everywhere(self) -> bool:
        """Whether it speaks of every resource there is."""
        return not self.all_but_resources and any(one.strip("*:") == "" for one in self.resources)

    @property
    def wide(self) -> bool:
        """Whether it speaks of every resource, of all of a service (`acs:ram:*:*:*`), or of all but some."""
        return self.all_but_resources or self.everywhere or any(map(_whole_service, self.resources))

    def covers(self, action: str) -> bool:
        """Whether the statement speaks of an action, on whatever resources."""
        return any(matches(pattern, action) for pattern in self.actions) is not self.all_but


@dataclass(frozen=True)
class Reading:
    """What policies amount to."""

    level: str
    why: str


@dataclass(frozen=True)
class Path:
    """A way to more power than was given."""

    id: str
    actions: tuple[str, ...]
    how: str
    own: str = ""
    broad_only: bool = False


def statements_of(document: Record) -> tuple[Statement, ...]:
    """The statements of a policy document; odd ones are left out."""
    found = []
    for entry in records(document.get("Statement"))[:_MOST_STATEMENTS]:
        effect = text(entry.get("Effect")).strip().lower()
        all_but = "Action" not in entry and "NotAction" in entry
        actions = _texts(entry.get("NotAction" if all_but else "Action"))
        resources = _texts(entry.get("Resource", entry.get("NotResource")))
        if effect in ("allow", "deny") and actions:
            but_resources = "Resource" not in entry and "NotResource" in entry
            conditional = bool(record(entry.get("Condition")))
            found.append(
                Statement(effect == "allow", actions, all_but, resources, but_resources, conditional)
            )
    return tuple(found)


def read(own: Sequence[Statement], denials: Sequence[Statement], owner: str = "") -> Reading:
    """The reading of some statements, while `denials` (of all policies of the same owner) hold."""
    allows = [statement for statement in own if statement.allow]
    denies = [one for one in denials if not one.allow and one.everywhere and not one.conditional]
    if not allows:
        return Reading(
            LIMITED, f"only denies: {_shown(one.actions for one in own)}" if own else "allows nothing"
        )
    if any(not one.all_but and any(map(_any_action, one.actions)) for one in denies):
        return Reading(LIMITED, "a denial of everything holds")
    powers = _Powers(allows, denies, owner)
    if powers.everything() and powers.allowing(_MAKES_ADMIN):
        denied = ", but for what is denied" if denies else ""
        return Reading(ADMIN, f"every action on every resource{denied}{powers.caveat([_MAKES_ADMIN])}")
    ways = [path for path in paths() if powers.open(path)]
    if ways:
        actions = [action for path in ways for action in path.actions]
        why = "can " + "; ".join(dict.fromkeys(path.how for path in ways[:3]))
        more = f"; and {len(ways) - 3} more ways" if len(ways) > 3 else ""
        return Reading(ESCALATE, why + more + powers.caveat(actions))
    wide = powers.whole_services()
    if wide:
        return Reading(BROAD, f"everything in {', '.join(wide[:6])}{' and more' if len(wide) > 6 else ''}")
    return Reading(LIMITED, powers.summary())


@dataclass(frozen=True)
class _Powers:
    allows: list[Statement]
    denies: list[Statement]
    owner: str

    def allowing(self, action: str) -> list[Statement]:
        """The statements that allow an action which nothing denies everywhere."""
        if any(denial.covers(action) for denial in self.denies):
            return []
        return [statement for statement in self.allows if statement.covers(action)]

    def everything(self) -> bool:
        """Every action on every resource is allowed, before denials."""
        return any(
            one.everywhere and not one.all_but and any(map(_any_action, one.actions)) for one in self.allows
        )

    def open(self, path: Path) -> bool:
        """Whether all actions of a path are allowed, beyond what only touches the owner itself."""
        found = [self.allowing(action) for action in path.actions]
        if not all(found):
            return False
        if path.broad_only and not any(statement.wide for statement in found[0]):
            return False
        return not path.own or not all(self._own_only(statement, path.own) for statement in found[0])

    def _own_only(self, statement: Statement, kind: str) -> bool:
        suffix = f":{kind}/{self.owner}".lower()
        named = statement.resources if self.owner and not statement.wide else ()
        return bool(named) and all(resource.lower().endswith(suffix) for resource in named)

    def whole_services(self) -> list[str]:
        """Services of which every action is allowed on every resource."""
        found: dict[str, None] = {}
        for statement in self.allows:
            if statement.all_but and statement.wide:
                found["all services but for a few actions"] = None
            elif statement.wide:
                for pattern in statement.actions:
                    service, _, action = pattern.partition(":")
                    if action.strip("*") == "" and not self._denied(service):
                        found[service] = None
        return list(found)

    def _denied(self, service: str) -> bool:
        return any(denial.covers(f"{service}:AnyAction") for denial in self.denies)

    def summary(self) -> str:
        readers = all(_reads(pattern) for one in self.allows for pattern in one.actions)
        where = "" if any(one.wide for one in self.allows) else " on named resources"
        shown = _shown(one.actions for one in self.allows)
        return f"{'reads only' if readers else 'some actions'}{where}: {shown}"

    def caveat(self, actions: Iterable[str]) -> str:
        """What makes the reading less than certain."""
        used = [one for action in actions for one in self.allowing(action)]
        if used and all(one.conditional for one in used):
            return " (if the conditions of the policy hold)"
        if used and not any(one.wide for one in used):
            return " (on named resources)"
        return ""


def _shown(actions: Iterable[tuple[str, ...]]) -> str:
    """The first few patterns, and how many more there are."""
    patterns = list(dict.fromkeys(pattern for some in actions for pattern in some))
    more = f" and {len(patterns) - 4} more" if len(patterns) > 4 else ""
    return f"{', '.join(patterns[:4])}{more}"


def _any_action(pattern: str) -> bool:
    return pattern.strip(" *:") == ""


def _whole_service(resource: str) -> bool:
    """`acs:ram:*:*:*` and `acs:ecs:*:1234567890123456:*`; a named region is not all of a service."""
    parts = resource.strip().split(":", 4)
    return len(parts) == 5 and parts[2] in ("*", "") and parts[4].strip("*/") == ""


def _reads(pattern: str) -> bool:
    return pattern.partition(":")[2].lower().startswith(_READING_VERBS)


def matches(pattern: str, value: str) -> bool:
    """Whether a pattern with `*` and `?` matches all of a value, whatever the case."""
    pattern, value = pattern.strip().lower(), value.lower()
    at = seen = 0
    star, resume = -1, 0
    while seen < len(value):
        if at < len(pattern) and pattern[at] == "*":
            star, resume = at, seen
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", value[seen]):
            at, seen = at + 1, seen + 1
        elif star >= 0:
            resume += 1
            at, seen = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str))


@cache
def _catalogue() -> Mapping[str, Any]:
    return tomllib.loads(files("queries").joinpath("data/escalation.toml").read_text("utf-8"))


@cache
def paths() -> tuple[Path, ...]:
    """The known ways to more power."""
    return tuple(Path(**{**entry, "actions": tuple(entry["actions"])}) for entry in _catalogue()["path"])


def by_name(policy_name: str) -> Reading:
    """The reading of a system policy whose document could not be had."""
    for entry in _catalogue()["system"]:
        if entry["name"] == policy_name:
            return Reading(entry["reading"], entry["why"])
    if policy_name.endswith("ReadOnlyAccess"):
        return Reading(LIMITED, "reads one service, going by its name")
    if policy_name.endswith("FullAccess"):
        return Reading(BROAD, "everything in one service, going by its name")
    return Reading(UNKNOWN, "the document could not be read")
