"""What never leaves the wire for a log, an event or the list of calls."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "******"
_SECRET = re.compile(
    r"(?i)(password|secret|securitytoken|^signature$|authenticationcode|base32stringseed|qrcodepng)"
)
_NOT_SECRET = re.compile(r"(?i)^(PasswordResetRequired|GenerateRandomPassword)$")


def is_secret(name: str) -> bool:
    """Whether a field of that name holds a secret."""
    return bool(_SECRET.search(name)) and not _NOT_SECRET.match(name)


def masked(params: Mapping[str, str]) -> dict[str, str]:
    """Flat parameters with the secret ones starred."""
    return {name: MASK if is_secret(name) else value for name, value in params.items()}


def without_secrets(value: Any) -> Any:
    """A JSON value with the secret fields left out."""
    if isinstance(value, Mapping):
        kept = {name: without_secrets(item) for name, item in value.items() if not _holds(name, item)}
        return kept
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value


def _holds(name: str, item: Any) -> bool:
    return is_secret(name) and isinstance(item, str)
