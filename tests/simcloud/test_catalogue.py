"""The operations against the vendor's catalogue and its sample answers, where a copy of these is at hand."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aktui.simcloud.op import OPERATIONS, Operation
from tests.simcloud.everything import Everything, everything

BESIDE = Path(__file__).parents[2].parent / "shared"
CATALOGUE = Path(os.environ.get("AKTUI_API_CATALOGUE") or BESIDE / "api-meta")
SAMPLES = Path(os.environ.get("AKTUI_API_SAMPLES") or BESIDE / "samples")
PRODUCTS = ("Ram", "Ims", "Sts")

needs_catalogue = pytest.mark.skipif(
    not CATALOGUE.is_dir(), reason="the API catalogue is not here (AKTUI_API_CATALOGUE)"
)
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample answers are not here (AKTUI_API_SAMPLES)"
)

KINDS = {
    "String": {"text"},
    "Integer": {"integer"},
    "Long": {"integer"},
    "Boolean": {"boolean"},
    "Json": {"text", "objects"},
    "RepeatList": {"list", "objects"},
}

REQUIRED_BEYOND_THE_CATALOGUE = {
    ("Ram", "GetAccessKeyLastUsed", "UserName"),
    ("Ram", "GetAccessKeyLastUsed", "UserAccessKeyId"),
    ("Ram", "UpdatePolicyDescription", "PolicyName"),
    ("Ram", "UpdatePolicyDescription", "NewDescription"),
    ("Ims", "BindMFADevice", "AuthenticationCode2"),
    ("Ims", "DeleteAccessKeyInRecycleBin", "UserAccessKeyId"),
    ("Ims", "DeleteAccessKeyInRecycleBin", "UserId"),
    ("Ims", "DeleteUserInRecycleBin", "UserId"),
    ("Ims", "ListAccessKeysInRecycleBin", "UserId"),
    ("Ims", "RestoreAccessKeyFromRecycleBin", "UserAccessKeyId"),
    ("Ims", "RestoreAccessKeyFromRecycleBin", "UserId"),
    ("Ims", "RestoreUserFromRecycleBin", "UserId"),
}
"""Without these the service cannot know what is meant, though the catalogue calls them optional."""

OPTIONAL_DESPITE_THE_CATALOGUE = {("Ram", "UpdateUser", "NewUserName")}
"""Renaming is not the only thing the operation does."""

NEWER_THAN_THE_CATALOGUE = {("Ims", "SetSecurityPreference", "AllowUserToManageServiceCredentials")}


@cache
def requests(product: str) -> dict[str, list[dict[str, Any]]]:
    """Parameters by action, from the newer of the two sources."""
    folder = CATALOGUE / product.lower()
    return {file.stem: json.loads(file.read_text())["parameters"] for file in folder.glob("*.json")}


@cache
def responses(operation_version: str, product: str) -> dict[str, Any]:
    """By action: the older source, which has the response schemas."""
    file = CATALOGUE / "responses" / f"{product.lower()}-{operation_version}.json"
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def operations() -> list[Operation]:
    declared = [one for one in OPERATIONS.values() if one.product in PRODUCTS]
    return sorted(declared, key=lambda one: (one.product, one.action))


def covered() -> list[Operation]:
    """The operations that the catalogue at hand knows: all of them where there is none, to be skipped."""
    if not CATALOGUE.is_dir():
        return operations()
    return [one for one in operations() if one.action in requests(one.product)]


def with_schema() -> list[Operation]:
    if not CATALOGUE.is_dir():
        return operations()
    return [one for one in operations() if one.action in responses(one.version, one.product)["apis"]]


def named(operation: Operation) -> str:
    return f"{operation.product}-{operation.action}"


@pytest.fixture(scope="module")
def life() -> Everything:
    return everything()


@needs_catalogue
@pytest.mark.parametrize("product", PRODUCTS)
def test_every_operation_of_the_catalogue_is_answered(product: str) -> None:
    assert set(requests(product)) <= {one.action for one in operations() if one.product == product}


@needs_catalogue
@pytest.mark.parametrize("operation", covered(), ids=named)
def test_parameters_are_those_of_the_catalogue(operation: Operation) -> None:
    listed = requests(operation.product)[operation.action]
    declared = {param.name: param.kind for param in operation.params}
    for param in listed:
        assert declared.pop(param["name"], None) in KINDS[param["type"]], param["name"]
    assert {(operation.product, operation.action, name) for name in declared} <= NEWER_THAN_THE_CATALOGUE


@needs_catalogue
@pytest.mark.parametrize("operation", covered(), ids=named)
def test_required_parameters_are_those_of_the_catalogue(operation: Operation) -> None:
    """The two sources differ: one marks what the gateway asks for, the other what the service does."""
    listed = requests(operation.product)[operation.action]
    about = responses(operation.version, operation.product)["apis"].get(operation.action, {})
    wanted = {param["name"] for param in listed if param["required"]}
    wanted |= {param["name"] for param in about.get("parameters", []) if param["schema"].get("docRequired")}
    tagged = {(operation.product, operation.action, name) for name in wanted}
    declared = {
        (operation.product, operation.action, param.name) for param in operation.params if param.required
    }
    assert declared - REQUIRED_BEYOND_THE_CATALOGUE == tagged - OPTIONAL_DESPITE_THE_CATALOGUE


FIELDS_NEWER_THAN_THE_CATALOGUE = {
    "AccountAccessKeysPerAccountQuota",
    "AllowUserToLoginWithPasskey",
    "AllowUserToManageServiceCredentials",
    "AuthnSignAlgo",
    "ConditionsPerAKPolicyQuota",
    "IPItemsPerAKPolicyQuota",
    "InitialPasswordAge",
    "InterceptRiskPasswordOnApi",
    "MaxIdleDays",
    "ServiceCredentialsPerUserPerServiceQuota",
    "SsoLoginWithDomain",
}
"""In the installed SDK, not in the older response schemas."""


@needs_catalogue
@pytest.mark.parametrize("operation", with_schema(), ids=named)
def test_answers_have_only_fields_of_the_response_schema(life: Everything, operation: Operation) -> None:
    catalogue = responses(operation.version, operation.product)
    schema = catalogue["apis"][operation.action]["responses"]["200"].get("schema", {})
    for answer in answers(life, operation):
        unknown = unknown_fields(answer, schema, catalogue["components"]["schemas"])
        assert unknown <= FIELDS_NEWER_THAN_THE_CATALOGUE


SAMPLED = sorted(file.stem for file in SAMPLES.glob("*.json") if file.name.startswith(PRODUCTS))

KNOWN_DIFFERENCES = {
    # The sample shows the fields of all three kinds of caller at once.
    "Sts.GetCallerIdentity": {"RoleId:str"},
    # Null on the sample's last page, where ours leaves it out.
    "Ims.GetCredentialReport": {"NextToken:NoneType", "NextToken:str"},
}


@needs_samples
@pytest.mark.parametrize("sample", SAMPLED)
def test_answers_have_the_shape_of_the_samples(life: Everything, sample: str) -> None:
    """The same fields at the same places, holding values of the same JSON types."""
    product, action = sample.split(".")[:2]
    body = json.loads((SAMPLES / f"{sample}.json").read_text())["body"]
    del body["RequestId"]
    operation = next(one for one in operations() if (one.product, one.action) == (product, action))
    known = KNOWN_DIFFERENCES.get(sample, set())
    wanted = _fields(body) - known
    seen = set().union(*(_fields(answer) for answer in answers(life, operation))) - known
    assert wanted <= seen
    assert {path for path in seen - wanted if not _is_newer(path)} == set()


def _is_newer(path: str) -> bool:
    return any(part in FIELDS_NEWER_THAN_THE_CATALOGUE for part in path.replace(":", ".").split("."))


def answers(life: Everything, operation: Operation) -> list[dict[str, Any]]:
    asked = (operation.product, operation.action)
    return [answer for product, action, answer in life.answers if (product, action) == asked]


def unknown_fields(value: Any, schema: dict[str, Any], components: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return set().union(*(unknown_fields(one, schema["items"], components) for one in value))
    if not isinstance(value, dict):
        return set()
    known = schema.get("properties", {})
    deeper = (unknown_fields(value[name], known[name], components) for name in value.keys() & known.keys())
    return set().union(value.keys() - known.keys(), *deeper)


def _fields(value: Any, path: str = "") -> set[str]:
    """`User.Tags.Tag.TagKey:str` for each value; list items share the path of their list."""
    if isinstance(value, list):
        return set().union(*(_fields(one, path) for one in value))
    if isinstance(value, dict):
        return set().union(*(_fields(one, f"{path}.{name}".lstrip(".")) for name, one in value.items()))
    return {f"{path}:{type(value).__name__}"}
