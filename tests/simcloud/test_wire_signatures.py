"""Official SDKs, unchanged but for the endpoint, and requests signed by hand."""

from typing import Any

import httpx
import pytest
from alibabacloud_actiontrail20200706 import models as trail_models
from alibabacloud_actiontrail20200706.client import Client as ActionTrail
from alibabacloud_ims20190815 import models as ims_models
from alibabacloud_ims20190815.client import Client as Ims
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_ram20150501.client import Client as Ram
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config

from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_KEY,
    DEPLOYER_OLD_KEY,
    NOBODY_KEY,
    RESPONDER_ID,
    RESPONDER_KEY,
    ROOT_KEY,
    SECRETS,
    small_account,
)
from tests.simcloud.signing import acs3, code_of, rpc1, send

GENERATIONS = {"ACS3": {}, "HMAC-SHA1": {"signature_algorithm": "v2"}}
AWKWARD = "o'hara (ci) ~*+/&=%é中\u202e😀"


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Any:
    with practice_cloud(small_account()) as running:
        yield running


@pytest.fixture(params=GENERATIONS)
def generation(request: pytest.FixtureRequest) -> dict[str, str]:
    return GENERATIONS[request.param]


def config(sim: Sim, generation: dict[str, str], key: str = RESPONDER_KEY, secret: str = "") -> Config:
    return Config(
        endpoint=f"127.0.0.1:{sim.port}",
        protocol="http",
        region_id="cn-hangzhou",
        access_key_id=key,
        access_key_secret=secret or SECRETS[key],
        **generation,
    )


def test_the_caller_is_told_who_it_is(sim: Sim, generation: dict[str, str]) -> None:
    answer = Sts(config(sim, generation)).get_caller_identity()
    assert answer.status_code == 200
    assert (answer.body.account_id, answer.body.user_id) == (ACCOUNT_ID, RESPONDER_ID)
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.headers["x-acs-request-id"] == answer.body.request_id
    assert len(answer.headers["x-acs-trace-id"]) == 32


def test_the_root_key_is_known_as_the_account_itself(sim: Sim, generation: dict[str, str]) -> None:
    answer = Sts(config(sim, generation, ROOT_KEY)).get_caller_identity()
    assert answer.body.identity_type == "Account"


def test_a_user_is_found_by_key_id(sim: Sim, generation: dict[str, str]) -> None:
    answer = Ims(config(sim, generation)).get_user(ims_models.GetUserRequest(user_access_key_id=DEPLOYER_KEY))
    assert answer.body.user.display_name == "ci-deployer"


def test_lists_and_awkward_text_survive_the_signature(sim: Sim, generation: dict[str, str]) -> None:
    attribute = trail_models.LookupEventsRequestLookupAttribute(key="User", value=AWKWARD)
    request = trail_models.LookupEventsRequest(lookup_attribute=[attribute], max_results="7")
    answer = ActionTrail(config(sim, generation)).lookup_events(request)
    assert answer.body.events == []
    seen = sim.app.calls.since(0)[-1]["params"]
    assert seen["LookupAttribute.1.Value"] == AWKWARD


def test_a_write_is_applied(sim: Sim, generation: dict[str, str]) -> None:
    request = ram_models.CreateUserRequest(user_name="alice", display_name=AWKWARD[:20], comments="a b\n+c")
    Ram(config(sim, generation)).create_user(request)
    created = sim.account.user_named("alice")
    assert created is not None
    assert created.comments == "a b\n+c"


def test_a_wrong_secret_is_refused_as_signature_does_not_match(sim: Sim, generation: dict[str, str]) -> None:
    with pytest.raises(ClientException) as refused:
        Sts(config(sim, generation, secret="wrong")).get_caller_identity()
    assert (refused.value.status_code, refused.value.code) == (400, "SignatureDoesNotMatch")
    assert "server string to sign is:POST" in refused.value.message


def test_an_inactive_key_is_refused_as_such(sim: Sim, generation: dict[str, str]) -> None:
    with pytest.raises(ClientException) as refused:
        Sts(config(sim, generation, DEPLOYER_OLD_KEY)).get_caller_identity()
    assert (refused.value.status_code, refused.value.code) == (400, "InvalidAccessKeyId.Inactive")


def test_an_unknown_key_is_refused_as_not_found(sim: Sim, generation: dict[str, str]) -> None:
    with pytest.raises(ClientException) as refused:
        Sts(config(sim, generation, "LTAI5tNoSuchKeyAnywhere1", "x")).get_caller_identity()
    assert (refused.value.status_code, refused.value.code) == (404, "InvalidAccessKeyId.NotFound")


def test_a_missing_permission_is_named(sim: Sim, generation: dict[str, str]) -> None:
    with pytest.raises(ClientException) as refused:
        Ram(config(sim, generation, NOBODY_KEY)).list_users(ram_models.ListUsersRequest())
    assert (refused.value.status_code, refused.value.code) == (403, "NoPermission")
    assert refused.value.access_denied_detail["AuthAction"] == "ram:ListUsers"


async def test_the_async_methods_work_too(sim: Sim, generation: dict[str, str]) -> None:
    answer = await Sts(config(sim, generation)).get_caller_identity_async()
    assert answer.body.account_id == ACCOUNT_ID


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("digest", ["HMAC-SHA1", "HMAC-SHA256"])
def test_the_older_generation_takes_both_methods_and_digests(sim: Sim, method: str, digest: str) -> None:
    answer = send(rpc1(sim, "Sts", "GetCallerIdentity", {"Format": "JSON"}, method=method, digest=digest))
    assert answer.json()["AccountId"] == ACCOUNT_ID


def test_the_older_generation_takes_everything_from_a_form_body(sim: Sim) -> None:
    request = rpc1(
        sim, "Ims", "GetUser", {"Format": "JSON", "UserId": RESPONDER_ID}, method="POST", in_body=True
    )
    assert send(request).json()["User"]["UserId"] == RESPONDER_ID


def test_the_newer_generation_takes_parameters_from_a_form_body(sim: Sim) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    request = acs3(sim, "Ims", "GetUser", headers=form, body=f"UserId={RESPONDER_ID}".encode())
    assert send(request).json()["User"]["UserId"] == RESPONDER_ID


def test_the_newer_generation_takes_action_and_version_from_the_query(sim: Sim) -> None:
    query = {"Action": "GetCallerIdentity", "Version": "2015-04-01"}
    request = acs3(sim, "Sts", "", query, headers={"x-acs-version": ""}, method="GET")
    assert send(request).json()["AccountId"] == ACCOUNT_ID


def test_the_case_of_header_names_does_not_matter(sim: Sim) -> None:
    request = acs3(sim, "Sts", "GetCallerIdentity")
    shouted = [(name.upper(), value) for name, value in request.headers.raw]
    assert send(httpx.Request("POST", request.url, headers=shouted)).status_code == 200


def test_a_changed_parameter_breaks_the_signature(sim: Sim) -> None:
    request = acs3(sim, "Ims", "GetUser", {"UserId": RESPONDER_ID})
    request.url = request.url.copy_with(query=b"UserId=200000000000000002")
    assert code_of(send(request)) == (400, "SignatureDoesNotMatch")


def test_a_changed_body_breaks_the_signature(sim: Sim) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    request = acs3(sim, "Ims", "GetUser", headers=form, body=b"UserId=200000000000000001")
    changed = httpx.Request(
        "POST", request.url, headers=request.headers, content=b"UserId=200000000000000002"
    )
    assert code_of(send(changed)) == (400, "SignatureDoesNotMatch")


def test_a_body_hash_that_is_not_of_the_body_is_refused_even_when_signed(sim: Sim) -> None:
    request = acs3(sim, "Sts", "GetCallerIdentity", headers={"x-acs-content-sha256": "0" * 64})
    assert code_of(send(request)) == (400, "SignatureDoesNotMatch")


@pytest.mark.parametrize("header", ["host", "x-acs-action", "x-acs-date"])
def test_what_matters_must_be_signed(sim: Sim, header: str) -> None:
    request = acs3(sim, "Sts", "GetCallerIdentity", leave_unsigned=(header,))
    assert code_of(send(request)) == (400, "IncompleteSignature")


def test_a_header_added_on_the_way_is_refused(sim: Sim) -> None:
    request = acs3(sim, "Sts", "GetCallerIdentity", unsigned={"x-acs-security-token": "slipped in"})
    assert code_of(send(request)) == (400, "IncompleteSignature")
