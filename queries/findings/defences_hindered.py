"""Trails, logs or protections hindered."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="defences-hindered",
    title="Trails, logs or protections hindered",
    severity=Severity.CRITICAL,
    technique=Technique("T1562.008", "Impair Defenses: Disable or Modify Cloud Logs"),
    benign="Somebody moves logs to another place, or opens a port for a release.",
    look=by_catalogue("evasion", "hinders what records, protects or brings back"),
)
