"""`aktui findings`: what was found about a key, in a form that other tools take."""

import argparse
import asyncio
import os
from pathlib import Path

from aktui.config import Settings
from aktui.errors import CaseError
from aktui.headless.gaps import INCOMPLETE, exit_code, sentence
from aktui.headless.investigation import investigation
from aktui.headless.offline import told_offline
from aktui.headless.output import Progress, emit, note
from queries.export.forms import text_of
from queries.export.gathering import gathered


def run(args: argparse.Namespace, settings: Settings) -> int:
    """0 when all could be looked at, 3 when not. Raises CaseError for a file that can not be written."""
    if args.output is not None and args.output.exists():
        raise _in_the_way(args.output)
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.offline:
        told = await told_offline(settings, args.key_id, args.since, args.until)
        code = exit_code(told.gaps)
    else:
        Progress.show("asking for findings and verdict")
        async with investigation(settings, args.key_id, args.since, args.until) as found:
            told, findings = await gathered(found.inquiry)
        Progress.clear()
        code = 3 if findings.status in INCOMPLETE else 0
    _put(text_of(told, args.form), args.output)
    for gap in told.gaps:
        note(f"{gap.status.value}: {sentence(gap)}")
    return code


def _put(text: str, path: Path | None) -> None:
    """To stdout, or to a new file that nobody else can read."""
    if path is None:
        emit(text)
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
    except FileExistsError as error:
        raise _in_the_way(path) from error
    except OSError as error:
        raise CaseError(f"{path} can not be written: {error.strerror}.") from error
    note(f"Written to {path}.")


def _in_the_way(path: Path) -> CaseError:
    return CaseError(f"{path} exists.", hint="Name another file, or move that one away.")
