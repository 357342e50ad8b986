"""Which API calls the key made, by service."""

from screens.marked import MarkedPane


class Events(MarkedPane):
    """One row a kind of call: its newest use."""

    number = 3
    name_short = "Events"
    place = "use"
    query_id = "events"
    source_column = "source_ip"
    first_columns = ("event", "last_used", "service", "source_ip", "error", "region")
    help_text = (
        "Which API calls the key made, one row a kind of call with its newest use; not a history. Recent "
        "events (6) has every single call of the last weeks. t, h and u mark the row's source address."
    )


PANE = Events
