"""The forms in which findings are exported, and their text. Nothing of it harms a terminal: it is ASCII."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from queries.export.ocsf import as_ocsf
from queries.export.plain import as_plain
from queries.export.stix import as_stix
from queries.export.told import Told


@dataclass(frozen=True)
class Form:
    id: str
    suffix: str
    """What a file's name ends with, no dot in front."""
    about: str


FORMS: Mapping[str, Form] = {
    form.id: form
    for form in (
        Form(
            "json", "json", "one document, schema aktui.findings/1: findings and verdict, all that is known"
        ),
        Form("ocsf", "ocsf.jsonl", "OCSF 1.8.0, one Detection Finding (2004) a line"),
        Form("stix", "stix.json", "a bundle of STIX 2.1: observed data, sightings, indicators, a report"),
    )
}


def text_of(told: Told, form: str) -> str:
    """The whole file, with a newline at its end. KeyError for a form that is none of `FORMS`."""
    if form == "ocsf":
        return "".join(f"{_json(event)}\n" for event in as_ocsf(told))
    document = {"json": as_plain, "stix": as_stix}[form](told)
    return f"{_json(document, indent=2)}\n"


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, indent=indent, ensure_ascii=True).replace("\x7f", "\\u007f")
