"""The log service's older signature: `Authorization: LOG keyid:base64(HMAC(secret, text))`.

text = METHOD \\n Content-MD5 \\n Content-Type \\n Date \\n headers \\n resource

`headers` are the `x-log-*` and `x-acs-*` ones, sorted, a line each; `resource` is the path with the sorted,
unencoded parameters. The digest is SHA1, or SHA256 where `x-log-signaturemethod` says so. Some clients repeat
the date as `x-log-date` after they have signed, others sign it.
"""

import base64
import hashlib
import hmac
from email.utils import parsedate_to_datetime

from aktui.simcloud.clock import iso
from aktui.simcloud.fault import ApiError
from aktui.simcloud.request import Request
from aktui.simcloud.signatures.claim import Claim, mismatch

_DIGESTS = {"hmac-sha1": "sha1", "hmac-sha256": "sha256"}


def read_claim(request: Request) -> Claim:
    """Raises ApiError 400 for a missing or odd header, SignatureDoesNotMatch for another body."""
    headers = request.headers
    key_id, _, signature = headers["authorization"].removeprefix("LOG ").partition(":")
    if not key_id or not signature:
        raise ApiError(400, "InvalidAuthorization", "The Authorization header is not LOG keyid:signature.")
    digest = _DIGESTS.get(headers.get("x-log-signaturemethod", "").lower())
    if digest is None:
        raise _method(headers.get("x-log-signaturemethod"))
    sent = headers.get("date") or headers.get("x-log-date") or ""
    texts = [_to_sign(request, sent, leave_out) for leave_out in (("x-log-date",), ())]
    claimed = headers.get("content-md5", "")
    if claimed and claimed.lower() != hashlib.md5(request.body, usedforsecurity=False).hexdigest():
        raise mismatch(texts[0])

    def sign(secret: str) -> str:
        made = [_signature(secret, text, digest) for text in texts]
        return signature if signature in made else made[0]

    return Claim(key_id, _stamp(sent), "", headers.get("x-acs-security-token", ""), signature, texts[0], sign)


def _signature(secret: str, text: str, digest: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), digest).digest()).decode()


def _to_sign(request: Request, date: str, leave_out: tuple[str, ...]) -> str:
    headers = request.headers
    own = sorted(name for name in headers if name.startswith(("x-log-", "x-acs-")) and name not in leave_out)
    pairs = sorted(request.query)
    resource = request.path + ("?" + "&".join(f"{name}={value}" for name, value in pairs) if pairs else "")
    lines = [request.method, headers.get("content-md5", ""), headers.get("content-type", ""), date]
    return "\n".join([*lines, *(f"{name}:{headers[name]}" for name in own), resource])


def _stamp(sent: str) -> str:
    if not sent:
        raise ApiError(400, "MissingDate", "Date does not exist in http header.")
    try:
        return iso(parsedate_to_datetime(sent))
    except ValueError:
        raise ApiError(400, "InvalidDateFormat", f"Date {sent} must follow RFC822.") from None


def _method(given: str | None) -> ApiError:
    if not given:
        message = "x-log-signaturemethod does not exist in http header."
        return ApiError(400, "MissingSignatureMethod", message)
    return ApiError(400, "InvalidSignatureMethod", f"signature method {given} is unsupported.")
