"""A network called in the run's precision, without whatever else the strategy wraps around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import nn

if TYPE_CHECKING:
    from lightning_fabric import Fabric


class InPrecision(nn.Module):
    """Calls a network as Fabric would on a single device: autocast within, float32 out.

    What is not called, such as an attribute, is the network's own.

    Args:
        network: what is called; its weights are shared, not copied.
        fabric: whose precision applies.
    """

    def __init__(self, network: nn.Module, fabric: Fabric) -> None:
        super().__init__()
        self.network = network
        self._precision = fabric.strategy.precision

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the network returns, floating-point tensors as float32."""
        args, kwargs = self._precision.convert_input((args, kwargs))
        with self._precision.forward_context():
            output = self.network(*args, **kwargs)
        return self._precision.convert_output(output)

    def __getattr__(self, name: str) -> Any:
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("network"), name)
