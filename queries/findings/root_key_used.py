"""The key belongs to the account itself, and was used."""

from collections.abc import Iterable

from queries.attribution.values import Side
from queries.judgement.finding import Finding, Severity, Sighting, Technique
from queries.judgement.judging import Judged


def look(judged: Judged) -> Iterable[Sighting]:
    if not judged.evidence.key.root:
        return
    signed = [one for one in judged.units if not one.unit.console]
    if not signed and not judged.hostile:
        return
    hostile = any(one.side is Side.INTRUDER for one in signed) or bool(judged.hostile)
    calls = sum(one.unit.count for one in signed)
    said = f"a key of the account itself, which nothing can restrict, was used for {calls} calls."
    side = Side.INTRUDER if hostile else Side.BUSINESS
    severity = Severity.CRITICAL if hostile else Severity.MEDIUM
    yield Sighting(said, judged.hostile, units=tuple(signed), side=side, severity=severity)


FINDING = Finding(
    id="root-key-used",
    title="A key of the root account was used",
    severity=Severity.CRITICAL,
    technique=Technique("T1078.004", "Valid Accounts: Cloud Accounts"),
    benign="There is none that lasts: programs should have users of their own.",
    look=look,
)
