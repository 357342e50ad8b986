"""From which addresses the key was used, by service."""

from queries.base import Result
from screens.marked import MarkedPane


class Ips(MarkedPane):
    """One row an address: its newest use."""

    number = 4
    name_short = "IPs"
    place = "use"
    query_id = "ips"
    source_column = "ip"
    first_columns = ("ip", "service", "last_used", "event", "region")
    help_text = (
        "From which addresses the key was used, one row an address with its newest use. 'Internal' and names "
        "of services stand for calls that the provider made on behalf of somebody. t marks the address as "
        "trusted, h as hostile, u takes the mark off: previews of containment count trusted calls apart."
    )

    def count(self, result: Result) -> int:
        """Addresses; one that was used with several services has several rows."""
        return len({row.values.get("ip") for row in result.rows})


PANE = Ips
