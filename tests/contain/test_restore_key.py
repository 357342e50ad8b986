"""Restore the key from the recycle bin."""

from pathlib import Path

import pytest

from aktui.errors import NotPossible
from aktui.simcloud.account import AccessKey, Account
from tests.contain.stage import NOW, stage
from tests.simcloud.accounts import (
    DEPLOYER_ID,
    DEPLOYER_KEY,
    DEPLOYER_OLD_KEY,
    RESPONDER_KEY,
    small_account,
)


def deleted() -> Account:
    account = small_account(NOW)
    account.keys[DEPLOYER_KEY].recycled = NOW
    return account


async def test_it_comes_back_disabled(tmp_path: Path) -> None:
    async with stage(tmp_path, deleted()) as at:
        done = await at.do("restore-key")
        assert done.good
        back = at.account.keys[DEPLOYER_KEY]
        assert (back.recycled, back.status) == (None, "Inactive")
        assert (await at.undo(done)).good
        assert at.account.keys[DEPLOYER_KEY].recycled


async def test_it_does_not_promise_how_the_key_comes_back(tmp_path: Path) -> None:
    async with stage(tmp_path, deleted()) as at:
        assert "the vendor does not say so" in (await at.plan("restore-key")).warnings[0]
        assert at.writes() == []


async def test_a_user_whose_places_are_taken_has_no_room_for_it(tmp_path: Path) -> None:
    account = deleted()
    other = "LTAI5tOTHEROTHEROTHER001"
    account.keys[other] = AccessKey(other, "s" * 30, DEPLOYER_ID, "Active", NOW, NOW)
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="2 keys of 2 allowed") as refused:
            await at.plan("restore-key")
        assert "Delete one of them" in refused.value.hint


async def test_a_deleted_users_key_waits_for_its_user(tmp_path: Path) -> None:
    account = deleted()
    account.users[DEPLOYER_ID].recycled = NOW
    account.keys[DEPLOYER_OLD_KEY].recycled = NOW
    async with stage(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="recycle bin") as refused:
            await at.plan("restore-key")
        assert "Restore the user first" in refused.value.hint


async def test_a_key_that_is_there_needs_no_restoring(tmp_path: Path) -> None:
    async with stage(tmp_path, small_account(NOW)) as at:
        with pytest.raises(NotPossible, match="The key is Active"):
            await at.plan("restore-key")


async def test_a_key_that_the_bin_lost_can_not_come_back(tmp_path: Path) -> None:
    account = small_account(NOW)
    del account.keys[DEPLOYER_KEY]
    async with stage(tmp_path, account, by=RESPONDER_KEY, key_id=DEPLOYER_KEY) as at:
        with pytest.raises(NotPossible):
            await at.plan("restore-key")
