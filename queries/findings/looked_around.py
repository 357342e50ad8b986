"""Looked around in the account."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="looked-around",
    title="Looked around in the account",
    severity=Severity.MEDIUM,
    technique=Technique("T1580", "Cloud Infrastructure Discovery"),
    benign="An inventory, a scanner of the business, or somebody new to the account.",
    look=by_catalogue("recon", "looks around"),
)
