"""Restricting the key: the intruder is out, the business goes on, and nothing is called done too early."""

from dataclasses import replace
from pathlib import Path

import pytest

from aktui.contain.actions.changes.network_policy import NONE
from aktui.contain.history import Ended, Took
from aktui.contain.netpolicy import normal
from aktui.errors import AktuiError, Drifted, NotPossible, UsageError
from aktui.simcloud.account import Account
from aktui.simcloud.stories.delivery import BUILD_HOST_INSIDE
from tests.cloud.rig import QUICK, cloud_of, keys
from tests.contain.quick import quick
from tests.contain.restrict import BUSINESS, INTRUDER, calm, let_in, trust, trust_business, vpc_of
from tests.contain.stage import HASTY, Stage, stage
from tests.simcloud.accounts import DEPLOYER_KEY, small_account


def policy_of(at: Stage) -> object:
    key = at.account.keys[at.key_id]
    return normal((key.pending_policy[0] if key.pending_policy else key.policy) or {})


async def test_the_proposed_policy_stops_the_intruder_and_lets_the_business_in(tmp_path: Path) -> None:
    trust_business(tmp_path)
    async with stage(tmp_path) as at:
        account, vpc = at.account, vpc_of(at.account)
        done = await at.do("restrict-key")
        assert done.run.ended is Ended.VERIFIED
        assert all(let_in(account, at.key_id, source) for source in BUSINESS)
        assert let_in(account, at.key_id, BUILD_HOST_INSIDE, vpc)
        assert not any(let_in(account, at.key_id, source) for source in INTRUDER)
        assert not let_in(account, at.key_id, BUILD_HOST_INSIDE, "vpc-theirs")
        back = await at.undo(done)
        assert back.good
        assert policy_of(at) == NONE
        assert all(let_in(account, at.key_id, source) for source in (*BUSINESS, *INTRUDER))


async def test_the_impact_says_whom_it_stops(tmp_path: Path) -> None:
    trust_business(tmp_path)
    async with stage(tmp_path) as at:
        plan = await at.plan("restrict-key")
        assert at.writes() == []
        assert plan.impact
        assert plan.impact.of_trusted.denied == 0
        assert plan.impact.of_other.denied > 0
        assert {line.source for line in plan.impact.other} >= {INTRUDER[0]}
        assert "3 networks and 1 VPC" in plan.title


async def test_live_calls_with_the_key_are_refused_from_elsewhere_and_pass_from_the_list(
    tmp_path: Path,
) -> None:
    async with calm(tmp_path, small_account_without_lag()) as at:
        key = at.account.keys[at.key_id]
        async with cloud_of(at.sim, keys(key.id, key.secret), patience=QUICK) as business:
            assert (await at.do("restrict-key", allow="127.0.0.1")).good
            await business.call("sts", "GetCallerIdentity")
            assert (await at.do("restrict-key", allow="203.0.113.7", vpc="none")).good
            with pytest.raises(AktuiError):
                await business.call("sts", "GetCallerIdentity")


def small_account_without_lag() -> Account:
    account = small_account()
    account.settings.policy_lag = 0
    return account


async def test_without_a_mark_and_without_a_list_nothing_is_planned(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        with pytest.raises(NotPossible, match="No source is marked as trusted") as refused:
            await at.plan("restrict-key")
        assert "Mark the networks" in refused.value.hint
        assert at.writes() == []


async def test_a_typed_list_leaves_out_who_is_trusted_only_with_a_warning(tmp_path: Path) -> None:
    trust(tmp_path, *BUSINESS)
    async with stage(tmp_path) as at:
        plan = await at.plan("restrict-key", allow=f"{BUSINESS[0]}/32, 10.0.0.0/8", vpc="none")
        assert f"{BUSINESS[1]} is trusted, and the policy does not let it in." in plan.warnings
        assert any("10.0.0.0/8 is used inside networks only" in one for one in plan.warnings)
        assert plan.impact
        assert plan.impact.of_trusted.denied > 0


async def test_a_typed_vpc_is_let_in_with_its_networks_only(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        assert (await at.do("restrict-key", allow="203.0.113.0/24", vpc="vpc-bp1mine=10.0.0.0/16")).good
        assert let_in(at.account, at.key_id, "10.0.3.4", "vpc-bp1mine")
        assert not let_in(at.account, at.key_id, "10.1.3.4", "vpc-bp1mine")
        assert not let_in(at.account, at.key_id, "10.0.3.4", "vpc-bp1other")
        assert not let_in(at.account, at.key_id, "10.0.3.4")


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"mode": "block"}, "mode is"),
        ({"mode": "deny-public", "allow": "203.0.113.1"}, "takes no 'allow'"),
        ({"allow": "office"}, "no address"),
        ({"allow": "203.0.113.1", "vpc": "10.0.0.0/8"}, "not a VPC with its networks"),
        ({"allow": "203.0.113.1", "vpc": "vpc-a=10.0.0.1;vpc-a=10.0.0.2"}, "twice"),
        ({"allow": " ".join(f"203.0.113.{n}" for n in range(51))}, "52 addresses"),
        ({"allow": "203.0.113.1", "vpc": ";".join(f"vpc-{n}=10.0.0.1" for n in range(8))}, "9 statements"),
    ],
)
async def test_a_list_that_can_not_be_set_is_refused_before_anything_is_sent(
    tmp_path: Path, params: dict[str, str], why: str
) -> None:
    async with calm(tmp_path) as at:
        with pytest.raises(UsageError, match=why):
            await at.plan("restrict-key", **params)
        assert at.writes() == []


async def test_the_accounts_own_quotas_count(tmp_path: Path) -> None:
    account = quick()
    account.settings.quotas = {"IPItemsPerAKPolicyQuota": 3}
    async with calm(tmp_path, account) as at:
        with pytest.raises(UsageError, match="4 addresses and networks, and 3"):
            await at.plan("restrict-key", allow="203.0.113.1 203.0.113.2 203.0.113.3")


async def test_nobody_from_outside_still_lets_the_vpc_in(tmp_path: Path) -> None:
    trust_business(tmp_path)
    async with stage(tmp_path) as at:
        vpc = vpc_of(at.account)
        done = await at.do("restrict-key", mode="deny-public")
        assert done.good
        assert let_in(at.account, at.key_id, BUILD_HOST_INSIDE, vpc)
        assert not any(
            let_in(at.account, at.key_id, source) for source in (*BUSINESS, *INTRUDER, "127.0.0.1")
        )


async def test_a_policy_says_the_same_whichever_page_of_the_vendor_is_right(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        public = await at.plan("restrict-key", allow="203.0.113.7")
        assert {one["Type"] for one in public.steps[0].after["Statements"]} == {
            "ClassicWhiteList",
            "VPCWhiteList",
        }
        nobody = await at.plan("restrict-key", mode="deny-public")
        assert len(nobody.steps[0].after["Statements"]) == 2
        assert any("stops every call with the key" in one for one in nobody.warnings)


async def test_what_is_not_read_back_in_time_was_submitted_and_is_found_later(tmp_path: Path) -> None:
    account = quick()
    account.settings.policy_lag = 1.5
    async with calm(tmp_path, account, patience=replace(HASTY, settles=0.3)) as at:
        done = await at.do("restrict-key", allow="203.0.113.7", vpc="none")
        assert done.run.ended is Ended.UNVERIFIED
        assert "Accepted, but it did not show in time" in done.run.steps[0].note
        at.engine._patience = HASTY
        (found,) = await at.engine.recover()
        assert found.ended is Ended.VERIFIED
        assert found.steps[0].took is Took.VERIFIED
        assert at.writes() == ["ims:SetAccessKeyPolicy"]


async def test_the_policy_it_had_comes_back(tmp_path: Path) -> None:
    account = quick()
    suspect = account.keys[account.suspects[0]]
    suspect.policy = {
        "Version": 1,
        "Status": "Active",
        "Statements": [
            {"Type": "ClassicWhiteList", "IPList": ["203.0.113.9", "203.0.113.0/29", "192.0.2.66"]}
        ],
    }
    before = normal(suspect.policy)
    async with calm(tmp_path, account) as at:
        done = await at.do("restrict-key", allow="203.0.113.7")
        assert any("takes the place of the key's own policy" in one for one in done.run.plan.warnings)
        assert (await at.undo(done)).good
        assert policy_of(at) == before


async def test_the_same_policy_in_another_order_is_the_same(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        assert (await at.do("restrict-key", allow="203.0.113.7 198.51.100.9")).good
        with pytest.raises(NotPossible, match="already"):
            await at.plan("restrict-key", allow="198.51.100.9/32, 203.0.113.7")


async def test_a_policy_that_somebody_set_since_stops_the_plan(tmp_path: Path) -> None:
    async with calm(tmp_path) as at:
        plan = await at.plan("restrict-key", allow="203.0.113.7")
        at.account.keys[at.key_id].policy = {"Version": 1, "Status": "Active", "Statements": []}
        with pytest.raises(Drifted, match="no network policy in the preview"):
            await at.run(plan)
        assert at.writes() == []


async def test_the_accounts_policy_is_told_and_which_counts(tmp_path: Path) -> None:
    account = quick()
    listed = [{"Type": "ClassicWhiteList", "IPList": ["127.0.0.1", "203.0.113.9"]}]
    account.network_policy = {"Version": 1, "Status": "Active", "Statements": listed}
    async with calm(tmp_path, account) as at:
        plan = await at.plan("restrict-key", allow="203.0.113.7")
        assert any("203.0.113.9) counts for nothing on this key" in one for one in plan.warnings)


async def test_a_key_in_the_recycle_bin_needs_no_policy(tmp_path: Path) -> None:
    account = quick()
    account.keys[account.suspects[0]].recycled = account.clock.now()
    async with calm(tmp_path, account) as at:
        with pytest.raises(NotPossible, match="recycle bin"):
            await at.plan("restrict-key", allow="203.0.113.7")


async def test_a_refusal_of_the_cloud_stops_it(tmp_path: Path) -> None:
    async with calm(tmp_path, small_account(), key_id=DEPLOYER_KEY) as at:
        at.sim.app.faults.add([{"kind": "deny", "action": "SetAccessKeyPolicy"}])
        done = await at.do("restrict-key", allow="203.0.113.7", vpc="none")
        assert done.run.ended is Ended.STOPPED
        assert "ram:SetAccessKeyPolicy" in done.run.note
