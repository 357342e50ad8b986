"""RAM, IMS and STS through the vendor's own clients, unmodified, over a real socket."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alibabacloud_ims20190815 import models as ims
from alibabacloud_ims20190815.client import Client as ImsClient
from alibabacloud_ram20150501 import models as ram
from alibabacloud_ram20150501.client import Client as RamClient
from alibabacloud_sts20150401 import models as sts
from alibabacloud_sts20150401.client import Client as StsClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config

from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_KEY,
    NOBODY_KEY,
    RESPONDER_KEY,
    SECRETS,
    small_account,
)
from tests.simcloud.everything import READING, TRUST

DEPLOYER = "ci-deployer@acme.onaliyun.com"


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(small_account()) as running:
        yield running


def config(sim: Sim, key: str = RESPONDER_KEY, secret: str = "", token: str = "") -> Any:
    return Config(
        access_key_id=key,
        access_key_secret=secret or SECRETS[key],
        security_token=token or None,
        endpoint=sim.endpoint.removeprefix("http://"),
        protocol="http",
        region_id="cn-hangzhou",
    )


def test_the_owner_of_a_key_and_the_sibling_keys_are_found(sim: Sim) -> None:
    client = ImsClient(config(sim))
    user = client.get_user(ims.GetUserRequest(user_access_key_id=DEPLOYER_KEY)).body.user
    assert user.user_principal_name == DEPLOYER
    keys = client.list_access_keys(ims.ListAccessKeysRequest(user_principal_name=DEPLOYER)).body.access_keys
    assert {key.access_key_id for key in keys.access_key} >= {DEPLOYER_KEY}


def test_documents_tags_and_names_in_any_script_come_through(sim: Sim) -> None:
    client = RamClient(config(sim))
    request = ram.CreatePolicyRequest(
        policy_name="read-objects",
        policy_document=READING,
        description="查看所有对象 & more",
        tag=[ram.CreatePolicyRequestTag(key="team", value="运维")],
    )
    assert client.create_policy(request).body.policy.description == "查看所有对象 & more"
    shown = client.get_policy(ram.GetPolicyRequest(policy_type="Custom", policy_name="read-objects")).body
    assert shown.default_policy_version.policy_document == READING
    wanted = ram.ListPoliciesRequest(tag=[ram.ListPoliciesRequestTag(key="team", value="运维")])
    (listed,) = client.list_policies(wanted).body.policies.policy
    assert listed.policy_name == "read-objects"


def test_a_list_in_one_parameter_comes_through(sim: Sim) -> None:
    client = ImsClient(config(sim))
    request = ims.SetSecurityPreferenceRequest(verification_types=["sms", "email"])
    shown = client.set_security_preference(request).body.security_preference
    assert shown.verification_preference.verification_types == ["sms", "email"]


def test_users_are_listed_page_by_page(sim: Sim) -> None:
    client, names, marker = ImsClient(config(sim)), [], None
    while True:
        body = client.list_users(ims.ListUsersRequest(max_items=2, marker=marker)).body
        names += [user.display_name for user in body.users.user]
        if not body.is_truncated:
            break
        marker = body.marker
    assert sorted(names) == ["ci-deployer", "nobody", "responder"]


def test_a_key_limited_to_other_networks_stops_working_after_the_lag(sim: Sim) -> None:
    policy = json.dumps(
        {"Status": "Active", "Statements": [{"Type": "ClassicWhiteList", "IPList": ["203.0.113.7"]}]}
    )
    request = ims.SetAccessKeyPolicyRequest(
        user_principal_name=DEPLOYER, user_access_key_id=DEPLOYER_KEY, access_key_policy=policy
    )
    ImsClient(config(sim)).set_access_key_policy(request)
    suspect = StsClient(config(sim, DEPLOYER_KEY))
    assert suspect.get_caller_identity().body.account_id == ACCOUNT_ID
    sim.account.clock.advance(sim.account.settings.policy_lag)
    with pytest.raises(ClientException) as refusal:
        suspect.get_caller_identity()
    assert refusal.value.code == "InvalidAccessKeyId.AccessPolicyDenied"


def test_a_missing_permission_is_named(sim: Sim) -> None:
    with pytest.raises(ClientException) as refusal:
        RamClient(config(sim, NOBODY_KEY)).list_users(ram.ListUsersRequest())
    assert refusal.value.status_code == 403
    assert refusal.value.access_denied_detail["AuthAction"] == "ram:ListUsers"


def test_a_conflict_has_its_code_and_status(sim: Sim) -> None:
    with pytest.raises(ClientException) as refusal:
        RamClient(config(sim)).delete_user(ram.DeleteUserRequest(user_name="ci-deployer"))
    assert (refusal.value.status_code, refusal.value.code) == (409, "DeleteConflict.User.AccessKey")


def test_a_session_s_token_calls_as_the_role_until_it_expires(sim: Sim) -> None:
    client = RamClient(config(sim))
    client.create_role(ram.CreateRoleRequest(role_name="auditor", assume_role_policy_document=TRUST))
    request = sts.AssumeRoleRequest(role_arn=f"acs:ram::{ACCOUNT_ID}:role/auditor", role_session_name="li")
    handed = StsClient(config(sim)).assume_role(request).body.credentials
    session = StsClient(config(sim, handed.access_key_id, handed.access_key_secret, handed.security_token))
    assert session.get_caller_identity().body.arn == f"acs:ram::{ACCOUNT_ID}:assumed-role/auditor/li"
    sim.account.clock.advance(3601)
    with pytest.raises(ClientException) as refusal:
        session.get_caller_identity()
    assert refusal.value.code == "InvalidSecurityToken.Expired"
