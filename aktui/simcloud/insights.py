"""What ActionTrail's insights have noticed: switched on type by type, and kept as events."""

from dataclasses import dataclass, field
from datetime import datetime

from aktui.simcloud.clock import iso
from aktui.simcloud.trail import Event

TYPES = (
    "IpInsight",
    "ApiCallRateInsight",
    "ApiErrorRateInsight",
    "AkInsight",
    "PolicyChangeInsight",
    "PasswordChangeInsight",
    "TrailConcealmentInsight",
)


@dataclass
class Insights:
    """The types that are on, and the events, of all regions."""

    since: dict[str, datetime] = field(default_factory=dict)
    """Type to the moment at which it was switched on."""
    events: list[Event] = field(default_factory=list)

    def known(self, now: datetime) -> list[Event]:
        """The events that show, newest first: those of a type since it is on, up to now."""
        on = {kind: iso(moment) for kind, moment in self.since.items()}
        last = iso(now)
        found = [
            event
            for event in self.events
            if event["insightType"] in on and on[event["insightType"]] <= event["eventTime"] <= last
        ]
        return sorted(found, key=lambda event: (event["eventTime"], event["eventId"]), reverse=True)
