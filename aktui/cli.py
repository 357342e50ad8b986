"""The command line: says what there is, checks what was given, and loads a command's code only to run it.

Exit codes: 0 complete, 1 failed, 2 wrong usage, 3 incomplete (a source failed, was denied or cut off),
130 interrupted.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from traceback import walk_tb
from types import FrameType

from aktui import __version__
from aktui.config import Settings, load_settings
from aktui.errors import AktuiError, UsageError
from aktui.headless import arguments
from aktui.text import parse_key_id, visible

COMPLETE, FAILED, USAGE, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 130

HEADLESS = (
    "triage",
    "findings",
    "query",
    "queries",
    "sweep",
    *arguments.COMMANDS,
    "policy",
    "doctor",
    "case",
    "import",
)
"""Each has a module in `aktui.headless` with `run(args, settings) -> exit code`, of its name or of this:"""

_MODULES = {"import": "imports"}

COMMANDS = ("demo", *HEADLESS, "simcloud")

_TAKES_VALUE = ("--profile", "--region", "--site", "--home")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. `--help`, `--version` and wrong usage raise SystemExit."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = _dispatch(words)
        sys.stdout.flush()
        return code
    except AktuiError as error:
        return _told(error)
    except BrokenPipeError:
        return _reader_left()
    except KeyboardInterrupt:
        _say("interrupted.")
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("AKTUI_DEBUG") == "1":
            raise
        return _bug(error)


def _dispatch(words: list[str]) -> int:
    at = _first_word(words)
    word = words[at] if at is not None else ""
    if word == "simcloud":
        if at:
            raise UsageError(
                "simcloud takes its options after its name.", hint="See `aktui simcloud --help`."
            )
        if words[1:2] == ["score"]:
            return int(import_module("aktui.headless.score").run(words[2:]))
        return int(import_module("aktui.simcloud.main").run(words[1:]))
    if not _is_help(words, at) and word not in COMMANDS:
        words.insert(len(words) if at is None else at, "console")
        _check_word(word)
    args = build_parser().parse_args(words)
    if getattr(args, "key_id", None):
        args.key_id = parse_key_id(args.key_id)
    return _run(args, _settings(args))


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.command == "console":
        return int(import_module("aktui.app").run_console(settings, args.key_id or ""))
    if args.command == "demo":
        demo = import_module("aktui.demo")
        return int(demo.run_demo(settings, scenario=args.scenario, seed=args.seed, key_id=args.key_id or ""))
    module = _MODULES.get(args.command, args.command)
    before = signal.signal(signal.SIGTERM, _terminated)
    try:
        return int(import_module(f"aktui.headless.{module}").run(args, settings))
    finally:
        signal.signal(signal.SIGTERM, before)


def _settings(args: argparse.Namespace) -> Settings:
    return load_settings(
        profile=args.profile or "",
        region=args.region or "",
        site=args.site or "",
        home=args.home.expanduser().absolute() if args.home else None,
        ecs_metadata=args.ecs_metadata,
        armed=args.allow_containment,
    )


def _first_word(words: list[str]) -> int | None:
    """Where the first word is that is neither an option nor the value of one."""
    at = 0
    while at < len(words):
        word = words[at]
        if not word.startswith("-"):
            return at
        at += 2 if word in _TAKES_VALUE else 1
    return None


def _is_help(words: list[str], at: int | None) -> bool:
    """Whether help or the version is asked for before any command."""
    return any(word in ("-h", "--help", "--version") for word in words[:at])


def _check_word(word: str) -> None:
    """A mistyped command must not be taken for a key ID."""
    if 0 < len(word) < 16 and word.isascii() and word.replace("-", "").isalpha():
        close = get_close_matches(word, COMMANDS, n=1)
        hint = f"Did you mean `aktui {close[0]}`?" if close else f"The commands are: {', '.join(COMMANDS)}."
        raise UsageError(f"'{word}' is neither a command nor an AccessKey ID.", hint=hint)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line. Global options may stand before or after the command."""
    common = _global_options(argparse.SUPPRESS)
    parser = argparse.ArgumentParser(
        prog="aktui",
        usage="aktui [options] [KEY_ID]\n       aktui [options] COMMAND …",
        description="A console for the moment an Alibaba Cloud AccessKey is believed leaked.\n"
        "Given a key ID, or nothing, it opens the console; the commands work without one.",
        epilog="Exit codes: 0 complete, 1 failed, 2 wrong usage, 3 incomplete, 130 interrupted.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[_global_options(None)],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"aktui {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, prog="aktui")

    def command(name: str, help_: str | None, **more: str) -> argparse.ArgumentParser:
        texts = {"help": help_, "description": help_} if help_ else {}
        return commands.add_parser(name, parents=[common], allow_abbrev=False, **texts, **more)  # type: ignore

    console = command("console", None, usage="aktui [options] [KEY_ID]")
    console.add_argument("key_id", nargs="?", metavar="KEY_ID")
    _demo(command("demo", "Try the console on a practice cloud with an incident in it."))
    _triage(command("triage", "Ask everything about a key and print the answers."))
    arguments.findings(command("findings", "Write out what was found about a key: JSON, OCSF or STIX."))
    _query(command("query", "Ask one question about a key and print the rows."))
    command("queries", "List the questions that can be asked.").add_argument("--json", action="store_true")
    arguments.sweep(command("sweep", "Rank all keys of the account by risk, with the reasons in words."))
    arguments.add(command)
    policy = command("policy", "Print the least RAM policy that aktui needs.")
    policy.add_argument("what", choices=("read", "contain"), help="for reading, or for containment")
    doctor = command("doctor", "Check credentials, permissions, clock, network, terminal and disk.")
    doctor.add_argument("--json", action="store_true")
    _case(command("case", "List the cases kept, or check one's ledger."), common)
    _import(command("import", "Take log files from disk into a case: OSS access logs, events, exports."))
    commands.add_parser("simcloud", help="Serve a practice cloud on this machine.", add_help=False)
    return parser


def _global_options(default: str | None) -> argparse.ArgumentParser:
    """`default` is SUPPRESS below a command, so that an option given before it is not undone."""
    options = argparse.ArgumentParser(add_help=False, argument_default=default)
    group = options.add_argument_group("options for every command")
    group.add_argument("--profile", metavar="NAME", help="a profile of the vendor's CLI or of its INI file")
    group.add_argument("--region", metavar="ID", help="the home region, cn-hangzhou unless told")
    group.add_argument("--site", choices=("china", "international"), help="which of the vendor's two sites")
    group.add_argument("--home", metavar="DIR", type=Path, help="where cases are kept")
    group.add_argument(
        "--ecs-metadata",
        action="store_true",
        default=False if default is None else default,
        help="also take credentials from the instance metadata service",
    )
    group.add_argument(
        "--allow-containment",
        action="store_true",
        default=False if default is None else default,
        help="arm aktui: confirmed containment may write to the cloud; without it aktui only reads",
    )
    return options


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "key_id", nargs="?", metavar="KEY_ID", help="a key of the scenario; asked for without it"
    )
    parser.add_argument(
        "--scenario", default="leaked-ci-key", metavar="ID", help="which incident (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="another account of the same story")


def _triage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key_id", metavar="KEY_ID")
    parser.add_argument("--json", action="store_true", help="one JSON document, schema aktui.triage/1")
    arguments.window(parser)


def _query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query_id", metavar="ID", help="which question; `aktui queries` lists them")
    parser.add_argument("key_id", metavar="KEY_ID")
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="may be repeated")
    parser.add_argument("--format", choices=("table", "json", "jsonl", "csv"), default="table")
    parser.add_argument("--limit", type=int, metavar="N", help="stop after so many rows")
    parser.add_argument(
        "--statement",
        action="store_true",
        help="print the text it would send to the log service, and send nothing",
    )
    arguments.window(parser)


def _case(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, prog="aktui case")
    listing = actions.add_parser("list", parents=[common], help="the cases under aktui's home, newest first")
    listing.add_argument("--json", action="store_true")
    verify = actions.add_parser(
        "verify", parents=[common], help="check that a case's ledger is as it was written"
    )
    verify.add_argument("case", nargs="?", metavar="KEY_ID|DIR", help="which case; the newest without it")
    verify.add_argument("--head", default="", metavar="HASH", help="a head hash noted at the time")
    verify.add_argument("--json", action="store_true")


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a log file, or a folder of them")
    parser.add_argument(
        "--key", dest="key_id", metavar="KEY_ID", help="whose case; that of the newest without it"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document, schema aktui.import/1")


def _told(error: AktuiError) -> int:
    _say(f"{error}")
    if error.hint:
        _say(error.hint)
    return USAGE if isinstance(error, UsageError) else FAILED


def _say(sentence: str) -> None:
    over = "\r\x1b[K" if sys.stderr.isatty() else ""
    sys.stderr.write(f"{over}aktui: {visible(sentence)}\n")


def _reader_left() -> int:
    """Whoever read stdout has seen enough. What is still buffered must not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return INCOMPLETE


def _bug(error: Exception) -> int:
    """Says where, and shows no value: there may be a secret in one."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    ours = [(name, line) for name, line in frames if Path(name).is_file()]
    name, line = (ours or frames)[-1]
    where = f"{Path(name).parent.name}/{Path(name).name}:{line}"
    _say(f"a mistake in aktui itself: {type(error).__name__} at {where}. Please report it.")
    _say("AKTUI_DEBUG=1 shows the full trace; look through it for secrets before sharing it.")
    return FAILED


def _terminated(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command the way Ctrl-C does."""
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):
        raise KeyboardInterrupt
    handler(signal.SIGINT, frame)
