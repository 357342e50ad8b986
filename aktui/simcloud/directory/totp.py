"""The six digits a virtual MFA device shows: time-based one-time passwords, thirty seconds each."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

_STEP = 30
_LATE = 3
"""How many steps ago the first of two codes may have been shown: the second one is waited for and typed."""


def new_seed() -> str:
    """40 random bytes in base 32, as the vendor's seeds are."""
    return base64.b32encode(secrets.token_bytes(40)).decode()


def code(seed: str, moment: datetime) -> str:
    """What the device shows at a moment."""
    return _code(seed, int(moment.timestamp()) // _STEP)


def are_consecutive(seed: str, first: str, second: str, moment: datetime) -> bool:
    """Whether the device showed the two codes one after the other, just now."""
    now = int(moment.timestamp()) // _STEP
    return any(
        hmac.compare_digest(first + second, _code(seed, step) + _code(seed, step + 1))
        for step in range(now - _LATE, now + 2)
    )


def _code(seed: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(seed), step.to_bytes(8), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
