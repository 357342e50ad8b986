"""IMS: virtual MFA devices."""

from aktui.simcloud import views
from aktui.simcloud.account import MfaDevice
from aktui.simcloud.directory import find, mfa, paging
from aktui.simcloud.fault import missing
from aktui.simcloud.op import Answer, Call, Integer, Text, op

_USER = Text("UserPrincipalName", required=True)


@op("Ims", "CreateVirtualMFADevice", Text("VirtualMFADeviceName", required=True), resource=find.all_of("mfa"))
def create_virtual_mfa_device(call: Call) -> Answer:
    return {"VirtualMFADevice": new_device(mfa.create(call.account, call["VirtualMFADeviceName"]))}


def new_device(device: MfaDevice) -> Answer:
    """The only time the seed is told."""
    return {
        "SerialNumber": device.serial,
        "Base32StringSeed": device.seed,
        "QRCodePNG": mfa.blank_picture(),
    }


@op("Ims", "DeleteVirtualMFADevice", Text("SerialNumber", required=True), resource=find.all_of("mfa"))
def delete_virtual_mfa_device(call: Call) -> Answer:
    mfa.delete(call.account, call["SerialNumber"])
    return {}


@op(
    "Ims",
    "ListVirtualMFADevices",
    Text("Marker"),
    Integer("MaxItems", low=1, high=1000),
    resource=find.all_of("mfa"),
)
def list_virtual_mfa_devices(call: Call) -> Answer:
    devices = [device for device in call.account.mfa_devices.values() if device.kind == "VMFA"]
    shown, more = paging.paged(call, devices, identity=lambda device: device.serial)
    shapes = []
    for device in shown:
        user = call.account.users.get(device.user)
        shapes.append(views.mfa_device(device, views.user_basics(call.account, user) if user else None))
    return more | {"VirtualMFADevices": {"VirtualMFADevice": shapes}}


@op("Ims", "GetUserMFAInfo", Text("UserPrincipalName"), resource=find.user_resource)
def get_user_mfa_info(call: Call) -> Answer:
    user = find.owner(call)
    if user is None:
        raise missing("UserPrincipalName")
    device = mfa.of(call.account, user)
    if device is None:
        return {"IsMFAEnable": False}
    return {"IsMFAEnable": True, "MFADevice": {"SerialNumber": device.serial, "Type": device.kind}}


@op("Ims", "GetAccountMFAInfo")
def get_account_mfa_info(call: Call) -> Answer:
    return {"IsMFAEnable": call.account.root_mfa}


# The catalogue leaves the serial number and the codes optional; without them nothing can be bound.
@op(
    "Ims",
    "BindMFADevice",
    _USER,
    Text("SerialNumber", required=True),
    Text("AuthenticationCode1", required=True),
    Text("AuthenticationCode2", required=True),
    resource=find.user_resource,
)
def bind_mfa_device(call: Call) -> Answer:
    codes = call["AuthenticationCode1"], call["AuthenticationCode2"]
    mfa.bind(call.account, find.ims_user(call), call["SerialNumber"], *codes, call.now)
    return {}


@op("Ims", "UnbindMFADevice", _USER, resource=find.user_resource)
def unbind_mfa_device(call: Call) -> Answer:
    return {"MFADevice": {"SerialNumber": mfa.unbind(call.account, find.ims_user(call)).serial}}


@op("Ims", "DisableVirtualMFA", _USER, resource=find.user_resource)
def disable_virtual_mfa(call: Call) -> Answer:
    """Unbinds and deletes in one step."""
    mfa.delete(call.account, mfa.unbind(call.account, find.ims_user(call)).serial)
    return {}
