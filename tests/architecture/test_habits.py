"""Habits of this code base that a machine can check: sizes, swallowed errors, what must not be shipped."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("aktui", "screens", "queries", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_source_file_stays_readable(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400, "split it by what it is about"
    tree = ast.parse(text)
    long = [
        f"{node.name}: {node.end_lineno - node.lineno} lines"
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS) and node.end_lineno and node.end_lineno - node.lineno > 60
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_error_is_swallowed(path: Path) -> None:
    broad = {"Exception", "BaseException"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            everything = node.type is None or getattr(node.type, "id", "") in broad
            silent = len(node.body) == 1 and isinstance(node.body[0], ast.Pass)
            assert not (everything and silent), f"line {node.lineno} swallows every exception"


CONSOLE = [path for path in SOURCES if not {"simcloud", "bench"} & set(path.parts)]


@pytest.mark.parametrize("path", CONSOLE, ids=name_of)
def test_nothing_sleeps_on_the_event_loop(path: Path) -> None:
    assert not re.search(r"\btime\.sleep\(", path.read_text())


def tracked_files() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_nothing_tracked_names_a_package_registry() -> None:
    hosts = re.compile("|".join([r"pypi\." + "org", "pythonhosted" + r"\.org", r"registry\." + "npmjs"]))
    for path in tracked_files():
        if path.is_file():
            found = hosts.search(path.read_text(errors="replace"))
            assert not found, f"{name_of(path)} names {found and found.group()}"


def test_there_is_no_lock_file_with_download_addresses() -> None:
    assert not {"uv.lock", "pylock.toml", "package-lock.json"} & {path.name for path in tracked_files()}


def test_the_constraints_are_plain_names_and_versions() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []
