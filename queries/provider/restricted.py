"""Restrictive protection: which calls the provider blocks for a leaked key, and how that shows in events."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from queries.asking.reading import Record, ident, text

SIGN = "risk of leakage of this accesskey"
"""What a refused call says, in lower case; the code beside it is not documented."""


@dataclass(frozen=True)
class Blocked:
    """One entry of `queries/data/restricted_operations.toml`."""

    service: str
    version: str
    action: str
    """`*` for all operations of the service."""
    note: str


@cache
def _blocked() -> dict[tuple[str, str], Blocked]:
    data = tomllib.loads((files("queries") / "data" / "restricted_operations.toml").read_text("utf-8"))
    found = (Blocked(**entry) for entry in data["operation"])
    return {(one.service.lower(), one.action.lower()): one for one in found}


def blocks(service: str, action: str) -> Blocked | None:
    """The entry by which the provider would block a call of a restricted key; None: it stays open."""
    table = _blocked()
    return table.get((service.lower(), action.lower())) or table.get((service.lower(), "*"))


def is_sign(event: Record) -> bool:
    """Whether an event shows that the key is restricted: a call refused with the provider's own words."""
    said = f"{text(event.get('errorMessage'))} {text(event.get('errorCode'))}"
    return SIGN in said.lower()


def operation(event: Record) -> tuple[str, str]:
    """Service and action of an event."""
    return ident(event.get("serviceName")), ident(event.get("eventName"))
