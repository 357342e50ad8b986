"""`aktui rotation`: how far the rotation of a key is, told anew from its journal and what is observed."""

import argparse
import asyncio
from dataclasses import asdict
from typing import Any

from aktui.config import Settings
from aktui.contain.lastuse import Uses
from aktui.contain.rotation import Rotation, rotation_of
from aktui.headless import gaps
from aktui.headless.containing import evidence, lines, working
from aktui.headless.output import as_json, emit, note

SCHEMA = "aktui.rotation/1"


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    """0, or 3 when something could not be seen."""
    async with working(settings, args.key_id) as work:
        ground = await work.engine.survey()
        try:
            found = await rotation_of(ground)
        finally:
            await ground.aclose()
    evidence(work.ledger)
    emit(as_json(_document(found)) + "\n" if args.json else _text(found))
    for gap in found.gaps:
        note(f"{gap.status.value}: {gaps.sentence(gap)}")
    return gaps.exit_code(found.gaps)


def _document(found: Rotation) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "stage": found.stage.value,
        "old": found.old,
        "old_state": found.old_state,
        "new": found.new,
        "new_state": found.new_state,
        "next": found.next,
        "back": found.back,
        "sentence": found.sentence,
        "old_uses": _uses(found.old_uses),
        "new_uses": _uses(found.new_uses),
        "gaps": [gaps.as_document(gap) for gap in found.gaps],
    }


def _uses(uses: Uses | None) -> dict[str, Any] | None:
    if uses is None:
        return None
    return {
        "key_id": uses.key_id,
        "business": asdict(uses.business) if uses.business else None,
        "hostile": asdict(uses.hostile) if uses.hostile else None,
        "refused": [asdict(one) for one in uses.refused],
        "until": uses.until,
    }


def _text(found: Rotation) -> str:
    return lines(
        ("stage", found.stage.value),
        ("old key", f"{found.old} {found.old_state or ''}"),
        ("new key", f"{found.new} {found.new_state or ''}".strip()),
        ("means", found.sentence),
        ("next", found.next and f"aktui contain {found.old} {found.next} --plan"),
        ("back", found.back and f"aktui undo {found.old} {found.back} --plan"),
    )
