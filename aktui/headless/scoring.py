"""A verdict and findings held against what really happened in a practice account."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

RECALL, PRECISION = 0.95, 0.9
_REQUEST = re.compile(r"[0-9A-Fa-f]{24}")
_INTRUDER = ("intruder", "unclear")


@dataclass(frozen=True)
class Truth:
    """What there was to find."""

    verdict: str
    intruder: frozenset[str]
    """Ids of all the intruder's events."""
    visible: frozenset[str]
    """Those of them that some source of the account holds: no lookup and no trail tells of the data plane."""
    events: frozenset[str]
    requests: Mapping[str, str]
    """Request ids in logs of the data plane to the ids of their events."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Truth":
        """From an account as a document. KeyError when it tells no truth."""
        told = document["truth"]
        intruder = frozenset((told.get("intruder") or {}).get("event_ids", ()))
        events = document.get("events", ())
        logged = _logged(document.get("projects", ()))
        requests = {
            e["requestId"]: e["eventId"] for e in events if e.get("requestId") in logged and e.get("eventId")
        }
        managed = {e["eventId"] for e in events if e.get("eventCategory") != "Data"}
        visible = intruder & (managed | set(requests.values()))
        return cls(told["verdict"], intruder, visible, frozenset(e["eventId"] for e in events), requests)


def _logged(projects: Iterable[Mapping[str, Any]]) -> set[str]:
    """The request ids in all logs but those of trails."""
    found: set[str] = set()
    for project in projects:
        for logstore in project.get("logstores", ()):
            rows = logstore.get("rows")
            if isinstance(rows, Mapping):
                found.update(_REQUEST.findall(str(rows.get("csv", ""))))
            elif isinstance(rows, list):
                found.update(request for row in rows for request in _REQUEST.findall(str(row)))
    return found


@dataclass
class Score:
    """How right one account was judged."""

    scenario: str
    seed: int
    expected: str
    verdict: str = ""
    """Over all suspect keys together."""
    by_key: dict[str, str] = field(default_factory=dict)
    confidence: float = 0.0
    recall: float | None = None
    """None where there was no intruder."""
    precision: float | None = None
    """None where nothing was said to be an intruder's."""
    found: int = 0
    there: int = 0
    hidden: int = 0
    """An intruder's events that no source of the account holds."""
    problem: str = ""

    @property
    def right(self) -> bool:
        if self.problem or self.verdict != self.expected:
            return False
        recalled = self.recall is None or self.recall >= RECALL
        return recalled and (self.precision is None or self.precision >= PRECISION)


def together(verdicts: Iterable[str]) -> str:
    """One verdict for an account of several suspect keys."""
    said = set(verdicts)
    both = {"business-and-intruder"} & said
    intruder, business = bool(both | ({"intruder"} & said)), bool(both | ({"business"} & said))
    if intruder:
        return "business-and-intruder" if business else "intruder"
    if business:
        return "business"
    return "idle" if said == {"idle"} else "not-enough-data"


def measure(score: Score, truth: Truth, rows: Iterable[Mapping[str, Any]]) -> None:
    """Recall and precision of the events that findings call an intruder's."""
    told: set[str] = set()
    for row in rows:
        if row["side"] in _INTRUDER:
            told |= set(row["event_ids"]) & truth.events
            told |= {truth.requests[one] for one in row["request_ids"] if one in truth.requests}
    right = told & truth.intruder
    score.found, score.there = len(right), len(truth.visible)
    score.hidden = len(truth.intruder - truth.visible)
    score.recall = len(right & truth.visible) / len(truth.visible) if truth.visible else None
    score.precision = len(right) / len(told) if told else None
