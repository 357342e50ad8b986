"""Sources that are new to the key: an intruder's and unclear ones with their calls, explained ones named."""

from collections.abc import Iterable

from queries.attribution.values import Side, Weighed
from queries.judgement.finding import Finding, Severity, Sighting, Technique
from queries.judgement.judging import Judged

_SEVERITY = {Side.INTRUDER: Severity.HIGH, Side.UNCLEAR: Severity.MEDIUM, Side.BUSINESS: Severity.INFO}


def look(judged: Judged) -> Iterable[Sighting]:
    for one in judged.units:
        if not one.established or one.side is not Side.BUSINESS:
            yield _sighting(judged, one)


def _sighting(judged: Judged, one: Weighed) -> Sighting:
    acts = {Side.INTRUDER: judged.hostile, Side.UNCLEAR: judged.unclear}.get(one.side, ())
    mine = tuple(act for act in acts if act.source == one.unit.source)
    whose = {
        Side.INTRUDER: "is an intruder's",
        Side.UNCLEAR: "may be an intruder's",
        Side.BUSINESS: "is new, but the business's",
    }[one.side]
    said = f"{one.unit.source} {whose}: {one.why}."
    return Sighting(said, mine, units=(one,), side=one.side, severity=_SEVERITY[one.side])


FINDING = Finding(
    id="unfamiliar-sources",
    title="Called from sources that are new to the key",
    severity=Severity.HIGH,
    technique=Technique("T1078.004", "Valid Accounts: Cloud Accounts"),
    benign="A server moved, an office opened, somebody travels: then the same is done with the same tools.",
    look=look,
)
