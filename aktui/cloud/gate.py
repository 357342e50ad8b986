"""The gate in the transport: reads pass, a write passes only armed, known and with a permit of its own.

A permit is issued for one call after the intent to make it is on disk (`aktui.contain.journal`), names that
call with all its parameters, and is used up by it. Hiding a menu is no protection; this is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aktui.errors import CallRef, ReadOnly

_READS = re.compile(r"(Get|List|Describe|Lookup|Query|Search)[A-Z]\w*")

_NAMED_READS = {
    ("ims", "GenerateCredentialReport"),
    ("resourcecenter", "ExecuteSQLQuery"),
    ("ram", "DecodeDiagnosticMessage"),
}
"""Operations that change nothing, whatever their verb."""

_IMS_WRITES = (
    *("CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "RestoreAccessKeyFromRecycleBin"),
    *("SetAccessKeyPolicy", "SetAccessKeyPolicyForAccount"),
    *("UpdateLoginProfile", "DeleteLoginProfile", "SetSecurityPreference", "UnbindMFADevice"),
    *("UpdateServiceCredential", "DeleteServiceCredential"),
    *("DeleteUser", "RestoreUserFromRecycleBin"),
)
_RAM_WRITES = (
    *("CreatePolicy", "CreatePolicyVersion", "DeletePolicy"),
    *("AttachPolicyToUser", "DetachPolicyFromUser", "AttachPolicyToGroup", "DetachPolicyFromGroup"),
    *("AttachPolicyToRole", "DetachPolicyFromRole", "AddUserToGroup", "RemoveUserFromGroup", "DeleteRole"),
)
_ECS_WRITES = ("AttachInstanceRamRole", "DetachInstanceRamRole", "StopInstance", "DeleteInstance")
_SAS_WRITES = ("ModifyAccessKeyLeakDeal",)

WRITES = frozenset(
    (product, action)
    for product, actions in (
        ("ims", _IMS_WRITES),
        ("ram", _RAM_WRITES),
        ("ecs", _ECS_WRITES),
        ("sas", _SAS_WRITES),
    )
    for action in actions
)
"""Every write that containment knows; no other leaves this machine, armed or not."""


@dataclass
class Permit:
    """Leave to make one call, once. Only the journal of containment issues one."""

    product: str
    action: str
    region: str
    params: Mapping[str, Any]
    """By wire name; a `Secret` is compared as the secret it is."""
    used: bool = field(default=False, init=False)

    def covers(self, call: CallRef, params: Mapping[str, Any]) -> bool:
        """Whether this is the call, with these parameters, and was not made yet."""
        asked = (call.product, call.action, call.region, dict(params))
        return not self.used and asked == (self.product, self.action, self.region, dict(self.params))


def is_read(product: str, action: str) -> bool:
    """Whether an operation is on the allow-list: a reading verb, or one of the named exceptions."""
    return bool(_READS.fullmatch(action)) or (product, action) in _NAMED_READS


def check(call: CallRef) -> None:
    """Raise ReadOnly, before anything is sent, unless the call is a read."""
    if not is_read(call.product, call.action):
        raise ReadOnly(
            call,
            "This call was not sent: it is not on the list of calls that only read.",
            hint="aktui only reads here; nothing was changed.",
        )


def admit(call: CallRef, params: Mapping[str, Any], permit: Permit, *, armed: bool) -> None:
    """Raise ReadOnly, before anything is sent, unless this write may be made; uses the permit up."""
    if not armed:
        raise ReadOnly(
            call,
            "This call was not sent: aktui was started read-only.",
            hint="Start it with --allow-containment to arm it; nothing was changed.",
        )
    if (call.product, call.action) not in WRITES:
        raise ReadOnly(
            call, "This call was not sent: it is not on the list of writes that containment makes."
        )
    if not permit.covers(call, params):
        raise ReadOnly(call, "This call was not sent: its intent is not in the journal.")
    permit.used = True
