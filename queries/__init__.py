"""Questions asked of the cloud, one file each. All reads live here; nothing here draws or writes."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queries.base import Query

MACHINERY = {"base", "inquiry", "triage"}
"""Modules of this folder that are not questions; what questions share lies in its sub-packages."""


@cache
def catalogue() -> "dict[str, Query]":
    """All queries by id, sorted. A module without a proper `QUERY` is an error, not skipped."""
    from queries.base import Query

    found: dict[str, Query] = {}
    for info in sorted(iter_modules(__path__), key=lambda module: module.name):
        if info.ispkg or info.name in MACHINERY or info.name.startswith("_"):
            continue
        query = getattr(import_module(f"queries.{info.name}"), "QUERY", None)
        if not isinstance(query, Query):
            raise TypeError(f"queries/{info.name}.py defines no QUERY")
        if query.id in found:
            raise TypeError(f"queries/{info.name}.py: the id {query.id} is taken")
        found[query.id] = query
    return dict(sorted(found.items()))
