"""A whole song: rate, channels and loudness of what the engine gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_generate.asking.heard import Heard
from muze_generate.asking.request import (
    DEFAULT_LUFS,
    DEFAULT_RATE_HZ,
    DEFAULT_STRENGTH,
    KEEP,
    GenerateRequest,
)
from muze_generate.finishing.channels import with_channels
from muze_generate.finishing.levels import CEILING_DBTP, levelled, measured
from muze_generate.finishing.work import STEREO, Encoding, Finished
from muzecli.audio.dither import needs_dither
from muzecli.audio.formats import check_writable, choose_subtype
from muzecli.audio.resample import resample
from muzecli.plugin import Reference, Rendering
from muzecli.song.plan import Plan

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class WholeSong:
    """A song from nothing, or from audio that it starts from.

    Attributes:
        plan: what is played.
        encoding: of the file.
        target_lufs: its loudness; None keeps the engine's.
        heard: audio to start from.
        strength: how much of that is made anew.
    """

    plan: Plan
    encoding: Encoding
    target_lufs: float | None
    heard: Heard | None = None
    strength: float = DEFAULT_STRENGTH

    @classmethod
    def asked(cls, plan: Plan, request: GenerateRequest, container: str, heard: Heard | None) -> WholeSong:
        """Return the work that a request means.

        Raises:
            UsageError: the container cannot hold what is asked for.
        """
        subtype = choose_subtype(container, None, request.bit_depth)
        rate_hz, channels = request.sample_rate or DEFAULT_RATE_HZ, STEREO[request.channels or "stereo"]
        check_writable(container, subtype, rate_hz=rate_hz, channels=channels)
        dithered = needs_dither(subtype, source=None, processed=True)
        target = None if request.loudness == KEEP else request.loudness_lufs
        return cls(
            plan,
            Encoding(container, subtype, rate_hz, channels, dithered),
            DEFAULT_LUFS if request.loudness is None else target,
            heard,
            DEFAULT_STRENGTH if request.strength is None else request.strength,
        )

    @property
    def song(self) -> Plan:
        """The plan of the whole file."""
        return self.plan

    @property
    def reference(self) -> Reference | None:
        """The audio to start from, as far as the plan goes."""
        if self.heard is None:
            return None
        frames = round(self.plan.duration_s * self.heard.rate_hz)
        return Reference(self.heard.samples[:, :frames], self.heard.rate_hz, strength=self.strength)

    @property
    def inputs(self) -> tuple[Mapping[str, str], ...]:
        """Name and SHA-256 of the audio to start from."""
        return () if self.heard is None else (self.heard.record,)

    def finished(self, rendering: Rendering, *, seed: int) -> Finished:
        """Return the song at its rate, with its channels, at its loudness."""
        samples = self._converted(rendering.samples, rendering.rate_hz)
        done = levelled(samples, self.encoding.rate_hz, target_lufs=self.target_lufs)
        stems = {name: self._converted(stem, rendering.rate_hz) for name, stem in rendering.stems.items()}
        return Finished(
            done.samples,
            self.encoding.rate_hz,
            done.document,
            done.warnings,
            _in_balance(stems, self.encoding.rate_hz),
        )

    def document(self) -> dict[str, Any]:
        """Return what the sidecar says beside the plan."""
        return {"plan_start_s": 0.0, "part": None}

    def _converted(self, samples: Samples, rate_hz: int) -> Samples:
        at_rate = resample(samples, rate_hz, self.encoding.rate_hz)
        return with_channels(at_rate, self.encoding.channels, self.encoding.rate_hz)


def _in_balance(stems: Mapping[str, Samples], rate_hz: int) -> dict[str, Samples]:
    """Return the stems with one gain for all of them, so that none goes over the ceiling."""
    highest_db = max(
        (measured(stem, rate_hz).true_peak_dbtp for stem in stems.values()), default=CEILING_DBTP
    )
    gain = np.float32(10.0 ** (min(0.0, CEILING_DBTP - highest_db) / 20.0))
    return {name: stem * gain for name, stem in stems.items()}
