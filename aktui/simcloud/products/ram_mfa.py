"""RAM: virtual MFA devices."""

from aktui.simcloud import views
from aktui.simcloud.directory import find, mfa
from aktui.simcloud.fault import absent
from aktui.simcloud.op import Answer, Call, Text, op
from aktui.simcloud.products.ims_mfa import new_device

_USER = Text("UserName", required=True)


@op("Ram", "CreateVirtualMFADevice", Text("VirtualMFADeviceName", required=True), resource=find.all_of("mfa"))
def create_virtual_mfa_device(call: Call) -> Answer:
    return {"VirtualMFADevice": new_device(mfa.create(call.account, call["VirtualMFADeviceName"]))}


@op("Ram", "DeleteVirtualMFADevice", Text("SerialNumber", required=True), resource=find.all_of("mfa"))
def delete_virtual_mfa_device(call: Call) -> Answer:
    mfa.delete(call.account, call["SerialNumber"])
    return {}


@op("Ram", "ListVirtualMFADevices", resource=find.all_of("mfa"))
def list_virtual_mfa_devices(call: Call) -> Answer:
    shapes = []
    for device in call.account.mfa_devices.values():
        user = call.account.users.get(device.user)
        owner = {"UserId": user.id, "UserName": user.name, "DisplayName": user.display_name} if user else None
        if device.kind == "VMFA":
            shapes.append(views.mfa_device(device, owner))
    return {"VirtualMFADevices": {"VirtualMFADevice": shapes}}


@op("Ram", "GetUserMFAInfo", _USER, resource=find.user_resource)
def get_user_mfa_info(call: Call) -> Answer:
    device = mfa.of(call.account, find.ram_user(call))
    if device is None:
        raise absent("User.MFADevice", "MFA device of the user")
    return {"MFADevice": {"SerialNumber": device.serial, "Type": device.kind}}


@op(
    "Ram",
    "BindMFADevice",
    _USER,
    Text("SerialNumber", required=True),
    Text("AuthenticationCode1", required=True),
    Text("AuthenticationCode2", required=True),
    resource=find.user_resource,
)
def bind_mfa_device(call: Call) -> Answer:
    codes = call["AuthenticationCode1"], call["AuthenticationCode2"]
    mfa.bind(call.account, find.ram_user(call), call["SerialNumber"], *codes, call.now)
    return {}


@op("Ram", "UnbindMFADevice", _USER, resource=find.user_resource)
def unbind_mfa_device(call: Call) -> Answer:
    return {"MFADevice": {"SerialNumber": mfa.unbind(call.account, find.ram_user(call)).serial}}
