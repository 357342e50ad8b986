"""What each instance was charged in the window and before it, added up from the lines of the bills."""

from collections.abc import Callable
from dataclasses import replace

from textual.message import Message

from queries.base import Column, Result, Row
from screens.billpanes.billpane import BillPane
from screens.billpanes.bills import Bills
from screens.widgets.display import Part

COLUMNS = (
    Column("instance", "Instance", "id"),
    Column("product", "Product"),
    Column("region", "Region"),
    Column("charged", "Charged", "count"),
    Column("currency", "Cur"),
    Column("days", "Days", "count"),
    Column("before", "Before", "count"),
    Column("new", "New"),
    Column("name", "Name"),
    Column("spec", "Type"),
    Column("first", "First"),
    Column("last", "Last"),
    Column("public_ip", "Public IP", "ip"),
)


class InstancesPane(BillPane):
    """It reads the bills from which the chart is drawn, too."""

    number = 4
    name_short = "By instance"
    name_tab = "Instances"
    query_id = "charges-by-instance"
    help_text = (
        "What each instance was charged in the window, and before it, in the days that say what is usual; "
        "'new' are those without any charge before. What has no instance, as fees, stands under its product. "
        "Before tax, after discounts, as billed by now. Enter shows the charges day by day; ! on an instance "
        "that the key, or whom it made, started leads to stopping it; on any other it does not."
    )

    class DaysWanted(Message):
        """What was charged, day by day, is to be shown."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def __init__(self, drawn: Callable[["InstancesPane"], None]) -> None:
        super().__init__()
        self.bills = Bills()
        self._told = drawn

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        self.bills.take(result.rows)
        return self.bills.rows

    def columns(self, result: Result) -> tuple[Column, ...]:
        return COLUMNS

    def count(self, result: Result) -> int:
        return len(self.bills.things)

    def counted(self, result: Result) -> Result:
        return replace(super().counted(result), rows=self.bills.rows)

    def note(self) -> list[Part]:
        """What was said while the bills came is told on the chart."""
        return []

    def draw(self) -> None:
        super().draw()
        if self.is_mounted:
            self._told(self)

    def open_row(self, row: Row) -> bool:
        self.post_message(self.DaysWanted(row))
        return True


def site_hint(result: Result | None) -> str:
    """The sentence that names the site which bills this account, where it is not the one that is set."""
    if result is None:
        return ""
    sentences = (f"{each.strip().rstrip('.')}." for each in result.note.split(". "))
    return next((each for each in sentences if "--site" in each), "")
