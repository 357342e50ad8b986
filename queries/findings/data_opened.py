"""Buckets opened to others."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="data-opened",
    title="Buckets opened to others",
    severity=Severity.CRITICAL,
    technique=Technique("T1530", "Data from Cloud Storage"),
    benign="A site is published; then the bucket holds nothing else.",
    look=by_catalogue("public", "opens buckets or objects to others"),
)
