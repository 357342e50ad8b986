"""Which resources the key touched, by service."""

from screens.by_service import ServicePane


class Resources(ServicePane):
    """One row a resource: its newest use."""

    number = 5
    name_short = "Resources"
    name_tab = "Res"
    place = "use"
    query_id = "resources"
    first_columns = ("resource", "last_used", "type", "service", "event")
    help_text = (
        "Which resources the key touched, one row a resource with its newest use. The audit records the "
        "resources of some services only; none listed does not mean none touched."
    )


PANE = Resources
