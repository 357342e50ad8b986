"""`aktui triage`: everything about a key at once, as one JSON document or as a report for people."""

import argparse
import asyncio

from aktui.config import Settings
from aktui.headless.investigation import Investigation, investigation
from aktui.headless.output import Progress, as_json, emit, note
from aktui.headless.triage_document import document
from aktui.headless.triage_judgement import findings_of, verdict_of
from aktui.headless.triage_report import report
from aktui.models import Exchange
from queries.base import Result, Status
from queries.triage import TRIAGE, Triage, triage


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    async with investigation(settings, args.key_id, args.since, args.until) as found:
        progress = _Progress(found)
        found.cloud.watch(progress.heard)
        answers, findings, verdict = await asyncio.gather(
            triage(found.inquiry, progress.answered),
            found.inquiry.ask("findings"),
            found.inquiry.ask("verdict"),
        )
        facts = document(args.key_id, answers, found.inquiry.window, found.cloud.now())
        facts |= {"findings": findings_of(findings), "verdict": verdict_of(verdict)}
    Progress.clear()
    emit(as_json(facts) + "\n" if args.json else report(facts, answers))
    seq, head = found.ledger.head
    note(f"Evidence: {seq + 1} entries in {found.ledger.directory}.")
    note(f"Its head is {head}; noted elsewhere, it proves that nothing was cut off.")
    return exit_code(answers)


def exit_code(answers: Triage) -> int:
    """0 when every source gave all it has, 1 when none gave anything, else 3."""
    if answers.complete:
        return 0
    return 1 if all(result.status is Status.FAILED for result in answers.results.values()) else 3


class _Progress:
    """How far the triage is, on stderr."""

    def __init__(self, found: Investigation) -> None:
        self._found = found
        self._answered = 0

    def heard(self, exchange: Exchange) -> None:
        self._show()

    def answered(self, query_id: str, result: Result) -> None:
        self._answered += 1
        self._show()

    def _show(self) -> None:
        cloud = self._found.cloud
        waiting = f", {cloud.waiting} wait for the rate limit" if cloud.waiting else ""
        calls = cloud.exchanges[-1].number if cloud.exchanges else 0
        Progress.show(f"{self._answered} of {len(TRIAGE)} sources, {calls} calls{waiting}")
