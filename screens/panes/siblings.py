"""The owner's other keys and credentials."""

from screens.answer import QueryPane


class Siblings(QueryPane):
    """One row a key or credential of the same owner."""

    number = 10
    name_short = "Siblings"
    name_tab = "Keys"
    place = "story"
    query_id = "siblings"
    first_columns = ("key_id", "status", "last_used", "kind", "created", "service")
    help_text = (
        "Other keys and credentials of the same owner, those in the recycle bin too. Who had this key may "
        "have made or found another."
    )


PANE = Siblings
