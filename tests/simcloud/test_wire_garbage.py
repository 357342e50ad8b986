"""Whatever comes in, an answer goes out."""

import asyncio
import json
import socket
import xml.etree.ElementTree as ElementTree
from collections.abc import MutableMapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aktui.simcloud.server import create_app
from tests.conftest import PracticeCloudFactory
from tests.simcloud.accounts import RESPONDER_KEY, small_account

APP = create_app(small_account())
NAMES = st.sampled_from(
    [
        b"authorization",
        b"host",
        b"x-acs-action",
        b"x-acs-version",
        b"x-acs-date",
        b"content-type",
        b"x-sim-source-ip",
    ]
)
SIGNED = f"ACS3-HMAC-SHA256 Credential={RESPONDER_KEY},SignedHeaders=host;x-acs-action,Signature=00".encode()
VALUES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            SIGNED,
            b"ListUsers",
            b"2015-05-01",
            b"127.0.0.1:1",
            b"ims.aliyuncs.com",
            b"application/x-www-form-urlencoded",
        ]
    ),
)
QUERIES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b"Action=ListUsers&Version=2015-05-01&AccessKeyId=" + RESPONDER_KEY.encode(),
            b"Action=GetUser&Version=2019-08-15&Format=JSON&Signature=%FF&AccessKeyId=%00",
            b"Format=XML&Action=%3C&Version=2015-05-01&Signature=x",
        ]
    ),
)


async def ask(scope: dict[str, Any], body: bytes) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of the answer to one ASGI request."""
    sent: list[MutableMapping[str, Any]] = []
    incoming = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> MutableMapping[str, Any]:
        return dict(next(incoming))

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await APP(scope, receive, send)
    start, end = sent
    return start["status"], dict(start["headers"]), end["body"]


@settings(max_examples=200, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "BREW"]),
    path=st.sampled_from([b"/", b"", b"/%ff", b"/__sim", b"//"]),
    query=QUERIES,
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=8),
    body=QUERIES,
)
def test_any_request_is_refused_in_proper_form(
    method: str, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> None:
    scope = {
        "type": "http",
        "method": method,
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
    status, told, answer = asyncio.run(ask(scope, body))
    assert 400 <= status < 500
    if told[b"content-type"].startswith(b"application/json"):
        assert json.loads(answer)["Code"]
    else:
        assert ElementTree.fromstring(answer).findtext("Code")


def test_what_is_no_http_is_refused(practice_cloud: PracticeCloudFactory) -> None:
    with practice_cloud(small_account()) as sim, socket.create_connection(("127.0.0.1", sim.port)) as caller:
        caller.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello, TLS?\r\n\r\n")
        assert caller.recv(1000).startswith(b"HTTP/1.1 400 ")
