"""Where the sweeps of accounts are kept: how far each is in a small file, its evidence in a ledger beside it.

These functions touch the disk: on the event loop, call them in a thread.
"""

import re
from pathlib import Path
from typing import Any

from aktui.case import smallfile
from aktui.case.directory import make_private
from aktui.errors import CaseError

SCHEMA = "aktui.sweep-state/1"
_WHAT = "state of the sweep"
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")


def folder(home: Path) -> Path:
    return home / "sweeps"


def state_file(home: Path, account: str) -> Path:
    """Raises CaseError for an account id that is no name of a file."""
    if not _ACCOUNT.fullmatch(account):
        raise CaseError("The id of the account has signs in it that no file can be named with.")
    return folder(home) / f"{account}.json"


def evidence(home: Path, account: str) -> Path:
    """The directory with the ledger of an account's sweeps. Raises CaseError."""
    return state_file(home, account).with_suffix("")


def read(home: Path, account: str) -> dict[str, Any] | None:
    """What is kept of an account's sweep; None when nothing is. Raises CaseError."""
    found: dict[str, Any] | None = smallfile.read(state_file(home, account), SCHEMA, "sweep", dict, _WHAT)
    return found


def write(home: Path, account: str, kept: object) -> None:
    """Keep it in place of what was. Raises CaseError when that fails."""
    path = state_file(home, account)
    make_private(path.parent)
    smallfile.write(path, SCHEMA, "sweep", kept, _WHAT)
