"""A plan: the steps of an action as previewed, and the digest by which exactly that is approved."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from aktui.contain.step import Step, canonical

if TYPE_CHECKING:
    from aktui.contain.impact import Impact

SCHEMA = "aktui.plan/1"


class Danger(StrEnum):
    """What a plan may do to the business."""

    LOW = "low"
    """Nothing that works today stops."""
    BUSINESS = "business"
    """Calls of the business may be refused; the way back is quick."""
    HIGH = "high"
    """There is no way back, or it takes a person who knows the system."""


@dataclass(frozen=True)
class Plan:
    """What would be done. Only its steps and whom they are for make the digest; the rest is advice."""

    action: str
    title: str
    key_id: str
    account_id: str
    identity: str
    """ARN of the identity that planned it and must run it."""
    params: Mapping[str, str]
    steps: tuple[Step, ...]
    danger: Danger
    warnings: tuple[str, ...] = ()
    """Sentences the responder must have read."""
    typed: str = ""
    """What must be typed to confirm, beside the confirming key; empty: nothing."""
    needs_reason: str = ""
    """Why this is refused unless a person types a reason, which goes into the journal; empty: it is not."""
    undoes: str = ""
    """The run that this plan takes back, or empty."""
    impact: "Impact | None" = field(default=None, compare=False)

    @property
    def digest(self) -> str:
        """SHA-256 over what will be done, by whom, to whose account; 64 hexadecimal digits."""
        essence = {
            "schema": SCHEMA,
            "action": self.action,
            "key_id": self.key_id,
            "account_id": self.account_id,
            "identity": self.identity,
            "steps": [step.as_json() for step in self.steps],
            "typed": self.typed,
            "needs_reason": self.needs_reason,
            "undoes": self.undoes,
        }
        return hashlib.sha256(canonical(essence).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The plan as it is kept and printed, without the impact."""
        return {
            "schema": SCHEMA,
            "action": self.action,
            "title": self.title,
            "key_id": self.key_id,
            "account_id": self.account_id,
            "identity": self.identity,
            "params": dict(self.params),
            "steps": [step.as_json() for step in self.steps],
            "danger": self.danger.value,
            "warnings": list(self.warnings),
            "typed": self.typed,
            "needs_reason": self.needs_reason,
            "undoes": self.undoes,
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Plan":
        """The plan that `as_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            action=value["action"],
            title=value["title"],
            key_id=value["key_id"],
            account_id=value["account_id"],
            identity=value["identity"],
            params=dict(value["params"]),
            steps=tuple(Step.from_json(step) for step in value["steps"]),
            danger=Danger(value["danger"]),
            warnings=tuple(value["warnings"]),
            typed=value["typed"],
            needs_reason=value["needs_reason"],
            undoes=value["undoes"],
        )


@dataclass(frozen=True)
class Approval:
    """What a person confirmed."""

    digest: str
    """Of the plan that was shown."""
    typed: str = ""
    reason: str = ""
    """For a plan that needs one."""
