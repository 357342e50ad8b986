"""Which RAM action guards an operation, from `queries/data/ram_actions.toml`."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

_WORD = re.compile(r"[A-Za-z0-9-]{1,64}")


class RamAction(NamedTuple):
    """`ecs:RunInstances`; empty when no action guards the operation. `guessed`: made up, not known."""

    name: str
    guessed: bool


@cache
def _known() -> dict[str, Any]:
    return tomllib.loads((files("queries") / "data" / "ram_actions.toml").read_text("utf-8"))


@cache
def _spelt(service: str) -> dict[str, str]:
    """Operations in small letters to actions, for services that name some of them differently."""
    table: dict[str, str] = _known()["action"].get(service, {})
    return {operation.lower(): action for operation, action in table.items()}


def ram_action(service: str, operation: str) -> RamAction:
    """The action of an operation as logs name it. What is no name of either gives none, as a guess."""
    known, of = _known(), service.lower()
    if of in known["none"]["services"]:
        return RamAction("", guessed=False)
    if not _WORD.fullmatch(service) or not _WORD.fullmatch(operation):
        return RamAction("", guessed=True)
    prefix = known["prefix"].get(of)
    action = _spelt(of).get(operation.lower(), operation)
    if not action:
        return RamAction("", guessed=False)
    if prefix is None:
        return RamAction(f"{known['unsure'].get(of, of)}:{action}", guessed=True)
    return RamAction(f"{prefix}:{action}", guessed=False)


def evaluates_network_policy(service: str) -> bool:
    """False for services that are known not to look at the network policy of a key."""
    return service.lower() not in _known()["network_policy"]["not_evaluated"]


def on_bucket(action: str) -> bool | None:
    """Whether an action of OSS is on a bucket, not on its objects; None for one on the service."""
    table = _known()["objects"]["oss"]
    name = action.partition(":")[2]
    if name in table["service"]:
        return None
    return "Bucket" in name or name in table["bucket"]
