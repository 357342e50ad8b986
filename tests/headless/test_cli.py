"""The command line as people type it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aktui.cli import COMMANDS, main

KEY = "LTAI5tQxAbCdEfGhIjKl9fG2"


class Seen:
    """What a stand-in for a command was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def __call__(self, *args: object, **kwargs: object) -> int:
        self.calls.append((*args, kwargs))
        return 0


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Seen:
    seen = Seen()
    module = type(sys)("aktui.app")
    module.run_console = seen  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "aktui.app", module)
    return seen


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert [command for command in COMMANDS if command not in shown] == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("aktui 0.")


@pytest.mark.parametrize(
    "words", [[KEY], ["--region", "cn-beijing", KEY], [KEY, "--region=cn-beijing"], [f" {KEY}\n"]]
)
def test_a_key_id_opens_the_console_on_it(console: Seen, words: list[str]) -> None:
    assert main(words) == 0
    assert console.calls[0][1] == KEY


def test_nothing_at_all_opens_the_console_without_a_key(console: Seen) -> None:
    assert main([]) == 0
    assert console.calls[0][1] == ""


@pytest.mark.parametrize("before", [True, False])
def test_global_options_stand_before_or_after_the_command(
    console: Seen, before: bool, tmp_path: Path
) -> None:
    options = ["--region", "cn-beijing", "--site", "international", "--home", str(tmp_path), "--ecs-metadata"]
    main([*options, KEY] if before else [KEY, *options])
    settings = console.calls[0][0]
    assert (settings.region, settings.site, settings.home) == ("cn-beijing", "international", tmp_path)  # type: ignore[attr-defined]
    assert settings.ecs_metadata  # type: ignore[attr-defined]


def test_a_mistyped_command_is_not_taken_for_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["traige", KEY]) == 2
    assert "Did you mean `aktui triage`?" in capsys.readouterr().err


def test_a_secret_given_for_a_key_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "Zq7RmPv0Hk2LwXy9TnBc4SdFg6JaEu"
    assert main([secret]) == 2
    assert main(["query", "owner", secret]) == 2
    told = capsys.readouterr()
    assert secret not in told.out + told.err
    assert "secret" in told.err


@pytest.mark.parametrize(
    "words", [["triage"], ["query", "owner"], ["policy", "write"], ["case"], ["triage", KEY, "--nope"]]
)
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["query", "onwer", KEY], "Did you mean owner?"),
        (["query", "owner", KEY, "--param", "x"], "NAME=VALUE"),
        (["query", "owner", KEY, "--param", "x=1"], "no parameter 'x'"),
        (["query", "owner", KEY, "--limit", "0"], "--limit"),
        (["query", "owner", KEY, "--since", "yesterday"], "--since"),
        (["triage", KEY, "--since", "1d", "--until", "2d"], "empty"),
    ],
)
def test_what_can_not_be_is_said_before_anything_is_asked(
    words: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert reason in capsys.readouterr().err


def test_without_credentials_nothing_is_asked_and_the_way_out_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["query", "owner", KEY]) == 1
    told = capsys.readouterr()
    assert "No credentials were found" in told.err
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in told.err
    assert told.out == ""


def test_a_mistake_of_ours_is_one_line_without_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*args: object) -> int:
        raise RuntimeError("secret-value")

    monkeypatch.setattr("aktui.headless.queries.run", broken)
    assert main(["queries"]) == 1
    told = capsys.readouterr().err
    assert "RuntimeError at headless/test_cli.py" in told
    assert "secret-value" not in told
    assert "Traceback" not in told
    monkeypatch.setenv("AKTUI_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["queries"])


def test_the_practice_cloud_gets_its_words_untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Seen()
    module = type(sys)("aktui.simcloud.main")
    module.run = seen  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "aktui.simcloud.main", module)
    assert main(["simcloud", "--help", "--port", "0"]) == 0
    assert seen.calls[0][0] == ["--help", "--port", "0"]
    assert main(["--region", "cn-beijing", "simcloud"]) == 2


def test_queries_are_listed_for_people_and_machines(capsys: pytest.CaptureFixture[str]) -> None:
    from queries import catalogue

    assert main(["queries"]) == 0
    listed = capsys.readouterr().out
    assert [query_id for query_id in catalogue() if f"{query_id}\n" not in listed] == []
    assert main(["queries", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "aktui.queries/1"
    assert [query["id"] for query in document["queries"]] == list(catalogue())


def test_the_read_policy_is_what_the_queries_need(capsys: pytest.CaptureFixture[str]) -> None:
    from queries import catalogue

    assert main(["policy", "read"]) == 0
    policy = json.loads(capsys.readouterr().out)
    assert policy["Version"] == "1"
    (statement,) = policy["Statement"]
    assert statement["Effect"] == "Allow"
    needs = {action for query in catalogue().values() for action in query.needs}
    assert statement["Action"] == sorted(needs)
    assert not [action for action in needs if "*" in action]


def test_the_policy_for_containment_is_what_the_actions_read_and_write_beside(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from aktui.contain.action import actions, changes
    from queries import catalogue

    assert main(["policy", "contain"]) == 0
    told = capsys.readouterr()
    (statement,) = json.loads(told.out)["Statement"]
    needs = {action for query in catalogue().values() for action in query.needs}
    needs |= {action for change in changes().values() for action in (*change.reads, *change.writes)}
    needs |= {action for one in actions().values() for action in one.needs}
    assert (statement["Effect"], statement["Action"]) == ("Allow", sorted(needs))
    assert not [action for action in needs if "*" in action]
    assert len(told.out.replace(" ", "").replace("\n", "")) < 6144, "what RAM takes"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "aktui", "queries"],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.parametrize(
    "command", [["queries"], ["queries", "--json"], ["policy", "read"], ["policy", "contain"]]
)
def test_listing_loads_no_sdk_and_no_screen(command: list[str]) -> None:
    code = (
        "import sys\nfrom aktui.cli import main\n"
        f"main({command!r})\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not {
        name for name in loaded if name.startswith(("textual", "rich", "httpx", "alibabacloud_", "darabonba"))
    }


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_command_ends_with_130(number: signal.Signals, tmp_path: Path) -> None:
    """The cloud it asks accepts the connection and never answers."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        env = os.environ | {
            "AKTUI_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "AKTUI_HOME": str(tmp_path),
            "ALIBABA_CLOUD_ACCESS_KEY_ID": KEY,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "not-a-secret",
        }
        command = [sys.executable, "-m", "aktui", "query", "caller", KEY]
        process = subprocess.Popen(
            command,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell that runs things in the background has them ignore SIGINT.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        connection, _ = silent.accept()
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        connection.close()
    assert process.returncode == 130
    assert out == ""
    assert "interrupted" in err
    assert "Traceback" not in err
