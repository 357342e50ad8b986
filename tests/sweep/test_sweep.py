"""A sweep of practice accounts: what is found, what it takes, what is said of what could not be had."""

from pathlib import Path

import pytest

from queries.sweep.known import KEYS, LEAKS, POWERS, REPORT, TRAIL, USERS, USES
from tests.conftest import PracticeCloudFactory
from tests.queries.rig import restrict
from tests.simcloud.accounts import ROOT_KEY
from tests.sweep.rig import arm, asked, codes, crowd, doubts, living, of_key, ranking, swept, told


async def test_the_leaked_key_comes_first_with_all_that_speaks_against_it(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        first = ranking(opened)[0]
        assert first.facts.key_id == account.suspects[0]
        assert codes(first) == {"leaked", "abnormal", "admin", "old"}
        assert not first.verdict.doubts
        words = {reason.code: reason.words for reason in first.verdict.reasons}
        assert "not dealt with" in words["leaked"]
        assert "192.0.2.66" in words["abnormal"]
        assert "AdministratorAccess through group ci" in words["admin"]
        assert all(source.complete for source in opened.known.sources.values())


async def test_every_living_key_is_ranked_once(practice_cloud: PracticeCloudFactory, tmp_path: Path) -> None:
    account = told("leaked-ci-key")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        found = [one.facts.key_id for one in ranking(opened)]
        assert sorted(found) == sorted(living(account))


async def test_only_the_intruders_sources_are_called_abnormal(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        odd = [one.facts.key_id for one in ranking(opened) if "abnormal" in codes(one)]
        assert odd == account.suspects[:1]


async def test_a_root_key_is_ranked_without_its_id_and_a_leak_report_may_name_it(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("idle-root-key")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        first, *others = ranking(opened)
        assert first.facts.root
        assert first.facts.key_id == ""
        assert first.candidates == (account.suspects[0],)
        assert {"leaked", "root", "idle", "old"} <= codes(first)
        old = next(one for one in others if one.facts.root)
        assert "inactive" in codes(old)
        assert "leaked" not in codes(old)
        assert old.candidates == ()


async def test_root_itself_is_told_the_ids_of_its_keys(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(crowd(20, 30)) as sim, swept(sim, tmp_path, by=ROOT_KEY) as opened:
        roots = [one for one in ranking(opened) if one.facts.root]
        assert [one.facts.key_id for one in roots] == [ROOT_KEY]


async def test_a_thousand_users_take_one_call_each_and_a_key_only_where_nothing_else_tells(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = crowd()
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        found = ranking(opened)
        assert len([one for one in found if not one.facts.root]) == len(list(living(account)))
        took = asked(opened.known)
        assert took[USERS] == took[LEAKS] == took[REPORT] == took[TRAIL] == 1
        assert took[KEYS] <= 1000
        assert took[POWERS] <= 1000
        assert 0 < took[USES] <= 2000
        used = of_key(found, account.suspects[0])
        unused = of_key(found, account.suspects[1])
        assert used.facts.use.source == "uses"
        assert "idle" not in codes(used)
        assert "idle" in codes(unused)
        assert account.suspects[2] not in {one.facts.key_id for one in found}


async def test_without_a_trail_no_key_is_called_normal(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    async with practice_cloud(crowd(20, 30)) as sim, swept(sim, tmp_path) as opened:
        assert opened.known.source(TRAIL).status == "not-covered"
        assert all("abnormal" in doubts(one) for one in ranking(opened))


DENIED = {
    LEAKS: ("yundun-aegis:DescribeAccesskeyLeakList", "leaked"),
    REPORT: ("ram:GetCredentialReport", "no-mfa"),
    POWERS: ("ram:ListPoliciesForUser", "admin"),
    TRAIL: ("actiontrail:DescribeTrails", "abnormal"),
}


@pytest.mark.parametrize("name", DENIED)
async def test_what_is_denied_is_said_of_every_key_with_the_permission_it_takes(
    practice_cloud: PracticeCloudFactory, tmp_path: Path, name: str
) -> None:
    permission, aspect = DENIED[name]
    account = told("leaked-ci-key")
    restrict(account, permission)
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        source = opened.known.source(name)
        # Policies through groups were told all the same.
        assert (source.status, source.missing) == ("partial" if name == POWERS else "denied", permission)
        found = ranking(opened)
        assert len(found) == len(list(living(account)))
        suspect = of_key(found, account.suspects[0])
        assert aspect in doubts(suspect) | codes(suspect)
        assert all(aspect in doubts(one) for one in found if aspect not in codes(one))


async def test_lists_of_keys_that_are_denied_are_asked_for_a_few_times_only(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = crowd(300, 300)
    restrict(account, "ram:ListAccessKeys")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        assert asked(opened.known)[KEYS] < 50
        assert opened.known.source(KEYS).status == "denied"
        found = ranking(opened)
        assert len(found) > 250
        assert {one.facts.key_id for one in found} == {""}


async def test_without_the_list_of_users_the_report_names_them(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    restrict(account, "ram:ListUsers")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        assert opened.known.source(USERS).status == "denied"
        assert ranking(opened)[0].facts.key_id == account.suspects[0]


async def test_without_the_report_last_uses_are_asked_key_by_key(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    restrict(account, "ram:GenerateCredentialReport", "actiontrail:DescribeTrails")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        found = ranking(opened)
        assert asked(opened.known)[USES] == len(found)
        assert all(one.facts.use.told for one in found)


async def test_a_throttled_cloud_is_asked_again_and_nothing_is_lost(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    async with practice_cloud(account) as sim:
        arm(sim, {"kind": "throttle", "action": "List*", "times": 20})
        arm(sim, {"kind": "status", "action": "GetPolicy", "status": 503, "times": 1})
        async with swept(sim, tmp_path) as opened:
            assert all(source.complete for source in opened.known.sources.values())
            assert len(ranking(opened)) == len(list(living(account)))


async def test_a_leak_list_cut_off_in_the_middle_is_no_clean_one(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    async with practice_cloud(account) as sim:
        arm(sim, {"kind": "malformed", "action": "DescribeAccesskeyLeakList", "body": "{}"})
        async with swept(sim, tmp_path) as opened:
            assert opened.known.source(LEAKS).status == "failed"
            assert all("leaked" in doubts(one) for one in ranking(opened))


async def test_groups_that_are_denied_leave_the_direct_policies_of_all(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    restrict(account, "ram:ListGroupsForUser")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        assert opened.known.source(POWERS).status == "partial"
        assert asked(opened.known)[POWERS] > 40
        found = ranking(opened)
        assert all("admin" in doubts(one) for one in found)
        assert "admin" in codes(next(one for one in found if one.facts.owner == "ci-depIoyer"))


async def test_no_name_keeps_a_sweep_from_being_kept(
    practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    account = told("leaked-ci-key")
    async with practice_cloud(account) as sim, swept(sim, tmp_path) as opened:
        opened.known.people["\ud83d x"] = opened.known.people.popitem()[1]
        opened.known.source(KEYS).detail = "\ud83d x \x1b]0;owned\x07"
        await opened.keep()
