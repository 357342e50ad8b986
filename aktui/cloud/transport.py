"""The one HTTP client: sends a signed request once and brings back a whole answer, or says how it failed.

What matters to a caller is whether the request may have reached the cloud. httpcore's trace tells when
the request's headers begin to go out; a failure before that is NotSent, one after it is NoAnswer.
"""

import asyncio
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self, TypedDict

import httpx

from aktui.cloud.patience import Patience
from aktui.cloud.quiet import hush
from aktui.cloud.replies import Answer
from aktui.config import Settings
from aktui.errors import BadReply, CallRef, ConfigError, NoAnswer, NotSent

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest answer taken in."""

_CONNECTIONS = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=30)
_CA_BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True)
class SignedRequest:
    """What goes over the wire. `host` is the real host name, also where a practice cloud is called."""

    method: str
    host: str
    target: str
    """Path and query, percent-encoded exactly as they were signed."""
    headers: dict[str, str]
    body: bytes = b""


class _Options(TypedDict):
    timeout: httpx.Timeout
    limits: httpx.Limits
    cookies: CookieJar


class Transport:
    """Sends requests over kept-alive connections, all through one TLS context."""

    def __init__(self, client: httpx.AsyncClient, base: str, patience: Patience) -> None:
        self._client = client
        self._base = base
        self._patience = patience

    @classmethod
    def open(cls, settings: Settings, patience: Patience) -> Self:
        """Build the client. Loading the CA certificates takes tens of milliseconds: call it in a thread."""
        hush()
        options = _Options(
            timeout=httpx.Timeout(patience.read, connect=patience.connect, pool=None),
            limits=_CONNECTIONS,
            # A fresh caller each time: what an answer wants to be remembered is not.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
        if settings.practice:
            # No proxy and no certificates: the practice cloud is on this machine, over plain http.
            bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            client = httpx.AsyncClient(verify=bare, trust_env=False, **options)
            return cls(client, settings.endpoint, patience)
        try:
            client = httpx.AsyncClient(verify=_certificates(), http2=True, trust_env=True, **options)
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise ConfigError(
                f"The proxy that the environment names can not be used ({type(error).__name__}).",
                hint="HTTPS_PROXY, HTTP_PROXY and ALL_PROXY look like http://host:port.",
            ) from None
        return cls(client, "", patience)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def send(
        self, call: CallRef, request: SignedRequest, on_sent: Callable[[], None], *, longest: float = 0.0
    ) -> Answer:
        """Send once. Raises NotSent, NoAnswer or BadReply; redirects and refusals are answers.

        `on_sent` is called when the request begins to go out. `longest`: seconds that the answer may take,
        for what is known to take long.
        """
        progress = _Progress(on_sent, longest or self._patience.read)
        total = longest or self._patience.total
        try:
            async with asyncio.timeout(total):
                return await self._exchange(call, request, progress)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise self._late(call, error, progress, total) from None
        except httpx.HTTPError as error:
            raise _broken(call, error, progress) from None
        except httpx.InvalidURL:
            raise NotSent(call, f"The address of {call.host} is not a valid one.") from None

    async def _exchange(self, call: CallRef, request: SignedRequest, progress: "_Progress") -> Answer:
        url = (self._base or f"https://{request.host}") + request.target
        async with self._client.stream(
            request.method,
            url,
            headers=request.headers,
            content=request.body or None,
            timeout=httpx.Timeout(progress.silence, connect=self._patience.connect, pool=None),
            extensions={"trace": progress.trace},
        ) as response:
            progress.status = response.status_code
            chunks: list[bytes] = []
            size = 0
            async for chunk in response.aiter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST:
                    raise BadReply(
                        call, f"The answer is larger than {LARGEST} bytes.", status=response.status_code
                    )
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, b"".join(chunks))

    def _late(
        self, call: CallRef, error: Exception, progress: "_Progress", total: float
    ) -> NotSent | NoAnswer:
        if not progress.sent:
            return NotSent(
                call, f"No connection to {call.host} within {self._patience.connect:g} s.", hint=_NETWORK
            )
        limit = progress.silence if isinstance(error, httpx.TimeoutException) else total
        return NoAnswer(call, f"The cloud did not answer within {limit:g} s.", status=progress.status)


class _Progress:
    """How far one request got."""

    def __init__(self, on_sent: Callable[[], None], silence: float) -> None:
        self._on_sent = on_sent
        self.silence = silence
        """Seconds without a byte that are too long."""
        self.sent = False
        self.status: int | None = None

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            self.sent = True
            self._on_sent()


_UNKNOWN_HOST = ("name or service", "getaddrinfo", "nodename", "resolution")
"""How the systems' resolvers say that there is no such name."""

_NETWORK = "Check the network, the proxy settings and the region."


def _broken(call: CallRef, error: httpx.HTTPError, progress: _Progress) -> NotSent | NoAnswer | BadReply:
    """What a failed connection means. `error` itself is not shown whole: it may repeat the URL."""
    if isinstance(error, httpx.DecodingError):
        return BadReply(call, "The answer can not be decompressed.", status=progress.status)
    if progress.status is not None:
        return BadReply(call, "The connection was cut in the middle of the answer.", status=progress.status)
    if progress.sent:
        return NoAnswer(call, "The connection was cut before an answer came.")
    if isinstance(error, httpx.ProxyError):
        return NotSent(call, f"The proxy did not let the connection to {call.host} through.", hint=_NETWORK)
    reason = str(error).lower()
    if "certificate" in reason or "ssl" in reason:
        return NotSent(
            call,
            f"The certificate of {call.host} was not accepted.",
            hint="If a proxy inspects TLS here, name its CA bundle in SSL_CERT_FILE.",
        )
    if any(words in reason for words in _UNKNOWN_HOST):
        return NotSent(call, f"The host name {call.host} is not known.", hint=_NETWORK)
    return NotSent(call, f"No connection to {call.host} could be made.", hint=_NETWORK)


def _certificates() -> ssl.SSLContext:
    """The CA certificates: a bundle named by the environment, else httpx's own choice."""
    for name in _CA_BUNDLES:
        path = os.environ.get(name)
        if path:
            try:
                return ssl.create_default_context(cafile=path)
            except (OSError, ssl.SSLError):
                raise ConfigError(f"{name} names {path}, which can not be read as CA certificates.") from None
    return httpx.create_ssl_context()
