"""The older RPC signature (version 1.0): the key id, the time and the signature are parameters.

string to sign = METHOD & %2F & percent(sorted, percent-encoded parameters but Signature)
signature      = base64(HMAC-SHA1(secret + "&", string to sign)), or HMAC-SHA256 when asked for
"""

import base64
import hashlib
import hmac
from urllib.parse import quote

from aktui.simcloud.fault import ApiError
from aktui.simcloud.request import Request
from aktui.simcloud.signatures.claim import Claim, incomplete, no_key

_DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}


def read_claim(request: Request) -> Claim:
    """Raises 400 MissingAccessKeyId, IncompleteSignature or InvalidParameter.Signature*."""
    sent = request.sent
    if not sent.get("AccessKeyId"):
        raise no_key()
    if not sent.get("Signature"):
        raise incomplete("The parameter Signature is missing.")
    digest = _DIGESTS.get(sent.get("SignatureMethod", "HMAC-SHA1").upper())
    if digest is None:
        raise _unsupported("SignatureMethod")
    if sent.get("SignatureVersion", "1.0") != "1.0":
        raise _unsupported("SignatureVersion")
    to_sign = string_to_sign(request)

    def sign(secret: str) -> str:
        made = hmac.new(f"{secret}&".encode(), to_sign.encode(), digest)
        return base64.b64encode(made.digest()).decode()

    return Claim(
        key_id=sent["AccessKeyId"],
        stamp=sent.get("Timestamp", ""),
        nonce=sent.get("SignatureNonce", ""),
        token=sent.get("SecurityToken", ""),
        signature=sent["Signature"],
        basis=to_sign,
        sign=sign,
    )


def string_to_sign(request: Request) -> str:
    pairs = sorted(
        (_percent(name), _percent(value)) for name, value in request.sent.items() if name != "Signature"
    )
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return f"{request.method}&%2F&{_percent(joined)}"


def _percent(text: str) -> str:
    return quote(text, safe="~")


def _unsupported(name: str) -> ApiError:
    return ApiError(400, f"InvalidParameter.{name}", f"Specified parameter {name} is not valid.")
