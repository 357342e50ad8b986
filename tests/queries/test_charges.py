"""Bills read day by day: sites, pages, refusals, and days that are not billed yet."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from aktui.errors import CallRef, CloudError, Forbidden, Invalid, NoAnswer
from queries.base import Status
from queries.charges import days
from queries.charges.money import amount, rounded, shown
from queries.charges.vocabulary import region_id
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import NOW, FakeCloud, inquiry
from tests.queries.rig import desk, leaked, restrict

BILL = "bssopenapi:DescribeInstanceBill"
OLDER = "bssopenapi:QueryInstanceBill"


def charge(**rest: Any) -> dict[str, Any]:
    told = {"ProductCode": "ecs", "InstanceID": "i-1", "PretaxAmount": 2.5, "Currency": "CNY"}
    return {**told, "Region": "华东1（杭州）", "SubscriptionType": "PayAsYouGo", **rest}


def bill(*items: dict[str, Any], token: str = "") -> dict[str, Any]:
    return {"Data": {"Items": list(items), "NextToken": token}}


def elsewhere(answer: Any, code: str = "NotApplicable") -> Any:
    """A bill that only the endpoint of the international site gives."""

    def answered(params: Any) -> Any:
        if params["region"] == "ap-southeast-1":
            return answer
        return Invalid(CallRef("bssopenapi", "DescribeInstanceBill"), "Not applicable.", code=code)

    return answered


async def test_the_lines_of_the_bill_are_those_of_the_account_day_by_day(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=7) as found:
        result = await found.ask("charges-by-instance", baseline="5")
    told = sum((row.values["gross"] for row in result.rows), Decimal(0))
    last = days.billed_until(account.clock.now())
    first = days.day_of(account.clock.now() - timedelta(days=7)) - timedelta(days=5)
    due = sum(one.gross for one in account.bills if first <= one.day <= last)
    assert abs(float(told) - due) < 0.01 * len(result.rows)
    assert {row.values["region"] for row in result.rows if row.values["instance"].startswith("i-")} >= {
        "us-west-1",
        account.region,
    }
    assert {row.values["part"] for row in result.rows} == {"window", "baseline"}


async def test_days_not_billed_yet_are_a_gap_and_never_a_zero(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=2) as found:
        result = await found.ask("charges-by-day", baseline="10")
    late = [gap for gap in result.gaps if gap.status is Status.NOT_COVERED]
    assert len(late) == 1
    assert "not mean that nothing was spent" in late[0].detail
    assert result.covered is not None
    assert result.covered.end <= account.clock.now() - days.LAG
    assert max(row.values["day"] for row in result.rows) <= f"{days.billed_until(account.clock.now())}"


async def test_a_day_without_a_line_that_should_be_billed_is_not_called_free() -> None:
    def answered(params: Any) -> Any:
        newest = days.billed_until(NOW).isoformat()
        return bill() if params["BillingDate"] == newest else bill(charge())

    result = await inquiry(FakeCloud({BILL: answered}), days=5).ask("charges-by-instance", baseline="0")
    assert result.gaps[0].status is Status.NOT_COVERED
    assert days.billed_until(NOW).isoformat() in result.gaps[0].what


async def test_amounts_are_added_by_day_product_and_region_and_currencies_kept_apart() -> None:
    items = (charge(), charge(InstanceID="i-2"), charge(Currency="USD"), charge(Region="US (Silicon Valley)"))
    result = await inquiry(FakeCloud({BILL: bill(*items)}), days=3).ask("charges-by-day", baseline="0")
    newest = [row.values for row in result.rows if row.values["day"] == f"{days.billed_until(NOW)}"]
    assert [(row["region"], row["currency"], row["amount"]) for row in newest] == [
        ("cn-hangzhou", "CNY", Decimal("5.00")),
        ("cn-hangzhou", "USD", Decimal("2.50")),
        ("us-west-1", "CNY", Decimal("2.50")),
    ]


async def test_all_pages_of_a_day_are_read_and_a_mark_that_repeats_ends_it() -> None:
    def answered(params: Any) -> Any:
        return bill(charge(), token={None: "a", "a": "b", "b": "b"}[params["NextToken"]])

    result = await inquiry(FakeCloud({BILL: answered}), days=2.5).ask("charges-by-instance", baseline="0")
    assert len(result.rows) == 3 * len({row.values["day"] for row in result.rows})
    assert "same page mark twice" in result.detail


async def test_a_day_with_more_lines_than_wanted_says_so() -> None:
    many = FakeCloud({BILL: lambda params: bill(charge(), charge(), token=f"{params['NextToken']}x")})
    result = await inquiry(many, days=2.5).ask("charges-by-instance", baseline="0", lines="5")
    assert "there are more: raise the parameter lines" in result.detail
    assert result.status is Status.PARTIAL


@pytest.mark.parametrize("code", ["NotApplicable", "NotAuthorized"])
async def test_an_account_of_the_other_site_is_asked_there_and_told_which_to_choose(code: str) -> None:
    cloud = FakeCloud({BILL: elsewhere(bill(charge(Currency="USD")), code)})
    result = await inquiry(cloud, days=4).ask("charges-by-instance", baseline="0")
    assert {row.values["currency"] for row in result.rows} == {"USD"}
    assert "--site international" in result.note
    assert [region for _, region, _ in cloud.asked[:3]] == ["", "ap-southeast-1", "ap-southeast-1"]


async def test_when_neither_site_takes_the_account_the_refusal_says_what_to_do() -> None:
    no = Invalid(CallRef("bssopenapi", "DescribeInstanceBill"), "Not applicable.", code="NotApplicable")
    result = await inquiry(FakeCloud({BILL: no, OLDER: no}), days=3).ask("charges-by-instance")
    assert result.status is Status.FAILED
    assert "--site international" in result.gaps[0].detail
    assert result.covered is None


async def test_the_practice_cloud_turns_the_other_site_away_and_is_found_there(
    practice_cloud: PracticeCloudFactory,
) -> None:
    from aktui.simcloud.scenarios import catalogue

    account = catalogue()["idle-root-key"].build(5, leaked().clock.now())
    account.site = "international"
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=4) as found:
        result = await found.ask("account-bill")
    assert {row.values["currency"] for row in result.rows} == {"USD"}


async def test_where_the_newer_bill_is_refused_the_older_one_tells_and_the_refusal_is_named(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=5) as found:
        whole = await found.ask("charges-by-instance", baseline="0")
    from aktui.simcloud.scenarios import catalogue

    account = catalogue()["leaked-ci-key"].build(11, account.clock.now())
    restrict(account, "bssapi:DescribeInstanceBill")
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=5) as found:
        result = await found.ask("charges-by-instance", baseline="0")
    assert {gap.missing for gap in result.gaps} == {"bssapi:DescribeInstanceBill", ""}
    assert len(result.rows) == len(whole.rows)


@pytest.mark.parametrize(
    "error",
    [Forbidden(CallRef("bssopenapi", "x"), "No.", missing="bssapi:X"), NoAnswer(CallRef("b", "x"), "No.")],
)
async def test_a_bill_that_is_denied_or_cut_is_no_empty_bill(error: CloudError) -> None:
    cloud = FakeCloud({BILL: error, OLDER: error})
    for query_id in ("charges-by-instance", "charges-by-day", "abnormal-charges"):
        result = await inquiry(cloud).ask(query_id)
        assert result.status in (Status.DENIED, Status.FAILED), query_id
        assert not result.rows
    assert len(cloud.asked) < 20


async def test_one_day_that_fails_is_named_and_the_others_are_there() -> None:
    broken = (days.billed_until(NOW) - timedelta(days=2)).isoformat()

    def answered(params: Any) -> Any:
        if params["BillingDate"] == broken:
            return NoAnswer(CallRef("bssopenapi", "DescribeInstanceBill"), "Cut.")
        return bill(charge())

    result = await inquiry(FakeCloud({BILL: answered}), days=6).ask("charges-by-instance", baseline="0")
    assert [gap.what for gap in result.gaps if gap.status is Status.FAILED] == [f"charges of {broken}"]
    assert result.status is Status.PARTIAL
    assert broken not in {row.values["day"] for row in result.rows}


@pytest.mark.parametrize("written", ["", "-", "1e999", "NaN", True, None, "1" * 50, "１２", {}])
def test_what_is_no_amount_is_none_and_not_zero(written: Any) -> None:
    assert amount(written) is None


def test_amounts_are_exact_and_written_one_way() -> None:
    assert amount("1,234.50\t") == Decimal("1234.50")
    assert amount(0.1) == Decimal("0.1")
    assert shown(Decimal("1234567.005"), "CNY") == "1,234,567.01 CNY"
    assert rounded(Decimal("0.0004")) == Decimal("0.000400")
    assert rounded(Decimal(0)) == 0


async def test_lines_without_an_amount_are_said_to_be_left_out() -> None:
    cloud = FakeCloud({BILL: bill(charge(), charge(PretaxAmount="?"))})
    result = await inquiry(cloud, days=2.5).ask("charges-by-day", baseline="0")
    assert "tell no amount" in result.detail


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("华东1（杭州）", "cn-hangzhou"),
        ("US (Silicon Valley)", "us-west-1"),
        ("杭州", "cn-hangzhou"),
        ("eu-west-1", "eu-west-1"),
        ("Moon Base", "Moon Base"),
    ],
)
def test_regions_named_in_words_are_told_by_their_id(name: str, region: str) -> None:
    assert region_id(name) == region


async def test_the_balance_and_what_moved_it(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=30) as found:
        result = await found.ask("transactions")
    assert result.note.startswith("Left on the account: ")
    assert {row.values["flow"] for row in result.rows} == {"Income", "Expense"}
    assert all(isinstance(row.values["amount"], Decimal) for row in result.rows)


async def test_the_bill_of_a_month_is_final_on_the_third_of_the_next(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=90) as found:
        result = await found.ask("account-bill")
    now = days.day_of(account.clock.now())
    by_month = {row.values["month"]: row.values["final"] for row in result.rows}
    assert by_month[days.cycle(now.replace(day=1) - timedelta(days=40))] is True
    assert by_month.get(days.cycle(now), False) is False


@pytest.mark.parametrize("value", ["-1", "x", "401", "1" * 30])
async def test_a_baseline_that_is_no_number_of_days_is_refused(value: str) -> None:
    result = await inquiry(FakeCloud({BILL: bill(charge())})).ask("charges-by-instance", baseline=value)
    assert result.status is Status.FAILED
    assert "takes a number from 0 to 400" in result.detail
