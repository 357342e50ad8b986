"""Virtual MFA devices: a seed first, a user when two codes in a row prove that the seed was taken over."""

import base64
import re
import struct
import zlib
from datetime import datetime

from aktui.simcloud.account import Account, MfaDevice, User
from aktui.simcloud.directory import names, quotas, totp
from aktui.simcloud.fault import ApiError, absent, exists, in_use


def create(account: Account, name: str) -> MfaDevice:
    names.checked("VirtualMFADeviceName", name, names.DEVICE, 64)
    serial = f"acs:ram::{account.id}:mfa/{name}"
    if serial in account.mfa_devices:
        raise exists("VirtualMFADevice", "virtual MFA device")
    held = len(account.mfa_devices)
    quotas.require_room(account, "VirtualMFADevicesQuota", held, "VirtualMFADevice", "virtual MFA devices")
    device = MfaDevice(serial, seed=totp.new_seed())
    account.mfa_devices[serial] = device
    return device


def find(account: Account, serial: str) -> MfaDevice:
    device = account.mfa_devices.get(serial)
    if device is None:
        raise absent("VirtualMFADevice", "virtual MFA device")
    return device


def delete(account: Account, serial: str) -> None:
    device = find(account, serial)
    if device.user:
        raise in_use("VirtualMFADevice.User", "The virtual MFA device is still bound to a user.")
    del account.mfa_devices[serial]


def bind(account: Account, user: User, serial: str, first: str, second: str, now: datetime) -> None:
    """Codes are judged by the wall clock, as authenticator apps know no scenario time."""
    device = find(account, serial)
    if device.user:
        raise exists("VirtualMFADevice.User", "binding of the virtual MFA device")
    if of(account, user):
        raise exists("User.MFADevice", "MFA device of the user")
    if not all(re.fullmatch(r"[0-9]{6}", one) for one in (first, second)):
        raise ApiError(
            400, "InvalidParameter.AuthenticationCode.Format", "An authentication code must be 6 digits."
        )
    if not totp.are_consecutive(device.seed, first, second, account.clock.wall()):
        raise ApiError(
            403, "CheckAuthenticationCodeFail", "The authentication codes are not the device's latest two."
        )
    device.user, device.activated = user.id, now


def of(account: Account, user: User) -> MfaDevice | None:
    return next((device for device in account.mfa_devices.values() if device.user == user.id), None)


def unbind(account: Account, user: User) -> MfaDevice:
    """Takes the device from the user; it stays, unbound, under its name."""
    device = of(account, user)
    if device is None:
        raise absent("User.MFADevice", "MFA device of the user")
    device.user, device.activated = "", None
    return device


def blank_picture() -> str:
    """A PNG of one white dot in base 64.

    The vendor puts a QR code of the seed there; the seed itself stands beside it.
    """

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    dot = zlib.compress(b"\x00\xff")
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", dot) + chunk(b"IEND", b"")
    return base64.b64encode(png).decode()
