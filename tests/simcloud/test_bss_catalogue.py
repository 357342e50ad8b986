"""BSS against the vendor's catalogue, its sample answers and the installed SDK's models."""

import json
from typing import Any

import pytest

from aktui.simcloud.op import OPERATIONS, Operation
from tests.simcloud.asking import ask
from tests.simcloud.test_answers_fit_the_sdk import _wire_names
from tests.simcloud.test_bss import MONTH, billed
from tests.simcloud.test_catalogue import (
    KINDS,
    SAMPLES,
    _fields,
    needs_catalogue,
    needs_samples,
    requests,
    responses,
    unknown_fields,
)

SDK = "alibabacloud_bssopenapi20171214"
BSS = sorted((one for one in OPERATIONS.values() if one.product == "BssOpenApi"), key=lambda one: one.action)
MODULES = [{"ModuleCode": "InstanceType", "Config": "InstanceType:ecs.g7.large", "PriceType": "Hour"}]
ASKED: dict[str, dict[str, Any]] = {
    "GetPayAsYouGoPrice": {"ProductCode": "ecs", "SubscriptionType": "PayAsYouGo", "ModuleList": MODULES},
    "QueryAccountBalance": {},
    "QueryAccountTransactions": {},
    "QueryAvailableInstances": {},
}
ONLY_IN_SAMPLES = {"AfterTaxAmount", "PaymentCurrency", "PaymentTransactionID", "PretaxAmountLocal", "Tax"}
"""Columns that the schema leaves out, of the international site; samples and models have them."""


def named(operation: Operation) -> str:
    return operation.action


def answered(operation: Operation) -> dict[str, Any]:
    account = billed()
    account.split_bill = True
    return ask(account, operation.product, operation.action, **ASKED.get(operation.action, MONTH))


@needs_catalogue
@pytest.mark.parametrize("operation", BSS, ids=named)
def test_parameters_are_those_of_the_catalogue(operation: Operation) -> None:
    listed = requests("BssOpenApi").get(operation.action)
    if listed is None:
        pytest.skip("not in the catalogue")
    declared = {param.name: param.kind for param in operation.params}
    for param in listed:
        assert declared.pop(param["name"], None) in KINDS[param["type"]], param["name"]
    assert declared == {}
    required = {param["name"] for param in listed if param["required"]}
    assert {param.name for param in operation.params if param.required} == required


@needs_catalogue
@pytest.mark.parametrize("operation", BSS, ids=named)
def test_answers_have_only_fields_of_the_response_schema(operation: Operation) -> None:
    described = responses("2017-12-14", "BssOpenApi")
    if operation.action not in described["apis"]:
        pytest.skip("not in the catalogue")
    schema = described["apis"][operation.action]["responses"]["200"]["schema"]
    assert unknown_fields(answered(operation), schema, described["components"]["schemas"]) <= ONLY_IN_SAMPLES


@needs_samples
@pytest.mark.parametrize("operation", BSS, ids=named)
def test_answers_have_the_fields_of_the_samples(operation: Operation) -> None:
    sample = SAMPLES / f"BssOpenApi.{operation.action}.json"
    if not sample.is_file():
        pytest.skip("there is no sample")
    body = json.loads(sample.read_text())["body"]
    del body["RequestId"]
    assert places(_fields(body)) == places(_fields(answered(operation)))


def places(fields: set[str]) -> set[str]:
    """Where there are values, and whether they are text, numbers or flags: the samples round many amounts."""
    return {path.replace(":float", ":number").replace(":int", ":number") for path in fields}


@pytest.mark.parametrize("operation", BSS, ids=named)
def test_answers_survive_the_sdks_model(operation: Operation) -> None:
    models = __import__(f"{SDK}.models", fromlist=["models"])
    body = {**answered(operation), "RequestId": "1"}
    assert getattr(models, f"{operation.action}ResponseBody")().from_map(body).to_map() == body


@pytest.mark.parametrize("operation", [one for one in BSS if one.params], ids=named)
def test_the_sdk_can_send_every_parameter(operation: Operation) -> None:
    models = __import__(f"{SDK}.models", fromlist=["models"])
    known = _wire_names(getattr(models, f"{operation.action}Request")())
    assert {param.name for param in operation.params} <= known
