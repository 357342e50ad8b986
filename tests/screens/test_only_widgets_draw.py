"""No string from the cloud meets a markup parser: only `screens/widgets` makes display text."""

import ast
from pathlib import Path

import pytest

import screens

ROOT = Path(screens.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
OUTSIDE = [path for path in SOURCES if path.parent.name != "widgets"]

PARSING = {
    "Static",
    "Label",
    "Button",
    "DataTable",
    "Tree",
    "OptionList",
    "Select",
    "SelectionList",
    "Checkbox",
}
PARSING |= {"Collapsible", "TabPane", "ListItem", "RadioButton"}
"""Widgets that read a plain string as markup."""

FORBIDDEN_CALLS = {"from_markup", "notify", "from_text", "update_content"}
FORBIDDEN_NAMES = {"DataTable", "Tree", "OptionList", "Markdown", "RichLog", "Log"}
TITLES = {"border_title", "border_subtitle", "tooltip"}


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_text(node: ast.expr) -> bool:
    """A plain string, as far as one can see without running it."""
    return isinstance(node, ast.JoinedStr | ast.Constant) and not (
        isinstance(node, ast.Constant) and not isinstance(node.value, str)
    )


def faults(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = name_of(node.func)
            if called in PARSING and any(is_text(arg) for arg in node.args):
                found.append(f"line {node.lineno}: {called} is given a plain string")
            if called == "update" and any(is_text(arg) for arg in node.args):
                found.append(f"line {node.lineno}: update is given a plain string")
            if called in FORBIDDEN_CALLS or called in FORBIDDEN_NAMES:
                found.append(f"line {node.lineno}: {called} belongs in screens/widgets")
        if isinstance(node, ast.Assign) and any(name_of(target) in TITLES for target in node.targets):
            value = node.value
            branches = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
            if any(is_text(branch) for branch in branches):
                found.append(f"line {node.lineno}: a title is given a plain string")
    return found


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_plain_string_is_drawn_outside_widgets(path: Path) -> None:
    assert faults(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_the_scan_sees_what_it_is_for() -> None:
    bad = 'Static(f"{x}")\nself.border_title = f"{x}"\nself.app.notify("x")\nbox.update("x")\nDataTable()'
    assert len(faults(ast.parse(bad))) == 5


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_screens_never_call_the_cloud_themselves(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and name_of(node.func) == "call"]
    assert not calls
