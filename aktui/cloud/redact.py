"""Takes secrets out of what is kept or shown: parameters by name, texts by value."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

STARS = "**********"

_SECRET_NAME = re.compile(r"password|secret|authenticationcode|privatekey|seed$|token(code)?$", re.IGNORECASE)
_PAGING = {"nexttoken", "pagetoken", "continuationtoken", "clienttoken"}
_SHORTEST = 8
"""Shorter values are not looked for in texts: they would hit what is no secret."""


def is_secret(name: str) -> bool:
    """Whether a parameter of this name must not be seen. Paging tokens are no secrets."""
    last = name.rsplit(".", 1)[-1]
    return last.lower() not in _PAGING and bool(_SECRET_NAME.search(last))


def redacted(params: Mapping[str, Any]) -> dict[str, Any]:
    """The same parameters with stars for secret values, at any depth."""
    return {name: STARS if is_secret(name) else _inside(value) for name, value in params.items()}


def secrets_in(params: Mapping[str, Any]) -> list[str]:
    """The values that `redacted` hides."""
    found: list[str] = []
    for name, value in params.items():
        if is_secret(name):
            found.append(str(value))
        elif isinstance(value, Mapping):
            found += secrets_in(value)
        elif isinstance(value, list | tuple):
            found += [secret for item in value if isinstance(item, Mapping) for secret in secrets_in(item)]
    return found


def scrub(body: bytes, secrets: Iterable[str]) -> bytes:
    """A body without these values, however an answer that echoes a request may have written them."""
    for secret in secrets:
        if len(secret) < _SHORTEST:
            continue
        once = quote(secret, safe="~")
        for form in {secret, once, quote(once, safe="~"), secret.replace("/", "\\/")}:
            body = body.replace(form.encode(), STARS.encode())
    return body


def _inside(value: Any) -> Any:
    if isinstance(value, Mapping):
        return redacted(value)
    if isinstance(value, list | tuple):
        return [_inside(item) for item in value]
    return value
