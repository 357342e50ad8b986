"""What the key's instances may have cost since the last bill: an estimate, with what it assumes."""

from textual.content import Content

from queries.base import Row, Status
from screens.billpanes.billpane import BillPane
from screens.widgets.display import line


class RunningPane(BillPane):
    """Nothing of it is a bill, and it says so everywhere."""

    number = 3
    name_short = "Running cost, an estimate"
    name_tab = "Running ~"
    query_id = "running-cost"
    said_before = ("assumptions",)
    first_columns = (
        "instance",
        "region",
        "state",
        "estimate",
        "hourly",
        "currency",
        "hours",
        "spec",
        "billed",
    )
    help_text = (
        "Bills are a day late, an intruder's machines are not. For each instance that the key, its role "
        "sessions or users made with it started: hours since the last billed day, times the list price of "
        "an hour. An estimate: what it assumes stands with each row. A contract may make it less; disks and "
        "traffic make it more. ! goes to stopping the instance, Enter shows all of the row."
    )

    def started(self) -> dict[str, str]:
        """What the key, or whom it made, is known to have started: `region/id` by id."""
        rows = self.result.rows if self.result is not None else ()
        found = {str(row.values["instance"]): str(row.values["region"]) for row in rows}
        return {instance: f"{region}/{instance}" for instance, region in found.items()}

    @property
    def whole(self) -> bool:
        """Whether all events that tell who started what were read."""
        return self.result is not None and self.result.status is Status.COMPLETE and not self.fault

    def told_short(self, row: Row, width: int) -> Content:
        return _assumed(row).truncate(width * 2, ellipsis=True)

    def told(self, row: Row, width: int) -> Content:
        return Content("\n").join([*_assumed(row).wrap(width), Content(""), super().told(row, width)])


def _assumed(row: Row) -> Content:
    return line((str(row.values["assumptions"] or ""), ""))
