"""Accounts of a scenario without its past: built once, unpacked for each test, and quick to ask."""

import pickle
from functools import cache

from aktui.simcloud.account import Account
from aktui.simcloud.trail import Trail
from tests.contain.stage import scenario


@cache
def _packed(name: str, seed: int) -> bytes:
    account = scenario(name, seed)
    account.settings.permission_lag = 0.0
    account.trail, account.projects, account.bills, account.life = Trail(), {}, [], []
    return pickle.dumps(account)


def quick(name: str = "leaked-ci-key", seed: int = 7) -> Account:
    """Everybody and everything of the scenario, but no event, no log and no bill."""
    account = pickle.loads(_packed(name, seed))
    assert isinstance(account, Account)
    return account
