"""What a question to a log is narrowed to: whose rows, and fields that must have a value.

A search finds words, so a value of several words, or with signs in it, is compared once more: in SQL where
there is SQL, else here, row by row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aktui.errors import UsageError
from queries.base import Asking, Param
from queries.logs.quoting import column, found, is_word, literal

WHO_PARAM = Param(
    "who",
    "whose rows: `key` (the one asked about), `everyone`, or the id of another key or STS token",
    default="key",
)
TEXT_PARAM = Param("text", "the whole text to send to the log service, in place of the one built")
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

EVERYONE = "everyone"


@dataclass(frozen=True)
class Filters:
    """Fields and the values they must have; and terms that are in the search whatever else."""

    always: tuple[str, ...]
    values: Mapping[str, str]

    def search(self) -> str:
        """The search part of a query."""
        terms = [*self.always, *(found(name, value) for name, value in self.values.items())]
        return " and ".join(terms) or "*"

    def where(self, *more: str) -> str:
        """The WHERE of the SQL part, with a blank before it; empty when nothing is left to compare."""
        compared = [
            f"{column(name)} = {literal(value)}" for name, value in self.values.items() if not is_word(value)
        ]
        conditions = [*compared, *more]
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def whose(asking: Asking) -> str:
    """The id whose rows are asked for; empty for everyone's. Raises UsageError for what is no id."""
    who = asking.params.get("who", "").strip() or "key"
    if who == "key":
        return asking.key_id
    if who == EVERYONE:
        return ""
    if not _ID.fullmatch(who):
        raise UsageError("who is not the id of a key or token.", hint="For example: --param who=everyone")
    return who


def given(asking: Asking, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields that have a parameter, to its value. `fields`: names of parameters to names of fields."""
    return {name: value for param, name in fields.items() if (value := asking.params.get(param, "").strip())}


def whole(asking: Asking, name: str, default: int, most: int) -> int:
    """A parameter that is a number from 1 to `most`. Raises UsageError."""
    told = asking.params.get(name, "").strip() or str(default)
    if not told.isascii() or not told.isdigit() or len(told) > 9 or not 1 <= int(told) <= most:
        raise UsageError(f"{name} is '{told}'; it takes a number from 1 to {most}.")
    return int(told)
