"""Logons to the console given or weakened."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="logons-given",
    title="Logons to the console given or weakened",
    severity=Severity.CRITICAL,
    technique=Technique("T1098", "Account Manipulation"),
    benign="A help desk resets passwords with this key.",
    look=by_catalogue("logon", "gives a logon to the console, or takes away its second factor"),
)
