"""The read-only gate: what is not known to be a read is not sent."""

import re

from aktui.errors import CallRef, ReadOnly

_READS = re.compile(r"(Get|List|Describe|Lookup|Query|Search)[A-Z]\w*")

_NAMED_READS = {
    ("ims", "GenerateCredentialReport"),
    ("resourcecenter", "ExecuteSQLQuery"),
    ("ram", "DecodeDiagnosticMessage"),
}
"""Operations that change nothing, whatever their verb."""


def is_read(product: str, action: str) -> bool:
    """Whether an operation is on the allow-list: a reading verb, or one of the named exceptions."""
    return bool(_READS.fullmatch(action)) or (product, action) in _NAMED_READS


def check(call: CallRef) -> None:
    """Raise ReadOnly, before anything is sent, unless the call is a read."""
    if not is_read(call.product, call.action):
        raise ReadOnly(
            call,
            "This call was not sent: it is not on the list of calls that only read.",
            hint="aktui is read-only; nothing was changed.",
        )
