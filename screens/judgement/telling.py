"""How a verdict is told: what it is and how sure, the next step, the reasons, what was not seen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from queries.base import Result
from screens.widgets.display import Part, as_moment, stamp_short
from screens.widgets.points import Point

STYLES = {
    "business": "bold $success",
    "intruder": "bold $error",
    "business-and-intruder": "bold $error",
    "not-enough-data": "bold $warning",
}
SIDES = {"intruder": "$error", "unclear": "$warning", "business": "$muted"}
_SURE = {"high": "$success", "medium": "$warning", "low": "$warning"}


@dataclass(frozen=True)
class StepTo:
    """Enter on a step: the action of containment that takes it."""

    action: str
    kind: str = ""
    name: str = ""
    """About whom it is; empty for the key itself."""


@dataclass(frozen=True)
class Because:
    """Enter on a reason: the finding that gives it, or the question whose answer it is, if any."""

    finding: str
    sentence: str
    query: str = ""


def verdict_of(result: Result | None) -> Mapping[str, Any] | None:
    """The values of a verdict, once there is one."""
    return result.rows[0].values if result is not None and result.rows else None


def incomplete(values: Mapping[str, Any] | None) -> int:
    """Of how many sources a verdict says that it could not see all."""
    return len(texts(values["not_covered"])) if values is not None else 0


def next_action(result: Result | None) -> str:
    """The action of containment that the verdict's next step names; empty while there is none."""
    values = verdict_of(result)
    return str(values["next_action"] or "") if values is not None else ""


def headline(values: Mapping[str, Any], *, short: bool = False) -> list[Part]:
    """`BUSINESS AND INTRUDER  confidence high (0.93)  2 sources incomplete`; short: without the sources."""
    verdict, certainty = str(values["verdict"]), str(values["certainty"])
    parts: list[Part] = [(_words(verdict).upper(), STYLES.get(verdict, "bold"))]
    parts += ["  confidence ", (certainty, _SURE.get(certainty, "")), f" ({values['confidence']})"]
    count = incomplete(values)
    if count and not short:
        parts += [
            "  ",
            (f"{count} source{'' if count == 1 else 's'} incomplete", "$warning"),
        ]
    return parts


def records(value: Any) -> list[Mapping[str, Any]]:
    """The records of a list, whatever else an answer may hold in its place."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []


def texts(value: Any) -> list[str]:
    """A list of texts; one text is a list of one."""
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [str(value)] if value else []


def whole(value: Any) -> int:
    """A count; 0 for what is none."""
    return value if isinstance(value, int) else 0


def _words(verdict: str) -> str:
    return verdict.replace("-", " ")


def points(result: Result) -> list[Point]:
    """All of a verdict but its headline, what counts first."""
    row = result.rows[0]
    values, raw = row.values, row.raw
    steps = records(raw.get("steps"))
    told = [Point("", (str(values["summary"]),), stays=True)]
    told += [_step("next !", one, "bold $primary") for one in steps[:1]]
    told += [_reason(number, one) for number, one in enumerate(records(raw.get("reasons")), 1)]
    told += [_step("then !", one) for one in steps[1:]]
    told += list(_not_covered(values))
    return told


def _step(label: str, step: Mapping[str, Any], style: str = "$muted") -> Point:
    from aktui.contain.action import actions

    known = actions().get(str(step["action"]))
    title = known.title if known is not None else str(step["action"])
    target = StepTo(str(step["action"]), str(step.get("kind") or ""), str(step.get("name") or ""))
    return Point(label, ((title, "bold"), f": {step['sentence']}"), "", target, style)


def _reason(number: int, reason: Mapping[str, Any]) -> Point:
    sentence, finding, side = str(reason["sentence"]), str(reason["finding"]), str(reason["side"])
    query = str(reason["query"])
    title, colon, rest = sentence.partition(": ") if finding or query else ("", "", sentence)
    head: list[Part] = [(title, "bold")] if title else [sentence]
    if (finding or query) and (times := _times(reason)):
        head.append((f"  {times}", "$muted"))
    if finding and side != "intruder":
        head.append((f"  {side}", SIDES.get(side, "")))
    return Point(
        f"{number}", tuple(head), rest if title else "", Because(finding, rest if colon else sentence, query)
    )


def _times(reason: Mapping[str, Any]) -> str:
    count, first = reason["count"], as_moment(reason["first"])
    calls = f"{count} call{'' if count == 1 else 's'}" if count and reason["finding"] else ""
    since = f"from {stamp_short(first)}" if first else ""
    return "  ".join(filter(None, (calls, since)))


def _not_covered(values: Mapping[str, Any]) -> Iterator[Point]:
    for number, said in enumerate(texts(values["not_covered"])):
        head, colon, rest = said.partition(": ")
        parts: tuple[Part, ...] = ((head, "bold $warning"), f"{colon}{rest}")
        yield Point("" if number else "unseen", parts)
