"""What the owner may do, and through which policies."""

from screens.answer import QueryPane


class Permissions(QueryPane):
    """One row a policy."""

    number = 9
    name_short = "Permissions"
    name_tab = "Rights"
    place = "story"
    query_id = "permissions"
    help_text = (
        "The policies that bind the owner, attached directly or through groups, with a reading of each: "
        "admin, can escalate (may give itself more), or limited. Grants within a resource group are not "
        "listed here."
    )


PANE = Permissions
