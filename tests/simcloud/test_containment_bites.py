"""What a responder does, through the vendor's own clients, and what the intruder can do afterwards."""

import json
from collections.abc import Callable, Iterator
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

from aktui.simcloud.account import Attachment, Role
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    ADMIN,
    DEPLOYER_ID,
    DEPLOYER_KEY,
    RESPONDER_KEY,
    SECRETS,
    small_account,
)
from tests.simcloud.everything import TRUST
from tests.simcloud.living import DENY_ALL

DEPLOYER = "ci-deployer@acme.onaliyun.com"
LAG = 5
"""Seconds after which every change of these tests binds."""


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    account = small_account()
    account.settings.status_lag, account.settings.permission_lag = 3, 2
    born = account.created
    account.roles["ops"] = Role("31", "ops", born, born, TRUST, policies=[Attachment("System", ADMIN, born)])
    with practice_cloud(account) as running:
        yield running


def config(sim: Sim, key: str, secret: str, token: str | None = None) -> Any:
    return Config(
        access_key_id=key,
        access_key_secret=secret,
        security_token=token,
        endpoint=sim.endpoint.removeprefix("http://"),
        protocol="http",
        region_id="cn-hangzhou",
    )


@pytest.fixture
def responder(sim: Sim) -> Any:
    return ImsClient(config(sim, RESPONDER_KEY, SECRETS[RESPONDER_KEY]))


@pytest.fixture
def permissions(sim: Sim) -> Any:
    return RamClient(config(sim, RESPONDER_KEY, SECRETS[RESPONDER_KEY]))


def with_key(sim: Sim) -> Any:
    """The intruder, with the leaked key."""
    return RamClient(config(sim, DEPLOYER_KEY, SECRETS[DEPLOYER_KEY]))


def with_token(sim: Sim) -> Any:
    """The intruder, with a role session that the leaked key opened."""
    client = StsClient(config(sim, DEPLOYER_KEY, SECRETS[DEPLOYER_KEY]))
    asked = sts.AssumeRoleRequest(role_arn=f"acs:ram::{ACCOUNT_ID}:role/ops", role_session_name="night")
    got = client.assume_role(asked).body.credentials
    return RamClient(config(sim, got.access_key_id, got.access_key_secret, got.security_token))


def look(client: Any) -> str:
    """The code with which a look at the users is refused; empty when it is not."""
    try:
        client.list_users(ram.ListUsersRequest())
    except ClientException as error:
        return str(error.code)
    return ""


def disable(responder: Any) -> None:
    named = {"user_principal_name": DEPLOYER, "user_access_key_id": DEPLOYER_KEY}
    responder.update_access_key(ims.UpdateAccessKeyRequest(**named, status="Inactive"))


def delete_key(responder: Any) -> None:
    named = {"user_principal_name": DEPLOYER, "user_access_key_id": DEPLOYER_KEY}
    responder.delete_access_key(ims.DeleteAccessKeyRequest(**named))


def delete_user(responder: Any) -> None:
    responder.delete_user(ims.DeleteUserRequest(user_principal_name=DEPLOYER))


def restrict(responder: Any) -> None:
    office = {"Type": "ClassicWhiteList", "IPList": ["203.0.113.0/24"]}
    policy = json.dumps({"Status": "Active", "Statements": [office]})
    named = {"user_principal_name": DEPLOYER, "user_access_key_id": DEPLOYER_KEY}
    responder.set_access_key_policy(ims.SetAccessKeyPolicyRequest(**named, access_key_policy=policy))


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (disable, "InvalidAccessKeyId.Inactive"),
        (delete_key, "InvalidAccessKeyId.NotFound"),
        (delete_user, "InvalidAccessKeyId.NotFound"),
        (restrict, "InvalidAccessKeyId.AccessPolicyDenied"),
    ],
)
def test_what_stops_a_key_leaves_the_sessions_it_opened(
    sim: Sim, responder: Any, act: Callable[[Any], None], code: str
) -> None:
    key, token = with_key(sim), with_token(sim)
    act(responder)
    sim.account.clock.advance(LAG)
    assert (look(key), look(token)) == (code, "")
    sim.account.clock.advance(3600)
    assert look(token) == "InvalidSecurityToken.Expired"


def test_a_policy_that_denies_stops_the_user_and_no_role_session(sim: Sim, permissions: Any) -> None:
    key, token = with_key(sim), with_token(sim)
    permissions.create_policy(ram.CreatePolicyRequest(policy_name="stop", policy_document=DENY_ALL))
    named = {"policy_type": "Custom", "policy_name": "stop", "user_name": "ci-deployer"}
    permissions.attach_policy_to_user(ram.AttachPolicyToUserRequest(**named))
    sim.account.clock.advance(LAG)
    assert (look(key), look(token)) == ("NoPermission", "")
    permissions.detach_policy_from_user(ram.DetachPolicyFromUserRequest(**named))
    sim.account.clock.advance(LAG)
    assert look(key) == ""


def test_taking_the_policies_of_a_role_stops_its_sessions_deleting_it_ends_them(
    sim: Sim, permissions: Any
) -> None:
    token = with_token(sim)
    named = {"policy_type": "System", "policy_name": ADMIN, "role_name": "ops"}
    permissions.detach_policy_from_role(ram.DetachPolicyFromRoleRequest(**named))
    sim.account.clock.advance(LAG)
    assert look(token) == "NoPermission"
    permissions.delete_role(ram.DeleteRoleRequest(role_name="ops"))
    assert look(token) == "InvalidAccessKeyId.NotFound"


def test_a_user_and_a_key_come_back_one_after_the_other_and_the_key_must_be_enabled(
    sim: Sim, responder: Any, permissions: Any
) -> None:
    key = with_key(sim)
    delete_user(responder)
    sim.account.clock.advance(LAG)
    owned = {"user_id": DEPLOYER_ID, "user_access_key_id": DEPLOYER_KEY}
    with pytest.raises(ClientException) as refusal:
        responder.restore_access_key_from_recycle_bin(ims.RestoreAccessKeyFromRecycleBinRequest(**owned))
    assert refusal.value.code == "EntityNotExist.User"
    responder.restore_user_from_recycle_bin(ims.RestoreUserFromRecycleBinRequest(user_id=DEPLOYER_ID))
    assert look(key) == "InvalidAccessKeyId.NotFound"
    responder.restore_access_key_from_recycle_bin(ims.RestoreAccessKeyFromRecycleBinRequest(**owned))
    assert look(key) == "InvalidAccessKeyId.Inactive"
    named = {"user_principal_name": DEPLOYER, "user_access_key_id": DEPLOYER_KEY}
    responder.update_access_key(ims.UpdateAccessKeyRequest(**named, status="Active"))
    sim.account.clock.advance(LAG)
    # The key is back, what the user was allowed is not.
    assert look(key) == "NoPermission"


def test_after_thirty_days_nothing_comes_back(sim: Sim, responder: Any) -> None:
    delete_key(responder)
    sim.account.clock.advance(30 * 86400)
    owned = {"user_id": DEPLOYER_ID, "user_access_key_id": DEPLOYER_KEY}
    with pytest.raises(ClientException) as refusal:
        responder.restore_access_key_from_recycle_bin(ims.RestoreAccessKeyFromRecycleBinRequest(**owned))
    assert refusal.value.code == "EntityNotExist.User.AccessKey"
    assert look(with_key(sim)) == "InvalidAccessKeyId.NotFound"


@pytest.mark.parametrize(("kind", "most"), [("Custom", 10), ("System", 20)])
def test_a_user_holds_so_many_policies_of_a_kind(sim: Sim, permissions: Any, kind: str, most: int) -> None:
    account = sim.account
    pattern = account.policies["System", ADMIN]
    for number in range(most + 1):
        account.policies[kind, f"policy-{number}"] = type(pattern)(
            f"policy-{number}", kind, pattern.created, pattern.updated, versions=pattern.versions
        )

    def attach(number: int) -> None:
        named = {"policy_type": kind, "policy_name": f"policy-{number}", "user_name": "nobody"}
        permissions.attach_policy_to_user(ram.AttachPolicyToUserRequest(**named))

    for number in range(most):
        attach(number)
    with pytest.raises(ClientException) as refusal:
        attach(most)
    assert refusal.value.code == "LimitExceeded.User.Policy"


def test_a_new_password_keeps_to_the_policy_and_a_logon_can_be_switched_off(responder: Any) -> None:
    named = {"user_principal_name": DEPLOYER}
    responder.create_login_profile(ims.CreateLoginProfileRequest(**named, password="correct-horse"))
    responder.set_password_policy(ims.SetPasswordPolicyRequest(minimum_password_length=12))
    with pytest.raises(ClientException) as refusal:
        responder.update_login_profile(ims.UpdateLoginProfileRequest(**named, password="elevenchars"))
    assert refusal.value.code == "InvalidParameter.Password.TooWeak"
    off = ims.UpdateLoginProfileRequest(**named, status="Inactive", password_reset_required=True)
    shown = responder.update_login_profile(off).body.login_profile
    assert (shown.status, shown.password_reset_required) == ("Inactive", True)


def test_a_second_factor_can_be_made_everybodys_duty(responder: Any) -> None:
    wanted = ims.SetSecurityPreferenceRequest(mfaoperation_for_login="mandatory")
    responder.set_security_preference(wanted)
    shown = responder.get_security_preference().body.security_preference.login_profile_preference
    assert shown.mfaoperation_for_login == "mandatory"


def test_service_credentials_go_on_until_they_are_switched_off(responder: Any) -> None:
    named = {"user_principal_name": DEPLOYER}
    asked = ims.CreateServiceCredentialRequest(**named, service_name="dashscope.aliyuncs.com")
    made = responder.create_service_credential(asked).body.service_credential
    disable(responder)
    listed = responder.list_service_credentials(ims.ListServiceCredentialsRequest(**named)).body
    assert [one.status for one in listed.service_credentials] == ["Active"]
    one = {**named, "service_credential_id": made.service_credential_id}
    responder.update_service_credential(ims.UpdateServiceCredentialRequest(**one, status="Inactive"))
    listed = responder.list_service_credentials(ims.ListServiceCredentialsRequest(**named)).body
    assert [one.status for one in listed.service_credentials] == ["Inactive"]
    responder.delete_service_credential(ims.DeleteServiceCredentialRequest(**one))
