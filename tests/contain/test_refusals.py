"""Why a call was refused, from what events and logs tell; and which change to take back for the business."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from aktui.contain.refusals import known, recognise, recognised
from aktui.simcloud.fault import ApiError
from aktui.simcloud.life.foreign import _IN_OSS
from aktui.simcloud.logs import refusals as of_logs
from tests.contain.drawn import UNHURRIED
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, small_account
from tests.simcloud.asking import ask

UNDOS = {"network-policy", "key", "recycled-key", "user-policy", "permissions", ""}


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        (
            "InvalidAccessKeyId.AccessPolicyDenied",
            "Specified access key denied due to access policy.",
            "network-policy",
        ),
        (
            "InvalidParameter",
            'The specified parameter "AccessKeyId.AccessPolicyDenied" is not valid.',
            "network-policy",
        ),
        ("400", "code: 400, Specified access key denied due to access policy.", "network-policy"),
        ("InvalidAccessKeyId", "0002-00000904", "network-policy-or-disabled"),
        ("InvalidAccessKeyId", "0002-00000903", "key-disabled"),
        ("InvalidAccessKeyId.Inactive", "", "key-disabled"),
        ("Unauthorized", "AccessKeyId is disabled: LTAI", "key-disabled"),
        ("InvalidAccessKeyId.NotFound", "Specified access key is not found.", "key-deleted"),
        (
            "InvalidAccessKeyId",
            "The OSS Access Key Id you provided does not exist in our records.",
            "key-deleted",
        ),
        ("InvalidAccessKeyId", "", "key-unknown"),
        ("Forbidden", "There is a risk of leakage of this AccessKey.", "leak-protection"),
        ("Forbidden.RAM", "Forbidden : There is a risk of leakage of this AccessKey.", "leak-protection"),
        ("Forbidden.RAM", "User not authorized to operate on the specified resource.", "no-permission"),
        ("Forbbiden", "", "no-permission"),
        ("NoPermission", "You are not authorized. NoPermissionType: ExplicitDeny", "explicit-deny"),
        ("AccessDenied", "0003-00000201", "explicit-deny"),
        ("AccessDenied", "0003-00000202", "missing-permission"),
        ("AccessDenied", "", "no-permission"),
        ("Unauthorized", "denied by sts or ram, action: log:GetLogStoreLogs, resource: x", "no-permission"),
        ("InvalidSecurityToken.Expired", "", "token-expired"),
        ("SecurityTokenExpired", "", "token-expired"),
        ("Throttling.User", "Request was denied due to user flow control.", "throttled"),
        ("ReadQuotaExceed", "", "throttled"),
        ("SignatureDoesNotMatch", "", "bad-signature"),
    ],
)
def test_the_vendors_ways_to_say_no_are_recognised(code: str, message: str, expected: str) -> None:
    found = recognise(code, message)
    assert found
    assert found.id == expected


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", ""),
        ("EntityAlreadyExists.User", "The user exists."),
        ("NoSuchKey", ""),
        ("QuotaExceed.ElasticQuota", ""),
    ],
)
def test_other_errors_are_not_taken_for_refusals(code: str, message: str) -> None:
    assert recognise(code, message) is None


def test_each_reason_says_what_it_means_and_what_to_take_back() -> None:
    for refusal in known():
        assert refusal.meaning.endswith((".", "?"))
        assert refusal.way_back.endswith(".")
        assert refusal.undo in UNDOS
    assert {refusal.undo for refusal in known()} >= {"network-policy", "key", "recycled-key", "user-policy"}


def test_an_explicit_denial_points_to_the_policy_of_the_user_and_a_throttled_call_to_nothing() -> None:
    explicit, throttled = (
        recognised(["NoPermission", "Throttling.User"], "ExplicitDeny")[:1],
        recognise("Throttling"),
    )
    assert explicit[0].undo == "user-policy"
    assert throttled
    assert not throttled.by_containment


def of_error(error: ApiError) -> str:
    found = recognise(error.code, error.message)
    return found.id if found else ""


def test_what_the_log_service_says_is_recognised() -> None:
    for code, expected in (
        ("InvalidAccessKeyId.NotFound", "key-deleted"),
        ("InvalidAccessKeyId.Inactive", "key-disabled"),
        ("InvalidSecurityToken.Expired", "token-expired"),
    ):
        assert of_error(of_logs.translated(ApiError(400, code, ""), DEPLOYER_KEY)) == expected
    policy = ApiError(400, "x", "Specified access key denied due to access policy.")
    assert of_error(of_logs.unauthorized(policy.message)) == "network-policy"


def test_what_oss_says_is_recognised() -> None:
    told = {code: of_error(error) for code, error in _IN_OSS.items()}
    assert told["InvalidAccessKeyId.Inactive"] == "key-disabled"
    assert told["InvalidAccessKeyId.AccessPolicyDenied"] == "network-policy"
    assert all(told.values())


def test_what_the_gateway_says_without_a_permission_is_recognised() -> None:
    with pytest.raises(ApiError) as error:
        ask(small_account(), "Ram", "CreateUser", UserName="x", by=NOBODY_KEY)
    assert of_error(error.value) == "no-permission"


@UNHURRIED
@given(some.text(), some.text())
def test_any_text_is_looked_at_without_harm(code: str, message: str) -> None:
    recognise(code, message)
    recognise(code * 500, message * 5000)
