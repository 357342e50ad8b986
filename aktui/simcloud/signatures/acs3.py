"""ACS3-HMAC-SHA256: everything that matters is in signed headers.

canonical request = METHOD \\n path \\n sorted query \\n headers \\n signed header names \\n sha256(body)
string to sign    = ACS3-HMAC-SHA256 \\n hex(sha256(canonical request))
signature         = hex(HMAC-SHA256(secret, string to sign))
"""

import hashlib
import hmac
import re
from urllib.parse import quote

from aktui.simcloud.request import Pairs, Request
from aktui.simcloud.signatures.claim import Claim, incomplete, mismatch, no_key

ALGORITHM = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Credential=(?P<key>[^,\s]*)\s*,\s*SignedHeaders=(?P<headers>[^,\s]*)\s*,"
    r"\s*Signature=(?P<signature>[^,\s]*)\s*"
)


def read_claim(request: Request) -> Claim:
    """Raises 400 IncompleteSignature, MissingAccessKeyId, or SignatureDoesNotMatch for another body."""
    found = _AUTHORIZATION.fullmatch(request.headers["authorization"])
    if found is None:
        raise incomplete(f"The Authorization header is not a well-formed {ALGORITHM} one.")
    if not found["key"]:
        raise no_key()
    signed = found["headers"].lower().split(";")
    _require_signed(request, signed)
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = canonical_request(request, signed, payload)
    if request.headers.get("x-acs-content-sha256", payload).lower() != payload:
        raise mismatch(canonical)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{digest}".encode()
    return Claim(
        key_id=found["key"],
        stamp=request.headers.get("x-acs-date", ""),
        nonce=request.headers.get("x-acs-signature-nonce", ""),
        token=request.headers.get("x-acs-security-token", ""),
        signature=found["signature"].lower(),
        basis=canonical,
        sign=lambda secret: hmac.new(secret.encode(), to_sign, hashlib.sha256).hexdigest(),
    )


def canonical_request(request: Request, signed: list[str], payload: str) -> str:
    headers = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in sorted(signed))
    return "\n".join(
        (
            request.method,
            request.path or "/",
            canonical_query(request.query),
            headers,
            ";".join(sorted(signed)),
            payload,
        )
    )


def canonical_query(pairs: Pairs) -> str:
    """Sorted by name, names and values percent-encoded as RFC 3986 has it."""
    encoded = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _require_signed(request: Request, signed: list[str]) -> None:
    """Host and every x-acs-* header that is there must be signed, else anybody could change them."""
    must = {"host", *(name for name in request.headers if name.startswith("x-acs-"))}
    loose = sorted(must - set(signed))
    if loose:
        raise incomplete(f"These headers must be signed: {', '.join(loose)}.")
    unsent = sorted(set(signed) - set(request.headers))
    if unsent:
        raise incomplete(f"These headers are signed but were not sent: {', '.join(unsent)}.")
