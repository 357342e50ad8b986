"""What an export leaves out and an account needs: the same input always gives the same made-up value."""

from hashlib import sha256
from string import ascii_letters, ascii_lowercase, digits

_ALNUM = ascii_letters + digits


def secret(key_id: str) -> str:
    """The secret of a key whose secret nobody told: 30 characters."""
    return _text(f"secret of {key_id}", 30, _ALNUM)


def key_id(account_id: str, purpose: str) -> str:
    return "LTAI5t" + _text(f"key of {account_id} for {purpose}", 18, _ALNUM)


def number(first: str, account_id: str, what: str) -> str:
    """An id of 18 digits."""
    return first + _text(f"{what} of {account_id}", 17, digits)


def thing(first: str, account_id: str, what: str) -> str:
    """A resource id such as `eip-bp1…`."""
    return first + _text(f"{what} of {account_id}", 17, ascii_lowercase + digits)


def _text(source: str, length: int, letters: str) -> str:
    drawn = int.from_bytes(sha256(source.encode()).digest() * 2)
    text = ""
    for _ in range(length):
        drawn, at = divmod(drawn, len(letters))
        text += letters[at]
    return text
