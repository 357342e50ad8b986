"""Running a kept plan: `--apply`. Nothing runs that was not printed before under the digest that is given."""

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path

from aktui.case.directory import case_directory
from aktui.case.journal import read_journal
from aktui.config import Settings
from aktui.contain.handover import FileHandover
from aktui.contain.history import Ended, Run, replay
from aktui.contain.plan import Approval, Plan
from aktui.errors import AktuiError, CaseError, NotApproved, UsageError
from aktui.headless import plans, runs
from aktui.headless.containing import Work, evidence, working
from aktui.headless.output import as_json, emit, note

SCHEMA = "aktui.run/1"

Check = Callable[[Plan], None]
"""Raises NotApproved when the plan is not one that the command was to run."""


def check_options(args: argparse.Namespace) -> None:
    """Raises UsageError for options that do not go together."""
    given = {"digest": args.digest, "confirm": args.confirm, "reason": args.reason}
    given["secret-file"] = getattr(args, "secret_file", "")
    if not args.apply:
        wrong = [f"--{name}" for name, value in given.items() if value]
        if wrong:
            raise UsageError(f"{wrong[0]} goes with --apply only.")
        return
    if not args.digest or not args.confirm:
        raise UsageError(
            "--apply needs --digest and --confirm.",
            hint="--plan prints both: the digest, and the command that runs exactly that plan.",
        )
    plans.check_digest(args.digest)


def apply(args: argparse.Namespace, settings: Settings, check: Check) -> int:
    """Run the plan; 0 when it was verified, 3 when it was not, 130 when it was interrupted.

    Raises AktuiError when it did not begin.
    """
    if not settings.armed:
        raise NotApproved(
            "Nothing was done: aktui was started read-only.",
            hint="Give --allow-containment to arm it for this command.",
        )
    if args.confirm != args.key_id[-4:]:
        raise NotApproved("Nothing was done: --confirm is not the last four characters of the key ID.")
    directory = case_directory(settings.home, args.key_id, practice=settings.practice)
    known = _known(directory)
    try:
        return asyncio.run(_apply(args, settings, check))
    except KeyboardInterrupt:
        _interrupted(directory, known, args.key_id)
        return 130


def _known(directory: Path) -> set[str]:
    """The runs that there are. A journal that can not be read is the engine's to refuse."""
    try:
        return {run.id for run in replay(read_journal(directory)).runs}
    except CaseError:
        return set()


def _interrupted(directory: Path, known: set[str], key_id: str) -> None:
    new = [run for run in replay(read_journal(directory)).runs if run.id not in known]
    if not new:
        note("Interrupted before anything was begun: nothing was changed.")
    elif new[0].ended is Ended.OPEN:
        _cut_off(new[0], key_id)
    else:
        note(f"Interrupted after the run {new[0].id} had ended: {new[0].ended.value}.")


def _cut_off(run: Run, key_id: str) -> None:
    note(f"The run {run.id} was cut off: what it sent last may have been applied, or may still be.")
    note(f"Run `aktui recover {key_id}`: it looks what became of it, and sends nothing again.")


async def _apply(args: argparse.Namespace, settings: Settings, check: Check) -> int:
    async with working(settings, args.key_id) as work:
        directory = work.ledger.directory
        plan, at = await asyncio.to_thread(plans.load, directory, args.key_id, args.digest)
        check(plan)
        handover = _handover(plan, getattr(args, "secret_file", ""))
        note(f"{plan.title}, as planned at {at}.")
        run, whole = await _run(work, plan, Approval(args.digest, args.confirm, args.reason), handover)
    evidence(work.ledger)
    emit(as_json({"schema": SCHEMA, **runs.document(run)}) + "\n" if args.json else runs.text(run))
    _afterwards(run, args.key_id)
    return 0 if run.ended is Ended.VERIFIED and whole else 3


def _handover(plan: Plan, path: str) -> FileHandover | None:
    if not plans.makes_secret(plan):
        if path:
            raise UsageError("The plan makes no secret: leave --secret-file out.")
        return None
    if not path:
        raise UsageError(
            "The plan makes a secret that is told once: say with --secret-file where it is to go.",
            hint="Name a file that does not exist yet; only you will be able to read it.",
        )
    return FileHandover(Path(path))


async def _run(work: Work, plan: Plan, approval: Approval, handover: FileHandover | None) -> tuple[Run, bool]:
    """The run as the journal has it, and whether all of it was kept. AktuiError: it did not begin."""
    journal = work.engine.journal
    known = {run.id for run in (await journal.history()).runs}
    try:
        return (await work.engine.execute(plan, approval, handover=handover, tell=note)).run, True
    except AktuiError as error:
        new = [run for run in (await journal.history()).runs if run.id not in known]
        if not new:
            raise
        note(f"{error} {error.hint}".strip())
        return new[0], False


def _afterwards(run: Run, key_id: str) -> None:
    """What a person does next."""
    if run.ended is Ended.OPEN:
        _cut_off(run, key_id)
    elif run.ended in (Ended.UNVERIFIED, Ended.IN_DOUBT):
        note(f"Look again later with `aktui recover {key_id}`: it sends nothing.")
    elif run.ended is Ended.STOPPED:
        note(f"The steps before the one that stopped it stand. {run.note}".rstrip())
    if run.changed and run.ended is not Ended.OPEN:
        note(f"`aktui undo {key_id} {run.id} --plan` prints how it is taken back.")
