"""Disks or databases copied or shared."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="copies-made",
    title="Disks or databases copied or shared",
    severity=Severity.HIGH,
    technique=Technique("T1537", "Transfer Data to Cloud Account"),
    benign="A backup job that makes copies at its own hours.",
    look=by_catalogue("share", "makes copies of disks or databases, or hands them to others"),
)
