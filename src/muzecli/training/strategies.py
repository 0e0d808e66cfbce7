"""Lightning Fabric for a run: which devices, how many processes, and how they share the work.

ddp: every process holds the whole model and does its part of each step; gradients are averaged.
fsdp: weights, gradients, averages and the optimiser's state are shared out as well.

Several processes on one machine talk by NCCL on CUDA and by gloo on a CPU.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from muzecli.errors import ConfigError, UnavailableError, UsageError

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from lightning_fabric.strategies.strategy import Strategy
    from torch import nn

STRATEGIES = ("auto", "ddp", "fsdp")
PATIENCE = timedelta(hours=3)
"""How long a process waits for the others, as while the first one validates."""


def check_devices(device: str, *, devices: int, strategy: str, precision: str) -> None:
    """Refuse a combination that cannot run, before any work is done.

    Args:
        device: a PyTorch name: cpu, cuda, cuda:N or mps.
        devices: how many, each with a process of its own.
        strategy: auto, ddp or fsdp.
        precision: 32-true, bf16-mixed or 16-mixed.

    Raises:
        UsageError: the combination makes no sense.
        ConfigError: the device or the strategy does not have that precision.
        UnavailableError: there are fewer devices.
    """
    if strategy not in STRATEGIES:
        raise UsageError(f"--strategy must be one of {', '.join(STRATEGIES)}, and it is '{strategy}'")
    if devices < 1:
        raise UsageError(f"--devices must be at least 1, and it is {devices}")
    if precision == "16-mixed" and not device.startswith("cuda"):
        raise ConfigError(
            f"the precision 16-mixed needs a CUDA device, and this run is on {device}",
            hint="--set training.precision=bf16-mixed",
        )
    if devices == 1:
        return
    if strategy == "fsdp" and precision == "16-mixed":
        raise ConfigError(
            "the strategy fsdp trains in 32-true or bf16-mixed, and the precision is 16-mixed",
            hint="--set training.precision=bf16-mixed, or --strategy ddp",
        )
    kind, _, number = device.partition(":")
    if number or kind == "mps":
        raise UsageError(
            f"--devices {devices} needs a kind of device that there is more than one of, and --device is {device}",
            hint="--device cuda takes the first of them, --device cpu starts processes on the processor",
        )
    if kind == "cuda":
        import torch

        if torch.cuda.device_count() < devices:
            raise UnavailableError(
                f"this machine must have {devices} CUDA devices, and it has {torch.cuda.device_count()}",
                hint=f"--devices {torch.cuda.device_count()}",
            )
    started = os.environ.get("WORLD_SIZE")
    if "LOCAL_RANK" in os.environ and started and started != str(devices):
        raise UsageError(
            f"--devices must be {started}, as many as processes were started, and it is {devices}",
            hint=f"--devices {started}",
        )


def make_fabric(
    device: str,
    precision: str,
    *,
    devices: int = 1,
    strategy: str = "auto",
    blocks: Callable[[], Any] = tuple,
) -> Fabric:
    """Return a Fabric; for several devices each process calls this, and then Fabric's `launch`.

    Args:
        device: a PyTorch name: cpu, cuda, cuda:N or mps.
        precision: 32-true, bf16-mixed or 16-mixed.
        devices: how many, each with a process of its own.
        strategy: auto, ddp or fsdp; of no account on a single device.
        blocks: gives the parts of the model that fsdp shards by themselves.

    Raises:
        UsageError, ConfigError, UnavailableError: as `check_devices`.
    """
    check_devices(device, devices=devices, strategy=strategy, precision=precision)
    from lightning_fabric import Fabric

    accelerator, _, number = device.partition(":")
    numbers: Any = [int(number)] if number else devices
    if devices == 1:
        return Fabric(accelerator=accelerator, devices=numbers, precision=precision)  # type: ignore[arg-type]
    logging.getLogger("lightning_fabric").setLevel(
        logging.WARNING
    )  # it tells each process's number otherwise
    return Fabric(
        accelerator=accelerator,
        devices=numbers,
        strategy=_sharded(blocks(), devices) if strategy == "fsdp" else _replicated(),
        precision=precision,  # type: ignore[arg-type]
    )


def _replicated() -> Strategy:
    from lightning_fabric.strategies.ddp import DDPStrategy

    # Any condition may be missing from a batch, and then the weights that read it take no part in the step.
    return DDPStrategy(timeout=PATIENCE, find_unused_parameters=True)


def _sharded(blocks: list[nn.Module], devices: int) -> Strategy:
    from lightning_fabric.strategies.model_parallel import ModelParallelStrategy

    from muzecli.training.sharding import parallelizer

    return ModelParallelStrategy(
        parallelizer(blocks),
        data_parallel_size=devices,
        tensor_parallel_size=1,
        timeout=PATIENCE,
    )
