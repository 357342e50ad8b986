"""BSS: what the account was charged, as the bills show it, and what they do not show yet."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from alibabacloud_bssopenapi20171214 import models as bss
from alibabacloud_bssopenapi20171214.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config

from aktui.simcloud.account import Account
from aktui.simcloud.authenticate import identify
from aktui.simcloud.billing.charge import KINDS, SUBSCRIPTION, Charge, Thing
from aktui.simcloud.op import OPERATIONS
from aktui.simcloud.permissions import check
from aktui.simcloud.scenarios import catalogue
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import ACCOUNT_ID, NOBODY_KEY, RESPONDER_KEY, SECRETS, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.signing import acs3, send

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
HERE = "cn-hangzhou"
MONTH = {"BillingCycle": "2026-11"}
HOME, ABROAD = "business.aliyuncs.com", "business.ap-southeast-1.aliyuncs.com"
WEB = Thing("ecs", HERE, "i-web", "web", "ecs.g7.large", "CPU:2", f"{HERE}-h", "203.0.113.9", "10.0.0.9")
DISK = Thing("oss", HERE, "1;oss")
DATABASE = Thing("rds", HERE, "rm-1", subscription=SUBSCRIPTION)


def billed(site: str = "china") -> Account:
    """Twenty days to today: one instance with a disk, two buckets, a subscription on the fifth."""
    account = small_account(NOW)
    account.site = site
    for at in range(20):
        day = TODAY - timedelta(days=at)
        account.bills += [
            Charge(day, WEB, "instance_type", 24.0, 4.0, 24, "Hour", 1.0),
            Charge(day, WEB, "systemdisk", 0.5, 0.0, 960, "GB-Hour", 0.0005),
            Charge(day, DISK, "NetworkOut", 3.0, 0.0, 6, "GB", 0.5, split="pictures"),
            Charge(day, DISK, "NetworkOut", 1.0, 0.0, 2, "GB", 0.5, split="backups"),
            Charge(day, DISK, "Requests", 0.0, 0.0, 1, "10000", 0.0, split="pictures"),
        ]
    account.bills.append(Charge(date(2026, 11, 5), DATABASE, "Package", 100.0, kind=KINDS[1]))
    return account


@pytest.fixture
def account() -> Account:
    return billed()


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, account: Account) -> Iterator[Sim]:
    with practice_cloud(account) as running:
        yield running


def bill(account: Account, action: str = "DescribeInstanceBill", **params: Any) -> list[dict[str, Any]]:
    items: Any = ask(account, "BssOpenApi", action, **{**MONTH, **params})["Data"]["Items"]
    found: list[dict[str, Any]] = items if isinstance(items, list) else items["Item"]
    return found


def day(when: date) -> dict[str, Any]:
    return {"Granularity": "DAILY", "BillingDate": when.isoformat()}


def test_a_day_is_charged_by_instance(account: Account) -> None:
    ecs, oss = bill(account, **day(date(2026, 11, 10)))
    assert (ecs["InstanceID"], ecs["PretaxGrossAmount"], ecs["PretaxAmount"]) == ("i-web", 24.5, 20.5)
    assert (ecs["InvoiceDiscount"], ecs["Currency"], ecs["Item"]) == (4.0, "CNY", "PayAsYouGoBill")
    assert (ecs["NickName"], ecs["InternetIP"], ecs["Zone"]) == ("web", "203.0.113.9", "cn-hangzhou-h")
    assert (ecs["Region"], ecs["ServicePeriod"]) == ("华东1（杭州）", "86400")
    assert (oss["ProductCode"], oss["PretaxAmount"], oss["BillingItemCode"]) == ("oss", 4.0, "")


def test_a_day_is_charged_by_billing_item(account: Account) -> None:
    rows = bill(account, **day(date(2026, 11, 10)), IsBillingItem=True)
    told = [(row["InstanceID"], row["BillingItemCode"], row["Usage"], row["UsageUnit"]) for row in rows]
    assert told == [
        ("i-web", "instance_type", "24", "Hour"),
        ("i-web", "systemdisk", "960", "GB-Hour"),
        ("1;oss", "NetworkOut", "8", "GB"),
        ("1;oss", "Requests", "1", "10000"),
    ]


def test_what_cost_nothing_is_left_out_on_request(account: Account) -> None:
    asked: dict[str, Any] = {**day(date(2026, 11, 10)), "IsBillingItem": True}
    everything, charged = bill(account, **asked), bill(account, **asked, IsHideZeroCharge=True)
    assert {row["BillingItemCode"] for row in everything} - {row["BillingItemCode"] for row in charged} == {
        "Requests"
    }


def test_the_last_two_days_are_missing(account: Account) -> None:
    assert bill(account, **day(date(2026, 11, 20)))
    assert not bill(account, **day(date(2026, 11, 21)))
    assert not bill(account, **day(TODAY))
    account.clock.advance(86400)
    assert bill(account, **day(date(2026, 11, 21)))


def test_what_tells_about_the_instance_comes_a_day_later(account: Account) -> None:
    names = (
        "NickName",
        "InternetIP",
        "IntranetIP",
        "Zone",
        "InstanceSpec",
        "InstanceConfig",
        "ResourceGroup",
    )
    fresh, settled = (
        next(row for row in bill(account, **day(date(2026, 11, at))) if row["InstanceID"] == "i-web")
        for at in (20, 19)
    )
    assert [fresh[name] for name in names] == [""] * 7
    assert all(settled[name] for name in names)


@pytest.mark.parametrize(
    "action", ["DescribeInstanceBill", "QueryInstanceBill", "QueryBillOverview", "QueryAccountBill"]
)
def test_every_bill_of_the_month_has_the_same_sum(account: Account, action: str) -> None:
    assert sum(row["PretaxAmount"] for row in bill(account, action)) == pytest.approx(18 * 24.5 + 100)


def test_the_settlement_knows_a_day_more(account: Account) -> None:
    rows = bill(account, "QuerySettleBill", MaxResults=300)
    assert sum(row["PretaxAmount"] for row in rows) == pytest.approx(19 * 24.5 + 100)
    (order,) = bill(account, "QuerySettleBill", Type="SubscriptionOrder")
    assert (order["PretaxAmount"], order["SubOrderId"] != "") == (100, True)
    assert bill(account, "QuerySettleBill", RecordID=order["RecordID"]) == [order]


def test_the_account_is_billed_as_a_whole_or_by_product(account: Account) -> None:
    together = bill(account, "QueryAccountBill")
    assert {row["SubscriptionType"]: row["PretaxAmount"] for row in together} == {
        "PayAsYouGo": pytest.approx(18 * 24.5),
        "Subscription": 100,
    }
    apart = bill(account, "QueryAccountBill", IsGroupByProduct=True)
    assert {row["ProductCode"] for row in apart} == {"ecs", "oss", "rds"}
    (oss,) = bill(
        account, "QueryAccountBill", IsGroupByProduct=True, ProductCode="oss", **day(date(2026, 11, 6))
    )
    assert (oss["PretaxAmount"], oss["BillingDate"]) == (4.0, "2026-11-06")


def test_an_instance_is_picked_out(account: Account) -> None:
    assert [row["InstanceID"] for row in bill(account, InstanceID="i-web")] == ["i-web"]
    assert [row["InstanceID"] for row in bill(account, ProductCode="rds")] == ["rm-1"]
    assert bill(account, InstanceID="i-none") == []


def test_pages_by_token_show_each_row_once(account: Account) -> None:
    seen, token = [], "first"
    more: dict[str, Any] = {"MaxResults": 3, "IsBillingItem": True}
    while token:
        data = ask(account, "BssOpenApi", "DescribeInstanceBill", **MONTH, **more)["Data"]
        seen += [(row["InstanceID"], row["BillingItemCode"]) for row in data["Items"]]
        token = more["NextToken"] = data["NextToken"]
        assert data["TotalCount"] == 5
    assert len(seen) == len(set(seen)) == 5


def test_the_split_bill_must_be_switched_on(account: Account) -> None:
    with refused("NotApplicable", 200):
        bill(account, "DescribeSplitItemBill")
    account.split_bill = True
    rows = bill(account, "DescribeSplitItemBill", ProductCode="oss", **day(date(2026, 11, 10)))
    traffic = {
        row["SplitItemID"]: row["PretaxAmount"] for row in rows if row["BillingItemCode"] == "NetworkOut"
    }
    assert traffic == {"pictures": 3.0, "backups": 1.0}


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"BillingCycle": "202611"}, "InvalidParameter"),
        ({"BillingCycle": "2026-13"}, "InvalidParameter"),
        ({"BillingCycle": "2025-05"}, "InvalidParameter"),
        ({"Granularity": "DAILY"}, "MissingParameter"),
        ({"Granularity": "HOURLY"}, "InvalidParameter"),
        (day(date(2026, 10, 31)), "InvalidParameter"),
        ({"Granularity": "DAILY", "BillingDate": "20261110"}, "InvalidParameter"),
        ({"MaxResults": 301}, "InvalidParameter"),
        ({"NextToken": "CAESEgoQCg4KCm"}, "InvalidParameter"),
        ({"SubscriptionType": "Prepaid"}, "InvalidParameter"),
        ({"BillOwnerId": 42}, "InvalidOwner"),
    ],
)
def test_a_bad_question_is_refused_inside_an_answer(
    account: Account, params: dict[str, Any], code: str
) -> None:
    with refused(code, 200) as refusal:
        bill(account, **params)
    assert refusal.value.detail == {"Success": False}


def test_eighteen_months_can_be_asked_for(account: Account) -> None:
    assert bill(account, BillingCycle="2025-06") == []
    assert bill(account, BillOwnerId=ACCOUNT_ID)


def test_a_subscription_type_goes_with_a_product_in_the_older_bill(account: Account) -> None:
    with refused("InvalidParameter", 200):
        bill(account, "QueryInstanceBill", SubscriptionType="PayAsYouGo")
    assert bill(account, "QueryInstanceBill", SubscriptionType="PayAsYouGo", ProductCode="ecs")


def test_balance_and_transactions_agree(account: Account) -> None:
    balance = ask(account, "BssOpenApi", "QueryAccountBalance")
    assert balance["Code"] == "200"
    rows = ask(account, "BssOpenApi", "QueryAccountTransactions", PageSize=100)["Data"]
    listed = rows["AccountTransactionsList"]["AccountTransactionsList"]
    assert listed[0]["Balance"] == balance["Data"]["AvailableAmount"]
    assert {row["TransactionType"] for row in listed} == {"Payment", "Consumption"}
    spent = [row for row in listed if row["TransactionFlow"] == "Expense"]
    assert sum(float(row["Amount"]) for row in spent) == pytest.approx(18 * 24.5 + 100)


def test_instances_that_run_are_available(account: Account) -> None:
    story = built("leaked-ci-key")
    started = {one["id"] for one in story.truth["intruder"]["created"]["instances"]}
    asked: dict[str, Any] = {"by": story.responder, "ProductCode": "ecs"}
    since = {"CreateTimeStart": story.truth["intruder"]["first"]}
    rows = ask(story, "BssOpenApi", "QueryAvailableInstances", **asked, **since)["Data"]["InstanceList"]
    assert {row["InstanceID"] for row in rows} == started
    one = next(iter(started))
    rows = ask(story, "BssOpenApi", "QueryAvailableInstances", **asked, InstanceIDs=one)["Data"][
        "InstanceList"
    ]
    assert [row["InstanceID"] for row in rows] == [one]


@cache
def built(scenario: str) -> Account:
    return catalogue()[scenario].build(1, NOW)


@pytest.mark.parametrize("scenario", list(catalogue()))
def test_a_story_has_bills_of_four_months(scenario: str) -> None:
    account = built(scenario)
    days = {one.day for one in account.bills}
    assert len(days) >= 120
    assert max(days) <= TODAY
    daily = {when: sum(one.due for one in account.bills if one.day == when) for when in days}
    thursday, sunday = date(2026, 11, 12), date(2026, 11, 15)
    assert daily[thursday] > daily[sunday] > 0
    assert any(one.thing.subscription == SUBSCRIPTION for one in account.bills)
    assert any(
        row["ProductCode"] == "ecs" for row in bill(account, by=account.responder, BillingCycle="2026-10")
    )


@pytest.mark.parametrize("scenario", list(catalogue()))
def test_the_responder_of_a_story_may_read_with_every_operation(scenario: str) -> None:
    account = built(scenario)
    caller = identify(account, account.responder)
    now = account.clock.now()
    reads = {one.permission for one in OPERATIONS.values() if one.permission and not one.write}
    assert {one for one in reads if not check(account, caller, one, now=now).allowed} == set()


def test_the_intruders_machines_are_charged_by_their_ids_from_the_hour_they_started() -> None:
    account = built("leaked-ci-key")
    started = {one["id"]: one["region"] for one in account.truth["intruder"]["created"]["instances"]}
    charged: dict[str, list[Charge]] = {}
    for one in account.bills:
        if one.thing.instance in started and one.item == "instance_type":
            charged.setdefault(one.thing.instance, []).append(one)
    assert {name: lines[0].thing.region for name, lines in charged.items()} == started
    for lines in charged.values():
        first, second = lines[:2]
        assert 0 < first.usage < second.usage == 24
        assert first.gross == pytest.approx(first.usage * first.price)
    days = [sum(one.due for one in account.bills if one.day == date(2026, 11, at)) for at in (12, 19)]
    assert days[1] > 4 * days[0]


def test_files_that_were_taken_cost_traffic() -> None:
    account = built("oss-exfiltration")

    def gone(when: date) -> float:
        lines = (one for one in account.bills if one.day == when and one.thing.product == "oss")
        return sum(
            one.usage for one in lines if one.item == "NetworkOut" and one.split == "haitang-customers"
        )

    assert gone(date(2026, 11, 20)) > 5 * gone(date(2026, 11, 13))
    rows = bill(account, "DescribeSplitItemBill", by=account.responder, SplitItemID="haitang-customers")
    assert {row["SplitItemID"] for row in rows} == {"haitang-customers"}


@pytest.mark.parametrize(
    ("site", "host", "right"),
    [
        ("china", HOME, True),
        ("china", ABROAD, False),
        ("international", ABROAD, True),
        ("international", HOME, False),
    ],
)
def test_an_account_is_billed_at_the_endpoint_of_its_site_only(
    practice_cloud: PracticeCloudFactory, site: str, host: str, right: bool
) -> None:
    with practice_cloud(billed(site)) as sim:
        reply = send(acs3(sim, "BssOpenApi", "QueryAccountBalance", host=host))
    if right:
        assert reply.json()["Data"]["Currency"] == ("CNY" if site == "china" else "USD")
        return
    assert (reply.status_code, reply.json()["Code"]) == (400, "NotApplicable")
    assert "Success" not in reply.json()


def test_billing_says_no_within_an_answer_and_the_trail_knows(sim: Sim) -> None:
    reply = send(acs3(sim, "BssOpenApi", "DescribeInstanceBill", {"BillingCycle": "2019-01"}, host=HOME))
    body = reply.json()
    assert (reply.status_code, body["Success"], body["Code"]) == (200, False, "InvalidParameter")
    assert "HostId" not in body
    (event,) = sim.account.trail
    assert (event["errorCode"], event["serviceName"]) == ("InvalidParameter", "BssOpenApi")


def test_a_caller_without_the_permission_hears_which_one(sim: Sim) -> None:
    for action, missing in (
        ("QueryAccountBalance", "bss:DescribeAcccount"),
        ("QueryBillOverview", "bss:DescribeBillList"),
        ("DescribeInstanceBill", "bssapi:DescribeInstanceBill"),
    ):
        params = {} if action == "QueryAccountBalance" else MONTH
        reply = send(acs3(sim, "BssOpenApi", action, params, key=NOBODY_KEY))
        assert (reply.status_code, reply.json()["Code"]) == (400, "NotAuthorized")
        assert reply.json()["AccessDeniedDetail"]["AuthAction"] == missing


def client(sim: Sim) -> Client:
    return Client(
        Config(
            access_key_id=RESPONDER_KEY,
            access_key_secret=SECRETS[RESPONDER_KEY],
            endpoint=sim.endpoint.removeprefix("http://"),
            protocol="http",
            region_id=HERE,
        )
    )


def test_the_vendors_client_reads_the_bills(sim: Sim) -> None:
    sdk = client(sim)
    body = sdk.describe_instance_bill(
        bss.DescribeInstanceBillRequest(
            billing_cycle="2026-11", granularity="DAILY", billing_date="2026-11-10", max_results=300
        )
    ).body
    assert [item.instance_id for item in body.data.items] == ["i-web", "1;oss"]
    overview = sdk.query_bill_overview(bss.QueryBillOverviewRequest(billing_cycle="2026-11")).body
    assert {item.product_code for item in overview.data.items.item} == {"ecs", "oss", "rds"}
    assert sdk.query_account_balance().body.data.currency == "CNY"
    refusal = sdk.query_account_bill(bss.QueryAccountBillRequest(billing_cycle="2020-01")).body
    assert (refusal.success, refusal.code) == (False, "InvalidParameter")


def test_the_vendors_client_learns_what_an_hour_costs(sim: Sim) -> None:
    modules = [
        bss.GetPayAsYouGoPriceRequestModuleList(
            module_code="InstanceType", config="InstanceType:ecs.gn7i-c32g1.8xlarge", price_type="Hour"
        ),
        bss.GetPayAsYouGoPriceRequestModuleList(
            module_code="SystemDisk",
            config="SystemDisk.Category:cloud_essd,SystemDisk.Size:40",
            price_type="Hour",
        ),
    ]

    def price(region: str) -> Any:
        request = bss.GetPayAsYouGoPriceRequest(
            product_code="ecs", subscription_type="PayAsYouGo", region=region, module_list=modules
        )
        return client(sim).get_pay_as_you_go_price(request).body

    home, abroad = price(HERE), price("us-west-1")
    details = home.data.module_details.module_detail
    assert [one.module_code for one in details] == ["InstanceType", "SystemDisk"]
    assert 5 < details[0].original_cost < abroad.data.module_details.module_detail[0].original_cost
    modules[0].config = "InstanceType:ecs.none"
    assert (price(HERE).success, price(HERE).code) == (False, "InvalidParameter")


def test_more_than_ten_calls_a_second_are_throttled(sim: Sim) -> None:
    sdk = client(sim)

    def hurry() -> None:
        for _ in range(40):
            sdk.query_account_balance()

    with pytest.raises(ClientException) as refusal:
        hurry()
    assert refusal.value.code == "Throttling.User"


def test_the_price_of_the_bill_is_the_price_that_is_asked_for() -> None:
    account = built("leaked-ci-key")
    started = account.truth["intruder"]["created"]["instances"][0]
    module = {"ModuleCode": "InstanceType", "Config": f"InstanceType:{started['type']}", "PriceType": "Hour"}
    answer = ask(
        account,
        "BssOpenApi",
        "GetPayAsYouGoPrice",
        by=account.responder,
        ProductCode="ecs",
        SubscriptionType="PayAsYouGo",
        Region=started["region"],
        ModuleList=[module],
    )
    (detail,) = answer["Data"]["ModuleDetails"]["ModuleDetail"]
    asked = {**day(date(2026, 11, 19)), "InstanceID": started["id"], "IsBillingItem": True}
    rows = bill(account, by=account.responder, **asked)
    compute = next(row for row in rows if row["BillingItemCode"] == "instance_type")
    assert float(compute["ListPrice"]) == detail["OriginalCost"]
    assert json.loads(compute["Usage"]) == 24
