"""What the same user did without a key, in the console."""

from screens.lookup import LookupPane


class Console(LookupPane):
    """One row an event, newest first."""

    number = 7
    name_short = "Console"
    query_id = "console-events"
    first_columns = ("at", "event", "service", "region", "source_ip", "mfa", "type", "error")
    help_text = (
        "What the key's owner did in the console, where events carry no key. Somebody who could make a login "
        "profile for the user can come back this way when the key is gone. w looks further back."
    )


PANE = Console
