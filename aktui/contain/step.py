"""What containment is made of: a step takes one thing from one state to another.

One type serves all. The preview is a list of steps; drift is `observe() != before`; verification is
`observe()` having reached `after`; undoing is the step the other way round. What a kind of step reads, sends
and takes to show is its `Change`, one module each in `aktui/contain/actions/changes`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aktui.models import Reply, Secret
from aktui.redact import redacted
from queries.base import Caller

State = Any
"""How a thing is: JSON in a normal form, so that equal states are equal values. None: it is not there."""

Target = Mapping[str, str]
"""Which thing, by names that the change's own calls use."""


@dataclass(frozen=True)
class Call:
    """One API call, exactly as it will be sent."""

    product: str
    action: str
    params: Mapping[str, Any] = field(default_factory=dict)
    """By wire name; a `Secret` for what only the moment of sending may see."""
    region: str = ""

    @property
    def name(self) -> str:
        return f"{self.product}:{self.action}"

    def shown(self) -> dict[str, Any]:
        """The call for people and for the journal; secrets are stars."""
        return {"call": self.name, "region": self.region, "params": redacted(self.params)}


@dataclass(frozen=True)
class Step:
    """One change of one thing."""

    change: str
    """Id of its `Change`."""
    target: Target
    before: State
    after: State

    def as_json(self) -> dict[str, Any]:
        return {
            "change": self.change,
            "target": dict(self.target),
            "before": self.before,
            "after": self.after,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Step":
        return cls(value["change"], dict(value["target"]), value["before"], value["after"])


def reached(observed: State, step: Step) -> bool:
    """Whether a state is the one that was wanted."""
    return same(observed, step.after)


def same(one: State, other: State) -> bool:
    """Whether two states are the same, whatever the order of their names."""
    return canonical(one) == canonical(other)


def canonical(state: State) -> str:
    return json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)


def reverse(step: Step, observed: State) -> "Step | None":
    """The step that takes it back, from what was observed after it."""
    return Step(step.change, step.target, step.after, step.before)


@dataclass(frozen=True)
class Change:
    """A kind of step. A module in `aktui/contain/actions/changes` defines one as `CHANGE`."""

    id: str
    title: Callable[[Step], str]
    """What the step does, as a sentence without a full stop: `Disable AccessKey LTAI…`."""
    observe: Callable[[Caller, Target], Awaitable[State]]
    """How the thing is now, asked anew each time. Raises CloudError when that can not be told."""
    calls: Callable[[Step], tuple[Call, ...]]
    """What is sent, in this order. Raises NotPossible for a step that no call can make."""
    reads: tuple[str, ...]
    """RAM actions that observing needs."""
    writes: tuple[str, ...]
    """RAM actions that the calls need."""
    settles: float = 30.0
    """Seconds until which the new state is looked for."""
    reached: Callable[[State, Step], bool] = reached
    undo: Callable[[Step, State], "Step | None"] = reverse
    """The step back, given what was observed after this one; None where there is no way back."""
    no_way_back: str | Callable[[Step], str] = ""
    """Why there is no way back, or what is lost on it; a sentence. Or what tells it for one step."""
    told: Callable[[State], str] = field(default=lambda state: describe(state))
    """A state in a person's words."""
    gives: "Callable[[Call, Reply], tuple[Given, Mapping[str, Any]]] | None" = None
    """The secret that a successful call made and a person must get, and what of it the journal may know."""
    carries: "Callable[[Call], Given] | None" = None
    """The secret that a call brings along. It is handed over before the call: no lost answer can lose it."""
    heard: Callable[[Call, Reply], None] | None = None
    """Looks into an answer that seems good. Raises Refused when it says no inside."""
    unmake: "Callable[[Step, State, Mapping[str, Any]], tuple[Step, ...]] | None" = None
    """In place of `undo` where the way back is steps of another kind, given also what the answer named.
    Raises NotPossible."""
    lost_answer: str = ""
    """What nobody has when the answer never came, and what to do about it; a sentence."""

    @property
    def has_secret(self) -> bool:
        """Whether its calls make or carry a secret that has to be handed over."""
        return self.gives is not None or self.carries is not None

    def loss(self, step: Step) -> str:
        """Why there is no way back from a step, or what is lost on it; empty where nothing is."""
        return self.no_way_back if isinstance(self.no_way_back, str) else self.no_way_back(step)


def describe(state: State) -> str:
    """A state in words where its change has none of its own."""
    if state is None:
        return "not there"
    if state is True:
        return "there"
    if isinstance(state, str):
        return state
    return json.dumps(state, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True)
class Given:
    """A secret that has to reach a person, once: a new key's, or a password."""

    title: str
    """`AccessKeySecret of LTAI…`."""
    name: str
    """What it belongs to: the key id, the user's logon name."""
    secret: Secret
