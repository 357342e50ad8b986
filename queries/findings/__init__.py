"""What is looked for, one file each. A module without a proper `FINDING` is an error, not skipped."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from queries.judgement.finding import Finding


@cache
def catalogue() -> "dict[str, Finding]":
    """All findings by id, sorted."""
    from queries.judgement.finding import Finding

    found: dict[str, Finding] = {}
    for name in sorted(module.name for module in iter_modules(__path__)):
        finding = getattr(import_module(f"{__name__}.{name}"), "FINDING", None)
        if not isinstance(finding, Finding) or finding.id != name.replace("_", "-"):
            raise TypeError(f"queries/findings/{name}.py must define FINDING with its id")
        found[finding.id] = finding
    return found
