"""Signing requests to the log service by hand, for those that no client would send."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from tests.practice import Sim
from tests.simcloud.accounts import REGION, RESPONDER_KEY, SECRETS


def post_query(
    sim: Sim, project: str, logstore: str, asked: Any, *, version: str = "v4", **rest: Any
) -> httpx.Request:
    """A GetLogsV2 request."""
    body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    sign = v4 if version == "v4" else v1
    return sign(sim, "POST", f"/logstores/{logstore}/logs", project=project, body=body, **rest)


def v4(
    sim: Sim,
    method: str,
    path: str,
    query: Mapping[str, str] | None = None,
    *,
    project: str = "",
    key: str = RESPONDER_KEY,
    secret: str = "",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    unsigned: Mapping[str, str] | None = None,
    region: str = REGION,
    moment: datetime | None = None,
    signed_body: bytes | None = None,
    host: str = "",
) -> httpx.Request:
    """A request signed the newer way. `headers` are added (or, when empty, left out) and signed."""
    stamp = f"{moment or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    payload = hashlib.sha256(body if signed_body is None else signed_body).hexdigest()
    sent = {
        "host": host or _host(sim, project),
        "x-log-apiversion": "0.6.0",
        "x-log-date": stamp,
        "x-log-content-sha256": payload,
        **({"content-type": "application/json"} if body else {}),
        **(headers or {}),
    }
    sent = {name: value for name, value in sent.items() if value}
    signed = sorted(
        name for name in sent if name in ("host", "content-type") or name.startswith(("x-log-", "x-acs-"))
    )
    pairs = sorted((query or {}).items())
    canonical = "\n".join(
        (
            method,
            path,
            "&".join(f"{name}={quote(value, safe='~')}" if value else name for name, value in pairs),
            "".join(f"{name}:{sent[name]}\n" for name in signed),
            ";".join(signed),
            payload,
        )
    )
    scope = f"{stamp[:8]}/{region}/sls/aliyun_v4_request"
    text = f"SLS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    made = f"aliyun_v4{secret or SECRETS[key]}".encode()
    for part in (stamp[:8], region, "sls", "aliyun_v4_request", text):
        made = hmac.new(made, part.encode(), hashlib.sha256).digest()
    authorization = f"SLS4-HMAC-SHA256 Credential={key}/{scope},Signature={made.hex()}"
    return _request(
        sim, method, path, pairs, {"authorization": authorization, **sent, **(unsigned or {})}, body
    )


def v1(
    sim: Sim,
    method: str,
    path: str,
    query: Mapping[str, str] | None = None,
    *,
    project: str = "",
    key: str = RESPONDER_KEY,
    secret: str = "",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    unsigned: Mapping[str, str] | None = None,
    moment: datetime | None = None,
    signed_body: bytes | None = None,
    digest: str = "sha1",
) -> httpx.Request:
    """A request signed the older way."""
    shown = body if signed_body is None else signed_body
    sent = {
        "host": _host(sim, project),
        "date": format_datetime(moment or datetime.now(UTC), usegmt=True),
        "x-log-apiversion": "0.6.0",
        "x-log-signaturemethod": f"hmac-{digest}",
        **({"content-type": "application/json"} if body else {}),
        **({"content-md5": hashlib.md5(shown).hexdigest().upper()} if shown else {}),
        **(headers or {}),
    }
    sent = {name: value for name, value in sent.items() if value}
    pairs = sorted((query or {}).items())
    resource = path + ("?" + "&".join(f"{name}={value}" for name, value in pairs) if pairs else "")
    own = [f"{name}:{sent[name]}" for name in sorted(sent) if name.startswith(("x-log-", "x-acs-"))]
    plain = [sent.get("content-md5", ""), sent.get("content-type", ""), sent.get("date", "")]
    text = "\n".join([method, *plain, *own, resource])
    made = hmac.new((secret or SECRETS[key]).encode(), text.encode(), digest).digest()
    authorization = f"LOG {key}:{base64.b64encode(made).decode()}"
    return _request(
        sim, method, path, pairs, {"authorization": authorization, **sent, **(unsigned or {})}, body
    )


def send(request: httpx.Request) -> httpx.Response:
    """Send a request as it is: nothing is added to it."""
    with httpx.Client(trust_env=False, timeout=60) as client:
        return client.send(request)


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    body = response.json()
    assert set(body) == {"errorCode", "errorMessage"}
    assert len(response.headers["x-log-requestid"]) == 24
    return response.status_code, body["errorCode"]


def _host(sim: Sim, project: str) -> str:
    here = sim.endpoint.removeprefix("http://")
    return f"{project}.{here}" if project else here


def _request(
    sim: Sim, method: str, path: str, pairs: list[tuple[str, str]], headers: Mapping[str, str], body: bytes
) -> httpx.Request:
    query = f"?{urlencode(pairs)}" if pairs else ""
    return httpx.Request(method, f"{sim.endpoint}{path}{query}", headers=dict(headers), content=body)
