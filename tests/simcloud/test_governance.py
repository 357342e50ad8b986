"""Cloud Governance Center: what it finds wrong with keys and logons, and when it looks."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from aktui.simcloud.account import ROOT, Account, LoginProfile
from aktui.simcloud.op import Operation
from aktui.simcloud.scenarios import catalogue
from tests.conftest import PracticeCloudFactory
from tests.simcloud.accounts import (
    DEPLOYER_ID,
    DEPLOYER_KEY,
    NOBODY_ID,
    NOBODY_KEY,
    RESPONDER_KEY,
    ROOT_KEY,
    small_account,
)
from tests.simcloud.asking import ask, refused
from tests.simcloud.happenings import happen
from tests.simcloud.test_catalogue import needs_samples
from tests.simcloud.vendor import check_sample, declared, named, sdk

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)


@pytest.fixture
def account() -> Account:
    """The deployer's key was used yesterday, the others never; nobody has a second factor."""
    account = small_account(NOW)
    happen(account, "Ecs:DescribeInstances", NOW - timedelta(days=1))
    account.users[NOBODY_ID].login = LoginProfile("x", "Active", NOW)
    return account


def ids(account: Account, by: str = RESPONDER_KEY) -> dict[str, str]:
    """Classification to the id of the metric, read as a client must read it."""
    (listed,) = ask(account, "Governance", "ListEvaluationMetadata", by=by)["EvaluationMetadata"]
    found = {}
    for metric in listed["Metadata"]:
        (remedy,) = metric["RemediationMetadata"]["Remediation"]
        found[remedy["Actions"][0]["Classification"]] = metric["Id"]
    return found


def details(
    account: Account, classification: str, by: str = RESPONDER_KEY, **params: Any
) -> list[dict[str, Any]]:
    metric = ids(account, by)[classification]
    asked: dict[str, Any] = {"Id": metric, "MaxResults": 100, **params}
    return list(ask(account, "Governance", "ListEvaluationMetricDetails", by=by, **asked)["Resources"])


def told(row: dict[str, Any]) -> dict[str, str]:
    return {one["PropertyName"]: one["PropertyValue"] for one in row["ResourceProperties"]}


def test_a_key_of_the_account_is_found(account: Account) -> None:
    (row,) = details(account, "AccessKeyInRootAccount")
    assert (row["ResourceId"], told(row)["AkId"]) == (account.id, ROOT_KEY)
    account.keys[ROOT_KEY].status = "Inactive"
    account.evaluation = None
    assert details(account, "AccessKeyInRootAccount") == []


def test_idle_keys_of_users_are_found_and_used_ones_are_not(account: Account) -> None:
    rows = details(account, "UnusedAccessKeyInRamUser")
    assert {told(row)["AkId"] for row in rows} == {RESPONDER_KEY, NOBODY_KEY}
    assert all(row["ResourceType"] == "ACS::RAM::User" for row in rows)


def test_keys_older_than_ninety_days_are_found(account: Account) -> None:
    account.keys[NOBODY_KEY].created = NOW - timedelta(days=80)
    rows = details(account, "OverdueAccessKeyInRamUser")
    assert {told(row)["AkId"] for row in rows} == {RESPONDER_KEY, DEPLOYER_KEY}
    used = {row["ResourceId"]: told(row)["AkLastUsedTime"] for row in rows}
    assert used[DEPLOYER_ID] == "2026-11-21T03:12:00Z"


def test_logons_without_a_second_factor_are_found(account: Account) -> None:
    assert [row["ResourceName"] for row in details(account, "RamUserWithoutMfa")] == ["nobody"]
    assert details(account, "RootAccountWithoutMfa")


def test_what_changed_shows_only_after_it_was_looked_at_again(account: Account) -> None:
    metric = ids(account)["AccessKeyInRootAccount"]

    def standing() -> tuple[str, str]:
        results = ask(account, "Governance", "ListEvaluationResults")["Results"]
        row = next(one for one in results["MetricResults"] if one["Id"] == metric)
        return results["Status"], row["Risk"]

    assert standing() == ("Finished", "Error")
    account.keys[ROOT_KEY].status = "Inactive"
    assert standing() == ("Finished", "Error")
    ask(account, "Governance", "RunEvaluation", MetricIds=[metric])
    assert standing() == ("Running", "Error")
    account.clock.advance(21)
    assert standing() == ("Finished", "None")


def test_everything_is_looked_at_every_night(account: Account) -> None:
    assert details(account, "AccessKeyInRootAccount")
    account.keys[ROOT_KEY].status = "Inactive"
    account.clock.advance(86400)
    assert details(account, "AccessKeyInRootAccount") == []
    when = ask(account, "Governance", "ListEvaluationResults")["Results"]["EvaluationTime"]
    assert when == "2026-11-22T18:00:00Z"


def test_details_come_five_to_a_page(account: Account) -> None:
    story = built("leaked-ci-key")
    metric, by = ids(story, story.responder)["OverdueAccessKeyInRamUser"], story.responder
    first = ask(story, "Governance", "ListEvaluationMetricDetails", by=by, Id=metric)
    assert len(first["Resources"]) == 5
    token = {"NextToken": first["NextToken"]}
    second = ask(story, "Governance", "ListEvaluationMetricDetails", by=by, Id=metric, **token)
    assert not {told(row)["AkId"] for row in first["Resources"]} & {
        told(row)["AkId"] for row in second["Resources"]
    }
    with refused("InvalidParameter.NextToken", 400):
        ask(story, "Governance", "ListEvaluationMetricDetails", by=by, Id=metric, MaxResults=7, **token)


def test_what_is_not_there_is_refused_or_empty(account: Account) -> None:
    with refused("InvalidParameter.Id", 400):
        ask(account, "Governance", "ListEvaluationMetricDetails", Id="pxgtda****")
    with refused("InvalidParameter.MetricIds", 400):
        ask(account, "Governance", "RunEvaluation", MetricIds=["pxgtda****"])
    with refused("NoPermission", 403):
        ask(account, "Governance", "ListEvaluationResults", AccountId=42)
    assert details(account, "AccessKeyInRootAccount", Date="2026-01-01") == []


@cache
def built(scenario: str) -> Account:
    return catalogue()[scenario].build(1, NOW)


def test_the_root_key_of_the_story_is_found() -> None:
    story = built("idle-root-key")
    (row,) = details(story, "AccessKeyInRootAccount", by=story.responder)
    assert told(row)["AkId"] in {key.id for key in story.keys_of(ROOT)}
    assert (
        details(built("leaked-ci-key"), "AccessKeyInRootAccount", by=built("leaked-ci-key").responder) == []
    )
    rows = details(built("leaked-ci-key"), "OverdueAccessKeyInRamUser", by=built("leaked-ci-key").responder)
    assert built("leaked-ci-key").suspects[0] in {told(row)["AkId"] for row in rows}


def test_the_vendors_generic_client_reads_results(
    practice_cloud: PracticeCloudFactory, account: Account
) -> None:
    with practice_cloud(account) as sim:
        results = sdk(sim, "Governance", "ListEvaluationResults")["Results"]
        assert 0 < results["TotalScore"] < 1
        with pytest.raises(ClientException) as refusal:
            sdk(sim, "Governance", "ListEvaluationResults", key=NOBODY_KEY)
    assert refusal.value.access_denied_detail["AuthAction"] == "governance:ListEvaluationResults"


@needs_samples
@pytest.mark.parametrize("operation", declared("Governance"), ids=named)
def test_answers_have_the_fields_of_the_samples(account: Account, operation: Operation) -> None:
    asked: dict[str, Any] = {}
    if operation.action == "ListEvaluationMetricDetails":
        asked = {"Id": ids(account)["OverdueAccessKeyInRamUser"], "MaxResults": 1}
    lacking = frozenset({"AccountSummary", "CostDescription", "Guidance", "NextToken"})
    check_sample(operation, ask(account, "Governance", operation.action, **asked), lacking)
