"""Words of the bills and what they are called elsewhere: regions by name, products by service."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_IN_BRACKETS = re.compile(r"[（(](.+?)[)）]")


@dataclass(frozen=True)
class Services:
    """What `queries/data/billed_services.toml` says."""

    of_product: Mapping[str, tuple[str, ...]]
    begins: Mapping[str, tuple[str, ...]]


@cache
def services() -> Services:
    data = _data("billed_services.toml")
    return Services(
        {code: tuple(names) for code, names in data["services"].items()},
        {service: tuple(names) for service, names in data["begins"].items()},
    )


def region_id(name: str) -> str:
    """The id of a region that a bill names (`US (Silicon Valley)`, `Hangzhou`); else the name itself."""
    return _regions().get(name.strip().lower(), name)


def is_region(name: str) -> bool:
    """Whether this is the id of a region that is known here; names in bills are not trusted to be one."""
    return _regions().get(name) == name


@cache
def _regions() -> dict[str, str]:
    found: dict[str, str] = {}
    for region, names in _data("regions.toml")["names"].items():
        for name in (region, *names):
            found[name.lower()] = region
            for short in _IN_BRACKETS.findall(name):
                found.setdefault(short.lower(), region)
    return found


def _data(name: str) -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("queries") / "data" / name).read_text("utf-8"))
