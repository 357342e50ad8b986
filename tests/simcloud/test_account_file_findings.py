"""Account files: bills, leaks, alerts, insights and addresses, pasted from answers or dumped."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from aktui.simcloud import accountfile
from aktui.simcloud.account import Account
from aktui.simcloud.accountfile import AccountFileError
from aktui.simcloud.scenarios import catalogue
from tests.simcloud.asking import ask
from tests.simcloud.test_bss import billed
from tests.simcloud.test_bss import day as daily
from tests.simcloud.test_ecs import HERE, furnished
from tests.simcloud.test_sas import leaky

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
PLAIN: dict[str, Any] = {"format": "aktui.account/1", "account_id": "1234567890123456", "users": []}
CHARGE = {"BillingDate": "2026-11-19", "ProductCode": "ecs", "PretaxGrossAmount": 12.5}
LEAK = {"Id": 1, "AccesskeyId": "LTAI5tExampleExample0001", "GmtCreate": "2026-11-18 13:17:02"}
ALERT = {
    "Id": 7,
    "AlarmEventName": "login",
    "Level": "serious",
    "OccurrenceTimeStamp": 1631699497000,
    "LastTimeStamp": 1631699497000,
}
EIP = {"AllocationId": "eip-bp1", "IpAddress": "198.51.100.9", "RegionId": HERE}


def loaded(**parts: Any) -> Account:
    return accountfile.load_document({**PLAIN, "now": "2026-11-22T03:12:00Z", **parts})


@pytest.mark.parametrize("scenario", ["leaked-ci-key", "oss-exfiltration", "benign-surprise"])
def test_a_dump_reads_back_equal(scenario: str) -> None:
    account = replace(catalogue()[scenario].build(1, NOW), projects={})
    again = accountfile.load_document(accountfile.dump(account))
    for part in ("bills", "split_bill", "leaks", "alerts", "insights", "eips", "instances"):
        assert getattr(again, part) == getattr(account, part), part
    assert accountfile.dump(again) == accountfile.dump(account)


def test_a_pasted_bill_shows_the_same_charges() -> None:
    account = billed()
    asked: dict[str, Any] = {"BillingCycle": "2026-11", "IsBillingItem": True, **daily(date(2026, 11, 10))}
    answer = ask(account, "BssOpenApi", "DescribeInstanceBill", **asked)
    again = loaded(bills=answer)
    rows = ask(again, "BssOpenApi", "DescribeInstanceBill", by=again.responder, **asked)["Data"]["Items"]
    owners = ("BillAccountID", "BillAccountName", "OwnerID")
    for row in (*rows, *answer["Data"]["Items"]):
        for name in owners:
            del row[name]
    assert rows == answer["Data"]["Items"]
    assert {one.thing.region for one in again.bills} == {HERE}


def test_pasted_findings_show_as_they_were() -> None:
    account = leaky()
    alerts = ask(account, "Sas", "DescribeSuspEvents")
    detail = ask(account, "Sas", "DescribeAccessKeyLeakDetail", Id=1)
    again = loaded(alerts=alerts, leaks=[{**detail, "Id": 1}])
    by = again.responder
    assert ask(again, "Sas", "DescribeSuspEvents", by=by) == alerts
    shown = ask(again, "Sas", "DescribeAccessKeyLeakDetail", by=by, Id=1)
    # The key is not in this account: it does not work.
    assert shown == {**detail, "TokenValid": 2}


def test_pasted_addresses_show_as_they_were() -> None:
    answer = ask(furnished(), "Vpc", "DescribeEipAddresses", RegionId=HERE)
    again = loaded(eips=answer)
    shown = ask(again, "Vpc", "DescribeEipAddresses", by=again.responder, RegionId=HERE)
    assert shown["EipAddresses"] == answer["EipAddresses"]


def test_what_is_left_out_is_not_there() -> None:
    account = loaded()
    assert (account.bills, account.leaks, account.alerts, account.eips) == ([], [], [], {})
    assert (account.insights.since, account.insights.events, account.split_bill) == ({}, [], False)


def test_the_least_that_is_needed_is_enough() -> None:
    account = loaded(
        bills=[CHARGE],
        leaks=[LEAK],
        alerts=[ALERT],
        eips=[EIP],
        insights={"Enabled": {"AkInsight": "2026-01-01T00:00:00Z"}},
    )
    assert account.bills[0].due == 12.5
    assert account.leaks[0].found == datetime(2026, 11, 18, 5, 17, 2, tzinfo=UTC)
    assert account.alerts[0].details == ()
    assert account.eips["eip-bp1"].status == "Available"


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"bills": [{**CHARGE, "BillingDate": "2026-11"}]}, 'bills[0].BillingDate: "2026-11" is no date'),
        ({"bills": [{**CHARGE, "BillingDate": 5}]}, "bills[0].BillingDate: a number is no date"),
        (
            {"bills": [{"BillingDate": "2026-11-19", "ProductCode": "ecs"}]},
            "bills[0].PretaxGrossAmount: is missing",
        ),
        ({"bills": [{**CHARGE, "Usage": "much"}]}, 'bills[0].Usage: "much" is no number'),
        ({"bills": [{**CHARGE, "Item": "Gift"}]}, "bills[0].Item: must be PayAsYouGoBill or"),
        ({"bills": ["x"]}, "bills[0]: must be an object, not text"),
        ({"split_bill": "yes"}, "split_bill: must be true or false"),
        ({"leaks": [{**LEAK, "GmtCreate": "today"}]}, 'leaks[0].GmtCreate: "today" is no time like'),
        ({"leaks": [{**LEAK, "DealType": "erased"}]}, "leaks[0].DealType: must be pending or"),
        ({"leaks": [LEAK, LEAK]}, 'leaks[1].Id: "1" is there twice'),
        ({"alerts": [{**ALERT, "Level": "red"}]}, "alerts[0].Level: must be serious or"),
        ({"alerts": [{**ALERT, "LastTimeStamp": 10**15}]}, "alerts[0].LastTimeStamp:"),
        ({"insights": {"Enabled": {"MoonInsight": ""}}}, "insights.Enabled.MoonInsight: is not a field"),
        (
            {"insights": {"Events": [{"insightType": "AkInsight"}]}},
            "insights.Events[0].eventId: must be text",
        ),
        ({"eips": [{**EIP, "AllocationId": "x"}]}, 'eips[0].AllocationId: "x" does not look like'),
        ({"eips": [{**EIP, "Bandwidth": "fast"}]}, 'eips[0].Bandwidth: "fast" does not look like'),
        ({"eips": [EIP, EIP]}, 'eips[1].AllocationId: "eip-bp1" is there twice'),
        (
            {"instances": [{"InstanceId": "i-1", "RegionId": HERE, "DeletionProtection": 1}]},
            "DeletionProtection",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_path(parts: dict[str, Any], problem: str) -> None:
    with pytest.raises(AccountFileError) as refusal:
        loaded(**parts)
    assert problem in str(refusal.value)
