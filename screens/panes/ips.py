"""From which addresses the key was used, by service."""

from screens.by_service import ServicePane


class Ips(ServicePane):
    """One row an address: its newest use."""

    number = 4
    name_short = "IPs"
    place = "use"
    query_id = "ips"
    first_columns = ("ip", "last_used", "service", "event", "region")
    help_text = (
        "From which addresses the key was used, one row an address with its newest use. 'Internal' and names "
        "of services stand for calls that the provider made on behalf of somebody."
    )


PANE = Ips
