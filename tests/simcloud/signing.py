"""Signing by hand, for requests that no SDK would send: skewed, replayed, half signed, misspelt."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from tests.practice import Sim
from tests.simcloud.accounts import RESPONDER_KEY, SECRETS

VERSIONS = {
    "Ram": "2015-05-01",
    "Ims": "2019-08-15",
    "Sts": "2015-04-01",
    "Actiontrail": "2020-07-06",
    "Ecs": "2014-05-26",
    "Vpc": "2016-04-28",
    "BssOpenApi": "2017-12-14",
    "Sas": "2018-12-03",
    "Governance": "2021-01-20",
    "ResourceCenter": "2022-12-01",
}


def stamp(moment: datetime | None = None) -> str:
    return (moment or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")


def acs3(
    sim: Sim, product: str, action: str, params: Mapping[str, str] | None = None, **rest: Any
) -> httpx.Request:
    """A request of the newer generation to a running practice cloud; see `acs3_to`."""
    return acs3_to(sim.endpoint, product, action, params, **rest)


def acs3_to(
    endpoint: str,
    product: str,
    action: str,
    params: Mapping[str, str] | None = None,
    *,
    key: str = RESPONDER_KEY,
    secret: str | None = None,
    headers: Mapping[str, str] | None = None,
    unsigned: Mapping[str, str] | None = None,
    leave_unsigned: tuple[str, ...] = (),
    method: str = "POST",
    body: bytes = b"",
    host: str = "",
) -> httpx.Request:
    """A request of the newer generation. `headers` are added (or, when empty, left out) and signed."""
    sent = {
        "host": host or endpoint.removeprefix("http://"),
        "x-acs-action": action,
        "x-acs-version": VERSIONS.get(product, product),
        "x-acs-date": stamp(),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        **(headers or {}),
    }
    sent = {name: value for name, value in sent.items() if value}
    signed = sorted(name for name in sent if name not in leave_unsigned)
    query = "&".join(f"{_percent(name)}={_percent(value)}" for name, value in sorted((params or {}).items()))
    lines = "".join(f"{name}:{sent[name].strip()}\n" for name in signed)
    payload = hashlib.sha256(body).hexdigest()
    canonical = f"{method}\n/\n{query}\n{lines}\n{';'.join(signed)}\n{payload}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new((secret or SECRETS[key]).encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    authorization = (
        f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={';'.join(signed)},Signature={signature}"
    )
    everything = {"authorization": authorization, **sent, **(unsigned or {})}
    return httpx.Request(method, f"{endpoint}/?{query}", headers=everything, content=body)


def rpc1(
    sim: Sim,
    product: str,
    action: str,
    params: Mapping[str, str] | None = None,
    *,
    key: str = RESPONDER_KEY,
    secret: str | None = None,
    method: str = "GET",
    in_body: bool = False,
    headers: Mapping[str, str] | None = None,
    digest: str = "HMAC-SHA1",
) -> httpx.Request:
    """A request of the older generation. An empty parameter is left out of the common ones."""
    sent = {
        "Action": action,
        "Version": VERSIONS.get(product, product),
        "AccessKeyId": key,
        "SignatureMethod": digest,
        "SignatureVersion": "1.0",
        "SignatureNonce": uuid.uuid4().hex,
        "Timestamp": stamp(),
        **(params or {}),
    }
    sent = {name: value for name, value in sent.items() if value}
    query = "&".join(f"{_percent(name)}={_percent(value)}" for name, value in sorted(sent.items()))
    to_sign = f"{method}&%2F&{_percent(query)}"
    kind = hashlib.sha256 if digest == "HMAC-SHA256" else hashlib.sha1
    made = hmac.new(f"{secret or SECRETS.get(key, '')}&".encode(), to_sign.encode(), kind).digest()
    sent["Signature"] = base64.b64encode(made).decode()
    if in_body:
        form = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
        return httpx.Request(method, f"{sim.endpoint}/", headers=form, content=urlencode(sent).encode())
    return httpx.Request(method, f"{sim.endpoint}/?{urlencode(sent)}", headers=dict(headers or {}))


def send(*requests: httpx.Request) -> httpx.Response:
    """Send the requests, one after the other on one connection; the last answer."""
    with httpx.Client(trust_env=False) as client:
        return [client.send(request) for request in requests][-1]


def code_of(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return response.status_code, response.json()["Code"]


def _percent(text: str) -> str:
    return quote(text, safe="~")
