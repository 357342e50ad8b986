"""Secrets never enter a case, whatever they are wrapped in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aktui.case.redact import redact_body
from aktui.redact import STARS, is_secret, redacted

SECRET = "Zq7RmPv0Hk2LwXy9TnBc4SdFg6JaEu"


def wrapped(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    "answer",
    [
        {"AccessKey": {"AccessKeyId": "LTAI", "AccessKeySecret": SECRET}},
        {"Credentials": {"SecurityToken": SECRET, "Expiration": "2026-11-22T04:00:00Z"}},
        {"VirtualMFADevice": {"Base32StringSeed": SECRET}},
        {"VirtualMFADevice": {"QRCodePNG": SECRET}},
        {"LoginProfile": [{"Password": SECRET}]},
        {"responseElements": {"Secret": {"Parts": [SECRET, SECRET]}}},
        {"Detail": json.dumps({"responseElements": {"AccessKeySecret": SECRET}})},
        {"Detail": json.dumps({"requestParameterJson": json.dumps({"NewPassword": SECRET})})},
        {"Detail": json.dumps({"requestParameters": {"Instance.1.Password": SECRET}})[:-2]},
        {"access_key_secret": SECRET},
        [{"Password": SECRET}],
    ],
)
def test_a_secret_is_replaced_wherever_it_sits(answer: object) -> None:
    body, replaced = redact_body(wrapped(answer))
    assert SECRET.encode() not in body
    assert STARS.encode() in body
    assert replaced


def test_what_stands_around_a_secret_is_kept() -> None:
    body, replaced = redact_body(wrapped({"AccessKey": {"AccessKeyId": "LTAI", "AccessKeySecret": SECRET}}))
    assert json.loads(body) == {"AccessKey": {"AccessKeyId": "LTAI", "AccessKeySecret": STARS}}
    assert replaced == ("/AccessKey/AccessKeySecret",)


@pytest.mark.parametrize(
    "body",
    [
        b'{"AccessKeySecret": "' + SECRET.encode(),
        b'{"A":"\xff","AccessKeySecret":"' + SECRET.encode() + b'"}',
        b"<R><AccessKeySecret>" + SECRET.encode() + b"</AccessKeySecret></R>",
        b"<R><SecurityToken>" + SECRET.encode(),
        b'{"Detail":"{\\"AccessKeySecret\\":\\"' + SECRET.encode() + b'\\"',
        b'{"Password": "a\\"' + SECRET.encode() + b'"',
        b'{"Accepted":[{"password" : "' + SECRET.encode() + b'"}]} trailing',
    ],
)
def test_a_secret_in_a_damaged_answer_is_cut_out(body: bytes) -> None:
    clean, replaced = redact_body(body)
    assert SECRET.encode() not in clean
    assert replaced


def test_a_name_written_with_escapes_does_not_hide_a_secret() -> None:
    body, _ = redact_body(b'{"\\u0050assword":"' + SECRET.encode() + b'"}')
    assert SECRET.encode() not in body


def test_a_deeply_nested_answer_is_still_cleaned() -> None:
    body, _ = redact_body(b"[" * 200_000 + b'{"Password":"' + SECRET.encode() + b'"}')
    assert SECRET.encode() not in body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{ "RequestId" : "R",\r\n "Events":[ {"eventName":"X"} ] }',
        b'{"LoginProfile":{"PasswordResetRequired":true},"AllowUserToChangePassword":true}',
        b'{"Password":""}',
        b'{"NextToken":"abc","Code":"NoPermission","Message":"no"}',
        b"\xff\xfe not text at all",
        b'{"a":1.10,"a":2}',
        b'{"Detail":"{ \\"eventName\\" : \\"CreateLoginProfile\\", \\"PasswordResetRequired\\":false }"}',
    ],
)
def test_an_answer_without_secrets_is_kept_byte_for_byte(body: bytes) -> None:
    assert redact_body(body) == (body, ())


def test_the_published_text_of_a_leak_report_is_replaced() -> None:
    body, _ = redact_body(
        wrapped({"Code": f"sk={SECRET}", "GithubUser": "x"}), action="DescribeAccessKeyLeakDetail"
    )
    assert json.loads(body) == {"Code": STARS, "GithubUser": "x"}


def test_the_error_code_of_a_refused_leak_report_is_kept() -> None:
    answer = wrapped({"Code": "NoPermission", "Message": "You are not authorized."})
    assert redact_body(answer, action="DescribeAccessKeyLeakDetail") == (answer, ())


def test_a_leak_report_that_can_not_be_read_is_dropped_whole() -> None:
    body, _ = redact_body(b'{"Code": "sk = ' + SECRET.encode(), action="DescribeAccessKeyLeakDetail")
    assert body == STARS.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON, st.sampled_from(["Password", "AccessKeySecret", "x.SecurityToken"]), st.integers(0, 3))
def test_no_wrapping_lets_a_secret_through(around: object, name: str, levels: int) -> None:
    value: object = {name: SECRET, "beside": around}
    for _ in range(levels):
        value = {"wrapped": json.dumps([value]), "beside": around}
    assert SECRET.encode() not in redact_body(wrapped(value))[0]


@given(st.binary())
def test_any_bytes_can_be_cleaned(body: bytes) -> None:
    clean, replaced = redact_body(body)
    assert replaced or clean == body


def test_secret_parameters_are_replaced_and_the_rest_kept() -> None:
    assert redacted({"UserName": "x", "Password": SECRET, "Tag": [{"Secret": SECRET}], "N": 1}) == {
        "UserName": "x",
        "Password": STARS,
        "Tag": [{"Secret": STARS}],
        "N": 1,
    }


def test_a_page_token_is_no_secret() -> None:
    assert not is_secret("NextToken")
    assert is_secret("x-acs-security-token")
