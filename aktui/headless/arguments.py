"""What commands take on the command line, those of containment above all. Loads nothing but argparse."""

import argparse
from collections.abc import Callable
from pathlib import Path

COMMANDS = ("contain", "undo", "recover", "journal", "mark", "watch", "rotation")

Add = Callable[[str, str], argparse.ArgumentParser]
"""Adds a command with its one sentence, and the options that every command has."""


def add(command: Add) -> None:
    """Add all of them."""
    _contain(command("contain", "List what can be done about a key, plan it, and run an approved plan."))
    _undo(command("undo", "Plan how a run is taken back, and run that plan once it is approved."))
    _recover(command("recover", "Look what became of runs that were cut off; it sends no write."))
    _journal(command("journal", "Print what was done about a key, step by step, from its journal."))
    _mark(command("mark", "Mark what is trusted and what is hostile, or list the marks."))
    _watch(command("watch", "Watch who still uses a key after it was contained."))
    _rotation(command("rotation", "Tell how far the rotation of a key is, and what comes next."))


def sweep(parser: argparse.ArgumentParser) -> None:
    """What `aktui sweep` takes."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON document, schema aktui.sweep/1")
    form.add_argument(
        "--jsonl", action="store_true", help="each key as a line as soon as it is known; at the end the rest"
    )
    parser.add_argument("--resume", action="store_true", help="go on where the last sweep was left")
    parser.add_argument(
        "--only",
        default="",
        metavar="REASONS",
        help="only keys with one of these: leaked, root, admin, abnormal, idle, no-mfa, old, inactive",
    )
    parser.add_argument("--user", default="", metavar="GLOB", help="only keys of users of this name: ci-*")


def findings(parser: argparse.ArgumentParser) -> None:
    """What `aktui findings` takes."""
    _key(parser)
    parser.add_argument(
        "--as",
        dest="form",
        choices=("json", "ocsf", "stix"),
        default="json",
        help="aktui.findings/1, OCSF 1.8.0 Detection Findings (one a line), or a STIX 2.1 bundle "
        "(%(default)s)",
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="a new file that nobody else can read; else stdout"
    )
    parser.add_argument(
        "--offline",
        action="store_true",
        help="from the events in the case alone, imported or downloaded before: nothing is asked",
    )
    window(parser)


def window(parser: argparse.ArgumentParser) -> None:
    """From when until when."""
    times = "2026-11-18, 2026-11-18T02:00Z, or 36h, 7d ago"
    parser.add_argument(
        "--since", default="", metavar="TIME", help=f"from when: {times}; UTC unless it says else"
    )
    parser.add_argument("--until", default="", metavar="TIME", help="until when; now without it")


def _contain(parser: argparse.ArgumentParser) -> None:
    _key(parser)
    parser.add_argument(
        "action_id", nargs="?", default="", metavar="ACTION", help="an action; without it, all are listed"
    )
    parser.add_argument(
        "--param", action="append", default=[], metavar="NAME=VALUE", help="for --plan; may be repeated"
    )
    _plan_or_apply(parser, required=False)
    parser.add_argument(
        "--no-impact",
        action="store_true",
        help="for --plan, where seconds count: do not count what it would have denied",
    )
    parser.add_argument(
        "--secret-file",
        default="",
        metavar="FILE",
        help="a new file for the secret that the plan makes; nobody else can read it",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON document: aktui.actions/1, aktui.action/1, aktui.plan/1 or aktui.run/1",
    )
    parser.epilog = (
        "A plan changes nothing. It is kept in the case by its digest, and --apply runs exactly the plan of "
        "that digest, armed with --allow-containment. --apply ends with 0 when every step was seen to be so, "
        "with 3 when the run was stopped, is unverified or in doubt, with 1 when it did not begin. Without "
        "it, 3 means that something could not be seen: how an action stands, or calls for the impact."
    )


def _undo(parser: argparse.ArgumentParser) -> None:
    _key(parser)
    parser.add_argument("run", metavar="RUN", help="the run to take back; `aktui journal KEY_ID` lists them")
    _plan_or_apply(parser, required=True)
    parser.add_argument("--json", action="store_true", help="one JSON document: aktui.plan/1 or aktui.run/1")


def _plan_or_apply(parser: argparse.ArgumentParser, *, required: bool) -> None:
    which = parser.add_mutually_exclusive_group(required=required)
    which.add_argument("--plan", action="store_true", help="print what would be done; it sends no write")
    which.add_argument("--apply", action="store_true", help="run the plan with this digest")
    parser.add_argument("--digest", default="", metavar="D", help="for --apply: the digest --plan printed")
    parser.add_argument(
        "--confirm", default="", metavar="TEXT", help="for --apply: the last four characters of the key ID"
    )
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help="for --apply: why, where the plan asks; it is journalled"
    )


def _recover(parser: argparse.ArgumentParser) -> None:
    _key(parser)
    parser.add_argument("--json", action="store_true", help="one JSON document, schema aktui.recovery/1")
    parser.epilog = "It ends with 0 when all is known for certain afterwards, and with 3 when it is not."


def _journal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "case", nargs="?", metavar="KEY_ID|DIR", help="which case; that of the newest one without it"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document, schema aktui.journal/1")


def _mark(parser: argparse.ArgumentParser) -> None:
    _key(parser)
    parser.add_argument(
        "stance",
        nargs="?",
        choices=("trusted", "hostile", "none"),
        help="what they are; none takes a mark away; without it, the marks are listed",
    )
    parser.add_argument(
        "values", nargs="*", metavar="VALUE", help="203.0.113.0/24, vpc-…, ecs:RunInstances, a user's name"
    )
    parser.add_argument(
        "--kind",
        choices=("source", "operation", "identity"),
        help="what the values are, where that can not be seen from them",
    )
    parser.add_argument("--note", default="", metavar="TEXT", help="why; it is kept with the mark")
    parser.add_argument("--json", action="store_true", help="one JSON document, schema aktui.marks/1")


def _watch(parser: argparse.ArgumentParser) -> None:
    _key(parser)
    parser.add_argument(
        "--for", dest="span", default="10m", metavar="TIME", help="how long: 90s, 10m, 2h (%(default)s)"
    )
    parser.add_argument(
        "--since",
        default="",
        metavar="TIME",
        help="when the change was made; the begin of the newest run that changed something without it",
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON document a line for each look, schema aktui.watch/1"
    )


def _rotation(parser: argparse.ArgumentParser) -> None:
    _key(parser)
    parser.add_argument("--json", action="store_true", help="one JSON document, schema aktui.rotation/1")


def _key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key_id", metavar="KEY_ID")
