"""How an operation is declared: one decorated function, its parameters beside it.

    @op("Ims", "GetUser", Text("UserId"), Text("UserAccessKeyId"), exactly_one=("UserId", "UserAccessKeyId"))
    def get_user(call: Call) -> dict[str, object]:
        ...

The server authenticates, authorises, limits and validates before the function runs; the function
changes or reads the account and returns the answer without its `RequestId`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aktui.simcloud.account import Account, Identity

Answer = dict[str, Any]

VERSIONS = {
    "Ram": "2015-05-01",
    "Ims": "2019-08-15",
    "Sts": "2015-04-01",
    "Actiontrail": "2020-07-06",
    "Ecs": "2014-05-26",
    "Vpc": "2016-04-28",
    "BssOpenApi": "2017-12-14",
    "Sas": "2018-12-03",
    "Governance": "2021-01-20",
    "ResourceCenter": "2022-12-01",
}
"""API version by product; requests are told apart by it."""


@dataclass(frozen=True)
class Param:
    """A parameter as the vendor's catalogue describes it."""

    name: str
    kind: str
    """text, integer, boolean, list (of text), objects (list of objects)."""
    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""
    low: int | None = None
    """Lowest value of an integer, shortest length of a text."""
    high: int | None = None
    fields: tuple[str, ...] = ()
    """Names inside one object of an `objects` parameter."""
    nested: tuple[str, ...] = ()
    """Those of them that are lists themselves, `Filter.1.Value.1`."""


def Text(name: str, required: bool = False, **rest: Any) -> Param:
    return Param(name, "text", required, **rest)


def Integer(name: str, required: bool = False, **rest: Any) -> Param:
    return Param(name, "integer", required, **rest)


def Boolean(name: str, required: bool = False) -> Param:
    return Param(name, "boolean", required)


def Texts(name: str, required: bool = False, **rest: Any) -> Param:
    return Param(name, "list", required, **rest)


def Objects(name: str, fields: tuple[str, ...], required: bool = False, **rest: Any) -> Param:
    return Param(name, "objects", required, fields=fields, **rest)


@dataclass(frozen=True)
class Call:
    """One authenticated, validated call."""

    account: "Account"
    caller: "Identity"
    op: "Operation"
    params: Mapping[str, Any]
    """Wire name to value of the declared kind; absent parameters are absent."""
    now: datetime
    region: str
    source_ip: str
    request_id: str
    host: str = ""
    user_agent: str = ""

    def get(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.params[name]


@dataclass(frozen=True)
class Operation:
    """A declared operation."""

    product: str
    action: str
    params: tuple[Param, ...]
    run: Callable[[Call], Answer]
    permission: str
    """The RAM action that guards it, `ram:GetUser`; empty when none is needed."""
    resource: Callable[[Call], str] | None = None
    """The resource the permission is checked on; None means `*`."""
    write: bool = False
    exactly_one: tuple[str, ...] = ()
    """Names of which exactly one must be given."""

    @property
    def version(self) -> str:
        return VERSIONS[self.product]


OPERATIONS: dict[tuple[str, str], Operation] = {}
"""All declared operations by (version, action). Filled when `aktui.simcloud.products` is imported."""

_READS = re.compile(r"^(Get|List|Describe|Lookup|Query|Search|Generate|Decode)")
_GUARDS = {
    "Ram": "ram",
    "Ims": "ram",
    "Sts": "sts",
    "Actiontrail": "actiontrail",
    "Ecs": "ecs",
    "Vpc": "vpc",
    "BssOpenApi": "bssapi",
    "Sas": "yundun-sas",
    "Governance": "governance",
    "ResourceCenter": "resourcecenter",
}
"""Prefix of the RAM actions of a product."""


def op(
    product: str,
    action: str,
    *params: Param,
    permission: str | None = None,
    resource: Callable[[Call], str] | None = None,
    write: bool | None = None,
    exactly_one: tuple[str, ...] = (),
) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Declare an operation. Its permission is `ram:GetUser` and the like unless given; `""` asks for none."""

    def declare(run: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        guard = f"{_GUARDS[product]}:{action}" if permission is None else permission
        writes = not _READS.match(action) if write is None else write
        operation = Operation(product, action, params, run, guard, resource, writes, exactly_one)
        key = (operation.version, action)
        if key in OPERATIONS:
            raise TypeError(f"{product} {action} is declared twice")
        OPERATIONS[key] = operation
        return run

    return declare
