"""The effect chain as a registered treatment: what mixers of other plugins send audio through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muze_fx.effects.parts.processor import Samples


class FxTreatment:
    """Every effect of `muze fx list`, in any order (`muze.treatments`).

    >>> FxTreatment().treat(samples, 44100, chain=[{"effect": "reverb", "rt60_s": 1.5, "mix": 1.0}], seed=1)
    """

    name = "fx"

    def treat(
        self, samples: Samples, rate_hz: int, *, chain: Sequence[Mapping[str, Any]], seed: int
    ) -> Samples:
        """Return the treated audio, (C, N) like the input: latency removed, no tail, no change of level.

        Args:
            samples: (C, N) float32.
            rate_hz: sampling rate.
            chain: effects in order, each a mapping with its name under `effect` and its settings, as in the
                `chain` of a preset.
            seed: decides hiss, clicks, wow and the noise a room is made of.

        Raises:
            ConfigError: an effect or a setting is unknown or out of range; names its place, as `chain[1].mix`.
        """
        import numpy as np

        from muze_fx.preset import SCHEMA, Preset

        preset = Preset.from_dict({"schema": SCHEMA, "chain": list(chain)})
        out = np.empty(samples.shape, np.float32)
        at = 0
        for block in preset.as_chain().render(
            iter((samples,)), rate_hz, samples.shape[0], tail="none", seed=seed
        ):
            out[:, at : at + block.shape[1]] = block
            at += block.shape[1]
        assert at == samples.shape[1]
        return out
