"""`aktui queries`: the questions that can be asked."""

import argparse
import textwrap
from typing import Any

from aktui.config import Settings
from aktui.headless.output import as_json, emit
from queries import catalogue
from queries.base import Query


def run(args: argparse.Namespace, settings: Settings) -> int:
    found = catalogue().values()
    if args.json:
        emit(as_json({"schema": "aktui.queries/1", "queries": [described(query) for query in found]}) + "\n")
    else:
        emit("\n".join(_text(query) for query in found))
    return 0


def described(query: Query) -> dict[str, Any]:
    """What the JSON says of a query."""
    return {
        "id": query.id,
        "question": query.question,
        "params": [
            {"name": param.name, "help": param.help, "required": param.required, "default": param.default}
            for param in query.params
        ],
        "columns": [
            {"id": column.id, "title": column.title, "kind": column.kind} for column in query.columns
        ],
        "texts": [{"log": text.log, "param": text.param} for text in query.texts],
        "rows_in_bulk": query.plan is not None,
        "span_seconds": query.span.total_seconds() if query.span is not None else None,
        "calls": list(query.calls),
        "needs": list(query.needs),
        "source": query.source,
        "lag_seconds": query.lag.total_seconds() if query.lag is not None else None,
        "limits": query.limits,
    }


def _text(query: Query) -> str:
    lines = [query.id, f"  {query.question}"]
    for param in query.params:
        must = " (required)" if param.required else ""
        lines += _wrapped(f"--param {param.name}=…", f"{param.help}{must}")
    lines += _wrapped("needs", " ".join(query.needs))
    for name, text in (("source", query.source), ("limits", query.limits)):
        lines += _wrapped(name, text) if text else []
    return "\n".join(lines) + "\n"


def _wrapped(name: str, text: str) -> list[str]:
    start = f"  {name}: "
    wrap = textwrap.TextWrapper(79, initial_indent=start, subsequent_indent="      ", break_on_hyphens=False)
    return wrap.wrap(text)
