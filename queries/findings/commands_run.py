"""Commands run on machines."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="commands-run",
    title="Commands run on machines",
    severity=Severity.CRITICAL,
    technique=Technique("T1651", "Cloud Administration Command"),
    benign="A deployment runs commands with this key from where it always does.",
    look=by_catalogue("command", "runs commands on machines, or opens them to a key"),
)
