"""Text messages sent, or texts and signatures for them asked for."""

from collections.abc import Iterable

from queries.judgement.finding import (
    Finding,
    Severity,
    Sighting,
    Technique,
    names,
    of_kind,
    of_sides,
    refused,
)
from queries.judgement.judging import Judged

_MANY = 50


def look(judged: Judged) -> Iterable[Sighting]:
    for side, acts in of_sides(judged, of_kind("sms")):
        sent = [act for act in acts if act.operation.startswith("Send")]
        asked = [act for act in acts if not act.operation.startswith("Send")]
        first = f"; before, it asked for texts or signatures of its own ({names(asked)})" if asked else ""
        said = f"sends text messages with {len(sent)} calls, {refused(sent)} of them refused{first}."
        yield Sighting(said, acts, side=side, severity=Severity.CRITICAL if len(sent) >= _MANY else None)


FINDING = Finding(
    id="messages-sent",
    title="Text messages sent",
    severity=Severity.HIGH,
    technique=Technique("T1496.003", "Resource Hijacking: SMS Pumping"),
    benign="A campaign of marketing, sent from an office and to countries with customers.",
    look=look,
)
