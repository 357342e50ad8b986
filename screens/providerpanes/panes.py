"""What the provider says of the key, one pane a source."""

from queries.alert_rules import QUERY as RULES
from queries.base import Result, Row
from queries.provider.rules import FIRES
from queries.provider.rules import QUIET as NO_ALERT
from queries.restrictive_protection import BLOCKED
from queries.which_instance import NOT_FOUND, NOT_OURS, OURS
from screens.providerpanes.sourced import DANGER, QUIET, WORRY, SourcePane, counted, many
from screens.widgets.display import Part


class LeaksPane(SourcePane):
    """Where the key was found in public; the published lines are never shown."""

    number = 2
    name_short = "Leak reports"
    name_tab = "Leaks"
    query_id = "leak-reports"
    newest_first = "found"
    first_columns = ("found", "status", "valid", "repository", "file", "source", "published_by", "url")
    help_text = (
        "Where Security Center found the key in public, whether it works, and whether that was dealt with. "
        "The published lines are never shown or kept: they may hold the secret. ! marks reports as dealt "
        "with, a note in Security Center that does nothing to the key: contain the key first. None is no "
        "proof that it did not leak."
    )

    def sums(self, result: Result) -> Part:
        rows = result.rows
        waiting = sum("pending" in (row.values["status"], row.values["deal"]) for row in rows)
        if not rows:
            return (f"No report. {result.note}".strip(), QUIET)
        works = ", and the key works" if counted(rows, "valid", "yes") else ""
        said = f"{many(len(rows), 'report')} in public, {waiting} not dealt with{works}"
        return (said, DANGER if waiting else QUIET)

    def note(self) -> list[Part]:
        """The answer's own note counts what the headline has counted."""
        return super().note()[:1]


class ProtectionPane(SourcePane):
    """Whether the provider has restricted the key, and which of its calls that blocks."""

    number = 3
    name_short = "Restrictive protection"
    name_tab = "Restricted"
    query_id = "restrictive-protection"
    note_repeats = True
    first_columns = (
        "service",
        "event",
        "under_protection",
        "succeeded",
        "refused_so",
        "last",
        "calls",
        "note",
    )
    help_text = (
        "The provider restricts a key it found in public: a published list of operations is blocked, all "
        "others stay open, reading objects and logs and AssumeRole among them. No call tells whether a key "
        "is restricted; it is told here by calls refused in the provider's own words, and by leak reports. "
        "Of each operation the key called: whether protection blocks it, and how often it succeeded."
    )

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        """Those that are blocked first."""
        return tuple(sorted(result.rows, key=lambda row: row.values.get("under_protection") != BLOCKED))

    def sums(self, result: Result) -> Part:
        blocked = counted(result.rows, "under_protection", BLOCKED)
        refused = any(row.values.get("refused_so") not in (None, "", 0) for row in result.rows)
        if not result.rows:
            return (result.note, QUIET)
        said = (
            f"Of {many(len(result.rows), 'operation')} called, protection blocks {blocked}; "
            f"{len(result.rows) - blocked} stay open."
        )
        told = f"{result.note.partition('. ')[0].rstrip('.')}. {said}" if result.note else said
        return (told, WORRY if refused else QUIET)


class AlertsPane(SourcePane):
    """What Security Center raised about the key or its user."""

    number = 4
    name_short = "Security alerts"
    name_tab = "Alerts"
    query_id = "security-alerts"
    newest_first = "last"
    first_columns = ("last", "level", "alert", "about", "state", "details")
    help_text = (
        "Alerts of Security Center that name the key or its user, open ones and those dealt with. They "
        "depend on the edition that is bought and on what is switched on: none is no proof of calm."
    )

    def sums(self, result: Result) -> Part:
        waiting, rows = counted(result.rows, "state", "open"), result.rows
        if not rows:
            return ("No alert names the key or its user.", QUIET)
        levels = ", ".join(dict.fromkeys(str(row.values.get("level")) for row in rows))
        return (f"{many(len(rows), 'alert')}, {waiting} open ({levels}).", WORRY if waiting else QUIET)


class InsightsPane(SourcePane):
    """What ActionTrail noticed, and whether it was looking at all."""

    number = 5
    name_short = "Insights"
    query_id = "insights"
    newest_first = "at"
    first_columns = ("at", "type", "object", "event", "service", "region", "source_ip", "details")
    help_text = (
        "What ActionTrail's insights noticed about calls with the key. They have to be switched on and show "
        "nothing from before: the line above says which are on. Off means that nobody looked."
    )

    def sums(self, result: Result) -> Part:
        off = any(gap.what == "insights about keys" for gap in result.gaps)
        looked = "Insights about keys are off: nobody looked." if off else ""
        if not result.rows:
            return (looked or "Nothing was noticed.", WORRY if off else QUIET)
        return (f"{many(len(result.rows), 'insight')}. {looked}".strip(), WORRY)


class GovernancePane(SourcePane):
    """Which checks about keys this key fails."""

    number = 6
    name_short = "Governance checks"
    name_tab = "Checks"
    query_id = "governance-checks"
    first_columns = ("subject", "fails", "others", "level", "check", "evaluated", "resource", "properties")
    help_text = (
        "What Cloud Governance Center checks about keys (idle, not rotated for 90 days, a root key), whether "
        "this key fails it, and how many others do. As of the last evaluation, once a day."
    )

    def sums(self, result: Result) -> Part:
        fails = [str(row.values.get("subject")) for row in result.rows if row.values.get("fails") is True]
        if not fails:
            return (f"Fails none of {many(len(result.rows), 'check')} about keys.", QUIET)
        return (f"Fails {len(fails)} of {many(len(result.rows), 'check')}: {', '.join(fails)}.", WORRY)


class RulesPane(SourcePane):
    """What the ready-made alert rules would say, reckoned here."""

    number = 7
    name_short = "Alert rules"
    name_tab = "Rules"
    query_id = RULES.id
    note_repeats = True
    first_columns = ("rule", "state", "count", "last", "why", "ips", "first")
    help_text = (
        "The subjects of the provider's ready-made alert rules, reckoned here over the events of the key, in "
        "case nobody switched them on: a root key used, far more calls than usual, refused calls, and so on. "
        "Enter shows the events a rule rests on."
    )

    def on_mount(self) -> None:
        super().on_mount()
        self.table.quiet = lambda row: row.values.get("state") == NO_ALERT

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        """Those that would alert first."""
        return tuple(sorted(result.rows, key=lambda row: row.values.get("state") != FIRES))

    def sums(self, result: Result) -> Part:
        alerts = counted(result.rows, "state", FIRES)
        return (f"{alerts} of {many(len(result.rows), 'rule')} would alert.", WORRY if alerts else QUIET)


class MachinesPane(SourcePane):
    """Which machine of the account uses the key, and which addresses are not ours."""

    number = 8
    name_short = "Which instance"
    name_tab = "Machines"
    query_id = "which-instance"
    note_repeats = True
    first_columns = ("ip", "whose", "instance", "name", "region", "last_used", "why", "services")
    help_text = (
        "The addresses the key was used from, held against the account's instances and elastic addresses: "
        "which machine it is, or that nothing of ours has the address now. 'not found' is said where not "
        "everything could be asked. Who has an address now need not have had it when the key was used."
    )

    def sums(self, result: Result) -> Part:
        if not result.rows:
            return (result.note or "No address is known.", QUIET)
        ours, others, unknown = (
            len({row.values["ip"] for row in result.rows if row.values["whose"] == whose}) for whose in _WHOSE
        )
        more = f", {unknown} not found" if unknown else ""
        said = f"Addresses: {ours} ours, {others} not ours{more}."
        return (said, WORRY if others else QUIET)


_WHOSE = (OURS, NOT_OURS, NOT_FOUND)
