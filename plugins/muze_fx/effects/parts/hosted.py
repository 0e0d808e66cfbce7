"""Run pedalboard's plugins (JUCE's algorithms in C++) block by block.

Three things need care:

* A plugin is prepared for the largest piece it is handed, and forgets its state when a larger one comes: the
  first piece decides the size of all (`Host`).
* pedalboard guesses the layout from the shape, and would turn a block narrower than it has channels on its
  side: such blocks go in one channel at a time, or not at all.
* A plugin with look-ahead returns fewer samples at first: `Queue` makes up for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from muze_fx.effects.parts.processor import Queue, Samples

if TYPE_CHECKING:
    import pedalboard

_CHUNK = 8192  # what pedalboard hands its plugins at once: small enough for the processor's cache


class Host:
    """Calls a plugin so that it keeps its state from block to block.

    Args:
        plugin: a fresh plugin, used by nobody else.
        rate_hz: sample rate.
    """

    def __init__(self, plugin: pedalboard.Plugin, rate_hz: float) -> None:
        self._plugin = plugin
        self._rate_hz = float(rate_hz)
        self._piece = 0

    def __call__(self, block: Samples) -> Samples:
        """Run (N,) or (C, N) samples, N > C; with look-ahead, fewer come back at first."""
        assert block.ndim == 1 or block.shape[1] > block.shape[0], "pedalboard would take frames for channels"
        self._piece = self._piece or min(block.shape[-1], _CHUNK)
        out: Samples = self._plugin.process(
            np.ascontiguousarray(block), self._rate_hz, self._piece, reset=False
        )
        return out


class Hosted:
    """A pedalboard plugin as a processor; the plugin treats each of the C channels alike and apart.

    Args:
        plugin: a fresh plugin, used by nobody else.
        rate_hz: sample rate.
        channels: C.
        latency_samples: how many samples the plugin holds back (its look-ahead).
        tail_samples: see `Processor`.
    """

    def __init__(
        self,
        plugin: pedalboard.Plugin,
        rate_hz: int,
        channels: int,
        *,
        latency_samples: int = 0,
        tail_samples: int = 0,
    ) -> None:
        self._host = Host(plugin, rate_hz)
        self._queue = Queue(channels, latency_samples)
        self.latency_samples = latency_samples
        self.tail_samples = tail_samples

    def process(self, block: Samples) -> Samples:
        """Run the next (C, N) samples through the plugin."""
        out = self._host(block)
        if not self.latency_samples:
            return out
        self._queue.put(out)
        return self._queue.take(block.shape[1])


class LinkedGain:
    """Dynamics with one gain for all channels, by a plugin that only knows channels apart.

    JUCE's compressor and gate follow each channel on its own, which pulls the stereo image towards the
    quieter side. Here the plugin sees one signal, the loudest channel at each instant; what it makes of that
    signal, divided by the signal, is the gain, and every channel gets it.

    Args:
        plugin: a fresh compressor or gate.
        rate_hz: sample rate.
        makeup: a factor on top.
    """

    latency_samples = 0
    tail_samples = 0
    _FLOOR = np.float32(1e-6)  # -120 dB: keeps the division defined in silence; far below every threshold

    def __init__(self, plugin: pedalboard.Plugin, rate_hz: int, *, makeup: float = 1.0) -> None:
        self._host = Host(plugin, rate_hz)
        self._makeup = np.float32(makeup)

    def process(self, block: Samples) -> Samples:
        """Apply the gain to the next (C, N) samples."""
        key = np.abs(block[0])
        for channel in block[1:]:
            np.maximum(key, np.abs(channel), out=key)
        np.maximum(key, self._FLOOR, out=key)
        gain = self._host(key)
        gain /= key
        if self._makeup != 1.0:
            gain *= self._makeup
        result: Samples = block * gain
        return result
