"""What import-linter promises from the source, seen again in `sys.modules` of a fresh interpreter."""

import json
import subprocess
import sys
from pkgutil import walk_packages

import pytest

import aktui
import queries
import screens

SDK = ("alibabacloud_", "aliyun", "darabonba", "Tea")
DRAWING = ("textual", "rich")
NETWORK = ("httpx", "aiohttp", "requests", "urllib3")


def loaded_by(*modules: str) -> set[str]:
    """Top-level names in `sys.modules` after importing these modules in an interpreter of their own."""
    code = (
        "import importlib, json, sys\n"
        f"for name in {list(modules)!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def modules_of(*prefixes: str) -> list[str]:
    found: list[str] = []
    for package in (aktui, queries, screens):
        found += [info.name for info in walk_packages(package.__path__, f"{package.__name__}.")]
    return [name for name in found if name.startswith(prefixes) and not name.endswith("__main__")]


def offenders(loaded: set[str], forbidden: tuple[str, ...]) -> list[str]:
    return sorted(name for name in loaded if name.startswith(forbidden))


LAYERS = {
    "the questions": (("queries",), DRAWING + NETWORK + SDK),
    "the case": (("aktui.case",), DRAWING + NETWORK + SDK),
    "the foundations": (
        ("aktui.text", "aktui.redact", "aktui.models", "aktui.errors", "aktui.config"),
        DRAWING + NETWORK + SDK,
    ),
    "the transport": (("aktui.cloud",), ("textual", *SDK)),
    "containment": (("aktui.contain",), DRAWING + NETWORK + SDK),
    "the headless commands": (("aktui.headless",), DRAWING + SDK + NETWORK),
    "the screens": (("screens", "aktui.app"), NETWORK + SDK),
    "the practice cloud": (("aktui.simcloud",), DRAWING + NETWORK + SDK),
    "the command line": (("aktui.cli",), DRAWING + NETWORK + SDK),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_importing_a_layer_loads_nothing_it_must_not_know(layer: str) -> None:
    prefixes, forbidden = LAYERS[layer]
    modules = modules_of(*prefixes)
    assert modules, f"no module found for {layer}"
    assert offenders(loaded_by(*modules), forbidden) == []


def test_help_imports_neither_textual_nor_an_sdk() -> None:
    code = (
        "import sys\nfrom aktui.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "usage:" in done.stdout
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert offenders(loaded, DRAWING + NETWORK + SDK) == []
