"""What was done with the key, call by call."""

from screens.lookup import LookupPane


class Recent(LookupPane):
    """One row a call, newest first."""

    number = 6
    name_short = "Recent events"
    name_tab = "Recent"
    query_id = "recent-events"
    first_columns = ("at", "event", "service", "region", "source_ip", "error", "resource", "user_agent", "rw")
    help_text = (
        "Single calls made with this key, as ActionTrail keeps them region by region; the line below says "
        "which were asked. What the owner did in the console, or anybody in a role session, carries no such "
        "key and stands in the panes beside this one. w looks further back."
    )


PANE = Recent
