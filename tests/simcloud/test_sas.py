"""Security Center: keys found in public places, and alerts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from aktui.simcloud.account import ROOT, Account
from aktui.simcloud.clock import parse_iso
from aktui.simcloud.op import Operation
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.security.findings import Alert, Leak
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, ROOT_KEY, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.signing import acs3, send
from tests.simcloud.test_catalogue import needs_catalogue, needs_samples
from tests.simcloud.vendor import check_answer, check_parameters, check_sample, declared, named, sdk

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
PAGE: dict[str, Any] = {"CurrentPage": 1, "PageSize": 20}
CODE = "ak=LTAI5tDEPLOYERDEPLOYER01\nsk=notthesecretnotthesecretnotth1"


def leaky() -> Account:
    account = small_account(NOW)
    for at, key in enumerate((DEPLOYER_KEY, ROOT_KEY), start=1):
        found = NOW - timedelta(days=at)
        account.leaks.append(Leak(at, key, found, "acme-dev", "tools", "src/a.py", "Python", found, CODE))
    for at, level in enumerate(("serious", "suspicious", "remind"), start=11):
        first = NOW - timedelta(hours=at)
        about = (("AccessKey ID", DEPLOYER_KEY),)
        account.alerts.append(Alert(at, "ak_call_from_abnormal_ip", level, first, first, about))
    return account


@pytest.fixture
def account() -> Account:
    return leaky()


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, account: Account) -> Iterator[Sim]:
    with practice_cloud(account) as running:
        yield running


def leaks(account: Account, **params: Any) -> list[dict[str, Any]]:
    answer = ask(account, "Sas", "DescribeAccesskeyLeakList", **{**PAGE, **params})
    return list(answer["AccessKeyLeakList"])


def alerts(account: Account, **params: Any) -> list[int]:
    return [one["Id"] for one in ask(account, "Sas", "DescribeSuspEvents", **params)["SuspEvents"]]


def test_leaks_are_listed_newest_first(account: Account) -> None:
    first, second = leaks(account)
    assert (first["AccesskeyId"], first["UserType"], first["AliUserName"]) == (
        DEPLOYER_KEY,
        "ram",
        "ci-deployer",
    )
    assert (second["AccesskeyId"], second["UserType"]) == (ROOT_KEY, "master")
    assert first["GmtModified"] == int((NOW - timedelta(days=1)).timestamp()) * 1000
    assert (first["Status"], first["DealType"], first["DealTime"]) == ("pending", "pending", "")


@pytest.mark.parametrize("query", [DEPLOYER_KEY, f"ak:{DEPLOYER_KEY}"])
def test_a_key_is_looked_up_in_either_way(account: Account, query: str) -> None:
    assert [one["Id"] for one in leaks(account, Query=query)] == [1]
    assert leaks(account, Query=query[:-1]) == []


def test_leaks_are_chosen_by_time_and_page(account: Account) -> None:
    since = int((NOW - timedelta(hours=30)).timestamp()) * 1000
    assert [one["Id"] for one in leaks(account, StartTs=since)] == [1]
    assert [one["Id"] for one in leaks(account, PageSize=1, CurrentPage=2)] == [2]


def test_a_leak_shows_from_the_moment_it_was_found(account: Account) -> None:
    account.leaks[0].found = NOW + timedelta(minutes=5)
    assert [one["Id"] for one in leaks(account)] == [2]
    account.clock.advance(301)
    assert [one["Id"] for one in leaks(account)] == [1, 2]


def test_a_finding_shows_where_and_the_lines_around(account: Account) -> None:
    found = ask(account, "Sas", "DescribeAccessKeyLeakDetail", Id=1)
    assert found["Code"] == CODE
    assert found["GithubFileUrl"] == "https://github.com/acme-dev/tools/blob/main/src/a.py"
    assert (found["GithubFileName"], found["TokenValid"], found["WhitelistStatus"]) == ("a.py", 1, "no")
    assert found["GmtCreate"] == "2026-11-21 11:12:00"


def test_the_key_of_a_finding_is_no_longer_valid_once_it_is_disabled(account: Account) -> None:
    account.keys[DEPLOYER_KEY].status = "Inactive"
    assert ask(account, "Sas", "DescribeAccessKeyLeakDetail", Id=1)["TokenValid"] == 2


@pytest.mark.parametrize("how", ["manual", "disable", "add-whitelist"])
def test_dealing_with_a_finding_touches_no_key(account: Account, how: str) -> None:
    ask(account, "Sas", "ModifyAccessKeyLeakDeal", IdList=["1", "2"], Type=how, Remark="seen")
    assert {one["DealType"] for one in leaks(account)} == {how}
    assert leaks(account, Status="pending") == []
    detail = ask(account, "Sas", "DescribeAccessKeyLeakDetail", Id=1)
    assert (detail["Remark"], detail["DealTime"]) == ("seen", "2026-11-22 11:12:00")
    assert (detail["WhitelistStatus"] == "yes") is (how == "add-whitelist")
    assert {account.keys[key].status for key in (DEPLOYER_KEY, ROOT_KEY)} == {"Active"}


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"Type": "manual"}, "MissingParameter"),
        ({"Type": "erase", "Id": 1}, "InvalidParameter.Type"),
        ({"Type": "manual", "IdList": ["1", "77"]}, "InvalidParameter.Id"),
    ],
)
def test_a_finding_that_can_not_be_dealt_with_stays_as_it_is(
    account: Account, params: dict[str, Any], code: str
) -> None:
    with refused(code, 400):
        ask(account, "Sas", "ModifyAccessKeyLeakDeal", **params)
    assert {leak.deal for leak in account.leaks} == {"pending"}


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, [11, 12, 13]),
        ({"Levels": "serious,remind"}, [11, 13]),
        ({"Dealed": "Y"}, [12]),
        ({"Dealed": "N", "SortType": "asc"}, [13, 11]),
        ({"ParentEventTypes": "云产品威胁检测"}, [11, 12, 13]),
        ({"ParentEventTypes": "Cloud threat detection"}, [11, 12, 13]),
        ({"ParentEventTypes": "Webshell"}, []),
        ({"TimeStart": "2026-11-21 23:00:00"}, [11, 12]),
        ({"TimeEnd": "2026-11-21 22:30:00"}, [13]),
        ({"Id": 13}, [13]),
        ({"Uuids": "bb5d2484"}, []),
        ({"PageSize": "1", "CurrentPage": "2"}, [12]),
    ],
)
def test_alerts_are_chosen(account: Account, params: dict[str, Any], found: list[int]) -> None:
    account.alerts[1].status = 2
    assert alerts(account, **params) == found


def test_an_alert_is_told_in_either_language(account: Account) -> None:
    asked: dict[str, Any] = {"SuspiciousEventId": 11, "From": "sas"}
    chinese = ask(account, "Sas", "DescribeSuspEventDetail", **asked)
    english = ask(account, "Sas", "DescribeSuspEventDetail", Lang="en", **asked)
    assert chinese["EventName"] == "AK 异常调用"
    assert english["EventTypeDesc"].startswith("Cloud threat detection-")
    assert english["Details"][0] == {"NameDisplay": "AccessKey ID", "Type": "text", "Value": DEPLOYER_KEY}
    with refused("InvalidParameter.SuspiciousEventId", 400):
        ask(account, "Sas", "DescribeSuspEventDetail", SuspiciousEventId=99, From="sas")


@pytest.mark.parametrize("params", [{"PageSize": "101"}, {"Levels": "red"}, {"TimeStart": "yesterday"}])
def test_a_bad_question_is_refused(account: Account, params: dict[str, str]) -> None:
    with refused(f"InvalidParameter.{next(iter(params))}", 400):
        alerts(account, **params)


def test_there_is_no_other_account_to_ask_about(account: Account) -> None:
    with refused("RdCheckNoPermission", 400):
        leaks(account, ResourceDirectoryAccountId=42)


@cache
def built(scenario: str) -> Account:
    return catalogue()[scenario].build(1, NOW)


def test_the_leaked_key_was_reported_shortly_before_the_intrusion_with_a_secret_that_is_not_its_own() -> None:
    account = built("leaked-ci-key")
    (leak,) = account.leaks
    first = parse_iso(account.truth["intruder"]["first"])
    assert timedelta(0) < first - leak.found < timedelta(hours=1)
    assert leak.key == account.suspects[0]
    secrets = {key.secret for key in account.keys.values()}
    assert "access_key_secret = " in leak.code
    assert not any(secret in leak.code for secret in secrets)
    assert {alert.name for alert in account.alerts} >= {"ak_call_from_abnormal_ip", "ak_run_gpu_instances"}
    assert all(dict(alert.details)["AccessKey ID"] == leak.key for alert in account.alerts)
    assert all(first < alert.first <= alert.last < NOW for alert in account.alerts)


def test_other_stories_have_what_fits_them() -> None:
    assert (built("benign-surprise").leaks, built("benign-surprise").alerts) == ([], [])
    (leak,) = built("idle-root-key").leaks
    assert built("idle-root-key").keys[leak.key].owner == ROOT
    assert built("oss-exfiltration").leaks == []
    assert len(built("oss-exfiltration").alerts) == 2


def test_the_responder_reads_both(account: Account) -> None:
    story = built("leaked-ci-key")
    assert (
        len(ask(story, "Sas", "DescribeAccesskeyLeakList", by=story.responder, **PAGE)["AccessKeyLeakList"])
        == 1
    )
    assert len(ask(story, "Sas", "DescribeSuspEvents", by=story.responder)["SuspEvents"]) == 3


def test_the_vendors_generic_client_reads_leaks_and_alerts(sim: Sim) -> None:
    body = sdk(sim, "Sas", "DescribeAccesskeyLeakList", CurrentPage="1", PageSize="20", Query=DEPLOYER_KEY)
    assert [one["Id"] for one in body["AccessKeyLeakList"]] == [1]
    assert sdk(sim, "Sas", "DescribeSuspEvents", From="sas", Lang="en", Levels="serious")["TotalCount"] == 1
    with pytest.raises(ClientException) as refusal:
        sdk(sim, "Sas", "DescribeSuspEvents", key=NOBODY_KEY)
    assert (refusal.value.code, refusal.value.status_code) == ("NoPermission", 403)
    assert refusal.value.access_denied_detail["AuthAction"] == "yundun-sas:DescribeSuspEvents"


@pytest.mark.parametrize("host", ["tds.cn-shanghai.aliyuncs.com", "tds.ap-southeast-1.aliyuncs.com"])
def test_both_hosts_answer_and_the_call_is_kept_with_the_global_ones(sim: Sim, host: str) -> None:
    reply = send(
        acs3(sim, "Sas", "DescribeAccesskeyLeakList", {"CurrentPage": "1", "PageSize": "5"}, host=host)
    )
    assert reply.json()["TotalCount"] == 2
    (event,) = sim.account.trail
    assert (event["eventSource"], event["isGlobal"]) == (host, True)


ASKED: dict[str, dict[str, Any]] = {
    "DescribeAccesskeyLeakList": PAGE,
    "DescribeAccessKeyLeakDetail": {"Id": 1},
    "ModifyAccessKeyLeakDeal": {"Id": 1, "Type": "add-whitelist"},
    "DescribeSuspEventDetail": {"SuspiciousEventId": 11, "From": "sas"},
}


def answered(operation: Operation) -> dict[str, Any]:
    account = leaky()
    ask(account, "Sas", "ModifyAccessKeyLeakDeal", **ASKED["ModifyAccessKeyLeakDeal"])
    return ask(account, "Sas", operation.action, **ASKED.get(operation.action, {}))


@needs_catalogue
@pytest.mark.parametrize("operation", declared("Sas"), ids=named)
def test_parameters_are_those_of_the_catalogue(operation: Operation) -> None:
    check_parameters(operation)


@needs_catalogue
@pytest.mark.parametrize("operation", declared("Sas"), ids=named)
def test_answers_have_only_fields_of_the_response_schema(operation: Operation) -> None:
    check_answer(operation, answered(operation))


@needs_samples
@pytest.mark.parametrize("operation", declared("Sas"), ids=named)
def test_answers_have_the_fields_of_the_samples(operation: Operation) -> None:
    if operation.action == "DescribeSuspEvents":
        pytest.skip("the sample is of an alert about a container")
    check_sample(operation, answered(operation))
