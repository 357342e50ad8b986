"""User agents that the business was never seen to call with, and what kind of tool they tell."""

from collections.abc import Iterable

from queries.attribution.values import Side
from queries.evidence.catalogues import family, tool_of
from queries.evidence.values import Act
from queries.judgement.finding import Finding, Severity, Sighting, Technique, of_sides
from queries.judgement.judging import Judged


def look(judged: Judged) -> Iterable[Sighting]:
    usual = {name for one in judged.of(Side.BUSINESS) for name in one.unit.families}
    if not usual:
        return

    def strange(act: Act) -> bool:
        return bool(act.agent) and act.is_event and family(act.agent) not in usual

    for side, acts in of_sides(judged, strange):
        agents = sorted({act.agent for act in acts})
        tools = sorted({tool.name for agent in agents if (tool := tool_of(agent))})
        known = f" ({', '.join(tools)})" if tools else ""
        said = f"calls with user agents that the business does not use{known}: {'; '.join(agents[:4])}."
        yield Sighting(said, acts, side=side)


FINDING = Finding(
    id="unfamiliar-agents",
    title="Called with unfamiliar tools",
    severity=Severity.LOW,
    technique=Technique("T1078.004", "Valid Accounts: Cloud Accounts"),
    benign="A library was exchanged, or a colleague tries something by hand.",
    look=look,
)
