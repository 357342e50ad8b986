"""The first use after a month or longer without any."""

from collections.abc import Iterable

from queries.attribution.judging import Side
from queries.judgement.finding import Finding, Severity, Sighting, Technique
from queries.judgement.judging import Judged


def look(judged: Judged) -> Iterable[Sighting]:
    for one in judged.units:
        told = next((signal for signal in one.signals if signal.id == "after-idleness"), None)
        if told is None or one.side is Side.BUSINESS:
            continue
        acts = judged.hostile if one.side is Side.INTRUDER else judged.unclear
        mine = tuple(act for act in acts if act.source == one.unit.source and act.is_event)
        yield Sighting(f"{told.sentence}, from {one.unit.source}.", mine, units=(one,), side=one.side)


FINDING = Finding(
    id="after-idleness",
    title="Used again after a long time",
    severity=Severity.HIGH,
    technique=Technique("T1078.004", "Valid Accounts: Cloud Accounts"),
    benign="A job that runs once a quarter, or a restored backup.",
    look=look,
)
