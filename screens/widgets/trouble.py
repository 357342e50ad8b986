"""An error in the place of what it kept away: what was asked, why not, the code, what is missing."""

from textual.content import Content

from aktui.errors import AktuiError, CloudError, Forbidden
from screens.widgets.display import Part, beside_label, line, lines

LABEL = 10


def trouble(error: Exception, width: int, press: str = "") -> Content:
    """All that an error tells, laid out for so many cells; `press` says how to go on."""
    if not isinstance(error, AktuiError):
        # Its text may hold a value that must not be shown.
        rows = [
            beside_label("", [(f"aktui itself failed here ({type(error).__name__}).", "$error")], 0, width)
        ]
    else:
        rows = [beside_label("", [(error.message, "bold $error")], 0, width)]
        rows += [beside_label(f"  {name}", value, LABEL, width) for name, value in _facts(error)]
        if error.hint:
            rows.append(beside_label("", [error.hint], 0, width))
    if press:
        rows.append(line((press, "$muted")))
    return lines(*rows)


def _facts(error: AktuiError) -> list[tuple[str, list[Part]]]:
    if not isinstance(error, CloudError):
        return []
    facts: list[tuple[str, list[Part]]] = [("call", [f"{error.call}"])]
    facts += [("code", [error.code])] if error.code else []
    facts += [("request", [error.request_id])] if error.request_id else []
    if isinstance(error, Forbidden) and error.missing:
        facts.append(("needs", ["the RAM action ", (error.missing, "bold")]))
    return facts


def in_short(error: Exception) -> str:
    """The same in a few words, for a cell of a table."""
    if isinstance(error, Forbidden) and error.missing:
        return f"denied: needs {error.missing}"
    if isinstance(error, CloudError):
        return f"not known: {error.code or error.message}"
    return f"{error}" if isinstance(error, AktuiError) else f"not known ({type(error).__name__})"
