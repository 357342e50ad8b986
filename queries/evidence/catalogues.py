"""The catalogues of `queries/data`: dangerous operations and what they mean, tools told by user agents."""

import re
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

_VERSION = re.compile(r"[^a-z]+")


@dataclass(frozen=True)
class Danger:
    """What an operation means in the wrong hands."""

    kind: str
    """The `class` in the file."""
    grave: int
    """1 prepares, 2 harms or costs, 3 leaves a door open or destroys."""
    meaning: str
    source: str


@dataclass(frozen=True)
class Tool:
    part: str
    name: str
    kind: str
    source: str


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("queries") / "data" / name).read_text("utf-8"))


@cache
def _dangers() -> tuple[dict[tuple[str, str], Danger], tuple[tuple[str, str, Danger], ...]]:
    """Exact names, and patterns."""
    exact: dict[tuple[str, str], Danger] = {}
    patterns: list[tuple[str, str, Danger]] = []
    for entry in _read("dangerous_operations.toml")["operation"]:
        danger = Danger(entry["class"], entry["grave"], entry["meaning"], entry["source"])
        for action in entry["actions"]:
            service = entry["service"].lower()
            if "*" in action or service == "*":
                patterns.append((service, action.lower(), danger))
            else:
                exact[service, action.lower()] = danger
    return exact, tuple(patterns)


@cache
def danger_of(service: str, operation: str) -> Danger | None:
    """What the catalogue says of an operation; None when it says nothing."""
    exact, patterns = _dangers()
    of, name = service.lower(), operation.lower()
    if found := exact.get((of, name)):
        return found
    return next(
        (danger for who, what, danger in patterns if fnmatchcase(of, who) and fnmatchcase(name, what)), None
    )


@cache
def _tools() -> tuple[Tool, ...]:
    return tuple(Tool(**entry) for entry in _read("tool_agents.toml")["tool"])


@cache
def tool_of(agent: str) -> Tool | None:
    """The tool that a user agent tells of."""
    told = agent.lower()
    return next((tool for tool in _tools() if tool.part in told), None)


@cache
def family(agent: str) -> str:
    """A user agent without its versions: what stays when a library is brought up to date."""
    return " ".join(word for word in _VERSION.sub(" ", agent.lower()).split() if len(word) > 1)
