"""What the log service's refusals mean, by their code and where the code is not enough by their message."""

import pytest

from aktui.cloud.logs.answers import NO_INDEX, read
from aktui.cloud.replies import Answer
from aktui.errors import (
    BadKey,
    BadSignature,
    CallRef,
    CloudError,
    Forbidden,
    Invalid,
    NoAnswer,
    NotFound,
    Restricted,
    Throttled,
)
from tests.cloud.rig import samples

CALL = CallRef("sls", "GetLogsV2", "cn-hangzhou", "p.cn-hangzhou.log.aliyuncs.com")
PRESUMED = "log:GetLogStoreLogs"


def refused(status: int, code: str, message: str) -> CloudError:
    import orjson

    body = orjson.dumps({"errorCode": code, "errorMessage": message})
    with pytest.raises(CloudError) as caught:
        read(CALL, Answer(status, {"x-log-requestid": "5B0A"}, body), PRESUMED)
    assert caught.value.code == code
    assert caught.value.status == status
    assert caught.value.request_id == "5B0A"
    return caught.value


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (401, "Unauthorized", "The AccessKeyId is unauthorized.", Forbidden),
        (
            401,
            "Unauthorized",
            "denied by sts or ram, action: log:ListProject, resource: acs:log:*",
            Forbidden,
        ),
        (403, "Forbidden", "no", Forbidden),
        (401, "Unauthorized", "AccessKeyId not found: LTAI5tGONE", BadKey),
        (401, "Unauthorized", "AccessKeyId is disabled: LTAI5tOFF", BadKey),
        (401, "Unauthorized", "Specified access key denied due to access policy.", BadKey),
        (401, "InvalidAccessKeyId", "no such key", BadKey),
        (401, "SecurityTokenExpired", "expired", BadKey),
        (401, "SecurityToken.Expired", "expired", BadKey),
        (401, "SignatureNotMatch", "signature xyz not match", BadSignature),
        (400, "RequestTimeTooSkewed", "too skewed", BadSignature),
        (400, "RequestTimeExpired", "expired", BadSignature),
        (403, "ReadQuotaExceed", "read quota exceeded", Throttled),
        (403, "ShardReadQuotaExceed", "shard", Throttled),
        (503, "ServerBusy", "busy", Throttled),
        (400, "ParameterInvalid", "ErrorType:QueryError.ErrorMessage:Too many queued queries", Throttled),
        (404, "ProjectNotExist", "The Project does not exist : gone", NotFound),
        (404, "LogStoreNotExist", "logstore gone does not exist", NotFound),
        (404, "IndexConfigNotExist", "index config doesn't exist", NotFound),
        (400, "ParameterInvalid", "logstore without index config", NotFound),
        (500, "InternalServerError", "oops", NoAnswer),
        (500, "RequestTimeout", "too long", NoAnswer),
        (502, "SomethingNew", "?", NoAnswer),
        (400, "ParameterInvalid", "the function NotExistFunction is not known", Invalid),
        (400, "PostBodyInvalid", "body", Invalid),
        (400, "SomethingNew", "?", Invalid),
        (403, "SomethingNew", "There is a risk of leakage of this AccessKey.", Restricted),
    ],
)
def test_what_a_refusal_means(status: int, code: str, message: str, kind: type[CloudError]) -> None:
    assert type(refused(status, code, message)) is kind


def test_a_denial_names_the_permission_and_what_it_is_wanted_on() -> None:
    message = (
        "denied by sts or ram, action: log:GetLogStoreLogs, "
        "resource: acs:log:cn-hangzhou:1234567890123456:project/oss-log/logstore/oss-log-store"
    )
    error = refused(401, "Unauthorized", message)
    assert isinstance(error, Forbidden)
    assert error.missing == "log:GetLogStoreLogs"
    assert "project/oss-log/logstore/oss-log-store" in error.hint


def test_a_denial_without_a_name_says_what_is_presumably_missing() -> None:
    error = refused(401, "Unauthorized", "The AccessKeyId is unauthorized.")
    assert isinstance(error, Forbidden)
    assert error.missing == PRESUMED
    assert "presumably" in error.hint


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("IndexConfigNotExist", "index config doesn't exist", NO_INDEX),
        ("ProjectNotExist", "gone", "another region"),
        ("LogStoreNotExist", "gone", "never switched on"),
    ],
)
def test_what_is_not_there_comes_with_what_to_do(code: str, message: str, hint: str) -> None:
    assert hint in refused(404, code, message).hint


@pytest.mark.parametrize(
    ("message", "line", "column", "in_sql"),
    [
        ("line 1:44: Column 'object' cannot be resolved;please add the column", 1, 44, True),
        ("ErrorType:SyntaxError.ErrorMessage:line 3:9: mismatched input 'FORM'", 3, 9, True),
        (
            "ErrorType:QueryParseError.ErrorMessage:syntax error error position is from column:10 to "
            "column:11,error near < : >",
            1,
            10,
            False,
        ),
        ("sql query must follow search query,please read syntax doc", None, None, False),
    ],
)
def test_a_query_that_is_wrong_says_where(message: str, line: int, column: int, in_sql: bool) -> None:
    error = refused(400, "ParameterInvalid", message)
    assert isinstance(error, Invalid)
    assert (error.line, error.column, error.in_sql) == (line, column, in_sql)
    assert error.message == message


def test_a_failure_without_json_is_told_by_its_status() -> None:
    for status, kind in ((503, NoAnswer), (429, Throttled)):
        with pytest.raises(kind):
            read(CALL, Answer(status, {}, b"<html>busy</html>"), PRESUMED)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Error.Sls.LogStoreNotExist", NotFound), ("Error.Sls.Unauthorized", Forbidden)],
)
def test_the_sample_refusals_are_read(name: str, kind: type[CloudError]) -> None:
    import orjson

    sample = orjson.loads((samples() / f"{name}.json").read_bytes())
    answer = Answer(sample["http_status"], sample["response_headers"], orjson.dumps(sample["body"]))
    with pytest.raises(kind) as caught:
        read(CALL, answer, PRESUMED)
    assert caught.value.request_id == sample["response_headers"]["x-log-requestid"]
