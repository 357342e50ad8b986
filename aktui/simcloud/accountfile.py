"""Account files: one JSON document that holds a whole account; by hand, by `--dump`, or pasted together.

The format is described in docs/account-file.md.
"""

from pathlib import Path
from typing import Any

import orjson

from aktui.simcloud.account import Account
from aktui.simcloud.collecting import undisturbed
from aktui.simcloud.portable.check import AccountFileError
from aktui.simcloud.portable.read import account_of
from aktui.simcloud.portable.write import document_of

__all__ = ["AccountFileError", "dump", "load", "load_document"]


def load(path: Path | str) -> Account:
    """The account in a file.

    Raises:
        AccountFileError: The file is not JSON, or not an account; each problem with its path.
        OSError: It cannot be read.
    """
    raw = Path(path).read_bytes()
    with undisturbed():
        return account_of(_parsed(raw))


def load_document(document: dict[str, Any]) -> Account:
    """The account in a parsed document, which must not be changed afterwards. Raises AccountFileError."""
    return account_of(document)


def dump(account: Account) -> dict[str, Any]:
    """The account as a document; `load_document` makes an account of it whose dump is equal."""
    return document_of(account)


def _parsed(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise AccountFileError([f"the file is not JSON: {error}"]) from None
