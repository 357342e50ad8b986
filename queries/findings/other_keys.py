"""Other keys that are used from where the intruder calls: they leaked as well, or were made."""

from collections.abc import Iterable

from queries.judgement.finding import Finding, Severity, Sighting, Technique, names
from queries.judgement.judging import Judged


def look(judged: Judged) -> Iterable[Sighting]:
    for other in judged.others:
        if other.kind == "seen" and other.acts:
            yield Sighting(f"{other.name}: {other.why}: {names(other.acts)}.", other.acts, also=(other.name,))


FINDING = Finding(
    id="other-keys",
    title="Other keys used by the same intruder",
    severity=Severity.CRITICAL,
    technique=Technique("T1552.001", "Unsecured Credentials: Credentials In Files"),
    benign="Colleagues share the address: a café, a provider's gateway.",
    look=look,
)
