"""Where a point of the verdict leads."""

from collections.abc import Mapping
from typing import Any

from textual.screen import Screen

from queries.base import Result, Row
from screens.background import in_background
from screens.desk import Desk
from screens.investigation import Investigation
from screens.judgement.telling import Because, StepTo, next_action
from screens.widgets.header import Standing
from screens.widgets.tell import tell


def open_target(screen: Screen[Any], desk: Desk, standing: Standing, target: object) -> None:
    """A step leads to its action; a reason to its finding, to what the provider told, or to the sources."""
    if isinstance(target, StepTo):
        from screens.judgement.others import meant

        open_answer(screen, desk, standing, target.action, meant(target.kind, target.name))
    elif isinstance(target, Because) and target.finding and desk.investigation is not None:
        there = desk.investigation
        in_background(
            screen, lambda: _show(screen, desk, standing, there, target), "finding", "the finding of a reason"
        )
    elif isinstance(target, Because) and target.query:
        from screens.provider import open_provider

        open_provider(screen, desk, standing, at=target.query)
    elif isinstance(target, Because):
        from screens.judgement.identities import open_identities

        open_identities(screen, desk, standing)
    else:
        tell(screen.app, "What was not seen has no evidence. i tells which calls were answered how.")


def open_answer(
    screen: Screen[Any], desk: Desk, standing: Standing, action: str, preset: Mapping[str, str]
) -> None:
    """Containment at an action; where it is known about whom, on the way to its preview."""
    from screens.contain.menu import open_containment
    from screens.contain.opening import open_action

    if preset:
        open_action(screen, desk, standing, action, preset)
    else:
        open_containment(screen, desk, standing, at=action)


async def _show(
    screen: Screen[Any], desk: Desk, standing: Standing, there: Investigation, reason: Because
) -> None:
    """The finding that gives this reason, from the judgement that was made already."""
    from screens.judgement.findings import open_finding, open_findings

    found: Result = await there.inquiry.ask("findings")
    row = _meant(found.rows, reason)
    if row is not None:
        action = next_action(await there.inquiry.ask("verdict"))
        open_finding(screen, desk, standing, row, action=action)
    else:
        tell(screen.app, "It was judged anew since; these are the findings now.")
        open_findings(screen, desk, standing)


def _meant(rows: tuple[Row, ...], reason: Because) -> Row | None:
    alike = [row for row in rows if row.values["id"] == reason.finding]
    same = [row for row in alike if row.values["sentence"] == reason.sentence]
    return next(iter(same or alike), None)
