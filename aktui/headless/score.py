"""`aktui simcloud score`: judge practice accounts through the real client, and compare with the truth."""

import argparse
import asyncio
import os
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aktui.config import Settings, load_settings
from aktui.errors import AktuiError
from aktui.headless.investigation import investigation
from aktui.headless.output import Progress, as_json, emit
from aktui.headless.practice import StillCloud, dumped
from aktui.headless.scoring import Score, Truth, measure, together
from queries.base import Result, Status

SCHEMA = "aktui.score/1"


def run(argv: list[str]) -> int:
    """0 only if every account was judged right."""
    try:
        args = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    settings = load_settings(profile="", region="", site="", home=None, ecs_metadata=False, armed=False)
    scores = asyncio.run(_all(args, settings))
    Progress.clear()
    document = {"schema": SCHEMA, "right": all(one.right for one in scores), "scores": _listed(scores)}
    emit(as_json(document) + "\n" if args.json else table(scores))
    return 0 if document["right"] else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="aktui simcloud score",
        description="Ask for verdict and findings in practice clouds, and compare with what really happened.",
    )
    parser.add_argument(
        "--scenario",
        nargs="+",
        default=[],
        metavar="ID|FILE.json",
        help="scenarios, or account files with a truth; all scenarios without it",
    )
    parser.add_argument(
        "--seed", nargs="+", type=int, default=[0], metavar="N", help="one seed or several (0 without it)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document, schema aktui.score/1")
    return parser


async def _all(args: argparse.Namespace, settings: Settings) -> list[Score]:
    scores = []
    for scenario in args.scenario or await _scenarios():
        for seed in args.seed[:1] if _is_file(scenario) else args.seed:
            Progress.show(f"{scenario}, seed {seed}")
            scores.append(await _one(scenario, seed, settings))
    return scores


async def _scenarios() -> list[str]:
    """All there are, as the practice cloud lists them."""
    command = [sys.executable, "-m", "aktui.simcloud", "--list"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return [line.split()[0] for line in told.decode().splitlines() if line.strip()]


def _is_file(scenario: str) -> bool:
    return scenario.endswith(".json") or os.sep in scenario


async def _one(scenario: str, seed: int, settings: Settings) -> Score:
    now = "" if _is_file(scenario) else datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    score = Score(Path(scenario).stem if _is_file(scenario) else scenario, seed, "")
    with tempfile.TemporaryDirectory(prefix="aktui-score-") as folder:
        try:
            document = await asyncio.to_thread(dumped, scenario, seed, now, Path(folder) / "account.json")
            truth = Truth.of(document)
            del document
            score.expected = truth.verdict
            async with StillCloud(scenario, seed, now) as cloud:
                await _judge(score, truth, cloud, cloud.settings(settings, Path(folder)))
        except AktuiError as error:
            score.problem = error.message
        except (KeyError, TypeError):
            score.problem = "the account tells no truth to compare with"
    return score


async def _judge(score: Score, truth: Truth, cloud: StillCloud, settings: Settings) -> None:
    rows: list[Any] = []
    confidences = []
    for key_id in cloud.told["suspect_key_ids"]:
        async with investigation(settings, str(key_id)) as found:
            verdict = await found.inquiry.ask("verdict")
            findings = await found.inquiry.ask("findings")
        score.by_key[str(key_id)] = _verdict_of(verdict)
        confidences += [row.values["confidence"] for row in verdict.rows]
        rows += [row.values for row in findings.rows]
    score.verdict = together(score.by_key.values())
    score.confidence = min(confidences, default=0.0)
    measure(score, truth, rows)


def _verdict_of(result: Result) -> str:
    if result.rows:
        return str(result.rows[0].values["verdict"])
    return "not-enough-data" if result.status is not Status.FAILED else f"failed: {result.detail}"


def _listed(scores: list[Score]) -> list[dict[str, Any]]:
    return [{**asdict(one), "right": one.right} for one in scores]


def table(scores: list[Score]) -> str:
    """One line an account."""
    head = ("scenario", "seed", "expected", "verdict", "sure", "recall", "precision", "events", "hidden", "")
    lines = [head]
    for one in scores:
        lines.append(
            (
                one.scenario,
                str(one.seed),
                one.expected,
                one.verdict or "-",
                f"{one.confidence:.2f}",
                _share(one.recall),
                _share(one.precision),
                f"{one.found}/{one.there + one.hidden}",
                str(one.hidden),
                ("right" if one.right else "WRONG") + (f": {one.problem}" if one.problem else ""),
            )
        )
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    told = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "".join(f"{line.rstrip()}\n" for line in told)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
