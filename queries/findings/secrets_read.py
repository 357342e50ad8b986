"""Secrets read."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="secrets-read",
    title="Secrets read",
    severity=Severity.HIGH,
    technique=Technique("T1555.006", "Credentials from Password Stores: Cloud Secrets Management Stores"),
    benign="A program reads its own secrets when it starts.",
    look=by_catalogue("secret", "reads secrets"),
)
