"""Secrets that travel in a request, and answers that echo them."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from aktui.redact import STARS, is_secret

_SHORTEST = 8
"""Shorter values are not looked for in texts: they would hit what is no secret."""


def secrets_in(params: Mapping[str, Any]) -> list[str]:
    """The values that `aktui.redact.redacted` hides."""
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
