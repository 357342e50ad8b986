"""AccessKey network policies: from where a key may call, and the documents that say so.

A policy on the key overrides the one on the account. An Inactive policy restricts nothing, and on a key it
counts as not set, because there is no other way to remove one.
"""

import json
import re
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from aktui.simcloud.account import AccessKey, Account
from aktui.simcloud.fault import ApiError, invalid, over_limit

Document = dict[str, Any]

ALLOW_ALL_VPC = "AllowAllVPC"
_VPC = re.compile(r"vpc-[a-z0-9]+")


def admits(account: Account, key: AccessKey, source_ip: str, *, vpc: str = "", now: datetime) -> bool:
    """Whether the key may call from there; `vpc` is the VPC's id when the call comes through one."""
    document = _binding(key_policy(key, now)) or _binding(account_policy(account, now))
    if document is None:
        return True
    return any(_covers(statement, source_ip, vpc) for statement in document["Statements"])


def key_policy(key: AccessKey, now: datetime) -> Document | None:
    """The policy of a key that shows and binds now; None when none was ever set."""
    return _settled(key.policy, key.pending_policy, now)


def account_policy(account: Account, now: datetime) -> Document | None:
    """The policy of the account that shows and binds now."""
    return _settled(account.network_policy, account.pending_network_policy, now)


def set_key_policy(account: Account, key: AccessKey, document: Document, now: datetime) -> None:
    """From `policy_lag` seconds on it shows and binds; until then the old one does."""
    key.policy = key_policy(key, now)
    key.pending_policy = (document, now + timedelta(seconds=account.settings.policy_lag))


def set_account_policy(account: Account, document: Document, now: datetime) -> None:
    account.network_policy = account_policy(account, now)
    account.pending_network_policy = (document, now + timedelta(seconds=account.settings.policy_lag))


def parse(text: str, *, statements: int, addresses: int) -> Document:
    """The document in a request, in the form in which it is kept.

    Raises 400 InvalidParameter.AccessKeyPolicy for what is not a policy and 409
    LimitExceeded.AccessKeyPolicy for more than `statements` rules or `addresses` IP items.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise _bad("is not JSON") from None
    if not isinstance(given, dict) or not given:
        raise _bad("must be an object with Status and Statements")
    if given.get("Status") not in ("Active", "Inactive"):
        raise _bad("must have the Status Active or Inactive")
    rules = given.get("Statements")
    if not isinstance(rules, list):
        raise _bad("must have a list of Statements, which may be empty")
    parsed = [_statement(rule) for rule in rules]
    if len(parsed) > statements:
        raise over_limit("AccessKeyPolicy", f"The policy has more than {statements} statements.")
    if sum(len(rule["IPList"]) for rule in parsed) > addresses:
        raise over_limit("AccessKeyPolicy", f"The policy has more than {addresses} IP items.")
    return {"Version": 1, "Status": given["Status"], "Statements": parsed}


def dump(document: Document | None) -> str:
    """The text that answers carry: `{}` for a policy never set."""
    return json.dumps(document or {}, separators=(",", ":"))


def _statement(rule: Any) -> Document:
    if not isinstance(rule, dict) or rule.get("Type") not in ("ClassicWhiteList", "VPCWhiteList"):
        raise _bad("must have statements of the Type ClassicWhiteList or VPCWhiteList")
    listed = rule.get("IPList")
    if not isinstance(listed, list) or not listed or not all(isinstance(item, str) for item in listed):
        raise _bad("must have an IPList of at least one address in each statement")
    for item in listed:
        _network(item)
    value = rule.get("Value") or ""
    if rule["Type"] == "ClassicWhiteList":
        if value:
            raise _bad("must have no Value in a ClassicWhiteList")
        return {"Type": rule["Type"], "IPList": listed}
    if value != ALLOW_ALL_VPC and not (isinstance(value, str) and _VPC.fullmatch(value)):
        raise _bad(f"must have a VPC id or {ALLOW_ALL_VPC} as the Value of a VPCWhiteList")
    return {"Type": rule["Type"], "Value": value, "IPList": listed}


def _network(item: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(item, strict=False)
    except ValueError:
        raise _bad(f"has {item!r}, which is no IP address and no CIDR block") from None


def _bad(why: str) -> ApiError:
    return invalid("AccessKeyPolicy", why)


def _settled(
    policy: Document | None, pending: tuple[Document, datetime] | None, now: datetime
) -> Document | None:
    return pending[0] if pending and pending[1] <= now else policy


def _binding(document: Document | None) -> Document | None:
    return document if document and document["Status"] == "Active" else None


def _covers(statement: Document, source_ip: str, vpc: str) -> bool:
    if statement["Type"] == "ClassicWhiteList":
        right_way_in = not vpc
    else:
        right_way_in = bool(vpc) and statement["Value"] in {vpc, ALLOW_ALL_VPC}
    try:
        address = ip_address(source_ip)
    except ValueError:
        return False
    return right_way_in and any(address in _network(item) for item in statement["IPList"])
