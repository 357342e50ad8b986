"""What the gateway says no to, with which status, code and body."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from aktui.simcloud.account import Attachment, Policy, PolicyVersion, Role, Session
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_KEY,
    EVERYTHING,
    NOBODY_ID,
    NOBODY_KEY,
    RESPONDER_KEY,
    small_account,
)
from tests.simcloud.samples import sample
from tests.simcloud.signing import acs3, code_of, rpc1, send, stamp

JSON = {"Format": "JSON"}
SESSION_KEY, SESSION_SECRET, TOKEN = "STS.NTestTestTestTestTest", "session-secret", "session-token"


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory) -> Iterator[Sim]:
    with practice_cloud(small_account()) as running:
        yield running


def open_session(sim: Sim, seconds: float = 3600) -> Session:
    account = sim.account
    now = account.clock.now()
    role = Role(
        "300000000000000001",
        "auditor",
        now,
        now,
        "{}",
        policies=[Attachment("System", "AdministratorAccess", now)],
    )
    account.roles[role.name] = role
    expires = now + timedelta(seconds=seconds)
    session = Session(SESSION_KEY, SESSION_SECRET, TOKEN, role.name, "drill", expires, DEPLOYER_KEY)
    account.sessions[SESSION_KEY] = session
    return session


def as_session(sim: Sim, action: str, token: str = TOKEN) -> httpx.Request:
    product = "Sts" if action == "GetCallerIdentity" else "Ram"
    headers = {"x-acs-security-token": token, "x-acs-accesskey-id": SESSION_KEY}
    return acs3(sim, product, action, key=SESSION_KEY, secret=SESSION_SECRET, headers=headers)


def restrict(sim: Sim, key_id: str, address: str) -> None:
    statement = {"Type": "ClassicWhiteList", "Value": "", "IPList": [address]}
    sim.account.keys[key_id].policy = {"Version": 1, "Status": "Active", "Statements": [statement]}


def test_an_unknown_action_is_not_found(sim: Sim) -> None:
    response = send(acs3(sim, "Ram", "DoTheDishes"))
    assert code_of(response) == (404, "InvalidAction.NotFound")
    assert response.json()["Message"] == "Specified api is not found, please check your url and method."


def test_an_action_of_another_product_is_not_found(sim: Sim) -> None:
    assert code_of(send(acs3(sim, "Sts", "ListUsers"))) == (404, "InvalidAction.NotFound")


def test_another_path_is_not_found(sim: Sim) -> None:
    request = acs3(sim, "Sts", "GetCallerIdentity")
    request.url = request.url.copy_with(path="/elsewhere")
    assert code_of(send(request)) == (404, "InvalidAction.NotFound")


def test_an_unknown_version_is_invalid(sim: Sim) -> None:
    assert code_of(send(acs3(sim, "1999-01-01", "ListUsers"))) == (400, "InvalidVersion")


@pytest.mark.parametrize("header", ["x-acs-action", "x-acs-version"])
def test_a_call_without_action_or_version_is_refused(sim: Sim, header: str) -> None:
    assert code_of(send(acs3(sim, "Ram", "ListUsers", headers={header: ""}))) == (400, "MissingParameter")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
def test_other_methods_are_not_allowed(sim: Sim, method: str) -> None:
    assert send(acs3(sim, "Ram", "ListUsers", method=method)).status_code == 405


def test_a_call_without_any_key_is_refused(sim: Sim) -> None:
    url = f"{sim.endpoint}/?Action=ListUsers&Version=2015-05-01&Format=JSON"
    assert code_of(send(httpx.Request("GET", url))) == (400, "MissingAccessKeyId")


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer abc",
        "ACS3-HMAC-SHA256",
        "ACS3-HMAC-SHA256 Credential=a",
        "ACS3-RSA-SHA256 Credential=a,SignedHeaders=host,Signature=00",
    ],
)
def test_a_malformed_authorization_is_an_incomplete_signature(sim: Sim, authorization: str) -> None:
    headers = {"x-acs-action": "ListUsers", "x-acs-version": "2015-05-01", "authorization": authorization}
    response = send(httpx.Request("POST", sim.endpoint, headers=headers))
    assert code_of(response) == (400, "IncompleteSignature")


def test_an_authorization_without_a_key_is_refused(sim: Sim) -> None:
    assert code_of(send(acs3(sim, "Ram", "ListUsers", key="", secret="x"))) == (400, "MissingAccessKeyId")


def test_an_older_request_without_a_signature_is_incomplete(sim: Sim) -> None:
    url = f"{sim.endpoint}/?Action=ListUsers&Version=2015-05-01&Format=JSON&AccessKeyId={RESPONDER_KEY}"
    assert code_of(send(httpx.Request("GET", url))) == (400, "IncompleteSignature")


@pytest.mark.parametrize("name", ["SignatureMethod", "SignatureVersion"])
def test_an_older_request_signed_in_an_unknown_way_is_refused(sim: Sim, name: str) -> None:
    response = send(rpc1(sim, "Ram", "ListUsers", {**JSON, name: "ROT13"}))
    assert code_of(response) == (400, f"InvalidParameter.{name}")


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_skewed_clock_is_refused(sim: Sim, minutes: int) -> None:
    moment = stamp(datetime.now(UTC) + timedelta(minutes=minutes))
    new = acs3(sim, "Ram", "ListUsers", headers={"x-acs-date": moment})
    old = rpc1(sim, "Ram", "ListUsers", {**JSON, "Timestamp": moment})
    assert code_of(send(new)) == code_of(send(old)) == (400, "InvalidTimeStamp.Expired")


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_that_is_a_little_off_will_do(sim: Sim, minutes: int) -> None:
    moment = stamp(datetime.now(UTC) + timedelta(minutes=minutes))
    assert send(acs3(sim, "Ram", "ListUsers", headers={"x-acs-date": moment})).status_code == 200


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-22 03:12:44", "2026-13-22T03:12:44Z", "1763781164"])
def test_a_malformed_time_is_refused(sim: Sim, moment: str) -> None:
    request = acs3(sim, "Ram", "ListUsers", headers={"x-acs-date": moment})
    assert code_of(send(request)) == (400, "IllegalTimestamp")


def test_scenario_time_does_not_matter_to_signatures(practice_cloud: PracticeCloudFactory) -> None:
    with practice_cloud(small_account(datetime(2024, 2, 29, 3, 4, 5, tzinfo=UTC))) as sim:
        response = send(acs3(sim, "Sts", "GetCallerIdentity"))
    assert response.status_code == 200
    assert response.headers["date"].startswith("Thu, 29 Feb 2024 03:04:")


def test_a_replayed_request_is_refused(sim: Sim) -> None:
    for request in (acs3(sim, "Ram", "ListUsers"), rpc1(sim, "Ram", "ListUsers", JSON)):
        assert send(request).status_code == 200
        assert code_of(send(request)) == (400, "SignatureNonceUsed")


def test_a_nonce_is_spent_only_by_whoever_knows_the_secret(sim: Sim) -> None:
    nonce = {"x-acs-signature-nonce": "guessed"}
    assert (
        code_of(send(acs3(sim, "Ram", "ListUsers", secret="wrong", headers=nonce)))[1]
        == "SignatureDoesNotMatch"
    )
    assert send(acs3(sim, "Ram", "ListUsers", headers=nonce)).status_code == 200


def test_a_request_without_a_nonce_is_refused(sim: Sim) -> None:
    request = acs3(sim, "Ram", "ListUsers", headers={"x-acs-signature-nonce": ""})
    assert code_of(send(request)) == (400, "IncompleteSignature")


def test_a_key_in_the_recycle_bin_is_not_found(sim: Sim) -> None:
    sim.account.keys[DEPLOYER_KEY].recycled = sim.account.clock.now()
    request = acs3(sim, "Sts", "GetCallerIdentity", key=DEPLOYER_KEY)
    assert code_of(send(request)) == (404, "InvalidAccessKeyId.NotFound")


def test_a_key_of_a_deleted_user_is_not_found(sim: Sim) -> None:
    sim.account.users[NOBODY_ID].recycled = sim.account.clock.now()
    request = acs3(sim, "Sts", "GetCallerIdentity", key=NOBODY_KEY)
    assert code_of(send(request)) == (404, "InvalidAccessKeyId.NotFound")


def test_a_disabled_key_works_until_the_change_binds(sim: Sim) -> None:
    sim.account.settings.status_lag = 60
    change = {"UserName": "ci-deployer", "UserAccessKeyId": DEPLOYER_KEY, "Status": "Inactive"}
    assert send(acs3(sim, "Ram", "UpdateAccessKey", change)).status_code == 200
    assert send(acs3(sim, "Sts", "GetCallerIdentity", key=DEPLOYER_KEY)).status_code == 200
    sim.account.clock.advance(61)
    response = send(acs3(sim, "Sts", "GetCallerIdentity", key=DEPLOYER_KEY))
    assert code_of(response) == (400, "InvalidAccessKeyId.Inactive")


def test_a_network_policy_binds_the_address_the_call_comes_from(sim: Sim) -> None:
    restrict(sim, DEPLOYER_KEY, "198.51.100.0/24")
    response = send(acs3(sim, "Sts", "GetCallerIdentity", key=DEPLOYER_KEY))
    assert code_of(response) == (400, "InvalidAccessKeyId.AccessPolicyDenied")
    inside = acs3(
        sim, "Sts", "GetCallerIdentity", key=DEPLOYER_KEY, unsigned={"x-sim-source-ip": "198.51.100.7"}
    )
    assert send(inside).status_code == 200


def test_an_address_that_is_none_is_not_believed(sim: Sim) -> None:
    send(acs3(sim, "Sts", "GetCallerIdentity", unsigned={"x-sim-source-ip": "the office"}))
    assert sim.app.calls.since(0)[0]["source_ip"] == "127.0.0.1"


def test_a_role_session_calls_with_its_token(sim: Sim) -> None:
    open_session(sim)
    assert send(as_session(sim, "GetCallerIdentity")).json()["IdentityType"] == "AssumedRoleUser"
    old = rpc1(
        sim,
        "Sts",
        "GetCallerIdentity",
        {**JSON, "SecurityToken": TOKEN},
        key=SESSION_KEY,
        secret=SESSION_SECRET,
    )
    assert send(old).json()["IdentityType"] == "AssumedRoleUser"


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "MissingSecurityToken"), ("another", "InvalidSecurityToken.MismatchWithAccessKey")],
)
def test_a_role_session_without_its_token_is_refused(sim: Sim, token: str, code: str) -> None:
    open_session(sim)
    assert code_of(send(as_session(sim, "GetCallerIdentity", token))) == (400, code)


def test_an_expired_role_session_is_refused(sim: Sim) -> None:
    open_session(sim, seconds=-1)
    assert code_of(send(as_session(sim, "GetCallerIdentity"))) == (400, "InvalidSecurityToken.Expired")


def test_a_session_of_a_deleted_role_is_worth_nothing(sim: Sim) -> None:
    open_session(sim)
    del sim.account.roles["auditor"]
    assert code_of(send(as_session(sim, "GetCallerIdentity"))) == (404, "InvalidAccessKeyId.NotFound")


def test_a_token_beside_a_long_lived_key_is_refused(sim: Sim) -> None:
    request = acs3(sim, "Sts", "GetCallerIdentity", headers={"x-acs-security-token": TOKEN})
    assert code_of(send(request)) == (400, "InvalidSecurityToken.MismatchWithAccessKey")


def test_network_policies_do_not_bind_role_sessions(sim: Sim) -> None:
    restrict(sim, DEPLOYER_KEY, "198.51.100.7")
    open_session(sim)
    assert send(as_session(sim, "GetCallerIdentity")).status_code == 200


def test_a_missing_permission_looks_like_the_real_one(sim: Sim) -> None:
    response = send(acs3(sim, "Ram", "ListUsers", key=NOBODY_KEY, host="ram.aliyuncs.com"))
    assert code_of(response) == (403, "NoPermission")
    body = response.json()
    assert body["HostId"] == "ram.aliyuncs.com"
    assert body["Recommend"] == "https://api.aliyun.com/troubleshoot?q=NoPermission&product=Ram"
    detail = body["AccessDeniedDetail"]
    assert detail.pop("EncodedDiagnosticMessage")
    assert detail == {
        "PolicyType": "AccountLevelIdentityBasedPolicy",
        "AuthPrincipalOwnerId": ACCOUNT_ID,
        "AuthPrincipalType": "SubUser",
        "AuthPrincipalDisplayName": NOBODY_ID,
        "NoPermissionType": "ImplicitDeny",
        "AuthAction": "ram:ListUsers",
    }


def test_an_explicit_deny_is_told_apart(sim: Sim) -> None:
    now = sim.account.clock.now()
    deny = EVERYTHING.replace("Allow", "Deny")
    sim.account.policies["Custom", "deny-all"] = Policy(
        "deny-all", "Custom", now, now, versions=[PolicyVersion("v1", deny, now)]
    )
    nobody = sim.account.users[NOBODY_ID]
    nobody.policies += [
        Attachment("System", "AdministratorAccess", now),
        Attachment("Custom", "deny-all", now),
    ]
    body = send(acs3(sim, "Ram", "ListUsers", key=NOBODY_KEY)).json()
    assert body["AccessDeniedDetail"]["NoPermissionType"] == "ExplicitDeny"


def test_a_role_without_the_permission_goes_by_role_and_session(sim: Sim) -> None:
    open_session(sim)
    sim.account.roles["auditor"].policies.clear()
    detail = send(as_session(sim, "ListUsers")).json()["AccessDeniedDetail"]
    assert detail["AuthPrincipalType"] == "AssumedRoleUser"
    assert detail["AuthPrincipalDisplayName"] == "auditor:drill"


def test_caller_identity_needs_no_permission(sim: Sim) -> None:
    assert send(acs3(sim, "Sts", "GetCallerIdentity", key=NOBODY_KEY)).status_code == 200


@pytest.mark.parametrize(
    ("name", "request_of"),
    [
        ("Error.NoPermission", lambda sim: acs3(sim, "Ram", "ListUsers", key=NOBODY_KEY)),
        ("Error.SignatureDoesNotMatch", lambda sim: acs3(sim, "Ims", "ListUsers", secret="wrong")),
        (
            "Error.InvalidAccessKeyId.NotFound",
            lambda sim: acs3(sim, "Sts", "GetCallerIdentity", key="x", secret="x"),
        ),
    ],
)
def test_refusals_have_the_shape_of_the_vendors_samples(sim: Sim, name: str, request_of: object) -> None:
    known = sample(name)
    assert callable(request_of)
    response = send(request_of(sim))
    assert response.status_code == known["http_status"]
    assert _shape(response.json()) == _shape(known["body"])


def _shape(value: object) -> object:
    return {name: _shape(item) for name, item in value.items()} if isinstance(value, dict) else type(value)


def test_the_older_generation_is_answered_in_xml_unless_it_asks_for_json(sim: Sim) -> None:
    response = send(rpc1(sim, "Ram", "ListUsers"))
    assert response.headers["content-type"] == "text/xml;charset=utf-8"
    root = ElementTree.fromstring(response.text)
    assert root.tag == "ListUsersResponse"
    names = [user.findtext("UserName") for user in root.findall("Users/User")]
    assert sorted(names, key=str) == ["ci-deployer", "nobody", "responder"]
    assert root.findtext("IsTruncated") == "false"
    assert root.findtext("RequestId") == response.headers["x-acs-request-id"]


def test_a_refusal_in_xml_is_an_error_element(sim: Sim) -> None:
    response = send(rpc1(sim, "Ram", "ListUsers", key=NOBODY_KEY))
    root = ElementTree.fromstring(response.text)
    assert (response.status_code, root.tag, root.findtext("Code")) == (403, "Error", "NoPermission")
    assert root.findtext("AccessDeniedDetail/AuthAction") == "ram:ListUsers"


def test_hostile_text_stays_well_formed_in_xml(sim: Sim) -> None:
    hostile = "<b>&amp; \x00\x1b]0;x\x07 \ufffe\ud800中</b>"
    sim.account.users[NOBODY_ID].comments = hostile
    root = ElementTree.fromstring(send(rpc1(sim, "Ram", "ListUsers")).content)
    comments = [user.findtext("Comments") or "" for user in root.findall("Users/User")]
    assert any(text.startswith("<b>&amp; ") and text.endswith("中</b>") for text in comments)


def test_hostile_text_stays_whole_in_json(sim: Sim) -> None:
    hostile = "[/x] \x1b]0;x\x07 \u202e 中 \x00"
    sim.account.users[NOBODY_ID].comments = hostile
    users = json.loads(send(acs3(sim, "Ram", "ListUsers")).content)["Users"]["User"]
    assert hostile in [user["Comments"] for user in users]


def test_the_region_comes_from_the_host(sim: Sim) -> None:
    for host in (
        "actiontrail.ap-southeast-1.aliyuncs.com",
        "sts-vpc.cn-beijing.aliyuncs.com",
        "ram.aliyuncs.com",
    ):
        send(acs3(sim, "Sts", "GetCallerIdentity", host=host))
    send(acs3(sim, "Sts", "GetCallerIdentity", {"RegionId": "eu-central-1"}))
    regions = [call["region"] for call in sim.app.calls.since(0)]
    assert regions == ["ap-southeast-1", "cn-beijing", "cn-hangzhou", "eu-central-1"]


def test_a_body_beyond_measure_is_refused(sim: Sim) -> None:
    assert send(httpx.Request("POST", sim.endpoint, content=b"x" * 5_000_000)).status_code == 413
