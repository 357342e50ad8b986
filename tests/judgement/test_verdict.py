"""The verdict through the real client: right on a story, and honest about what it could not see."""

from datetime import UTC, datetime
from typing import Any

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.scenarios import catalogue
from queries.base import Result
from queries.judgement.judging import Other
from queries.judgement.steps import answer_to
from tests.conftest import PracticeCloudFactory
from tests.queries.conftest import unhurried  # noqa: F401 - a fixture for all tests here
from tests.queries.rig import desk, restrict, story


@pytest.fixture
def account() -> Account:
    return story("role-chain-persistence")


async def asked(practice_cloud: PracticeCloudFactory, account: Account, *queries: str) -> list[Result]:
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        return [await found.ask(query) for query in queries]


def values(result: Result) -> dict[str, Any]:
    (row,) = result.rows
    return dict(row.values)


@pytest.mark.parametrize(
    ("kind", "name", "action"),
    [
        ("seen", "LTAI5tOther", "disable-other-key"),
        ("seen", "STS.x", "detach-policy"),
        ("token", "STS.x", "detach-policy"),
    ],
)
def test_a_session_is_stopped_through_its_role_and_a_key_by_disabling_it(
    kind: str, name: str, action: str
) -> None:
    assert answer_to(Other(kind, name, "", ()))[0] == action


async def test_an_intruder_is_followed_to_all_that_they_made(
    practice_cloud: PracticeCloudFactory, account: Account
) -> None:
    verdict, findings, identities, sources = await asked(
        practice_cloud, account, "verdict", "findings", "identities", "attribution"
    )
    told = values(verdict)
    assert told["verdict"] == account.truth["verdict"]
    assert told["next_action"] == "restrict-key"
    assert told["certainty"] == "high"
    truth = set(account.truth["intruder"]["event_ids"])
    said = {
        one for row in findings.rows if row.values["side"] == "intruder" for one in row.values["event_ids"]
    }
    managed = {e["eventId"] for e in account.trail if e["eventCategory"] != "Data"}
    assert len(said & truth) >= 0.95 * len(truth & managed)
    assert len(said & truth) >= 0.9 * len(said)
    created = account.truth["intruder"]["created"]
    names = {row.values["name"] for row in identities.rows}
    assert {key["id"] for key in created["access_keys"]} <= names
    assert {role["name"] for role in created["roles"]} <= names
    living = {row.values["name"] for row in identities.rows if not row.values["until"]}
    assert living < names, "sessions of the story have ended"
    assert {step["name"] for step in verdict.rows[0].raw["steps"]} - {""} == living
    assert {row.values["side"] for row in sources.rows} == {"business", "intruder"}
    found = {row.values["id"] for row in findings.rows}
    assert {"identities-changed", "roles-opened", "logons-given", "commands-run", "heirs-used"} <= found
    assert {"roles-taken", "unfamiliar-sources", "defences-hindered", "refusals", "secrets-read"} <= found
    for row in findings.rows:
        assert row.values["count"] == row.values["succeeded"] + row.values["refused"]
        assert row.values["first"] <= row.values["last"]
        assert row.values["technique"].startswith("T")


async def test_without_the_logstore_lookups_tell_the_same_and_it_is_said(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = fresh()
    whole, *_ = await asked(practice_cloud, account, "verdict")
    restrict(account, "log:GetLogStoreLogs", "log:GetIndex", "log:GetLogStore")
    partly, *_ = await asked(practice_cloud, account, "verdict")
    assert values(partly)["verdict"] == values(whole)["verdict"] == account.truth["verdict"]
    assert values(partly)["confidence"] < values(whole)["confidence"]
    assert any("trail" in said for said in values(partly)["not_covered"])


async def test_with_every_source_denied_nothing_is_called_clean(practice_cloud: PracticeCloudFactory) -> None:
    account = fresh()
    restrict(account, "log:*", "actiontrail:*")
    told = values((await asked(practice_cloud, account, "verdict"))[0])
    assert told["verdict"] == "not-enough-data"
    assert told["certainty"] == "low"
    assert told["not_covered"]


async def test_a_new_office_is_no_intrusion(practice_cloud: PracticeCloudFactory) -> None:
    account = story("benign-surprise")
    verdict, findings = await asked(practice_cloud, account, "verdict", "findings")
    assert values(verdict)["verdict"] == "business"
    # Its user has two keys, so that none can be made for a rotation.
    assert values(verdict)["next_action"] == "restrict-key"
    assert {row.values["side"] for row in findings.rows} == {"business"}
    assert not any(row.values["event_ids"] for row in findings.rows)


async def test_nobody_uses_the_forgotten_root_key(practice_cloud: PracticeCloudFactory) -> None:
    verdict, *_ = await asked(practice_cloud, story("idle-root-key"), "verdict")
    assert (values(verdict)["verdict"], values(verdict)["next_action"]) == ("idle", "root-key")
    assert values(verdict)["confidence"] < 0.9


def fresh() -> Account:
    """An account of its own, which may be changed."""
    return catalogue()["slow-and-low"].build(12, datetime.now(UTC).replace(microsecond=0))
