"""Whose calls a question by caller counts: the key's, those of some STS tokens, or those of all keys.

The same for each kind of log; only the name of the field with the id differs.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from aktui.errors import UsageError
from queries.base import Asking, Page, Param, Row
from queries.logs.logfilters import EVERYONE, Filters
from queries.logs.quoting import column, found, literal

TOKENS_PARAM = Param("tokens", "only calls of these STS tokens: their ids, separated by commas, at most 20")
BY_PARAM = Param(
    "by",
    "`operation`, or `source`: only by source and key, and only calls made with an AccessKey",
    default="operation",
)
MOST_TOKENS = 20

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


def tokens(asking: Asking) -> tuple[str, ...]:
    """The tokens asked about. Raises UsageError for what is no id, or too many."""
    given = tuple(
        dict.fromkeys(part.strip() for part in asking.params.get("tokens", "").split(",") if part.strip())
    )
    if len(given) > MOST_TOKENS or not all(_ID.fullmatch(token) for token in given):
        raise UsageError(f"tokens takes at most {MOST_TOKENS} ids of STS tokens, separated by commas.")
    return given


def by_source(asking: Asking) -> bool:
    """Whether only sources and keys are told apart. Raises UsageError."""
    by = asking.params.get("by", "").strip() or "operation"
    if by not in ("operation", "source"):
        raise UsageError(f"by is '{by}'; it takes operation or source.")
    return by == "source"


def for_tokens(asking: Asking) -> Asking:
    """The question put so that `who` leaves out nobody, where tokens are named."""
    return replace(asking, params={**asking.params, "who": EVERYONE}) if tokens(asking) else asking


def narrowed(chosen: Filters, asking: Asking, name: str) -> tuple[Filters, tuple[str, ...]]:
    """The filters with the tokens in them, and conditions for the SQL; `name`: the field with the id."""
    conditions: list[str] = []
    if given := tokens(asking):
        search = " or ".join(found(name, token) for token in given)
        chosen = Filters((*chosen.always, f"({search})"), chosen.values)
        conditions.append(f"{column(name)} IN ({', '.join(map(literal, given))})")
    if by_source(asking):
        conditions.append(f"coalesce({column(name)}, '') NOT IN ('', '-')")
        conditions.append(f"{column(name)} NOT LIKE 'STS.%'")
    return chosen, tuple(conditions)


def filled(page: Page, names: Iterable[str]) -> Page:
    """A page whose rows have these columns, empty where they were not grouped by."""
    rows = tuple(Row({**dict.fromkeys(names, ""), **row.values}, row.raw) for row in page.rows)
    return replace(page, rows=rows)
