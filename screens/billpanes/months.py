"""The bill of the account, month by month and product by product."""

from decimal import Decimal

from queries.base import Result, Row
from queries.charges.money import NOTHING, amount
from screens.billpanes.billpane import BillPane


class MonthsPane(BillPane):
    """The running month is not over, and is not final."""

    number = 5
    name_short = "By month"
    name_tab = "Months"
    query_id = "account-bill"
    first_columns = ("month", "product", "amount", "currency", "subscription", "final", "product_name")
    help_text = (
        "What the account is billed, month by month: the month of the window and the two before it. 'Final' "
        "says whether a month can still change: bills are final on the 3rd of the next month."
    )

    def shown_rows(self, result: Result) -> tuple[Row, ...]:
        """The newest month first; in a month, what cost most."""
        return tuple(sorted(result.rows, key=_newest_and_dearest, reverse=True))


def _newest_and_dearest(row: Row) -> tuple[str, Decimal]:
    return str(row.values.get("month")), amount(f"{row.values.get('amount')}") or NOTHING
