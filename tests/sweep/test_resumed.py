"""A sweep that was cut off, and the one that goes on from there."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from aktui.case import sweeps
from aktui.errors import BadKey, CaseError
from queries.sweep.keeping import kept, known_of
from queries.sweep.known import KEYS, LEAKS, POWERS, USERS
from queries.sweep.session import Session, session
from tests.conftest import PracticeCloudFactory
from tests.queries.rig import restrict
from tests.sweep.rig import arm, asked, crowd, living, ranking, settings_of, swept, told


async def cut_off(opened: Session, after: int) -> None:
    """Sweep until so many users are done, then cancel it as Ctrl-C does."""
    enough = asyncio.Event()

    def tell() -> None:
        if opened.done[0] >= after:
            enough.set()

    run = asyncio.create_task(opened.begin(tell))
    await enough.wait()
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def test_what_was_told_before_the_cut_is_kept_and_not_asked_again(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = crowd(200, 300)
    async with practice_cloud(account) as sim:
        async with session(settings_of(sim, tmp_path)) as opened:
            await cut_off(opened, 60)
            before = sum(person.listed for person in opened.known.people.values())
            assert opened.known.source(KEYS).status == "partial"
            assert "stopped" in opened.known.source(KEYS).detail
            assert not opened.known.ended
        async with session(settings_of(sim, tmp_path)) as opened:
            assert sum(person.listed for person in opened.known.people.values()) == before >= 60
            dates = {person.keys_at for person in opened.known.people.values() if person.listed}
            await opened.go_on()
            took = asked(opened.known)
            assert took[USERS] == took[LEAKS] == 0
            assert 0 < took[KEYS] <= 200 - before
            assert dates < {person.keys_at for person in opened.known.people.values()}
            found = ranking(opened)
            assert len([one for one in found if not one.facts.root]) == len(list(living(account)))


async def test_going_on_asks_again_for_what_was_denied_and_for_nothing_else(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    async with practice_cloud(account) as sim:
        arm(sim, {"kind": "deny", "action": "ListPoliciesForUser"})
        async with swept(sim, tmp_path) as opened:
            assert opened.known.source(POWERS).status == "partial"
        sim.app.faults.clear()
        async with session(settings_of(sim, tmp_path)) as opened:
            await opened.go_on()
            assert asked(opened.known)[KEYS] == 0
            assert asked(opened.known)[POWERS] > 20
            assert all(source.complete for source in opened.known.sources.values())


async def test_what_tells_of_all_keys_at_once_is_asked_anew_when_it_is_old(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(told("leaked-ci-key")) as sim, swept(sim, tmp_path) as opened:
        source = opened.known.source(LEAKS)
        assert source.at is not None
        source.at -= timedelta(hours=3)
        await opened.go_on()
        assert asked(opened.known)[LEAKS] == 1
        assert asked(opened.known)[USERS] == 0


async def test_a_user_that_is_gone_meanwhile_is_dropped(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        gone = next(user for user in account.users.values() if user.name == "legacy-cron")
        gone.recycled = account.clock.now()
        opened.known.source(USERS).status = "failed"
        await opened.go_on()
        assert "legacy-cron" not in {one.facts.owner for one in ranking(opened)}


async def test_what_is_kept_is_for_its_owner_only_and_reads_back_equal(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(told("leaked-ci-key")) as sim, swept(sim, tmp_path) as opened:
        path = sweeps.state_file(tmp_path, opened.account)
        assert path == tmp_path / "sweeps" / f"{opened.account}.json"
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert known_of(json.loads(path.read_text())["sweep"]) == opened.known
        assert known_of(kept(opened.known)) == opened.known


async def test_every_call_of_a_sweep_is_in_its_ledger(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(told("leaked-ci-key")) as sim, swept(sim, tmp_path) as opened:
        assert opened.ledger.directory == tmp_path / "sweeps" / opened.account
        assert opened.ledger.head[0] >= opened.cloud.exchanges[-1].number


async def test_another_practice_cloud_with_the_same_account_begins_anew(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(told("leaked-ci-key")) as sim, swept(sim, tmp_path):
        pass
    async with practice_cloud(told("idle-root-key")) as sim, session(settings_of(sim, tmp_path)) as opened:
        assert opened.known.begun is None
        assert not opened.known.people


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": "aktui.sweep-state/1", "sweep": {"people": 3}}'])
async def test_a_file_that_can_not_be_read_is_told_and_not_overwritten(
    practice_cloud: PracticeCloudFactory, tmp_path: Path, text: str
) -> None:
    account = told("leaked-ci-key")
    path = sweeps.state_file(tmp_path, account.id)
    path.parent.mkdir()
    path.write_text(text)
    async with practice_cloud(account) as sim:
        with pytest.raises(CaseError):
            async with session(settings_of(sim, tmp_path)):
                pass
    assert path.read_text() == text


async def test_a_disk_that_takes_nothing_ends_the_sweep(
    practice_cloud: PracticeCloudFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise CaseError("The disk is full.")

    async with practice_cloud(told("leaked-ci-key")) as sim, session(settings_of(sim, tmp_path)) as opened:
        monkeypatch.setattr(sweeps, "write", full)
        with pytest.raises(CaseError):
            await opened.begin()


async def test_a_key_that_the_cloud_does_not_take_opens_nothing(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    account.keys[account.responder].status = "Inactive"
    async with practice_cloud(account) as sim:
        with pytest.raises(BadKey):
            async with session(settings_of(sim, tmp_path)):
                pass
    assert not (tmp_path / "sweeps").exists()


async def test_an_account_that_denies_everything_is_told_so_and_not_called_clean(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    restrict(account, "ram:*", "yundun-aegis:*", "actiontrail:*", "log:*")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        assert ranking(opened) == []
        assert {opened.known.source(name).status for name in (USERS, LEAKS)} == {"denied"}


def test_an_account_id_that_is_no_name_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError):
        sweeps.state_file(tmp_path, "../1")
