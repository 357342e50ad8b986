"""One HTTP request, read as an API call: which operation, which parameters, signed how, from where.

Reading never refuses anything; what is missing is empty and is judged later, in the order in which the
real gateway judges it. A caller on this machine may say from which address it pretends to come with the
header `x-sim-source-ip`; from anywhere else that header means nothing.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

Pairs = tuple[tuple[str, str], ...]

SOURCE_IP_HEADER = "x-sim-source-ip"
_REGION = re.compile(r"[.-]([a-z]{2}-[a-z]+(?:-[a-z]+)*(?:-\d+)?)(?:-vpc|-internal)?\.aliyuncs\.com$")
_EVERY_REGION = frozenset({"ecs-cn-hangzhou.aliyuncs.com", "ecs.aliyuncs.com"})
"""Hosts of ECS that name a region, or none, and serve many: there `RegionId` decides."""

_OURS = re.compile(r"^(?:[a-z]+://)?(?:\[?[0-9a-f:.]*\]?|localhost)(?::\d+)?$")

_ABSOLUTE = re.compile(r"^https?://[^/?#]*", re.IGNORECASE)
"""What a client puts before the path when it takes us for its proxy."""

RPC1_COMMON = frozenset(
    [
        "Action",
        "Version",
        "Format",
        "AccessKeyId",
        "Signature",
        "SignatureMethod",
        "SignatureVersion",
        "SignatureNonce",
        "SignatureType",
        "Timestamp",
        "SecurityToken",
    ]
)
"""What the older generation sends beside the operation's own parameters."""


class Scheme(StrEnum):
    """The generation of the signature."""

    ACS3 = "ACS3"
    RPC1 = "RPC1"
    SLS4 = "SLS4"
    SLS1 = "SLS1"
    NONE = "none"


@dataclass(frozen=True)
class Request:
    """What came in. Header names are lower case; a repeated header is one value joined by commas."""

    method: str
    path: str
    """As sent, still percent-encoded."""
    query: Pairs
    form: Pairs
    headers: Mapping[str, str]
    body: bytes
    peer: str
    connection: int
    home_region: str

    @cached_property
    def sent(self) -> dict[str, str]:
        """All parameters, from the query and from a form body; the body wins."""
        return dict((*self.query, *self.form))

    @cached_property
    def scheme(self) -> Scheme:
        if self.headers.get("authorization", "").startswith("ACS3-"):
            return Scheme.ACS3
        if "Signature" in self.sent or "AccessKeyId" in self.sent:
            return Scheme.RPC1
        return Scheme.NONE

    @property
    def action(self) -> str:
        """From what is signed: the parameter in the older generation, else the header first."""
        if self.scheme is Scheme.RPC1:
            return self.sent.get("Action", "")
        return self.headers.get("x-acs-action") or self.sent.get("Action", "")

    @property
    def version(self) -> str:
        if self.scheme is Scheme.RPC1:
            return self.sent.get("Version", "")
        return self.headers.get("x-acs-version") or self.sent.get("Version", "")

    @cached_property
    def params(self) -> dict[str, str]:
        """The operation's own parameters, by wire name, still text."""
        common = RPC1_COMMON if self.scheme is Scheme.RPC1 else {"Action", "Version"}
        return {name: value for name, value in self.sent.items() if name not in common}

    @property
    def key_id(self) -> str:
        """The AccessKey id it names, whatever it is worth; empty when there is none."""
        if self.scheme is Scheme.ACS3:
            found = re.search(r"Credential=([^,\s]*)", self.headers["authorization"])
            return found.group(1) if found else ""
        return self.sent.get("AccessKeyId", "")

    @property
    def wants_xml(self) -> bool:
        """The older generation answers in XML unless asked for JSON."""
        wanted = self.sent.get("Format", "XML" if self.scheme is Scheme.RPC1 else "JSON")
        return wanted.upper() == "XML"

    @property
    def host(self) -> str:
        """The Host header without its port; empty when it is this machine's own address."""
        host = self.headers.get("host", "").lower()
        return "" if _OURS.match(host) else host.partition(":")[0]

    @property
    def region(self) -> str:
        """Where the call is made: told by the host, else by `RegionId`, else the account's home."""
        found = None if self.host in _EVERY_REGION else _REGION.search(self.host)
        return found.group(1) if found else self.sent.get("RegionId") or self.home_region

    @property
    def user_agent(self) -> str:
        return self.headers.get("user-agent", "")

    @property
    def source_ip(self) -> str:
        claimed = self.headers.get(SOURCE_IP_HEADER, "").strip()
        return claimed if claimed and is_loopback(self.peer) and _is_address(claimed) else self.peer


def read(scope: Mapping[str, Any], body: bytes, *, connection: int, home_region: str) -> Request:
    """The request in an ASGI scope."""
    headers = _join(scope["headers"])
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    return Request(
        method=scope["method"],
        path=_ABSOLUTE.sub("", scope.get("raw_path", scope["path"].encode()).decode("latin-1")),
        query=_pairs(scope["query_string"]),
        form=_pairs(body) if is_form else (),
        headers=headers,
        body=body,
        peer=(scope.get("client") or ("",))[0],
        connection=connection,
        home_region=home_region,
    )


def is_loopback(address: str) -> bool:
    return _is_address(address) and ipaddress.ip_address(address).is_loopback


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _join(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        key, text = name.decode("latin-1").lower(), value.decode("utf-8", errors="replace").strip()
        joined[key] = f"{joined[key]},{text}" if key in joined else text
    return joined


def _pairs(data: bytes) -> Pairs:
    text = data.decode("utf-8", errors="replace")
    return tuple(parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace"))
