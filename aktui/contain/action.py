"""What an action is: how it looks now, and the steps it would take; one module each in `actions`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, TypeVar

from aktui.contain.plan import Danger
from aktui.contain.step import Change, Step
from aktui.errors import NotPossible, UsageError
from queries.base import Param

if TYPE_CHECKING:
    from aktui.contain.ground import Ground
    from aktui.contain.history import Run

T = TypeVar("T")


class Phase(StrEnum):
    """The vendor's plan for a leaked key, in order."""

    RESTRICT = "restrict"
    CONFIRM_USE = "confirm use"
    DISABLE = "disable"
    PERSISTENCE = "persistence"
    ROTATE = "rotate"
    DELETE = "delete"
    LONG_TERM = "long term"


@dataclass(frozen=True)
class Look:
    """How an action stands now."""

    state: str
    """What was observed, in few words: `Active`, `no policy`, `2 of 2 keys`."""
    blocked: str = ""
    """Why it can not be done now; empty: it can."""


@dataclass(frozen=True)
class Draft:
    """The steps of an action and what must be said about them."""

    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    needs_reason: str = ""
    """Why it is refused unless a reason is typed."""
    danger: Danger | None = None
    """Where it differs from the action's own."""
    denies: Callable[[Any], Any] | None = None
    """For the impact: the verdict of `aktui.contain.judge` on one `Usage`, once the steps are taken."""
    title: str = ""
    """Where it says more than the action's own."""


@dataclass(frozen=True)
class Choice:
    """One value that a parameter may have, as things are now."""

    value: str
    label: str
    """What a person needs to know to choose it."""


async def _nothing(ground: "Ground", run: "Run") -> str:
    return ""


@dataclass(frozen=True)
class Action:
    """One thing a responder can do."""

    id: str
    title: str
    phase: Phase
    about: str
    """What it does and when it fits, one or two sentences."""
    danger: Danger
    way_back: str
    """How it is taken back, or why it can not be; a sentence."""
    look: Callable[["Ground"], Awaitable[Look]]
    """Raises NotPossible (shown as the reason), CloudError."""
    plan: Callable[["Ground", Mapping[str, str]], Awaitable[Draft]]
    """Raises NotPossible, UsageError for a bad parameter, CloudError. Only reads."""
    changes: tuple[str, ...]
    """Ids of the changes it is made of."""
    params: tuple[Param, ...] = ()
    choices: Mapping[str, Callable[["Ground"], Awaitable[tuple[Choice, ...]]]] = field(default_factory=dict)
    """By parameter: what there is to choose from. A parameter without is typed."""
    needs: tuple[str, ...] = ()
    """RAM actions that planning reads with, beside those of the changes."""
    guard: Callable[["Ground", "Run"], Awaitable[str]] = field(default=_nothing)
    """Why taking a run back is refused unless a reason is typed; empty: it is not."""
    order: int = 50
    """Place within its phase; smaller first."""
    back: Callable[["Ground", "Run"], Awaitable[Draft]] | None = None
    """The steps that take a run back, where its own steps the other way round are not the way. Only reads."""


@cache
def actions() -> "dict[str, Action]":
    """All actions by id, in the order of the plan. A bad module is an error, not skipped."""
    found = _discover("aktui.contain.actions", "ACTION", Action)
    for action in found.values():
        for change in action.changes:
            change_named(change)
    phases = list(Phase)
    ranked = sorted(found.values(), key=lambda one: (phases.index(one.phase), one.order, one.id))
    return {action.id: action for action in ranked}


@cache
def changes() -> "dict[str, Change]":
    """All kinds of steps by id."""
    return _discover("aktui.contain.actions.changes", "CHANGE", Change)


def _discover(package: str, name: str, kind: type[T]) -> dict[str, T]:
    found: dict[str, T] = {}
    paths = import_module(package).__path__
    for info in sorted(iter_modules(paths), key=lambda module: module.name):
        if info.ispkg or info.name.startswith("_"):
            continue
        thing = getattr(import_module(f"{package}.{info.name}"), name, None)
        if not isinstance(thing, kind):
            raise TypeError(f"{package}.{info.name} defines no {name}")
        thing_id = str(getattr(thing, "id"))  # noqa: B009  (T has no bound with an id)
        if thing_id in found:
            raise TypeError(f"{package}.{info.name}: the id {thing_id} is taken")
        found[thing_id] = thing
    return found


def action_named(action_id: str) -> Action:
    """The action of that id. Raises UsageError with those there are."""
    found = actions().get(action_id)
    if found is None:
        raise UsageError(f"There is no action '{action_id}'.", hint=f"There are: {', '.join(actions())}.")
    return found


def change_named(change_id: str) -> Change:
    """The kind of step of that id. Raises NotPossible for one that only another version knows."""
    try:
        return changes()[change_id]
    except KeyError:
        raise NotPossible(f"This aktui knows no step of the kind '{change_id}'.") from None


def check_params(action: Action, params: Mapping[str, str]) -> dict[str, str]:
    """The parameters with defaults filled in. Raises UsageError for an unknown or a missing one."""
    known = {param.name: param for param in action.params}
    for name in params:
        if name not in known:
            takes = ", ".join(known) or "none"
            raise UsageError(f"{action.id} takes no parameter '{name}' (it takes: {takes}).")
    filled = {param.name: params.get(param.name, param.default).strip() for param in action.params}
    for param in action.params:
        if param.required and not filled[param.name]:
            raise UsageError(f"{action.id} needs --param {param.name}=… ({param.help}).")
    return filled
