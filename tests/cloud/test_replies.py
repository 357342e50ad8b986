"""Which answer means what."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aktui.cloud.replies import DEEPEST, Answer, read
from aktui.errors import (
    BadKey,
    BadReply,
    BadSignature,
    CallRef,
    CloudError,
    Conflict,
    Forbidden,
    Invalid,
    NoAnswer,
    NotFound,
    Restricted,
    Throttled,
)
from tests.cloud.rig import samples

CALL = CallRef("ims", "ListAccessKeys", host="ims.aliyuncs.com")


def reading(body: object, status: int = 200, **headers: str) -> dict[str, object]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return read(CALL, Answer(status, names, raw), "ram:ListAccessKeys")


def refused(body: object, status: int = 400, **headers: str) -> CloudError:
    with pytest.raises(CloudError) as caught:
        reading(body, status, **headers)
    return caught.value


CODES = [
    ("NoPermission", 403, Forbidden),
    ("NoPermission", 400, Forbidden),
    ("Forbidden", 403, Forbidden),
    ("Forbidden.RAM", 400, Forbidden),
    ("AccessDenied", 403, Forbidden),
    ("NotAuthorized", 400, Forbidden),
    ("RdCheckNoPermission", 400, Forbidden),
    ("Throttling", 403, Throttled),
    ("Throttling.User", 400, Throttled),
    ("Throttling.Api", 429, Throttled),
    ("Rejected.Throttling", 400, Throttled),
    ("Throttling.User", 503, Throttled),
    ("EntityNotExist.User.AccessKey", 404, NotFound),
    ("TrailNotFoundException", 404, NotFound),
    ("InvalidInstanceId.NotFound", 400, NotFound),
    ("BucketDoesNotExistException", 404, NotFound),
    ("EntityAlreadyExists.User", 409, Conflict),
    ("DeleteConflict.User.Policy", 409, Conflict),
    ("LimitExceeded.User.AccessKey", 409, Conflict),
    ("SignatureDoesNotMatch", 400, BadSignature),
    ("IncompleteSignature", 400, BadSignature),
    ("InvalidTimeStamp.Expired", 400, BadSignature),
    ("IllegalTimestamp", 400, BadSignature),
    ("SignatureNonceUsed", 400, BadSignature),
    ("InvalidAccessKeyId.NotFound", 404, BadKey),
    ("InvalidAccessKeyId.Inactive", 400, BadKey),
    ("InvalidAccessKeyId.AccessPolicyDenied", 400, BadKey),
    ("Forbidden.AccessKeyDisabled", 403, BadKey),
    ("InvalidSecurityToken.Expired", 400, BadKey),
    ("MissingSecurityToken", 400, BadKey),
    ("InvalidAction.NotFound", 404, Invalid),
    ("InvalidParameter.UserName", 400, Invalid),
    ("MissingParameter", 400, Invalid),
    ("InvalidQueryParameter", 400, Invalid),
    ("Forbidden.RegionNotFound", 404, NotFound),
    ("InternalError", 500, NoAnswer),
    ("InternalError", 400, NoAnswer),
    ("ServiceUnavailable", 503, NoAnswer),
    ("SomethingNew", 403, Forbidden),
    ("SomethingNew", 404, NotFound),
    ("SomethingNew", 418, Invalid),
    ("SomethingNew", 502, NoAnswer),
    ("", 400, Invalid),
    ("", 429, Throttled),
]


@pytest.mark.parametrize(("code", "status", "kind"), CODES)
def test_the_code_decides_and_the_status_only_helps(code: str, status: int, kind: type[CloudError]) -> None:
    error = refused({"Code": code, "Message": "No.", "RequestId": "R-7"}, status)
    assert type(error) is kind
    assert (error.code, error.status, error.request_id) == (code, status, "R-7")


def test_a_key_under_restrictive_protection_is_told_by_its_message() -> None:
    error = refused({"Code": "Forbidden", "Message": "There is a risk of leakage of this AccessKey."}, 403)
    assert type(error) is Restricted
    assert "another identity" in error.hint


def test_a_denial_names_the_permission_that_the_cloud_names() -> None:
    detail = {
        "AuthAction": "ram:ListUsers",
        "NoPermissionType": "ImplicitDeny",
        "AuthPrincipalDisplayName": "2007",
    }
    error = refused({"Code": "NoPermission", "AccessDeniedDetail": detail}, 403)
    assert isinstance(error, Forbidden)
    assert error.missing == "ram:ListUsers"
    assert error.hint == "Grant ram:ListUsers to the calling identity (2007)."


def test_a_denial_by_an_explicit_deny_does_not_advise_a_grant() -> None:
    detail = {
        "AuthAction": "ram:ListUsers",
        "NoPermissionType": "ExplicitDeny",
        "PolicyType": "ControlPolicy",
    }
    error = refused({"Code": "NoPermission", "AccessDeniedDetail": detail}, 403)
    assert "granting it does not help" in error.hint
    assert "ControlPolicy" in error.hint


def test_a_denial_that_names_nothing_says_that_the_permission_is_presumed() -> None:
    error = refused({"Code": "NoPermission", "AccessDeniedDetail": "odd"}, 403)
    assert isinstance(error, Forbidden)
    assert error.missing == "ram:ListAccessKeys"
    assert "presumably" in error.hint


@pytest.mark.parametrize("success", [False, "false", "False"])
def test_a_refusal_inside_a_good_status_is_a_refusal(success: object) -> None:
    error = refused({"Success": success, "Code": "NotApplicable", "Message": "Not for you."}, 200)
    assert type(error) is Invalid
    assert error.message == "Not for you."


def test_a_success_that_carries_a_code_is_a_success() -> None:
    assert reading({"Success": True, "Code": "200", "Data": {}})["Data"] == {}


def test_the_string_that_would_have_been_signed_is_not_repeated() -> None:
    said = "Specified signature does not match our calculation."
    signed = " server string to sign is:POST\n/\nPassword=hunter2"
    assert refused({"Code": "SignatureDoesNotMatch", "Message": said + signed}).message == said


def test_a_refusal_without_a_message_still_makes_a_sentence() -> None:
    assert refused({"Code": "Odd"}).message == "The cloud answered HTTP 400 without saying why."


def test_a_very_long_message_is_cut() -> None:
    assert len(refused({"Code": "Odd", "Message": "x" * 100_000}).message) <= 400


def test_the_request_id_of_the_header_serves_when_the_body_has_none() -> None:
    assert refused({"Code": "Odd"}, x_acs_request_id="H-1").request_id == "H-1"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<html>blocked</html>", "not JSON"),
        (b'{"RequestId":', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b'"text"', "not an object"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "nested"),
        (b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "not JSON"),
        (b'{"a":"\\ud800","b":' + b"[" * 5000 + b"]" * 5000 + b"}", "not JSON"),
    ],
)
def test_what_is_not_a_json_object_is_a_bad_reply(body: bytes, says: str) -> None:
    for status in (200, 403):
        error = refused(body, status)
        assert type(error) is BadReply
        assert says in error.message


def test_a_server_error_without_json_is_no_answer_rather_than_a_bad_one() -> None:
    assert type(refused(b"<html>502</html>", 502)) is NoAnswer
    assert type(refused(b"", 429)) is Throttled


def test_answers_may_be_nested_as_deeply_as_is_reasonable() -> None:
    body = b'{"a":' * (DEEPEST - 1) + b"1" + b"}" * (DEEPEST - 1)
    assert reading(body)


def test_half_a_surrogate_pair_does_not_spoil_an_answer() -> None:
    body = reading(b'{"RequestId":"R","Name":"a\\ud800b?","List":["\\udc00", {"\\ud800":1}]}')
    assert body == {"RequestId": "R", "Name": "a\ufffdb?", "List": ["\ufffd", {"\ufffd": 1}]}


@settings(max_examples=50)
@given(
    st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.text(), st.lists, max_leaves=9))
)
def test_nothing_of_a_good_answer_is_lost(body: dict[str, object]) -> None:
    body = {name: value for name, value in body.items() if name != "Success"}
    assert reading(body) == body


@given(st.binary(max_size=200), st.integers(200, 599))
def test_whatever_comes_is_an_object_or_an_error_of_the_tree(body: bytes, status: int) -> None:
    try:
        outcome: object = reading(body, status)
    except CloudError as error:
        outcome = error.status
    assert outcome == status or isinstance(outcome, dict)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-acs-retry-after": "1500"}, 1.5),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, 0.0),
        ({"x-acs-retry-after": "-4"}, 0.0),
        ({"x-acs-retry-after": "x", "retry-after": "3"}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_pause_an_answer_asks_for(headers: dict[str, str], seconds: float) -> None:
    assert Answer(429, headers, b"").asked_pause == seconds


EXPECTED = {
    "Error.Bss.NotApplicable": Invalid,
    "Error.Bss.body-level": Forbidden,
    "Error.EntityNotExist.User.AccessKey": NotFound,
    "Error.Forbidden.RAM": Forbidden,
    "Error.InvalidAccessKeyId.Inactive": BadKey,
    "Error.InvalidAccessKeyId.NotFound": BadKey,
    "Error.NoPermission": Forbidden,
    "Error.RestrictiveProtection": Restricted,
    "Error.SignatureDoesNotMatch": BadSignature,
    "Error.Throttling.RetryAfter": Throttled,
    "Error.Throttling.User": Throttled,
    "Error.ActionTrail.InvalidParameterCombination": Invalid,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_sample_refusals_are_told_apart(name: str) -> None:
    sample = json.loads((samples() / f"{name}.json").read_text())
    assert type(refused(sample["body"], sample["http_status"])) is EXPECTED[name]
