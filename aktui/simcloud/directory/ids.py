"""New identifiers and secrets, in the forms the vendor uses."""

import secrets
import string

_ALNUM = string.ascii_letters + string.digits


def _draw(length: int) -> str:
    return "".join(secrets.choice(_ALNUM) for _ in range(length))


def numeric(first: str) -> str:
    """An 18-digit id: users start with 2, roles with 3."""
    return first + "".join(secrets.choice(string.digits) for _ in range(17))


def group_id() -> str:
    return f"g-{_draw(16)}"


def key_id() -> str:
    return f"LTAI5t{_draw(18)}"


def key_secret() -> str:
    return _draw(30)


def session_key_id() -> str:
    return f"STS.{_draw(25)}"


def session_secret() -> str:
    return _draw(44)


def session_token() -> str:
    return f"CAIS{_draw(600)}"


def credential_id() -> str:
    return f"sc-{_draw(16)}"


def credential_secret() -> str:
    return _draw(40)
