"""The road to the real cloud: TLS, a CA bundle and a proxy from the environment, HTTP/2 where it is offered.

Nothing leaves this machine: a proxy of the test's own answers for every host name.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived, StreamEnded

from aktui.cloud.session import Cloud
from aktui.config import Settings
from aktui.errors import ConfigError, NotSent
from tests.cloud.rig import CALLER, QUICK, answer, keys, wire
from tests.listening import listening

HOST = "sts.cn-hangzhou.aliyuncs.com"
PATIENT = replace(QUICK, connect=5.0, read=5.0, total=10.0, attempts=2)


class Road:
    """A proxy that leads every host name to one TLS server, and what came along."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses = refuses
        self.tunnels: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.tls_port = 0

    async def proxy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.tunnels.append(head.decode().split(" ")[1])
        if self.refuses:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        there, back = await asyncio.open_connection("127.0.0.1", self.tls_port)
        try:
            await asyncio.gather(_copy(reader, back), _copy(there, writer))
        finally:
            writer.close()
            back.close()

    async def http1(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")[1:-2]
                self.requests.append(dict(line.split(": ", 1) for line in lines))
                writer.write(CALLER)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def http2(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        body = CALLER.partition(b"\r\n\r\n")[2]
        try:
            while data := await reader.read(65536):
                for event in connection.receive_data(data):
                    if isinstance(event, RequestReceived):
                        self.requests.append({str(name): str(value) for name, value in event.headers})
                    elif isinstance(event, StreamEnded):
                        connection.send_headers(event.stream_id, [(":status", "200")])
                        connection.send_data(event.stream_id, body, end_stream=True)
                writer.write(connection.data_to_send())
        except ConnectionError:
            return
        finally:
            writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def road(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    protocol: str = "http/1.1",
    certified: str = HOST,
    refuses: bool = False,
) -> AsyncIterator[Road]:
    """A road whose server has a certificate for `certified`, by a CA that SSL_CERT_FILE names."""
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(certified).configure_cert(context)
    context.set_alpn_protocols([protocol])
    built = Road(refuses)
    serve = built.http2 if protocol == "h2" else built.http1
    async with listening(serve, context) as tls, listening(built.proxy) as proxy:
        built.tls_port = tls
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy}")
        yield built


def live_cloud() -> Cloud:
    return Cloud(Settings(credentials=keys()), patience=PATIENT)


@pytest.mark.parametrize(("protocol", "named"), [("http/1.1", "host"), ("h2", ":authority")])
async def test_calls_go_through_the_proxy_to_the_real_host_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: str, named: str
) -> None:
    async with road(tmp_path, monkeypatch, protocol=protocol) as built, live_cloud() as cloud:
        for _ in range(3):
            reply = await cloud.call("sts", "GetCallerIdentity")
            assert reply.body["AccountId"] == "1"
        assert built.tunnels == [f"{HOST}:443"], "one connection for all"
        assert [request[named] for request in built.requests] == [HOST] * 3
        assert all("x-acs-signature-nonce" in request for request in built.requests)


async def test_a_certificate_for_somebody_else_is_not_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with road(tmp_path, monkeypatch, certified="example.com") as built, live_cloud() as cloud:
        with pytest.raises(NotSent, match="certificate") as caught:
            await cloud.call("sts", "GetCallerIdentity")
        assert built.requests == []
    assert "SSL_CERT_FILE" in caught.value.hint


async def test_a_proxy_that_refuses_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with road(tmp_path, monkeypatch, refuses=True) as built, live_cloud() as cloud:
        with pytest.raises(NotSent, match="proxy"):
            await cloud.call("sts", "GetCallerIdentity")
        assert built.requests == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSL_CERT_FILE", "/nowhere/at/all.pem"),
        ("REQUESTS_CA_BUNDLE", "/nowhere/at/all.pem"),
        ("HTTPS_PROXY", "gopher://proxy"),
        ("HTTPS_PROXY", "socks5://127.0.0.1:1"),
    ],
)
async def test_a_setting_of_the_network_that_can_not_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    for other in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)
    async with live_cloud() as cloud:
        with pytest.raises(ConfigError, match="proxy" if name == "HTTPS_PROXY" else name):
            await cloud.call("sts", "GetCallerIdentity")


async def test_no_proxy_is_asked_for_the_practice_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with wire(answer({"RequestId": "R"})) as server, server.cloud() as cloud:
        await cloud.call("sts", "GetCallerIdentity")
        assert len(server.requests) == 1
