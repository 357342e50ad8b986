"""Looks for a secret wherever one must never be: in the case, the logs, what an exchange shows, a crash."""

import base64
import sqlite3
import traceback
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from aktui.case.ledger import Ledger
from aktui.contain.engine import Engine
from aktui.simcloud.account import Account
from tests.cloud.rig import QUICK, cloud_of, keys
from tests.contain.stage import HASTY, Stage
from tests.practice import Sim


@asynccontextmanager
async def recorded_stage(directory: Path, account: Account) -> AsyncIterator[Stage]:
    """A stage whose case has a ledger of every call, and of the journal's entries."""
    ledger = await Ledger.open(directory, key_id=account.suspects[0], practice=True)
    try:
        async with Sim(account) as sim:
            who = keys(account.responder, account.keys[account.responder].secret)
            async with cloud_of(sim, who, record=ledger.record, patience=QUICK, armed=True) as cloud:
                suspect = account.suspects[0]
                engine = Engine(cloud, suspect, directory, copy=ledger.record_action, patience=HASTY)
                yield Stage(sim, cloud, engine, suspect, directory)
    finally:
        await ledger.aclose()


def assert_nowhere(secret: str, at: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Fails with the place where the secret is."""
    assert len(secret) >= 8
    forms = {secret, quote(secret, safe=""), quote(quote(secret, safe=""), safe="")}
    wanted = [form.encode() for form in forms] + [base64.b64encode(secret.encode())]
    places = {**_files(at.directory), "the log": caplog.text.encode()}
    places |= {f"exchange {one.number}": f"{one!r} {one.body!r}".encode() for one in at.cloud.exchanges}
    for place, content in places.items():
        assert not any(form in content for form in wanted), f"the secret is in {place}"


def _files(directory: Path) -> dict[str, bytes]:
    """What each file of the case holds, with what is packed inside the ledger unpacked."""
    found = {f"{path}": path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    for path in directory.rglob("*"):
        if path.is_file() and path.read_bytes().startswith(b"SQLite"):
            found[f"{path}, unpacked"] = b"\n".join(_cells(path))
    assert any(name.endswith("unpacked") for name in found), "there is no ledger to look into"
    return found


def _cells(path: Path) -> Iterator[bytes]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as ledger:
        tables = [name for (name,) in ledger.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in ledger.execute(f'select * from "{table}"'):
                for cell in row:
                    data = cell if isinstance(cell, bytes) else str(cell).encode()
                    yield data
                    with suppress(zlib.error):
                        yield zlib.decompress(data)
    ledger.close()


def crash_text(error: BaseException) -> str:
    """What a crash report shows of aktui's own code: with the values of all local variables."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    here = [frame for frame in told.stack if "/aktui/" in frame.filename.replace("\\", "/")]
    assert here, "aktui took no part in it"
    told.stack = traceback.StackSummary.from_list(here)
    return "".join(told.format())
