"""What is denied once the key itself is disabled or deleted."""

from aktui.contain.judge.verdict import Verdict, denied, passes
from queries.usage.values import By, Usage


def denied_without_key(usage: Usage) -> Verdict:
    """Whether calls fail when the key is disabled or deleted."""
    if usage.own and usage.link:
        return denied("The link was signed with the key.")
    if usage.own:
        return denied("The call is signed with the key.")
    if usage.kind is By.SESSION:
        return passes(
            "A role session has a token of its own; whether one opened with the key ends with it is not "
            "documented, so assume that it lives on until it expires."
        )
    if usage.kind is By.CONSOLE:
        return passes("Work in the console needs no key.")
    return passes("The call is not signed with this key.")
