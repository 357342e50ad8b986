"""What a signed request claims, in terms that do not depend on the generation of its signature."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from aktui.simcloud.fault import ApiError

SIGNED_TEXT = "server string to sign is:"
"""What introduces the signed text in a refusal. That text holds parameters, secret ones too."""


@dataclass(frozen=True)
class Claim:
    """Who says to have signed, when, and how to find out whether it is so."""

    key_id: str
    stamp: str
    """The time of signing as sent."""
    nonce: str
    token: str
    """The security token that goes with an STS key, or empty."""
    signature: str
    basis: str = field(repr=False)
    """The text this side signs; the refusal shows it, so that a client can compare."""
    sign: Callable[[str], str] = field(repr=False)
    """Secret to the right signature."""

    def check(self, secret: str) -> None:
        """Raises 400 SignatureDoesNotMatch when the signature was not made with `secret`."""
        if not hmac.compare_digest(self.sign(secret).encode(), self.signature.encode()):
            raise mismatch(self.basis)


def mismatch(basis: str) -> ApiError:
    message = f"Specified signature is not matched with our calculation. {SIGNED_TEXT}{basis}"
    return ApiError(400, "SignatureDoesNotMatch", message)


def incomplete(why: str) -> ApiError:
    message = f"The request signature does not conform to Alibaba Cloud standards. {why}"
    return ApiError(400, "IncompleteSignature", message.rstrip())


def no_key() -> ApiError:
    return ApiError(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.")
