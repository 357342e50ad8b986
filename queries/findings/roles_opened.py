"""Roles made, or opened to others."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="roles-opened",
    title="Roles made, or opened to others",
    severity=Severity.CRITICAL,
    technique=Technique("T1098.003", "Account Manipulation: Additional Cloud Roles"),
    benign="A pipeline that manages roles; the account that may take the role is a partner's.",
    look=by_catalogue("trust", "makes a role, or changes who may take it"),
)
