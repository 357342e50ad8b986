"""The call log keeps the newest exchanges and not too many bytes of bodies."""

from datetime import UTC, datetime

from aktui.cloud.calllog import NEWEST, CallLog
from aktui.models import Exchange


def exchange(number: int, body: bytes = b"") -> Exchange:
    started = datetime(2026, 11, 22, tzinfo=UTC)
    return Exchange(number, "ims", "GetUser", "", "ims.aliyuncs.com", {}, 1, started, 0.1, 200, "R", body)


async def test_only_the_newest_are_kept() -> None:
    log = CallLog(None)
    for number in range(NEWEST + 5):
        await log.add(exchange(number))
    assert [kept.number for kept in log.exchanges][:2] == [5, 6]
    assert len(log.exchanges) == NEWEST


async def test_the_oldest_bodies_go_first_when_there_are_too_many_bytes() -> None:
    log = CallLog(None, bodies=250)
    for number in range(4):
        await log.add(exchange(number, b"x" * 100))
    assert [len(kept.body) for kept in log.exchanges] == [0, 0, 100, 100]


async def test_room_is_regained_when_an_exchange_falls_off_the_end() -> None:
    log = CallLog(None, bodies=NEWEST * 10)
    for number in range(3 * NEWEST):
        await log.add(exchange(number, b"x" * 10))
    assert all(kept.body for kept in log.exchanges)


async def test_the_newest_body_stays_however_large() -> None:
    log = CallLog(None, bodies=10)
    await log.add(exchange(1, b"x" * 100))
    assert len(log.exchanges[0].body) == 100
