"""Logs that break their promises, calls that fail, and fields written by an intruder."""

import json
from typing import Any

import pytest

from aktui.errors import BadReply, CallRef, CloudError, Forbidden, NoAnswer, NotFound, Throttled
from queries import catalogue
from queries.base import Query, Result, Status
from tests.queries.fakelogs import ACCOUNT, REGION, CloudWithLogs, FakeLogs
from tests.queries.fakes import KEY, inquiry
from tests.queries.rig import needed

QUERIES = [query for query in catalogue().values() if query.texts]
NASTY = "[@click=app.quit]x[/] \x1b]0;owned\x07 \u202e\u200b =cmd|' /C calc'!A0 漢字 %zz%2 " + "A" * 10_000
EVENT = {"eventName": NASTY, "eventTime": NASTY, "userIdentity": {"accessKeyId": KEY, "userName": NASTY}}
FIELDS = (
    *("bucket", "client_ip", "content_length_out", "ec", "error_code", "extend_information", "http_status"),
    *("object", "operation", "requester_id", "sign_type", "user_agent", "vpc_id", "request_id"),
    *("BeginTime", "ErrorCode", "LogStore", "Method", "NetOutFlow", "Project", "Query", "SourceIP", "Status"),
)
ROW = {
    **dict.fromkeys(FIELDS, NASTY),
    "__time__": NASTY,
    "__topic__": NASTY,
    "access_id": KEY,
    "AccessKeyId": KEY,
    "event": json.dumps(EVENT),
}
GROUP_FIELDS = (
    *("ip", "operation", "bucket", "prefix", "hour", "method", "project", "logstore", "source_ip", "vpc"),
    *("access_id", "event_id", "service", "event", "user", "account", "user_type", "principal_id"),
    *("request_id", "name", "client_ip", "requester_id"),
    *("requests", "bytes_out", "errors", "presigned", "calls", "first_at", "last_at"),
)
GROUP = dict.fromkeys(GROUP_FIELDS, NASTY)
"""Stands for a batch deletion too, whose request id is none: oss-access says that."""
TRAIL = {
    "Name": "all",
    "HomeRegion": REGION,
    "TrailRegion": "All",
    "EventRW": "All",
    "IsOrganizationTrail": True,
    "SlsProjectArn": f"acs:log:{REGION}:{ACCOUNT}:project/acme-audit",
}
ANSWERS: dict[str, Any] = {
    "sts:GetCallerIdentity": {"AccountId": ACCOUNT, "Arn": f"acs:ram::{ACCOUNT}:user/ada"},
    "actiontrail:DescribeTrails": {"TrailList": [TRAIL]},
    "actiontrail:GetTrailStatus": {"IsLogging": True},
    **{
        f"actiontrail:GetAccessKeyLastUsed{items}": {items: []}
        for items in ("Products", "Events", "Ips", "Resources")
    },
}
INFORMATIVE = ("sls:GetIndex", "sls:GetLogStore", "actiontrail:GetTrailStatus")
"""Calls that only tell more of a log: without their answer it is read all the same."""

CALLS = [
    (query, name)
    for query in QUERIES
    for name in query.calls
    if name.startswith("sls:") or name == "actiontrail:DescribeTrails"
]


async def asked(query: Query, logs: FakeLogs, **answers: Any) -> Result:
    cloud = CloudWithLogs({**ANSWERS, **answers}, logs)
    return await inquiry(cloud, days=7).ask(query.id, **needed(query))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
async def test_whatever_an_intruder_writes_is_kept_whole_and_breaks_nothing(query: Query) -> None:
    result = await asked(query, FakeLogs((ROW,), (GROUP,)))
    assert result.status is (Status.PARTIAL if query.id == "oss-access" else Status.COMPLETE), result.detail
    assert result.rows
    for row in result.rows:
        # Groups that were added up over regions keep one record for each; all else is one record.
        added = all(isinstance(part, dict) for part in row.raw.values())
        records = row.raw.values() if added else [row.raw]
        assert all(NASTY in record.values() for record in records)


@pytest.mark.parametrize("value", [None, 7, ["surprise"], {"a": {}}, "\ud800", "null", "-"], ids=repr)
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
async def test_fields_that_are_no_text_break_nothing(query: Query, value: Any) -> None:
    row = {**dict.fromkeys(ROW, value), "access_id": KEY, "AccessKeyId": KEY}
    result = await asked(query, FakeLogs((row,), (dict.fromkeys(GROUP, value),)))
    assert result.done
    if not result.rows:
        assert query.id == "trail-events"  # the row is no event of the key


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.id)
async def test_rows_without_the_fields_that_were_asked_for_are_shown_as_they_came(query: Query) -> None:
    result = await asked(query, FakeLogs((), ({"surprise": "x"},)))
    if not query.plan:
        assert {row.values["surprise"] for row in result.rows} == {"x"}


def refusal(kind: str, call: CallRef) -> CloudError:
    if kind == "denied":
        return Forbidden(call, "You may not.", missing=f"log:{call.action}")
    kinds: dict[str, type[CloudError]] = {
        "cut": NoAnswer,
        "throttled": Throttled,
        "misread": BadReply,
        "gone": NotFound,
    }
    return kinds[kind](call, "It did not work.")


@pytest.mark.parametrize("kind", ["denied", "cut", "throttled", "misread", "gone"])
@pytest.mark.parametrize(("query", "name"), CALLS, ids=[f"{query.id}-{name}" for query, name in CALLS])
async def test_a_call_that_fails_is_never_taken_for_a_none(query: Query, name: str, kind: str) -> None:
    product, _, action = name.partition(":")
    error = refusal(kind, CallRef(product, action))
    logs = FakeLogs((ROW,), (GROUP,), {name: error})
    result = await asked(query, logs, **{name: error})
    if name in INFORMATIVE:
        assert result.rows
        assert name not in {gap.call for gap in result.gaps}
    elif not result.rows or name == "actiontrail:DescribeTrails":
        assert result.gaps, result
        assert result.status is not Status.COMPLETE
    if name in ("sls:GetLogsV2", "sls:GetHistograms") and name in logs.names:
        assert name in {gap.call for gap in result.gaps}


async def test_a_trail_that_names_no_project_is_not_followed() -> None:
    """Names in a trail's ARN go into host names: what is no name is not used."""
    query = catalogue()["trail-events"]
    for arn in ("acs:log:evil.example/x:1:project/p", "acs:log:cn-hangzhou:1:project/a.b/c", NASTY, 7, None):
        logs = FakeLogs((ROW,))
        trails = {"TrailList": [{**TRAIL, "SlsProjectArn": arn}]}
        result = await asked(query, logs, **{"actiontrail:DescribeTrails": trails})
        assert result.status is Status.NOT_COVERED
        assert logs.names == []
