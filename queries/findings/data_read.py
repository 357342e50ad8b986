"""Objects and log rows read in bulk, against what the business reads."""

from collections.abc import Iterable

from queries.asking.reading import count
from queries.attribution.values import Side
from queries.evidence.values import Act
from queries.judgement.finding import Finding, Severity, Sighting, Technique, names
from queries.judgement.judging import Judged

_BULK = 20
_READS = ("GetObject", "GetLogStoreLogs", "PullLogs", "PullData", "PostDataLakeQuery", "GetLogs")


def look(judged: Judged) -> Iterable[Sighting]:
    acts = tuple(act for act in judged.hostile if act.operation in _READS)
    if not acts:
        return
    read = sum(map(sent, acts))
    places = sorted({act.resources[0].partition("/")[0] for act in acts if act.resources})
    usual = _usual(judged)
    said = (
        f"reads {len(acts)} objects or pages of log rows ({names(acts)}), {read / 1e6:,.1f} MB, from "
        f"{', '.join(places[:5]) or 'places that are not told'}; the business's busiest source read {usual} "
        "in the time that these logs keep."
    )
    yield Sighting(said, acts, severity=None if len(acts) >= _BULK else Severity.MEDIUM)


def _usual(judged: Judged) -> int:
    told = [
        sum(cell.count for cell in one.unit.cells if cell.operation in _READS)
        for one in judged.of(Side.BUSINESS)
    ]
    return max(told, default=0)


def sent(act: Act) -> int:
    """Bytes that went out with a request."""
    for name in ("content_length_out", "response_body_length", "NetOutFlow"):
        if (size := count(act.event.get(name))) is not None:
            return size
    return 0


FINDING = Finding(
    id="data-read",
    title="Objects or logs read",
    severity=Severity.HIGH,
    technique=Technique("T1530", "Data from Cloud Storage"),
    benign="A new consumer of the data, or a backup to another place.",
    look=look,
)
