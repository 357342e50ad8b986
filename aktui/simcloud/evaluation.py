"""An evaluation of the account by Cloud Governance Center, as it was when it was made."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Finding(NamedTuple):
    """A resource that is not as it should be."""

    kind: str
    id: str
    name: str
    classification: str
    properties: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """An evaluation that somebody asked for: of these metrics, done at that moment."""

    metrics: tuple[str, ...]
    ready: datetime


@dataclass(frozen=True)
class Evaluation:
    """What was found: by id of the metric, what is wrong, and of how many."""

    when: datetime
    found: dict[str, tuple[list[Finding], int]]
    asked: Asked | None = None
