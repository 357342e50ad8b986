"""The grammar of policy documents: what RAM takes, read once and kept."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from aktui.simcloud.fault import ApiError

_ALLOWED = {"Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Principal", "Sid"}


class MalformedDocument(ValueError):
    """A policy document breaks the grammar; the message says where."""


Statement = Mapping[str, Any]


@lru_cache(maxsize=4096)
def permission(text: str) -> tuple[Statement, ...]:
    """The statements of a permission policy. Raises MalformedDocument."""
    return _checked(text, _check_permission)


@lru_cache(maxsize=1024)
def trust(text: str) -> tuple[Statement, ...]:
    """The statements of a role's trust policy. Raises MalformedDocument."""
    return _checked(text, _check_trust)


def require_policy(param: str, text: str, longest: int) -> str:
    """The text, if it is a permission policy that RAM takes."""
    return _require(param, text, longest, permission)


def require_trust(param: str, text: str, longest: int) -> str:
    """The text, if it is a trust policy that RAM takes."""
    return _require(param, text, longest, trust)


def texts(value: Any) -> list[str]:
    """One text or a list of them, as policies allow both."""
    return [value] if isinstance(value, str) else list(value)


def _require(param: str, text: str, longest: int, read: Callable[[str], tuple[Statement, ...]]) -> str:
    if not 0 < len(text) <= longest:
        raise ApiError(
            400,
            f"InvalidParameter.{param}.Length",
            f'The parameter "{param}" must have 1 to {longest} characters.',
        )
    try:
        read(text)
    except MalformedDocument as error:
        raise ApiError(
            400, "MalformedPolicyDocument", f"The policy document is malformed: {error}."
        ) from None
    return text


def _checked(text: str, check: Callable[[str, Statement], None]) -> tuple[Statement, ...]:
    found = _statements(text)
    for at, statement in enumerate(found, start=1):
        check(f"statement {at}", statement)
    return found


def _statements(text: str) -> tuple[Statement, ...]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise MalformedDocument("it is not JSON") from None
    if not isinstance(document, dict):
        raise MalformedDocument("it is not a JSON object")
    if document.get("Version") != "1":
        raise MalformedDocument('Version must be the text "1"')
    found = document.get("Statement")
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise MalformedDocument("Statement must be a list of at least one object")
    return tuple(found)


def _check_permission(where: str, statement: Statement) -> None:
    _check_common(where, statement)
    if "Principal" in statement:
        raise MalformedDocument(f"{where} has a Principal, which only a trust policy has")
    if ("Action" in statement) == ("NotAction" in statement):
        raise MalformedDocument(f"{where} must have either Action or NotAction")
    if ("Resource" in statement) == ("NotResource" in statement):
        raise MalformedDocument(f"{where} must have either Resource or NotResource")
    for name in ("Action", "NotAction"):
        for action in texts(statement.get(name, [])):
            if action != "*" and ":" not in action:
                raise MalformedDocument(f"{where} has the action {action!r}, which names no service")
    for name in ("Resource", "NotResource"):
        for resource in texts(statement.get(name, [])):
            if resource != "*" and not resource.startswith(("acs:", "*:")):
                raise MalformedDocument(f"{where} has the resource {resource!r}, which is no ARN")


def _check_trust(where: str, statement: Statement) -> None:
    _check_common(where, statement)
    if texts(statement.get("Action", [])) != ["sts:AssumeRole"] and "sts:*" not in texts(
        statement.get("Action", [])
    ):
        raise MalformedDocument(f"{where} must have the action sts:AssumeRole")
    principal = statement.get("Principal")
    if not isinstance(principal, dict) or not principal or set(principal) - {"RAM", "Service", "Federated"}:
        raise MalformedDocument(f"{where} must have a Principal of RAM, Service or Federated")
    for kind, named in principal.items():
        _check_texts(f"{where}, Principal {kind}", named)


def _check_common(where: str, statement: Statement) -> None:
    unknown = set(statement) - _ALLOWED
    if unknown:
        raise MalformedDocument(f"{where} has the unknown element {min(unknown)}")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise MalformedDocument(f"{where} must have the Effect Allow or Deny")
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in statement:
            _check_texts(f"{where}, {name}", statement[name])
    condition = statement.get("Condition", {})
    if not isinstance(condition, dict) or not all(isinstance(keys, dict) for keys in condition.values()):
        raise MalformedDocument(f"{where} has a Condition that is no object of objects")


def _check_texts(where: str, value: Any) -> None:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed or not all(isinstance(one, str) and one for one in listed):
        raise MalformedDocument(f"{where} must be a text or a list of texts")
