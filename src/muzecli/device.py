"""Choose the device that models run on, and say why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from muzecli.errors import UnavailableError, UsageError

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True)
class Device:
    """A device by its PyTorch name, and the reason it was chosen."""

    name: str
    reason: str


def check_device_name(name: str) -> str:
    """Return `name` if it is the name of a device, without importing anything heavy.

    Raises:
        UsageError: it is not.
    """
    if not _DEVICE.fullmatch(name):
        raise UsageError(f"--device must be auto, cpu, cuda, cuda:N or mps, and it is '{name}'")
    return name


def choose_device(wanted: str = "auto") -> Device:
    """Return the device to run on.

    Args:
        wanted: `auto`, or a PyTorch device name that must be there.

    Raises:
        UsageError: there is no such kind of device.
        UnavailableError: the device that was asked for is not on this machine.
    """
    check_device_name(wanted)
    if wanted == "cpu":
        return Device("cpu", "asked for")
    import torch

    has_mps = torch.backends.mps.is_available()
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted == "auto":
        if count:
            return Device("cuda", f"{torch.cuda.get_device_name(0)} is here")
        if has_mps:
            return Device("mps", "an Apple GPU is here")
        return Device("cpu", "no GPU that PyTorch can use is here")
    present = has_mps if wanted == "mps" else int(wanted.partition(":")[2] or 0) < count
    if not present:
        raise UnavailableError(
            f"the device {wanted} is not on this machine", hint="--device auto takes what is there"
        )
    return Device(wanted, "asked for")
