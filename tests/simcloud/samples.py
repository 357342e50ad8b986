"""Answers of the real cloud, kept beside the project; tests that need them are skipped elsewhere."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

BESIDE = Path(__file__).parents[3] / "shared" / "samples"


def sample(name: str) -> dict[str, Any]:
    """One sample: `http_status`, `body`. Skips the test where there are none."""
    folder = Path(os.environ.get("AKTUI_API_SAMPLES", BESIDE))
    path = folder / f"{name}.json"
    if not path.is_file():
        pytest.skip("no samples of the real cloud here; set AKTUI_API_SAMPLES to their folder")
    found: dict[str, Any] = json.loads(path.read_text())
    return found
