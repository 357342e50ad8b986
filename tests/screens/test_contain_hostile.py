"""Names that an intruder chose, on the screens where a tired person decides: shown as text, everywhere."""

from dataclasses import replace
from pathlib import Path

import pytest

from aktui.simcloud.account import Account, Attachment, Policy, PolicyVersion, Role
from screens.contain.journal import JournalScreen
from screens.contain.sources import SourcesScreen
from tests.cloud.rig import QUICK
from tests.conftest import PracticeCloudFactory
from tests.screens.contained import Drill, drill
from tests.screens.golden import screen_text
from tests.screens.practice import NOW, frozen, unhurried
from tests.screens.test_hostile_text import HOSTILE, harmless
from tests.simcloud.accounts import DEPLOYER_ID, small_account

DISABLE = "Disable the key"
NAMES = ("markup", "closing tag", "title sequence", "right to left", "unseen", "lines", "wide")


def hostile_account(text: str) -> Account:
    """The deployer, a policy on it, a role and a group, all named so."""
    account = frozen(small_account(NOW))
    account.settings.policy_lag = account.settings.status_lag = 0.0
    user = account.users[DEPLOYER_ID]
    user.name = user.display_name = user.comments = text
    born = user.created
    document = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    versions = [PolicyVersion("v1", document, born)]
    account.policies["Custom", text] = Policy(text, "Custom", born, born, description=text, versions=versions)
    user.policies.append(Attachment("Custom", text, born))
    account.roles[text] = Role("300000000000000001", text, born, born, document)
    return account


@pytest.fixture(params=NAMES)
def at_name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    unhurried(monkeypatch, replace(QUICK, read=30.0, total=60.0))
    return HOSTILE[request.param]


def fine(at: Drill) -> None:
    assert harmless(screen_text(at.app))
    assert at.app.is_running
    assert at.app.return_code is None


async def test_a_hostile_name_is_text_from_the_list_to_the_journal(
    at_name: str, practice_cloud: PracticeCloudFactory, tmp_path: Path
) -> None:
    with practice_cloud(hostile_account(at_name)) as sim:
        async with drill(sim, tmp_path) as at:
            await at.menu()
            fine(at)
            for _ in range(26):
                await at.press("j")
                fine(at)
            await at.preview(DISABLE)
            fine(at)
            await at.pilot.click(offset=(20, 2))
            await at.dialog()
            fine(at)
            await at.confirm()
            await at.ended()
            fine(at)
            await at.press("y")
            fine(at)
            await at.press("escape", "escape", "J")
            await at.on(JournalScreen)
            await at.until("1 run")
            fine(at)
            await at.press("escape", "S")
            await at.on(SourcesScreen)
            await at.until("from")
            fine(at)
