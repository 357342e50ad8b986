"""What became of a recurring call so far."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aktui.simcloud.clock import iso
from aktui.simcloud.life.habit import Habit


@dataclass
class Tally:
    """Counts and moments of one habit."""

    accepted: int = 0
    refused: int = 0
    last_accepted: datetime | None = None
    first_refused: datetime | None = None
    last_refused: datetime | None = None
    code: str = ""
    """Of the last refusal."""

    def accept(self, when: datetime) -> None:
        self.accepted += 1
        self.last_accepted = when

    def refuse(self, when: datetime, code: str) -> None:
        self.refused += 1
        self.first_refused = self.first_refused or when
        self.last_refused, self.code = when, code

    def shown(self, habit: Habit) -> dict[str, Any]:
        """As `GET /__sim__/life` tells it; moments never reached are empty."""
        return {
            "label": habit.label,
            "key": habit.key,
            "role": habit.role,
            "user": habit.user,
            "address": habit.ip,
            "vpc": habit.vpc,
            "operation": habit.name,
            "region": habit.region,
            "every": habit.every,
            "accepted": self.accepted,
            "refused": self.refused,
            "last_accepted": iso(self.last_accepted),
            "first_refused": iso(self.first_refused),
            "last_refused": iso(self.last_refused),
            "code": self.code,
        }
