"""The log service's newer signature, SLS4-HMAC-SHA256, with a key of its own for each day and region.

canonical = METHOD \\n path \\n sorted query \\n headers \\n signed header names \\n sha256(body)
text      = SLS4-HMAC-SHA256 \\n x-log-date \\n date/region/sls/aliyun_v4_request \\n hex(sha256(canonical))
signature = hex(HMAC(HMAC(HMAC(HMAC("aliyun_v4" + secret, date), region), "sls"), "aliyun_v4_request"), text))

Signed are `content-type`, `host` and every `x-log-*` and `x-acs-*` header that is there.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime
from urllib.parse import quote

from aktui.simcloud.clock import iso
from aktui.simcloud.fault import ApiError
from aktui.simcloud.request import Request
from aktui.simcloud.signatures.claim import Claim, mismatch

ALGORITHM = "SLS4-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Credential=(?P<key>[^/,\s]+)/(?P<scope>(?P<date>\d{{8}})/(?P<region>[^/,\s]*)/sls/aliyun_v4_request)"
    r"\s*,(?:[^,]*,)*\s*Signature=(?P<signature>[0-9a-fA-F]+)\s*"
)
_SHA256 = "x-log-content-sha256"


def read_claim(request: Request) -> Claim:
    """Raises ApiError 400 for a missing or odd header, SignatureDoesNotMatch for another body."""
    headers = request.headers
    found = _AUTHORIZATION.fullmatch(headers["authorization"])
    if found is None:
        raise ApiError(400, "InvalidAuthorization", f"The Authorization header is not a {ALGORITHM} one.")
    moment = headers.get("x-log-date", "")
    stamp = _stamp(moment)
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = _canonical(request, headers.get(_SHA256, payload))
    if headers.get(_SHA256, payload).lower() != payload or not moment.startswith(found["date"]):
        raise mismatch(canonical)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((ALGORITHM, moment, found["scope"], digest))

    def sign(secret: str) -> str:
        key = f"aliyun_v4{secret}".encode()
        for part in found["scope"].split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    token = headers.get("x-acs-security-token", "")
    return Claim(found["key"], stamp, "", token, found["signature"].lower(), canonical, sign)


def _canonical(request: Request, payload: str) -> str:
    signed = sorted(name for name in request.headers if _is_signed(name))
    lines = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed)
    pairs = sorted((name, quote(value, safe="~")) for name, value in request.query)
    query = "&".join(f"{name}={value}" if value else name for name, value in pairs)
    return "\n".join((request.method, request.path or "/", query, lines, ";".join(signed), payload))


def _is_signed(name: str) -> bool:
    return name in ("content-type", "host") or name.startswith(("x-log-", "x-acs-"))


def _stamp(sent: str) -> str:
    if not sent:
        raise ApiError(400, "MissingDate", "x-log-date does not exist in http header.")
    try:
        return iso(datetime.strptime(sent, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    except ValueError:
        raise ApiError(
            400, "InvalidDateFormat", f"x-log-date {sent} must be like 20261122T031244Z."
        ) from None
