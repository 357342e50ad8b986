"""The first use after a month or longer without any."""

from collections.abc import Iterable

from queries.attribution.values import Side
from queries.judgement.finding import Finding, Severity, Sighting, Technique
from queries.judgement.judging import Judged

_SIGNALS = ("after-idleness", "taken-up")


def look(judged: Judged) -> Iterable[Sighting]:
    for one in judged.units:
        told = next((signal for signal in one.signals if signal.id in _SIGNALS), None)
        if told is None or (one.side is Side.BUSINESS and not one.established):
            continue
        if one.side is Side.BUSINESS:
            said = f"{told.sentence}: {one.unit.source}. Ask whoever owns it who took it up."
            yield Sighting(said, units=(one,), side=one.side, severity=Severity.LOW)
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
