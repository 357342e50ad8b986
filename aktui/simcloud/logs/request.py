"""A request to the log service: which project by its host, which operation by its path, what it asks for.

The project is the first label of the host (`project.cn-hangzhou.log.aliyuncs.com`, `project.127.0.0.1`,
or a host of another name that begins with a project of the account); without one the request is to the
account as a whole.
"""

import json
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from aktui.simcloud.logs.refusals import bad_parameter
from aktui.simcloud.request import Request, Scheme

_HOST = re.compile(
    r"(?:(?P<project>[a-z0-9][a-z0-9_-]*)\.)?(?P<region>[a-z]{2}-[a-z0-9-]+?)(?:-intranet|-internal|-share)?"
    r"\.log\.aliyuncs\.com"
)
_HERE = re.compile(r"(?:(?P<project>[a-z0-9][a-z0-9_-]*)\.)?(?:127\.0\.0\.1|localhost)")
_SIGNED = ("LOG ", "SLS4-HMAC-SHA256 ")

_LOGSTORE = r"/logstores/(?P<logstore>[^/]+)"
_ROUTES = (
    ("GET", r"/?", "", "ListProject"),
    ("GET", r"/logstores", "", "ListLogStores"),
    ("GET", _LOGSTORE, "log", "GetLogs"),
    ("GET", _LOGSTORE, "histogram", "GetHistograms"),
    ("GET", _LOGSTORE, "context_log", "GetContextLogs"),
    ("GET", _LOGSTORE, "", "GetLogStore"),
    ("GET", _LOGSTORE + "/index", "log", "GetLogs"),
    ("GET", _LOGSTORE + "/index", "histogram", "GetHistograms"),
    ("GET", _LOGSTORE + "/index", "", "GetIndex"),
    ("POST", _LOGSTORE + "/logs", "", "GetLogsV2"),
)
"""Method, path, parameter `type`, operation. `GET /` with a project in the host is GetProject."""


def is_log_request(request: Request) -> bool:
    """Whether it is for the log service, by what it is signed with or where it is sent."""
    headers = request.headers
    return (
        "x-log-apiversion" in headers
        or headers.get("authorization", "").startswith(_SIGNED)
        or _HOST.fullmatch(_name(headers)) is not None
    )


@dataclass(frozen=True)
class LogRequest:
    """A request read as a call of the log service. What is missing is empty and judged later."""

    http: Request
    operation: str
    """Empty when there is no such operation."""
    project: str
    region: str
    """By the host; empty when it is this machine's own address."""
    logstore: str

    @cached_property
    def asked(self) -> Mapping[str, Any]:
        """The parameters of the query string, or of a JSON body. Raises ApiError (400) for a bad body."""
        if self.http.method != "POST":
            return dict(self.http.query)
        try:
            body = json.loads(self.http.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise bad_parameter("body", "is not a JSON object")
        return body

    @property
    def action(self) -> str:
        return self.operation or f"{self.http.method} {self.http.path}"

    @property
    def key_id(self) -> str:
        """The AccessKey id it names, whatever it is worth; empty when there is none."""
        found = re.match(r"(?:LOG |SLS4-HMAC-SHA256 Credential=)([^:/,\s]*)", self._authorization)
        return found[1] if found else ""

    @property
    def scheme(self) -> Scheme:
        if self._authorization.startswith("SLS4-HMAC-SHA256 "):
            return Scheme.SLS4
        return Scheme.SLS1 if self._authorization.startswith("LOG ") else Scheme.NONE

    @property
    def _authorization(self) -> str:
        return self.http.headers.get("authorization", "")

    def shown(self) -> dict[str, str]:
        """All it asks for, as text, for the list of calls and for events."""
        try:
            asked = self.asked
        except Exception as error:
            asked = {"body": str(error)}
        named = {"project": self.project, "logstore": self.logstore}
        return {name: value for name, value in named.items() if value} | {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in asked.items()
        }


def read_log_request(request: Request, projects: Container[str]) -> LogRequest:
    """Raises nothing: what makes no sense has no operation. `projects` are those of the account."""
    host = _name(request.headers)
    found = _HOST.fullmatch(host) or _HERE.fullmatch(host)
    named = found.groupdict() if found else {}
    project = named.get("project") or ""
    first, dot, _ = host.partition(".")
    if found is None and dot and first in projects:
        project = first
    operation, logstore = _operation(request)
    if operation == "ListProject" and project:
        operation = "GetProject"
    return LogRequest(request, operation, project, named.get("region") or "", logstore)


def _operation(request: Request) -> tuple[str, str]:
    kind = request.sent.get("type", "") if request.method == "GET" else ""
    for method, path, wanted, operation in _ROUTES:
        found = re.fullmatch(path, request.path)
        if found and method == request.method and kind == wanted:
            return operation, unquote(found.groupdict().get("logstore") or "")
    return "", ""


def _name(headers: Mapping[str, str]) -> str:
    """The host without its port, and without the scheme that some clients leave in it."""
    return headers.get("host", "").lower().rpartition("//")[2].partition(":")[0]
