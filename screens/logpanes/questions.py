"""The catalogue of questions to the logs: in which order, what belongs together, what a row leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aktui.models import Window
from queries import catalogue
from queries.base import Query, Row
from screens.widgets.display import as_moment

LOGS = {"oss": "OSS access", "sls": "Log service", "trail": "Trail"}
"""Kinds of log, in the order of the catalogue, and what they are called here."""
BY_HOUR = {"oss": "oss-by-hour", "sls": "sls-by-hour", "trail": "trail-by-hour"}
"""The question that tells the activity over time."""
_FIRST = ("oss-by-ip", "oss-by-operation", "oss-by-bucket", "oss-by-prefix", "oss-by-hour", "oss-access")


@dataclass(frozen=True)
class Question:
    """A question to the logs, as it stands in the catalogue."""

    query: Query

    @property
    def log(self) -> str:
        return self.query.texts[0].log

    @property
    def many(self) -> bool:
        """Whether its answer is rows to download, not groups."""
        return self.query.plan is not None

    @property
    def missing(self) -> tuple[str, ...]:
        """Parameters it can not do without."""
        return tuple(param.name for param in self.query.params if param.required)


def questions() -> tuple[Question, ...]:
    """All of them, groups before rows, kind by kind."""
    order = list(LOGS)
    found = [Question(query) for query in catalogue().values() if query.texts]
    rank = {name: place for place, name in enumerate(_FIRST)}
    return tuple(
        sorted(
            found,
            key=lambda one: (order.index(one.log), one.many, rank.get(one.query.id, len(rank)), one.query.id),
        )
    )


def rows_of(log: str) -> Query | None:
    """The question for the rows of a kind of log."""
    return next((one.query for one in questions() if one.log == log and one.many), None)


@dataclass(frozen=True)
class Lead:
    """From a group to its rows: the question, its parameters, and the window where a group has one."""

    query: Query
    params: Mapping[str, str]
    window: Window | None = None

    @property
    def about(self) -> str:
        """`ip 203.0.113.7, bucket backups`; empty when it is about all rows."""
        told = [f"{name} {value}" for name, value in self.params.items() if name not in ("text", "regions")]
        if self.window is not None:
            told.append(f"{self.window.start:%m-%d %H:%M} to {self.window.end:%m-%d %H:%M} UTC")
        return ", ".join(told)


_SAME = {"source_ip": "source_ip", "ip": "ip", "access_id": "who"}
"""Columns of groups whose parameter for rows is called otherwise."""


def lead(group: Query, params: Mapping[str, str], row: Row | None) -> Lead | None:
    """What Enter on a group downloads; without a row, all rows of the question."""
    query = group if group.plan is not None else rows_of(_log_of(group, row))
    if query is None:
        return None
    takes = {param.name for param in query.params}
    chosen = {name: value for name, value in params.items() if name in takes and name != "text"}
    window = None
    if row is not None and query is not group:
        for column in group.columns:
            value = row.values.get(column.id)
            name = _parameter(column.id, takes)
            if name and isinstance(value, str) and value:
                chosen[name] = value
        window = _hour(row)
    if "ip" in params and "source_ip" in takes:
        chosen["source_ip"] = params["ip"]
        chosen.setdefault("who", "everyone")
    if query is group and "text" in params:
        chosen["text"] = params["text"]
    return Lead(query, chosen, window)


def _log_of(group: Query, row: Row | None) -> str:
    """The kind of log a group is from; questions to several kinds say it in each row."""
    told = str(row.values.get("log") or "") if row is not None else ""
    return told if told in LOGS else group.texts[0].log


def _parameter(column: str, takes: set[str]) -> str:
    if column in takes:
        return column
    same = _SAME.get(column, "")
    return same if same in takes else ""


def _hour(row: Row) -> Window | None:
    """The hour that a group stands for, if it stands for one."""
    hour = row.values.get("hour")
    start = hour if isinstance(hour, datetime) else as_moment(hour)
    return Window(start, start + timedelta(hours=1)) if start is not None else None
