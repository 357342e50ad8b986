"""The stories to choose from, one file each, found by looking into this folder.

A scenario module `some_story.py` has `SCENARIO = Scenario("some-story", title, build)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from aktui.simcloud.account import Account
from aktui.simcloud.collecting import undisturbed


@dataclass(frozen=True)
class Scenario:
    """A deterministic story: the same seed and moment give the same account, identifiers included."""

    id: str
    title: str
    """One sentence for whoever chooses."""
    story: Callable[[int, datetime], Account]

    def build(self, seed: int, now: datetime) -> Account:
        """The account in which the story has just happened."""
        with undisturbed():
            return self.story(seed, now)


@cache
def catalogue() -> dict[str, Scenario]:
    """All scenarios by id, in order of it.

    Raises:
        TypeError: A module in this folder has no `SCENARIO`, or one whose id is not the module's name.
    """
    found = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        scenario = getattr(import_module(f"{__name__}.{name}"), "SCENARIO", None)
        if not isinstance(scenario, Scenario) or scenario.id != name.replace("_", "-"):
            raise TypeError(f"{__name__}.{name} must define SCENARIO with the id {name.replace('_', '-')}")
        found[scenario.id] = scenario
    return found
