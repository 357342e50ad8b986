"""What counts as high risk: `data/deny_high_risk.toml`, or a file of that name in aktui's home."""

import asyncio
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from aktui.errors import ConfigError, UsageError

FILE = "deny_high_risk.toml"
_ACTION = re.compile(r"[a-z0-9*-]{1,64}:[A-Za-z0-9*]{1,128}")


@dataclass(frozen=True)
class Risk:
    """One statement of the policy."""

    id: str
    title: str
    actions: tuple[str, ...]

    @property
    def statement(self) -> dict[str, Any]:
        return {"Effect": "Deny", "Action": list(self.actions), "Resource": "*"}


async def risks(home: Path) -> tuple[Risk, ...]:
    """All of them, in the order of the file. Raises ConfigError for a file that can not be used."""
    return await asyncio.to_thread(_read, home / FILE)


def chosen(known: tuple[Risk, ...], ids: str) -> tuple[Risk, ...]:
    """Those named, separated by commas; without a name all. Raises UsageError for one there is not."""
    wanted = [one for one in re.split(r"[\s,;]+", ids.strip()) if one]
    names = [risk.id for risk in known]
    for one in wanted:
        if one not in names:
            raise UsageError(f"There is no statement '{one[:40]}'.", hint=f"There are: {', '.join(names)}.")
    return tuple(risk for risk in known if not wanted or risk.id in wanted)


def _read(own: Path) -> tuple[Risk, ...]:
    try:
        text, where = own.read_text("utf-8"), f"{own}"
    except FileNotFoundError:
        text, where = (files("aktui.contain") / "data" / FILE).read_text("utf-8"), FILE
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{own} can not be read: {error}") from error
    try:
        found = tuple(_risk(name, told) for name, told in tomllib.loads(text)["statement"].items())
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"{where} can not be used: {error}", hint="Mend or move it; the one that comes with aktui counts."
        ) from error
    if not found:
        raise ConfigError(f"{where} denies nothing.")
    return found


def _risk(name: str, told: Mapping[str, Any]) -> Risk:
    actions = told["actions"]
    for action in actions:
        if not isinstance(action, str) or not _ACTION.fullmatch(action):
            raise ValueError(f"{str(action)[:80]!r} is not an action such as ecs:DeleteInstance")
    if not actions:
        raise ValueError(f"{name} has no actions")
    return Risk(name, str(told.get("title", name)), tuple(dict.fromkeys(actions)))
