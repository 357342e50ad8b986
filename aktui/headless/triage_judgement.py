"""Findings and verdict as they stand in the document of a triage."""

from typing import Any

from aktui.headless.rows import ordered
from queries.base import Result


def findings_of(result: Result) -> list[dict[str, Any]]:
    """The gravest first, an intruder's before unclear ones before those that are explained."""
    return [ordered(result.query, row) for row in result.rows]


def verdict_of(result: Result) -> dict[str, Any] | None:
    """The verdict with its reasons and steps whole; None when none could be given."""
    if not result.rows:
        return None
    (row,) = result.rows
    return {**ordered(result.query, row), "reasons": row.raw["reasons"], "steps": row.raw["steps"]}
