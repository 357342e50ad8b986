"""What the recurring callers of an account share."""

from random import Random

from aktui.simcloud.account import Account
from aktui.simcloud.life.console import Consoles
from aktui.simcloud.stories.ids import Ids
from aktui.simcloud.stories.recorder import Recorder


class Desk:
    """The sessions they have opened, where identifiers come from, how events are written."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.rng = Random(f"{account.scenario} {account.seed} life")
        self.ids = Ids(self.rng)
        self.book = Recorder(account.id, self.ids, account.settings.global_region)
        self.consoles = Consoles(account, self.book)
        self.sessions: dict[tuple[str, str, str], str] = {}
        """STS key id by key, role and session name."""
