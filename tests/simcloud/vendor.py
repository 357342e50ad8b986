"""Products that are only asked a few things: their operations against the vendor's catalogue and clients."""

import json
from typing import Any

import pytest
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from aktui.simcloud.op import OPERATIONS, VERSIONS, Operation
from tests.practice import Sim
from tests.simcloud.accounts import RESPONDER_KEY, SECRETS
from tests.simcloud.test_catalogue import KINDS, SAMPLES, _fields, requests, responses, unknown_fields


def declared(product: str) -> list[Operation]:
    found = [one for one in OPERATIONS.values() if one.product == product]
    return sorted(found, key=lambda one: one.action)


def named(operation: Operation) -> str:
    return f"{operation.product}-{operation.action}"


def check_parameters(operation: Operation) -> None:
    """Every declared parameter is in the catalogue, of its kind, and required where it is there."""
    listed = requests(operation.product).get(operation.action)
    if listed is None:
        pytest.skip("not in the catalogue")
    known = {param["name"]: param for param in listed}
    for param in operation.params:
        described = known.get(param.name) or known[param.name.partition(".")[0]]
        assert param.kind in KINDS.get(described["type"], {"text"}), param.name
    required = {param["name"] for param in listed if param["required"]}
    assert {param.name for param in operation.params if param.required} == required


def check_answer(operation: Operation, answer: dict[str, Any], more: frozenset[str] = frozenset()) -> None:
    """The answer has only fields of the response schema, and those in `more`."""
    described = responses(operation.version, operation.product)
    if operation.action not in described["apis"]:
        pytest.skip("not in the catalogue")
    schema = described["apis"][operation.action]["responses"]["200"]["schema"]
    assert unknown_fields(answer, schema, described["components"].get("schemas", {})) <= more


def check_sample(operation: Operation, answer: dict[str, Any], lacking: frozenset[str] = frozenset()) -> None:
    """The answer has values of the same types where the sample has some, but for the fields in `lacking`."""
    sample = SAMPLES / f"{operation.product}.{operation.action}.json"
    if not sample.is_file():
        pytest.skip("there is no sample")
    body = json.loads(sample.read_text())["body"]
    body.pop("RequestId", None)
    wanted = {path for path in _fields(body) if not lacking & {*path.replace(":", ".").split(".")}}
    assert wanted <= _fields(answer)


def sdk(sim: Sim, product: str, action: str, key: str = RESPONDER_KEY, **query: str) -> dict[str, Any]:
    """One call through the vendor's generic client, as nobody would install these large SDKs for it."""
    client = Client(
        Config(
            access_key_id=key,
            access_key_secret=SECRETS.get(key) or sim.account.keys[key].secret,
            endpoint=sim.endpoint.removeprefix("http://"),
            protocol="http",
            region_id=sim.account.region,
        )
    )
    params = Params(
        action=action,
        version=VERSIONS[product],
        protocol="HTTP",
        method="POST",
        auth_type="AK",
        style="RPC",
        pathname="/",
        req_body_type="json",
        body_type="json",
    )
    body: dict[str, Any] = client.call_api(params, OpenApiRequest(query=query), RuntimeOptions())["body"]
    return body
