"""What the owner of a key may do, against the account's own attachments."""

from datetime import timedelta

from aktui.simcloud.account import Account, Attachment, Group
from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.rig import desk, give, leaked, new_key, restrict
from tests.simcloud.accounts import (
    DEPLOYER_ID,
    DEPLOYER_KEY,
    NOBODY_ID,
    NOBODY_KEY,
    ROOT_KEY,
    small_account,
)

READS = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:Get*","Resource":"*"}]}'


async def permissions(
    practice_cloud: PracticeCloudFactory, account: Account, key_id: str, by: str = ""
) -> Result:
    async with practice_cloud(account) as sim, desk(sim, key_id, by=by) as found:
        return await found.ask("permissions")


async def test_policies_come_with_the_way_they_were_given(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    user = account.users[account.keys[account.suspects[0]].owner]
    expected = {(one.policy_name, "user") for one in user.policies} | {
        (one.policy_name, f"group {name}") for name in user.groups for one in account.groups[name].policies
    }
    result = await permissions(practice_cloud, account, account.suspects[0])
    assert {(row.values["policy"], row.values["through"]) for row in result.rows} == expected
    assert result.status is Status.COMPLETE
    assert result.note.startswith("Overall: admin.")


async def test_a_user_without_policies_may_do_nothing(practice_cloud: PracticeCloudFactory) -> None:
    result = await permissions(practice_cloud, small_account(), NOBODY_KEY)
    assert (result.rows, result.status) == ((), Status.COMPLETE)
    assert result.note.startswith("Overall: nothing.")


async def test_a_policy_met_twice_is_read_once_and_shown_for_each_way(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    give(account, NOBODY_ID, "reads", READS)
    born = account.created
    account.groups["ops"] = Group("g-1", "ops", born, born, policies=[Attachment("Custom", "reads", born)])
    account.users[NOBODY_ID].groups["ops"] = born
    async with practice_cloud(account) as sim, desk(sim, NOBODY_KEY) as found:
        result = await found.ask("permissions")
        assert found.asked.names.count("ram:GetPolicy") == 1
    assert [row.values["through"] for row in result.rows] == ["user", "group ops"]
    assert {row.values["reading"] for row in result.rows} == {"limited"}


async def test_a_denial_in_one_policy_tames_another(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    give(
        account,
        DEPLOYER_ID,
        "stop",
        '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
    )
    result = await permissions(practice_cloud, account, DEPLOYER_KEY)
    assert result.note.startswith("Overall: limited.")


async def test_a_document_that_may_not_be_read_leaves_the_name_to_go_by(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    restrict(account, "ram:GetPolicy")
    result = await permissions(practice_cloud, account, DEPLOYER_KEY)
    (row,) = result.rows
    assert (row.values["policy"], row.values["reading"]) == ("AdministratorAccess", "admin")
    assert result.status is Status.PARTIAL
    assert {gap.missing for gap in result.gaps} == {"ram:GetPolicy"}
    assert "At least" in result.note


async def test_groups_that_may_not_be_listed_leave_a_gap_and_the_direct_policies(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    restrict(account, "ram:ListGroupsForUser")
    result = await permissions(practice_cloud, account, DEPLOYER_KEY)
    assert [row.values["policy"] for row in result.rows] == ["AdministratorAccess"]
    assert [gap.missing for gap in result.gaps] == ["ram:ListGroupsForUser"]


async def test_an_unread_policy_list_is_no_empty_one(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    restrict(account, "ram:ListPoliciesForUser")
    result = await permissions(practice_cloud, account, NOBODY_KEY)
    assert (result.rows, result.status) == ((), Status.DENIED)
    assert result.note.startswith("Overall: unknown.")


async def test_a_root_key_may_do_everything(practice_cloud: PracticeCloudFactory) -> None:
    result = await permissions(practice_cloud, small_account(), ROOT_KEY, by=ROOT_KEY)
    assert [row.values["reading"] for row in result.rows] == ["admin"]


async def test_of_a_user_in_the_recycle_bin_nothing_can_be_asked(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    moment = account.clock.now() - timedelta(days=1)
    account.users[NOBODY_ID].recycled = account.keys[NOBODY_KEY].recycled = moment
    result = await permissions(practice_cloud, account, NOBODY_KEY)
    assert result.status is Status.NOT_COVERED
    assert "recycle bin" in result.detail


async def test_a_deleted_key_of_a_living_user_still_shows_what_the_user_may(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    new_key(account, "LTAI5tDEPLOYERDEPLOYER03", DEPLOYER_ID).recycled = account.clock.now() - timedelta(
        days=1
    )
    result = await permissions(practice_cloud, account, "LTAI5tDEPLOYERDEPLOYER03")
    assert result.note.startswith("Overall: admin.")
