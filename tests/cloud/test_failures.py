"""What goes wrong, and what the caller is told: faults of the practice cloud, and answers off the wire."""

import asyncio
import gzip
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aktui.cloud import transport
from aktui.errors import (
    BadKey,
    BadReply,
    BadSignature,
    CaseError,
    CloudError,
    Forbidden,
    NoAnswer,
    NotSent,
    ReadOnly,
    Throttled,
)
from aktui.models import Exchange
from aktui.simcloud.account import Account
from aktui.simcloud.clock import Clock
from tests.cloud.rig import (
    CALLER,
    CUT,
    HANG,
    IMPATIENT,
    QUICK,
    answer,
    cloud_of,
    keys,
    settings_for,
    until,
    wire,
)
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_OLD_KEY, NOBODY_KEY, small_account

Fault = dict[str, object]


async def fails(sim: Sim, fault: Fault) -> tuple[CloudError, list[Exchange]]:
    """The error of a call under a fault, and its attempts."""
    sim.app.faults.add([fault])
    async with cloud_of(sim, patience=IMPATIENT if fault["kind"] == "hang" else QUICK) as cloud:
        with pytest.raises(CloudError) as caught:
            await cloud.call("ims", "GetUser", UserId=DEPLOYER_ID)
        return caught.value, list(cloud.exchanges)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "status": 503}, NoAnswer),
        ({"kind": "status", "status": 500, "code": "InternalError"}, NoAnswer),
        ({"kind": "hang"}, NoAnswer),
        ({"kind": "cut-before"}, NoAnswer),
        ({"kind": "cut-after"}, NoAnswer),
        ({"kind": "malformed"}, BadReply),
        ({"kind": "malformed", "body": ""}, BadReply),
        ({"kind": "malformed", "body": "[1]"}, BadReply),
        (
            {"kind": "malformed", "body": '{"RequestId":"R","User":"a text where an object belongs"}'},
            BadReply,
        ),
        ({"kind": "truncate"}, BadReply),
    ],
    ids=str,
)
async def test_a_lasting_failure_is_told_apart_after_a_few_attempts(
    practice_cloud: PracticeCloudFactory, fault: Fault, kind: type[CloudError]
) -> None:
    async with practice_cloud(small_account()) as sim:
        error, exchanges = await fails(sim, fault)
    assert type(error) is kind
    assert [exchange.attempt for exchange in exchanges] == [1, 2, 3]
    assert all(exchange.error for exchange in exchanges)


@pytest.mark.parametrize("kind", ["status", "cut-before", "cut-after", "malformed", "truncate", "hang"])
async def test_a_passing_failure_is_survived(practice_cloud: PracticeCloudFactory, kind: str) -> None:
    patience = IMPATIENT if kind == "hang" else QUICK
    async with practice_cloud(small_account()) as sim, cloud_of(sim, patience=patience) as cloud:
        sim.app.faults.add([{"kind": kind, "times": 1}])
        reply = await cloud.call("ims", "GetUser", UserId=DEPLOYER_ID)
    assert reply.body["User"]["UserId"] == DEPLOYER_ID
    assert [bool(exchange.error) for exchange in cloud.exchanges] == [True, False]


async def test_a_storm_of_throttling_is_waited_out(practice_cloud: PracticeCloudFactory) -> None:
    patience = replace(QUICK, throttled_total=60.0, throttled_longest=0.002)
    async with practice_cloud(small_account()) as sim, cloud_of(sim, patience=patience) as cloud:
        sim.app.faults.add([{"kind": "throttle", "times": 20}])
        calls = [cloud.call("ims", "GetUser", UserId=DEPLOYER_ID) for _ in range(8)]
        replies = await asyncio.gather(*calls)
    assert len(replies) == 8
    assert sum(exchange.error != "" for exchange in cloud.exchanges) == 20


async def test_throttling_without_end_is_told_as_such(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim:
        error, exchanges = await fails(sim, {"kind": "throttle", "retry_after_ms": 60})
    assert isinstance(error, Throttled)
    assert error.code == "Throttling.User"
    assert len(exchanges) == 4, "three pauses of the 60 ms asked for fit into 0.2 s"


async def test_a_pause_that_is_asked_for_is_kept_by_all_callers_of_the_api() -> None:
    slow_down = answer(
        {"Code": "Throttling.Api", "Message": "slow"}, status=429, headers={"x-acs-retry-after": "100"}
    )
    patience = replace(QUICK, throttled_total=60.0)
    async with wire(slow_down, CALLER) as server, server.cloud(patience) as cloud:
        first = asyncio.create_task(cloud.call("sts", "GetCallerIdentity"))
        await until(lambda: cloud.exchanges)
        second = asyncio.create_task(cloud.call("sts", "GetCallerIdentity"))
        await until(lambda: cloud.waiting == 2)
        assert len(server.requests) == 1
        await asyncio.gather(first, second)
        assert len(server.requests) == 3


async def test_waiting_for_a_turn_does_not_use_up_patience() -> None:
    events = answer({"RequestId": "R", "Events": []})
    patience = replace(QUICK, enough=0.5)
    async with wire(events, events, CUT, events) as server, server.cloud(patience) as cloud:
        await asyncio.gather(*(cloud.call("actiontrail", "LookupEvents") for _ in range(3)))
        assert [exchange.attempt for exchange in cloud.exchanges] == [1, 1, 1, 2]


async def test_a_retry_is_signed_afresh() -> None:
    async with wire(CUT, CALLER) as server, server.cloud() as cloud:
        await cloud.call("sts", "GetCallerIdentity")
        assert len(set(server.header("x-acs-signature-nonce"))) == 2


async def test_a_missing_permission_is_named_and_not_asked_again(
    practice_cloud: PracticeCloudFactory,
) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim, keys(NOBODY_KEY)) as cloud:
        with pytest.raises(Forbidden) as caught:
            await cloud.call("ims", "GetUser", UserId=DEPLOYER_ID)
    assert caught.value.missing == "ram:GetUser"
    assert caught.value.request_id
    assert len(cloud.exchanges) == 1


async def test_an_inactive_key_is_told_as_such(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, cloud_of(sim, keys(DEPLOYER_OLD_KEY)) as cloud:
        with pytest.raises(BadKey) as caught:
            await cloud.call("sts", "GetCallerIdentity")
    assert caught.value.code == "InvalidAccessKeyId.Inactive"


class FarAhead(Clock):
    """A cloud whose clock is two hours ahead of this machine's."""

    def wall(self) -> datetime:
        return super().wall() + timedelta(hours=2)


def far_ahead() -> Account:
    account = small_account()
    account.clock = FarAhead()
    return account


async def test_a_wrong_clock_is_noticed_and_made_up_for(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(far_ahead()) as sim, cloud_of(sim) as cloud:
        await asyncio.gather(*(cloud.call("sts", "GetCallerIdentity") for _ in range(3)))
        refused = sum(exchange.error != "" for exchange in cloud.exchanges)
        await cloud.call("sts", "GetCallerIdentity")
    assert 1 <= refused <= 3
    assert cloud.exchanges[-1].attempt == 1, "the next call is signed with the right time at once"
    assert timedelta(minutes=119) < cloud.offset < timedelta(minutes=121)


async def test_a_clock_that_can_not_be_made_up_for_is_explained() -> None:
    refused = answer(
        {"Code": "InvalidTimeStamp.Expired", "Message": "Specified time stamp or date value is expired."},
        status=400,
        headers={"date": "Mon, 05 Jan 2015 10:00:00 GMT"},
    )
    async with wire(refused, refused, CALLER) as server, server.cloud() as cloud:
        with pytest.raises(BadSignature) as caught:
            await cloud.call("sts", "GetCallerIdentity")
        assert len(server.requests) == 2
        await cloud.call("sts", "GetCallerIdentity")
        dates = server.header("x-acs-date")
    assert "ahead of the cloud's" in caught.value.hint
    assert "2015" in dates[1]
    assert "2015" not in dates[2]


async def test_the_cloud_s_clock_is_learnt_from_its_answers(practice_cloud: PracticeCloudFactory) -> None:
    past = datetime.fromisoformat("2025-11-22T03:00:00+00:00")
    async with practice_cloud(small_account(past)) as sim, cloud_of(sim) as cloud:
        await cloud.call("sts", "GetCallerIdentity")
        assert abs(cloud.now() - sim.account.clock.now()) < timedelta(seconds=3)
        assert len(cloud.exchanges) == 1


async def test_a_cloud_that_is_not_there_is_not_reached(unused_endpoint: str) -> None:
    async with wire() as server:
        server.endpoint = unused_endpoint
        async with server.cloud() as cloud:
            with pytest.raises(NotSent) as caught:
                await cloud.call("sts", "GetCallerIdentity")
    assert "sts.cn-hangzhou.aliyuncs.com" in caught.value.message
    assert [exchange.status for exchange in cloud.exchanges] == [None, None, None]


@pytest.fixture
async def unused_endpoint() -> str:
    """An address at which nobody listens any more."""
    async with wire() as server:
        return server.endpoint


async def test_a_silent_cloud_is_not_waited_for_longer_than_patience_allows() -> None:
    async with wire(HANG) as server, server.cloud(replace(QUICK, read=0.05, attempts=2)) as cloud:
        with pytest.raises(NoAnswer, match="did not answer"):
            await cloud.call("sts", "GetCallerIdentity")
        assert len(server.requests) == 2


async def test_a_redirect_is_not_followed() -> None:
    moved = answer(b"", status=307, headers={"location": "http://127.0.0.1:1/elsewhere"})
    async with wire(moved) as server, server.cloud() as cloud:
        with pytest.raises(BadReply, match="redirect"):
            await cloud.call("sts", "GetCallerIdentity")
        assert len(server.requests) == 3


async def test_cookies_are_not_kept() -> None:
    with_cookie = answer({"RequestId": "R"}, headers={"set-cookie": "track=1; Path=/"})
    async with wire(with_cookie) as server, server.cloud() as cloud:
        await cloud.call("sts", "GetCallerIdentity")
        await cloud.call("sts", "GetCallerIdentity")
        assert "track" not in server.requests[1]


async def test_an_answer_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST", 1000)
    async with wire(answer({"RequestId": "R", "Pad": "x" * 2000})) as server, server.cloud() as cloud:
        with pytest.raises(BadReply, match="larger"):
            await cloud.call("sts", "GetCallerIdentity")
    assert {exchange.body for exchange in cloud.exchanges} == {b""}


async def test_a_compressed_answer_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST", 100_000)
    bomb = gzip.compress(b'{"Pad":"' + b"x" * 10_000_000 + b'"}')
    async with wire(answer(bomb, headers={"content-encoding": "gzip"})) as server, server.cloud() as cloud:
        with pytest.raises(BadReply, match="larger"):
            await cloud.call("sts", "GetCallerIdentity")


async def test_an_answer_that_is_not_compressed_as_it_says_is_refused() -> None:
    broken = answer(b"no gzip", headers={"content-encoding": "gzip"})
    async with wire(broken) as server, server.cloud() as cloud:
        with pytest.raises(BadReply, match="decompressed"):
            await cloud.call("sts", "GetCallerIdentity")


async def test_an_answer_shorter_than_it_says_is_refused() -> None:
    short = answer({"RequestId": "R"}, length=500, headers={"connection": "close"})
    async with wire(short) as server, server.cloud() as cloud:
        with pytest.raises(BadReply, match="cut"):
            await cloud.call("sts", "GetCallerIdentity")


async def test_a_failure_reported_inside_a_good_status_is_a_refusal() -> None:
    no = {"Code": "NotAuthorized", "Message": "This API is not authorized for caller.", "Success": False}
    async with wire(answer(no)) as server, server.cloud() as cloud:
        with pytest.raises(Forbidden) as caught:
            await cloud.call("bssopenapi", "QueryAccountBalance")
    assert caught.value.missing == "bssapi:QueryAccountBalance"
    assert "presumably" in caught.value.hint


async def test_cancelling_leaves_nothing_behind() -> None:
    async with wire(HANG) as server, server.cloud(replace(QUICK, read=30, total=30)) as cloud:
        before = asyncio.all_tasks()
        call = asyncio.create_task(cloud.call("sts", "GetCallerIdentity"))
        await until(lambda: server.requests)
        assert cloud.in_flight == 1
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (cloud.in_flight, cloud.waiting) == (0, 0)
        assert [exchange.error for exchange in cloud.exchanges] == ["cancelled before the answer came"]
        assert {
            task for task in asyncio.all_tasks() - before if task.get_name() != "scripted server"
        } == set()


async def test_cancelling_a_call_that_waits_for_its_turn_sends_nothing() -> None:
    async with wire(answer({"RequestId": "R", "Events": []})) as server, server.cloud() as cloud:
        calls = [asyncio.create_task(cloud.call("actiontrail", "LookupEvents")) for _ in range(4)]
        await until(lambda: len(server.requests) == 2 and cloud.waiting == 2)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert cloud.waiting == 0
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("product", "action"),
    [
        ("sts", "AssumeRole"),
        ("ims", "UpdateAccessKey"),
        ("ram", "DeleteUser"),
        ("ecs", "RunInstances"),
        ("ims", "GenerateSomethingElse"),
        ("ram", "GenerateCredentialReport"),
        ("ram", "getUser"),
        ("ram", "Getaway"),
    ],
)
async def test_what_is_not_known_to_be_a_read_is_never_sent(product: str, action: str) -> None:
    async with wire(CALLER) as server, server.cloud() as cloud:
        with pytest.raises(ReadOnly) as caught:
            await cloud.call(product, action)
        assert server.connections == 0
    assert isinstance(caught.value, NotSent)
    assert cloud.exchanges == ()


async def test_an_answer_is_recorded_before_it_is_handed_out(practice_cloud: PracticeCloudFactory) -> None:
    events: list[str] = []

    async def record(exchange: Exchange) -> None:
        await asyncio.sleep(0)
        events.append(f"recorded {exchange.action}")

    async with practice_cloud(small_account()) as sim, cloud_of(sim, record=record) as cloud:
        cloud.watch(lambda exchange: events.append(f"shown {exchange.action}"))
        await cloud.call("sts", "GetCallerIdentity")
        events.append("returned")
    assert events == ["recorded GetCallerIdentity", "shown GetCallerIdentity", "returned"]


@pytest.mark.parametrize("failure", [OSError("disk full"), CaseError("The ledger is closed.")])
async def test_an_answer_that_can_not_be_recorded_is_not_handed_out(
    practice_cloud: PracticeCloudFactory, failure: Exception
) -> None:
    async def record(exchange: Exchange) -> None:
        raise failure

    async with practice_cloud(small_account()) as sim, cloud_of(sim, record=record) as cloud:
        with pytest.raises(CaseError):
            await cloud.call("sts", "GetCallerIdentity")
    assert cloud.exchanges == ()


async def test_a_watcher_that_fails_does_not_fail_the_call() -> None:
    reported: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["message"]))

    def broken(exchange: Exchange) -> None:
        raise ValueError("a bug in a widget")

    async with wire(CALLER) as server, server.cloud() as cloud:
        cloud.watch(broken)
        reply = await cloud.call("sts", "GetCallerIdentity")
    assert reply.body["AccountId"] == "1"
    assert reported == ["a watcher of the call log failed"]


def test_only_this_machine_may_stand_in_for_the_cloud() -> None:
    assert settings_for("http://localhost:8080").practice
