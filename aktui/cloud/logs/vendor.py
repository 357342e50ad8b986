"""The vendor's `LogClient`, used for what it knows: how a request is built and signed.

It would also send the request, on a thread, with up to ten retries and sleeps of its own. `_Unsent` stops
it there: what it was about to send is handed to our transport instead. It signs with V4; its older
signature changes the locale of the whole process at each request.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from aktui import __version__
from aktui.cloud.credentials import Credentials
from aktui.cloud.sources import import_sdk
from aktui.cloud.transport import SignedRequest

Build = Callable[[Any], object]
"""Calls one method of the vendor's client that it is given."""


class _Built(Exception):
    """Carries a request out of the vendor's client, signed and not sent."""

    def __init__(self, request: SignedRequest) -> None:
        super().__init__()
        self.request = request


class _Unsent:
    """Mixed into the vendor's client, before it."""

    def _sendRequest(
        self,
        method: str,
        url: str,
        params: dict[str, Any] | None,
        body: bytes | None,
        headers: dict[str, str],
        respons_body_type: str = "json",
    ) -> None:
        host = headers["Host"]
        headers["User-Agent"] = f"aktui/{__version__}"
        raise _Built(SignedRequest(method, host, _target(url, params), headers, body or b""))


class _Signer:
    """Mixed into the vendor's V4 signer, before it; signs with the key and the time of the attempt."""

    signed_at: datetime

    def sign_request(
        self,
        method: str,
        resource: str,
        params: dict[str, Any] | None,
        headers: dict[str, str],
        body: bytes | None,
        compute_content_hash: bool = True,
    ) -> None:
        at = self.signed_at.strftime("%Y%m%dT%H%M%SZ")
        headers["Authorization"] = self._do_sign_request(  # type: ignore[attr-defined]
            method, resource, params, headers, body, at, compute_content_hash
        )


class _Held:
    """Where the vendor's signer looks for the key."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._credentials: Any = None

    def hold(self, credentials: Credentials) -> None:
        self._credentials = self._kind(
            credentials.key_id, credentials.secret.reveal(), credentials.token.reveal()
        )

    def get_credentials(self) -> Any:
        return self._credentials


class VendorClient:
    """The vendor's client for the log service of one region. Make it in a thread: it imports the SDK."""

    def __init__(self, region: str, host: str) -> None:
        client = import_sdk("aliyun.log.logclient").LogClient
        signer = import_sdk("aliyun.log.auth").AuthV4
        self._held = _Held(import_sdk("aliyun.log.credentials").Credentials)
        self._signer: Any = type("Signer", (_Signer, signer), {})(self._held, region)
        # Without a `source`, it would ask the network which address this machine has.
        self._client: Any = type("Client", (_Unsent, client), {})(
            f"https://{host}", "-", "-", source="-", auth_version="v4", region=region
        )
        self._client._auth = self._signer

    def signed(self, build: Build, credentials: Credentials, signed_at: datetime) -> SignedRequest:
        """The request that `build` makes the vendor's client want to send."""
        self._held.hold(credentials)
        self._signer.signed_at = signed_at
        try:
            build(self._client)
        except _Built as built:
            return built.request
        raise TypeError("the vendor's client did not want to send anything")


def _target(url: str, params: dict[str, Any] | None) -> str:
    """Path and query, encoded the way that the signature says."""
    path = urlsplit(url).path
    query = urlencode(params or {}, quote_via=quote, safe="~")
    return f"{path}?{query}" if query else path
