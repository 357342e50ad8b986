"""Which role sessions were opened with the key, and what was done in them."""

from screens.lookup import LookupPane


class Roles(LookupPane):
    """One row an event of a session, newest first."""

    number = 8
    name_short = "Role sessions"
    name_tab = "Roles"
    query_id = "role-sessions"
    first_columns = ("at", "session", "event", "service", "region", "source_ip", "error")
    help_text = (
        "Sessions opened with AssumeRole by this key, and what was done in them. Their tokens live on when "
        "the key is disabled, until they expire, and no network policy of the key binds them. w looks "
        "further back."
    )


PANE = Roles
