"""Observables of STIX 2.1: addresses and accounts, with the ids that the specification lays down for them.

Their ids are UUIDv5 of the contributing properties as canonical JSON, in the namespace of section 2.9 of the
specification, so that every producer gives the same address the same id.
"""

import ipaddress
import json
import uuid
from typing import Any

from queries.export.told import whole

_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_SPEC = "2.1"


def address(source: str) -> dict[str, Any] | None:
    """`ipv4-addr` or `ipv6-addr`; None for a source that is no address."""
    try:
        told = ipaddress.ip_address(source)
    except ValueError:
        return None
    if "%" in source:
        return None
    kind = "ipv4-addr" if told.version == 4 else "ipv6-addr"
    return _observable(kind, value=str(told))


def account(identity: str, login: str = "") -> dict[str, Any]:
    """`user-account` of a key, a token or a user; `login` is the name of its user, where it is known."""
    return _observable(
        "user-account", user_id=whole(identity), **({"account_login": whole(login)} if login else {})
    )


def _observable(kind: str, **properties: str) -> dict[str, Any]:
    """All properties given here contribute to the id."""
    canonical = json.dumps(properties, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    found = uuid.uuid5(_NAMESPACE, canonical)
    return {"type": kind, "spec_version": _SPEC, "id": f"{kind}--{found}", **properties}
