"""`aktui recover`: what became of runs that were cut off. It looks, and sends no write, armed or not."""

import argparse
import asyncio

from aktui.case.copies import uncopied
from aktui.config import Settings
from aktui.contain.history import Ended, Run
from aktui.headless import runs
from aktui.headless.containing import Work, evidence, working
from aktui.headless.output import as_json, emit, note

SCHEMA = "aktui.recovery/1"


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    async with working(settings, args.key_id) as work:
        copied = await _copy(work)
        found = await work.engine.recover(tell=note)
    evidence(work.ledger)
    known = all(_known(run) for run in found)
    if args.json:
        told = [runs.document(run) for run in found]
        facts = {"key_id": args.key_id, "certain": known, "copied": copied, "runs": told}
        emit(as_json({"schema": SCHEMA, **facts}) + "\n")
    else:
        emit("\n".join(runs.text(run) for run in found))
    if not found:
        note("No run was cut off, in doubt or unverified.")
    return 0 if known else 3


def _known(run: Run) -> bool:
    """Whether it is known for certain what became of it."""
    return run.ended in (Ended.VERIFIED, Ended.STOPPED)


async def _copy(work: Work) -> int:
    """Give the ledger its copy of entries of the journal where aktui was cut off between the two."""
    missing = await asyncio.to_thread(uncopied, work.ledger.directory)
    for line in missing:
        await work.ledger.record_action(line)
    if missing:
        note(f"{len(missing)} entries of the journal had no copy in the ledger; they have now.")
    return len(missing)
