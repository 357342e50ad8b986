"""Users, keys or permissions made or changed."""

from queries.judgement.finding import Finding, Severity, Technique, by_catalogue

FINDING = Finding(
    id="identities-changed",
    title="Users, keys or permissions made or changed",
    severity=Severity.CRITICAL,
    technique=Technique("T1136.003", "Create Account: Cloud Account"),
    benign="An administrator, or a pipeline that manages users, works with this key; ask who ordered it.",
    look=by_catalogue("identity", "makes or changes users, keys or permissions"),
)
