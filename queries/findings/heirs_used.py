"""What the intruder made was used: users, keys, logons, roles."""

from collections.abc import Iterable

from queries.judgement.finding import Finding, Severity, Sighting, Technique, names
from queries.judgement.judging import Judged


def look(judged: Judged) -> Iterable[Sighting]:
    for other in judged.others:
        if other.kind in ("user", "key", "logon", "role", "token") and other.acts:
            said = f"{other.why}; used for {names(other.acts)}."
            yield Sighting(said, other.acts, also=(other.name,))


FINDING = Finding(
    id="heirs-used",
    title="Identities that the intruder made were used",
    severity=Severity.CRITICAL,
    technique=Technique("T1136.003", "Create Account: Cloud Account"),
    benign="None, once it is clear that the intruder made them.",
    look=look,
)
