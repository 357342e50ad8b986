"""`aktui sweep`: all keys of the account, ranked by risk, with the reasons in words."""

import argparse
import asyncio
from typing import Any

from aktui.config import Settings
from aktui.headless.output import Progress, as_json, emit, note
from aktui.headless.sweep_report import document, line_of, report, told_of_any
from queries.sweep.known import Person
from queries.sweep.ranking import Chosen, Ranked, chosen, of_root, ranked
from queries.sweep.risk import level_of
from queries.sweep.session import Session, session

_WORTH_A_WORD = ("critical", "high")
_USERS_A_LINE = 25
"""Users between two words on the progress where stderr is no terminal."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings, chosen(args.only, args.user)))


async def _run(args: argparse.Namespace, settings: Settings, wanted: Chosen) -> int:
    async with session(settings) as opened:
        if args.resume:
            _told_what_is_kept(opened)
        stream = _Stream(opened, wanted, lines=args.jsonl)
        try:
            await (opened.go_on(stream.tell) if args.resume else opened.begin(stream.tell))
        except asyncio.CancelledError:
            _out(args, opened, wanted, stream, interrupted=True)
            raise
        _out(args, opened, wanted, stream, interrupted=False)
    seq, head = opened.ledger.head
    note(f"Evidence: {seq + 1} entries in {opened.ledger.directory}; its head is {head}.")
    return exit_code(opened)


def exit_code(opened: Session) -> int:
    """0 when every source gave all it has, 1 when no key could be told of, else 3."""
    if all(source.whole for source in opened.known.sources.values()):
        return 0
    return 3 if told_of_any(opened.known) else 1


def _told_what_is_kept(opened: Session) -> None:
    known = opened.known
    if known.updated is None:
        note("Nothing is kept of an earlier sweep of this account: it begins anew.")
        return
    listed = sum(person.listed for person in known.people.values())
    note(
        f"Going on with the sweep of {known.begun or known.updated:%Y-%m-%d %H:%M:%S} UTC, last added to at "
        f"{known.updated:%Y-%m-%d %H:%M:%S}: {listed} of {len(known.people)} users were asked about."
    )


def _out(
    args: argparse.Namespace, opened: Session, wanted: Chosen, stream: "_Stream", *, interrupted: bool
) -> None:
    """What is known by now, whole or not."""
    Progress.clear()
    now = opened.cloud.now()
    found = [one for one in ranked(opened.known, now) if wanted.takes(one)]
    facts = document(opened, found, wanted, now, interrupted=interrupted)
    if args.jsonl:
        stream.root()
        emit(as_json({**facts, "keys": len(found)}, indent=None) + "\n")
    elif args.json:
        emit(as_json(facts) + "\n")
    else:
        emit(report(opened, found, now))
    for sentence in facts["notes"]:
        note(sentence)
    if interrupted:
        note("Interrupted; what is known is kept. `aktui sweep --resume` goes on from here.")


class _Stream:
    """Keys as soon as all of their facts are there: as lines of JSON, or grave ones in words on stderr."""

    def __init__(self, opened: Session, wanted: Chosen, *, lines: bool) -> None:
        self._opened = opened
        self._wanted = wanted
        self._lines = lines
        self._given: set[str] = set()
        self._root_given = False
        self._said = 0

    def tell(self) -> None:
        """Something is new."""
        sweep, known = self._opened.sweep, self._opened.known
        if sweep is None:
            return
        now = self._opened.cloud.now()
        while sweep.settled:
            person: Person = sweep.settled.pop()
            self._give(ranked(known, now, [person]))
        if known.root is not None and known.sources["trail"].ended and sweep.done:
            self.root()
        self._progress()

    def root(self) -> None:
        """Root's keys, once."""
        if not self._root_given:
            self._root_given = True
            self._give(of_root(self._opened.known, self._opened.cloud.now()))

    def _give(self, found: list[Ranked]) -> None:
        now = self._opened.cloud.now()
        for one in found:
            if one.id in self._given or not self._wanted.takes(one):
                continue
            self._given.add(one.id)
            if self._lines:
                told: dict[str, Any] = one.document(self._opened.known, now)
                emit(as_json({"key": told}, indent=None) + "\n")
            elif level_of(one.score) in _WORTH_A_WORD:
                note(line_of(one))

    def _progress(self) -> None:
        done, everybody = self._opened.done
        cloud = self._opened.cloud
        waiting = f", {cloud.waiting} calls wait for the rate limit" if cloud.waiting else ""
        calls = cloud.exchanges[-1].number if cloud.exchanges else 0
        text = f"{done} of {everybody} users, {len(self._given)} keys, {calls} calls{waiting}"
        Progress.show(text)
        if done >= self._said + _USERS_A_LINE * 10 and Progress.silent():
            self._said = done
            note(text)
