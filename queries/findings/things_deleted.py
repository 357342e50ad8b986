"""Things deleted, stopped or released."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="things-deleted",
    title="Things deleted, stopped or released",
    severity=Severity.CRITICAL,
    technique=Technique("T1485", "Data Destruction"),
    benign="A clean-up job; compare with what was deleted before.",
    look=by_catalogue("deletion", "deletes, stops or releases"),
)
