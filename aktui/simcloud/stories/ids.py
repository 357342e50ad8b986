"""Identifiers as the cloud forms them, drawn from a scenario's generator so that they come out the same."""

from random import Random
from string import ascii_letters, ascii_lowercase, digits

_ALNUM = ascii_letters + digits
_LOWER = ascii_lowercase + digits


class Ids:
    """Draws identifiers; every draw moves the generator on."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def access_key(self) -> str:
        return "LTAI5t" + self._some(_ALNUM, 18)

    def secret(self) -> str:
        return self._some(_ALNUM, 30)

    def sts_key(self) -> str:
        return "STS.NU" + self._some(_ALNUM, 24)

    def number(self, first: str, length: int = 18) -> str:
        """Decimal digits that start with `first`: users start with 2, roles with 3, accounts with 1."""
        return first + self._some(digits, length - len(first))

    def request(self) -> str:
        """The form of request and event ids."""
        text = f"{self._rng.getrandbits(128):032X}"
        return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{text[16:20]}-{text[20:]}"

    def thing(self, prefix: str) -> str:
        """A resource id such as `i-bp1…`, `vpc-bp1…`."""
        return prefix + self._some(_LOWER, 17)

    def seed(self) -> str:
        """A base-32 secret as an MFA device has."""
        return self._some("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32)

    def _some(self, letters: str, count: int) -> str:
        return "".join(self._rng.choices(letters, k=count))


def log_request(rng: Random, time: int) -> str:
    """The id of a request as OSS and the log service form them: the second, then chance."""
    return f"{time:08X}{rng.getrandbits(64):016X}"
