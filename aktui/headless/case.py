"""`aktui case list` and `aktui case verify`: what is kept, and whether it is still what was written."""

import argparse
from pathlib import Path

from aktui.case.directory import CaseSummary, case_directory, recent_cases
from aktui.case.verify import BLIND_SPOT, Verification, verify
from aktui.config import Settings
from aktui.errors import CaseError
from aktui.headless.output import as_json, emit, iso, note
from aktui.text import visible


def run(args: argparse.Namespace, settings: Settings) -> int:
    return _list(args, settings) if args.action == "list" else _verify(args, settings)


def _list(args: argparse.Namespace, settings: Settings) -> int:
    cases = recent_cases(settings.home, limit=1000)
    if args.json:
        emit(as_json({"schema": "aktui.cases/1", "cases": [_case(case) for case in cases]}) + "\n")
        return 0
    if not cases:
        note(f"There are no cases under {settings.home}.")
    for case in cases:
        kind = "practice" if case.practice else "live"
        state = case.problem or f"{case.entries} entries"
        emit(f"{case.last:%Y-%m-%d %H:%M}Z  {kind:8}  {visible(case.key_id)}  {visible(state)}\n")
    return 0


def _case(case: CaseSummary) -> dict[str, object]:
    return {
        "key_id": case.key_id,
        "kind": "practice" if case.practice else "live",
        "directory": str(case.directory),
        "last": iso(case.last),
        "entries": case.entries,
        "problem": case.problem,
    }


def _verify(args: argparse.Namespace, settings: Settings) -> int:
    directory, key_id = which_case(args.case, settings)
    found = verify(directory, head=args.head, key_id=key_id)
    emit(as_json(_verification(found)) + "\n" if args.json else _text(found))
    return 0 if found.intact else 1


def which_case(case: str | None, settings: Settings) -> tuple[Path, str]:
    """The directory meant, and the key it must be about (empty when the directory itself was named)."""
    if case is None:
        cases = recent_cases(settings.home, limit=1)
        if not cases:
            raise CaseError(f"There are no cases under {settings.home}.")
        return cases[0].directory, cases[0].key_id
    if "/" in case or Path(case).is_dir():
        return Path(case), ""
    places = [
        case_directory(settings.home, case, practice=practice)
        for practice in (settings.practice, True, False)
    ]
    return next((place for place in places if place.is_dir()), places[0]), case


def _verification(found: Verification) -> dict[str, object]:
    return {
        "schema": "aktui.verification/1",
        "directory": str(found.directory),
        "intact": found.intact,
        "key_id": found.key_id,
        "endpoint": found.endpoint,
        "entries": found.entries,
        "first": found.first,
        "last": found.last,
        "head": found.head,
        "head_found": found.head_found,
        "parts": found.parts,
        "rows": found.rows,
        "journal": {"entries": found.journal, "torn": found.torn},
        "problems": found.problems,
        "cannot_see": BLIND_SPOT if found.head_found is None else "",
    }


def _text(found: Verification) -> str:
    lines = [
        f"case     {found.directory}",
        f"key      {found.key_id or 'unknown'} ({found.endpoint or 'unknown'})",
        f"entries  {found.entries} good, from {found.first or '-'} to {found.last or '-'}",
        f"head     {found.head or '-'}",
    ]
    if found.parts:
        lines.append(f"rows     {found.rows} of logs, in {found.parts} files as the ledger has them")
    if found.journal:
        torn = f", {found.torn} unfinished lines of crashes passed over" if found.torn else ""
        lines.append(f"journal  {found.journal} entries good{torn}")
    lines += [f"BROKEN   {problem}" for problem in found.problems]
    if found.intact:
        lines.append("intact   Every entry is there and gives its hash.")
    if found.head_found is not None:
        lines.append(f"noted    The hash noted is that of entry {found.head_found}.")
    else:
        lines.append(f"unseen   {BLIND_SPOT}")
    return "".join(f"{visible(line)}\n" for line in lines)
