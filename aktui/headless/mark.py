"""`aktui mark`: what is trusted and what is hostile; impacts and network policies are made from it."""

import argparse
import re
from pathlib import Path
from typing import Any

from aktui.case import networks
from aktui.case.directory import case_directory
from aktui.case.marks import Kind, Mark, Marks, mark, read_marks, write_marks
from aktui.config import Settings
from aktui.errors import UsageError
from aktui.headless.output import as_json, emit, iso, note
from aktui.models import utc_now
from aktui.text import pad, visible

SCHEMA = "aktui.marks/1"

_OPERATION = re.compile(r"[A-Za-z0-9*?-]+:[A-Z*][A-Za-z0-9*?]*")


def run(args: argparse.Namespace, settings: Settings) -> int:
    directory = case_directory(settings.home, args.key_id, practice=settings.practice)
    if args.stance:
        if not args.values:
            raise UsageError(f"Name what is {args.stance}: an address, a network, an operation, an identity.")
        marks = _marked(read_marks(directory), args)
        write_marks(directory, marks)
    else:
        marks = read_marks(directory)
    emit(as_json(_document(args.key_id, directory, marks)) + "\n" if args.json else _text(marks))
    if not marks.all:
        note("Nothing is marked.")
    return 0


def _marked(marks: Marks, args: argparse.Namespace) -> Marks:
    """With all of the values marked, or none: one that can not be raises UsageError."""
    for value in args.values:
        kind = Kind(args.kind) if args.kind else kind_of(value)
        stance = "trusted" if args.stance == "none" else args.stance
        new = mark(kind, value, stance, utc_now(), args.note) if args.stance != "none" else None
        if new is not None:
            marks = marks.with_mark(new)
            note(f"{new.value} ({kind}): {stance}.")
            continue
        gone = [one for one in marks.all if one.kind is kind and one.value in (value, _tidy(kind, value))]
        if not gone:
            raise UsageError(f"There is no mark on '{value[:80]}' ({kind}).")
        marks = marks.without(kind, gone[0].value)
        note(f"{gone[0].value} ({kind}): no longer marked.")
    return marks


def kind_of(value: str) -> Kind:
    """What a value is, as far as it can be seen from it: an IPv6 address is no operation."""
    text = value.strip()
    if networks.network(text) is not None or networks.is_vpc(text):
        return Kind.SOURCE
    return Kind.OPERATION if _OPERATION.fullmatch(text) else Kind.IDENTITY


def _tidy(kind: Kind, value: str) -> str:
    """The value as a mark would have it."""
    is_net = kind is Kind.SOURCE and networks.network(value.strip()) is not None
    return networks.tidy(value.strip()) if is_net else value.strip()


def _document(key_id: str, directory: Path, marks: Marks) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "key_id": key_id,
        "directory": str(directory),
        "marks": [
            {
                "kind": one.kind.value,
                "value": one.value,
                "stance": one.stance.value,
                "note": one.note,
                "at": iso(one.at),
            }
            for one in marks.all
        ],
    }


def _text(marks: Marks) -> str:
    return "".join(_line(one) for one in sorted(marks.all, key=lambda one: (one.stance, one.kind, one.value)))


def _line(one: Mark) -> str:
    head = f"{one.stance.value:<8} {one.kind.value:<10} {pad(visible(one.value), 24)}"
    return f"{head} {one.at:%Y-%m-%d %H:%M}Z  {visible(one.note)}".rstrip() + "\n"
