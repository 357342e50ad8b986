"""A responder watches a key after a change: who goes on, who is refused, when silence may be called so."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from aktui.case.marks import Marks, mark
from aktui.contain.watch import watch
from aktui.contain.watched import SILENCE, Side, State, Watched, judged, side, usual_gap
from aktui.models import Reply
from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from queries.base import Caller, Logs, Status
from queries.inquiry import Inquiry
from tests.conftest import PracticeCloudFactory
from tests.contain.usages import NOW as THEN
from tests.contain.usages import usage
from tests.queries.logbooks import keep_oss, keep_trail
from tests.queries.rig import Desk, desk, restrict
from tests.simcloud.accounts import ACCOUNT_ID, DEPLOYER_KEY, REGION
from tests.simcloud.asking import ask
from tests.simcloud.living import DENY_ALL, LAIR, NOW, OFFICE, habit, living

KEY = {"UserPrincipalName": "ci-deployer@acme.onaliyun.com", "UserAccessKeyId": DEPLOYER_KEY}
TRUSTING = Marks().with_mark(mark("source", OFFICE, "trusted", NOW))
BEATS = (habit(every=20), habit("Slb:DescribeHealthStatus", every=20, label="business", ip=OFFICE))


def account_of(*habits: Any, trail: bool = True) -> Account:
    """An account that lives, with the beats of business and intruder, and a trail unless told otherwise."""
    account, _ = living(*(habits or BEATS))
    if trail:
        keep_trail(account, [])
    return account


class Timed:
    """A caller on the clock of the account, which only tests move."""

    def __init__(self, caller: Caller, account: Account) -> None:
        self._caller, self._account = caller, account

    @property
    def region(self) -> str:
        return self._caller.region

    @property
    def logs(self) -> Logs:
        return self._caller.logs

    def now(self) -> datetime:
        return self._account.clock.now()

    async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Reply:
        return await self._caller.call(product, action, region=region, **params)


@asynccontextmanager
async def watching(
    practice_cloud: PracticeCloudFactory, account: Account, *, step: float = 60.0, marks: Marks = TRUSTING
) -> AsyncIterator[tuple[Desk, "Watch"]]:
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        sim.app.life.run(True)
        timed = Inquiry(Timed(found.asked, account), DEPLOYER_KEY, found.inquiry.window)
        account.clock.advance(120)
        yield found, Watch(timed, account, step, marks)
        await timed.aclose()


class Watch:
    """Takes looks, so many seconds apart."""

    def __init__(self, inquiry: Inquiry, account: Account, step: float, marks: Marks) -> None:
        self.inquiry, self.account, self.step, self.marks = inquiry, account, step, marks

    async def looks(self, number: int) -> list[Watched]:
        async def pause(_: float) -> None:
            self.account.clock.advance(self.step)

        since = self.account.clock.now()
        told: list[Watched] = []
        looks = watch(self.inquiry, since, marks=self.marks, pause=pause)
        async with aclosing(cast(Any, looks)):
            async for one in looks:
                told.append(one)
                if len(told) == number:
                    break
        return told


def disable(account: Account) -> None:
    ask(account, "Ims", "UpdateAccessKey", **KEY, Status="Inactive")
    account.clock.advance(account.settings.status_lag)


def restrict_to_office(account: Account) -> None:
    statement = {"Type": "ClassicWhiteList", "IPList": [OFFICE]}
    policy = json.dumps({"Version": 1, "Status": "Active", "Statements": [statement]})
    ask(account, "Ims", "SetAccessKeyPolicy", **KEY, AccessKeyPolicy=policy)
    account.clock.advance(account.settings.policy_lag)


async def test_while_nothing_is_changed_others_go_on(practice_cloud: PracticeCloudFactory) -> None:
    async with watching(practice_cloud, account_of()) as (_, seen):
        last = (await seen.looks(3))[-1]
    assert (last.source, last.state) == ("trail", State.GOES_ON)
    assert last.others.accepted >= 5
    assert last.others.refused == 0
    assert last.trusted.accepted >= 5
    assert last.others.last_accepted
    assert last.others.last_accepted.source == LAIR
    assert "Others go on" in last.sentence


async def test_a_network_policy_stops_others_and_the_business_goes_on(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = account_of()
    async with watching(practice_cloud, account) as (_, seen):
        restrict_to_office(account)
        told = await seen.looks(12)
    assert told[0].state is State.TOO_EARLY
    assert "Too early" in told[0].sentence
    last = told[-1]
    assert last.state is State.SILENT
    assert last.others.accepted == 0
    assert last.others.refused >= 20
    assert last.others.refusals[0].refusal
    assert last.others.refusals[0].refusal.id == "network-policy"
    assert last.others.first_refused
    assert last.trusted.refused == 0
    assert last.trusted.accepted >= 20
    assert "No accepted call of others for 8 min" in last.sentence


async def test_a_business_that_is_hurt_is_told_apart_with_the_reason(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = account_of()
    async with watching(practice_cloud, account) as (_, seen):
        disable(account)
        last = (await seen.looks(4))[-1]
    assert last.trusted.refused >= 8
    hurt = last.trusted.refusals[0]
    assert (hurt.source, hurt.code) == (OFFICE, "InvalidAccessKeyId.Inactive")
    assert hurt.refusal
    assert hurt.refusal.undo == "key"
    assert "calls of trusted sources were refused: The key is disabled" in last.sentence


async def test_what_ram_refuses_leaves_the_key_alive(practice_cloud: PracticeCloudFactory) -> None:
    account = account_of()
    async with watching(practice_cloud, account) as (_, seen):
        ask(account, "Ram", "CreatePolicy", PolicyName="stop", PolicyDocument=DENY_ALL)
        ask(
            account,
            "Ram",
            "AttachPolicyToUser",
            PolicyType="Custom",
            PolicyName="stop",
            UserName="ci-deployer",
        )
        account.clock.advance(account.settings.permission_lag)
        last = (await seen.looks(4))[-1]
    assert last.others.key_taken == last.others.refused > 0
    assert "the key still works" in last.sentence


async def test_sessions_that_the_key_opened_live_on_and_are_said(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = account_of(habit("Ecs:DescribeInstances", role="ops", session="night", every=20))
    async with watching(practice_cloud, account) as (_, seen):
        disable(account)
        last = (await seen.looks(4))[-1]
    assert last.session_calls >= 8
    assert last.sessions_known
    assert last.sessions_until
    assert timedelta(minutes=50) < last.sessions_until - last.at < timedelta(minutes=60)
    assert "Role sessions that the key opened made" in last.sentence
    assert "may live on until" in last.sentence


async def test_requests_for_objects_are_watched_where_an_access_log_tells_them(
    practice_cloud: PracticeCloudFactory,
) -> None:
    reads = habit(
        "Oss:GetObject", every=20, data=True, params={"bucketName": "acme-backups", "objectName": "db.gz"}
    )
    account = account_of(reads)
    keep_oss(account, [])
    async with watching(practice_cloud, account) as (_, seen):
        last = (await seen.looks(3))[-1]
    assert last.others.accepted >= 5
    assert last.others.last_accepted
    assert last.others.last_accepted.operation == "Oss:GetObject"


async def test_without_a_trail_lookups_are_ten_minutes_late_and_one_is_made_a_look(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = account_of(trail=False)
    async with watching(practice_cloud, account, step=300) as (found, seen):
        disable(account)
        told = await seen.looks(9)
        lookups = [call for call in found.asked.calls if call.name == "actiontrail:LookupEvents"]
    assert told[0].source == "lookup"
    assert told[0].lag == timedelta(minutes=10)
    assert [one.state for one in told[:2]] == [State.TOO_EARLY, State.TOO_EARLY]
    assert len(lookups) <= 1 + len(told)
    last = told[-1]
    assert last.state is State.SILENT
    assert last.trusted.refused > 0
    assert not last.sessions_known
    assert any("in turn" in gap.detail for one in told for gap in one.gaps)


async def test_a_source_that_may_not_be_read_says_nothing_of_silence(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = account_of(trail=False)
    restrict(account, "actiontrail:*", "log:*")
    async with watching(practice_cloud, account, step=600) as (_, seen):
        told = await seen.looks(4)
    assert {one.state for one in told} == {State.UNKNOWN}
    assert all(any(gap.status is Status.DENIED for gap in one.gaps) for one in told)
    assert "nothing is known" in told[-1].sentence


def test_silence_takes_the_lag_of_the_source_and_the_usual_pace_into_account() -> None:
    minute = timedelta(minutes=1)
    quiet = Side()
    assert judged(quiet, THEN, THEN - minute, timedelta()) is State.TOO_EARLY
    assert judged(quiet, THEN, THEN + minute, timedelta()) is State.QUIET
    assert judged(quiet, THEN, THEN + SILENCE, timedelta()) is State.SILENT
    assert judged(quiet, THEN, THEN + SILENCE, 10 * minute) is State.QUIET
    assert judged(quiet, THEN, THEN + 20 * minute, 10 * minute) is State.SILENT
    busy = side([usage(newest=THEN + minute)], None)
    assert judged(busy, THEN, THEN + 2 * minute, timedelta()) is State.GOES_ON
    assert judged(busy, THEN, THEN - minute, timedelta()) is State.GOES_ON
    assert judged(busy, THEN, THEN + 9 * minute, timedelta()) is State.SILENT


def test_the_usual_pace_is_that_of_the_calls_and_of_the_pause_before_the_change() -> None:
    minute = timedelta(minutes=1)
    steady = usage(count=11, first=THEN - 11 * minute, newest=THEN - minute)
    assert usual_gap([steady], THEN) == minute
    gone = usage(count=100, first=THEN - 400 * minute, newest=THEN - 300 * minute)
    assert usual_gap([gone], THEN) == 300 * minute
    assert usual_gap([], THEN) == timedelta()


def test_a_call_that_failed_for_another_reason_shows_that_the_key_works() -> None:
    told = side(
        [
            usage(refused=10, codes=("NoSuchKey",)),
            usage(refused=10, codes=("Throttling.User",)),
            usage(refused=10, codes=("InvalidAccessKeyId.Inactive",), first=THEN, newest=THEN + SILENCE),
        ],
        None,
    )
    assert (told.accepted, told.refused, told.key_taken, told.first_refused) == (10, 10, 0, THEN)


@pytest.mark.parametrize("name", ["[@click=app.quit]", "\x1b[2J"])
async def test_names_from_events_are_kept_and_get_into_no_sentence(
    practice_cloud: PracticeCloudFactory, name: str
) -> None:
    account = account_of()
    event = {
        "eventId": "E1",
        "eventName": name,
        "eventTime": iso(NOW + timedelta(seconds=130)),
        "serviceName": "Ecs",
        "sourceIpAddress": name,
        "errorCode": name,
        "userAgent": name,
        "acsRegion": REGION,
        "userIdentity": {
            "type": "ram-user",
            "userName": name,
            "accountId": ACCOUNT_ID,
            "accessKeyId": DEPLOYER_KEY,
        },
    }
    account.projects.clear()
    account.trails.clear()
    keep_trail(account, [event])
    async with watching(practice_cloud, account) as (_, seen):
        told = await seen.looks(2)
    assert name not in told[-1].sentence
