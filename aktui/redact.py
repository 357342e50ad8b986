"""Which names hold secrets, and parameters with their secrets taken out. One rule for transport and case."""

from collections.abc import Mapping
from typing import Any

from aktui.models import Secret

STARS = "**********"

SECRET_NAMES = (
    *("password", "passwd", "passphrase", "secret", "secret-key", "secret-data", "secret-value", "plaintext"),
    *("private-key", "private-key-body", "security-token", "sts-token", "session-token", "access-token"),
    *(
        "refresh-token",
        "bearer-token",
        "oidc-token",
        "id-token",
        "auth-token",
        "token-code",
        "saml-assertion",
    ),
    *("string-seed", "qrcode-png"),
    *("authentication-code", "authentication-code-1", "authentication-code-2"),
)
"""What a name that holds a secret ends with; the words may be joined by `_`, `-` or nothing."""

_ENDINGS = tuple(name.replace("-", "") for name in SECRET_NAMES)


def is_secret(name: str) -> bool:
    """Whether a field or parameter of this name holds a secret; `Instances.1.Password` does."""
    return name.lower().replace("_", "").replace("-", "").endswith(_ENDINGS)


def redacted(params: Mapping[str, Any]) -> dict[str, Any]:
    """The same parameters with stars for secret values, at any depth."""
    return {name: STARS if is_secret(name) else _inside(value) for name, value in params.items()}


def revealed(params: Mapping[str, Any]) -> dict[str, Any]:
    """The same parameters with each `Secret` as the text it hides; for the moment of sending only."""
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in params.items()}


def sealed(value: Any) -> Any:
    """The same value with every text under a secret's name as a `Secret`, at any depth."""
    if isinstance(value, Mapping):
        return {
            name: Secret(item) if is_secret(name) and isinstance(item, str) else sealed(item)
            for name, item in value.items()
        }
    return [sealed(item) for item in value] if isinstance(value, list | tuple) else value


def _inside(value: Any) -> Any:
    if isinstance(value, Secret):
        return STARS
    if isinstance(value, Mapping):
        return redacted(value)
    if isinstance(value, list | tuple):
        return [_inside(item) for item in value]
    return value
