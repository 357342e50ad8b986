"""The first use after a month or longer without any."""

from collections.abc import Iterable

from queries.attribution.values import Side, Weighed
from queries.judgement.finding import Finding, Severity, Sighting, Technique
from queries.judgement.judging import Judged

_MOST = 5


def look(judged: Judged) -> Iterable[Sighting]:
    late = tuple(one for one in judged.of(Side.BUSINESS) if _said(one, "taken-up"))
    if late:
        sources = ", ".join(sorted({one.unit.source for one in late})[:_MOST])
        said = f"{_said(late[0], 'taken-up')}: {sources}. Ask whoever owns it who took it up."
        yield Sighting(said, units=late, side=Side.BUSINESS, severity=Severity.LOW)
    for one in judged.units:
        told = _said(one, "after-idleness")
        if not told or one.side is Side.BUSINESS:
            continue
        acts = judged.hostile if one.side is Side.INTRUDER else judged.unclear
        mine = tuple(act for act in acts if act.source == one.unit.source and act.is_event)
        yield Sighting(f"{told}, from {one.unit.source}.", mine, units=(one,), side=one.side)


def _said(one: Weighed, name: str) -> str:
    return next((signal.sentence for signal in one.signals if signal.id == name), "")


FINDING = Finding(
    id="after-idleness",
    title="Used again after a long time",
    severity=Severity.HIGH,
    technique=Technique("T1078.004", "Valid Accounts: Cloud Accounts"),
    benign="A job that runs once a quarter, or a restored backup.",
    look=look,
)
