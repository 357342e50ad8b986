"""Restricting all keys of the account: whom it would lock out is told, and then it wants a reason."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from aktui.config import Settings
from aktui.contain.actions import restrict_account
from aktui.contain.history import Ended
from aktui.contain.lockout import PRACTICE, of_responder
from aktui.contain.netpolicy import normal
from aktui.contain.plan import Danger
from aktui.errors import NotApproved, NotPossible, UsageError
from aktui.simcloud.account import Account
from aktui.simcloud.scenarios.leaked_ci_key import LAIR, OFFICES
from queries.base import Gap, Status
from queries.usage import Usage, UsageReport
from tests.contain.quick import quick
from tests.contain.restrict import calm, let_in, shape, trust, trust_business
from tests.contain.stage import Stage, stage
from tests.contain.usages import report, usage
from tests.simcloud.accounts import ROOT_KEY, small_account

OFFICE = "203.0.113.0/24"


@asynccontextmanager
async def called(
    directory: Path, account: Account, *usages: Usage, told: UsageReport | None = None, **rest: Any
) -> AsyncIterator[Stage]:
    """A stage on which all keys of the account called as told."""

    async def everybody(inquiry: object) -> UsageReport:
        return told or report(*usages)

    with mock.patch.object(restrict_account, "account_usage", everybody):
        async with calm(directory, account, **rest) as at:
            yield at


def other_key(account: Account, name: str = "backup-agent") -> str:
    owner = next((user for user in account.users.values() if user.name == name), None)
    keys = account.keys_of(owner.id) if owner else list(account.keys.values())
    return next(key.id for key in keys if key.id not in (*account.suspects, account.responder))


async def test_it_binds_every_key_and_is_taken_back(tmp_path: Path) -> None:
    account = quick()
    async with called(tmp_path, account) as at:
        before = shape(account)
        plan = await at.plan("restrict-account", allow=f"{OFFICE} {PRACTICE}")
        assert plan.needs_reason == ""
        assert at.writes() == []
        done = await at.run(plan)
        assert done.run.ended is Ended.VERIFIED
        for key in (at.key_id, other_key(account)):
            assert let_in(account, key, OFFICES[0])
            assert not let_in(account, key, LAIR)
        assert (await at.undo(done)).good
        assert shape(account) == before


async def test_locking_aktui_out_wants_a_reason(tmp_path: Path) -> None:
    async with called(tmp_path, quick()) as at:
        plan = await at.plan("restrict-account", allow=OFFICE)
        assert "aktui itself, which calls from 127.0.0.1" in plan.needs_reason
        assert plan.danger is Danger.HIGH
        with pytest.raises(NotApproved, match="lock out"):
            await at.run(plan)
        assert at.writes() == []


async def test_a_reason_lets_it_pass_and_what_follows_is_not_called_done(tmp_path: Path) -> None:
    async with called(tmp_path, quick()) as at:
        plan = await at.plan("restrict-account", allow=OFFICE)
        done = await at.run(plan, reason="we sit in the console")
        assert done.run.ended is not Ended.VERIFIED
        assert normal(at.account.pending_network_policy[0]) == plan.steps[0].after  # type: ignore[index]


async def test_other_keys_that_would_be_refused_are_named_with_their_sources(tmp_path: Path) -> None:
    account = quick()
    theirs = other_key(account)
    calls = (
        usage(source="198.51.100.77", own=False, key_id=theirs, identity="backup", count=7),
        usage(source="10.1.2.3", vpc="vpc-bp1x", own=False, key_id=theirs, identity="backup", count=2),
        usage(source=OFFICES[0], own=False, key_id="LTAI5tFINE"),
    )
    async with called(tmp_path, account, *calls) as at:
        plan = await at.plan("restrict-account", allow=f"{OFFICE} {PRACTICE}", vpc="none")
        assert "1 key that the account uses" in plan.needs_reason
        told = f"{theirs} of backup is refused: 9 calls from 198.51.100.77, 10.1.2.3 in vpc-bp1x."
        assert told in plan.warnings


async def test_a_key_with_a_policy_of_its_own_is_not_touched(tmp_path: Path) -> None:
    account = quick()
    theirs = other_key(account)
    account.keys[theirs].policy = {"Version": 1, "Status": "Active", "Statements": []}
    calls = (usage(source="198.51.100.77", own=False, key_id=theirs),)
    async with called(tmp_path, account, *calls) as at:
        plan = await at.plan("restrict-account", allow=f"{OFFICE} {PRACTICE}")
        assert plan.needs_reason == ""
        assert f"{theirs} has an active policy of its own, which counts for it." in plan.warnings


async def test_the_intruders_calls_are_no_reason_against_it(tmp_path: Path) -> None:
    trust(tmp_path, OFFICE, PRACTICE, hostile=[LAIR])
    calls = (usage(source=LAIR), usage(source=LAIR, own=False, key_id="LTAI5tTHEIRS"))
    async with called(tmp_path, quick(), *calls) as at:
        plan = await at.plan("restrict-account")
        assert plan.needs_reason == ""


async def test_without_a_log_of_all_keys_it_wants_a_reason(tmp_path: Path) -> None:
    gap = Gap(Status.NOT_COVERED, "calls of the account's other keys", "No trail.")
    told = UsageReport((), report().window, None, (gap,), ())
    async with called(tmp_path, quick(), told=told) as at:
        plan = await at.plan("restrict-account", allow=f"{OFFICE} {PRACTICE}")
        assert "no log tells from where they call" in plan.needs_reason
        assert any("No trail." in one for one in plan.warnings)


async def test_a_root_key_can_be_restricted_by_it(tmp_path: Path) -> None:
    account = small_account()
    account.settings.policy_lag = 0
    async with called(tmp_path, account, key_id=ROOT_KEY) as at:
        done = await at.do("restrict-account", allow=f"{OFFICE} {PRACTICE}")
        assert done.good
        assert any("is not known" in one for one in done.run.plan.warnings)
        assert not let_in(account, ROOT_KEY, LAIR)


async def test_nothing_trusted_and_nothing_typed_is_refused(tmp_path: Path) -> None:
    async with called(tmp_path, quick()) as at:
        with pytest.raises(NotPossible, match="No source is marked as trusted"):
            await at.plan("restrict-account")
        with pytest.raises(UsageError, match="no address"):
            await at.plan("restrict-account", allow=OFFICE, **{"my-address": "home"})
        assert (await at.do("restrict-account", allow=f"{OFFICE} {PRACTICE}")).good
        with pytest.raises(NotPossible, match="already"):
            await at.plan("restrict-account", allow=f"{PRACTICE}, {OFFICE}")


async def test_the_suspect_keys_own_policy_goes_first_and_that_is_said(tmp_path: Path) -> None:
    account = quick()
    account.keys[account.suspects[0]].policy = {"Version": 1, "Status": "Active", "Statements": []}
    async with called(tmp_path, account) as at:
        plan = await at.plan("restrict-account", allow=f"{OFFICE} {PRACTICE}")
        assert any("does not bind the suspect key" in one for one in plan.warnings)


async def test_in_the_story_the_other_keys_of_the_business_are_named(tmp_path: Path) -> None:
    trust_business(tmp_path)
    async with stage(tmp_path) as at:
        plan = await at.plan("restrict-account", vpc="none")
        assert "keys that the account uses" in plan.needs_reason
        assert "aktui itself" in plan.needs_reason
        assert plan.impact
        assert plan.impact.of_other.denied > 0
        assert at.writes() == []


async def test_live_the_responders_address_comes_from_the_logs_or_from_the_responder(tmp_path: Path) -> None:
    account = quick()
    mine = account.responder
    policy = {"Status": "Active", "Statements": [{"Type": "ClassicWhiteList", "IPList": [OFFICE]}]}
    seen = report(usage(source="198.51.100.5", own=False, key_id=mine))
    async with calm(tmp_path, account) as at:
        ground = await at.engine.survey()
        with mock.patch.object(Settings, "practice", False):
            from_logs = await of_responder(ground, policy, seen, "")
            unknown = await of_responder(ground, policy, report(), "")
            said = await of_responder(ground, policy, seen, OFFICES[1])
        await ground.aclose()
    assert "198.51.100.5" in from_logs.against[0]
    assert unknown.against == ("from where aktui calls is not known",)
    assert said.against == ()
    assert OFFICES[1] in said.warnings[0]


async def test_a_lag_of_the_account_policy_leaves_it_submitted(tmp_path: Path) -> None:
    account = quick()
    account.settings.policy_lag = 1.5
    async with called(tmp_path, account) as at:
        at.engine._patience = type(at.engine._patience)(0.01, 0.05, 0.2)
        done = await at.do("restrict-account", allow=f"{OFFICE} {PRACTICE}")
        assert done.run.ended is Ended.UNVERIFIED
        at.engine._patience = type(at.engine._patience)(0.01, 0.05, 8.0)
        (found,) = await at.engine.recover()
        assert found.ended is Ended.VERIFIED
        assert at.writes() == ["ims:SetAccessKeyPolicyForAccount"]
