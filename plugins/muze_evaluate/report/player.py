"""The sound of a song, short and small enough to be inside a page.

MP3 is what every browser plays; at libsndfile's middle grade it takes about 16 kB a second in stereo.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muzecli.audio.crossfade import fade_out
from muzecli.audio.formats import CONTAINERS
from muzecli.audio.peaks import LOSSY_CEILING_DBTP
from muzecli.audio.reader import open_audio
from muzecli.audio.resample import resample
from muzecli.audio.writer import AudioWriter

MIME = "audio/mpeg"

Samples = npt.NDArray[np.float32]

_COMPRESSION = 0.5  # about 125 kbit/s in stereo
_RATE_HZ = 44_100
_FADE_S = 0.4


@dataclass(frozen=True)
class Excerpt:
    """The beginning of a recording.

    Attributes:
        samples: (C, N), mono or stereo.
        rate_hz: their rate.
        whole_s: how long the recording is.
        gain_db: what was taken off because it went over full scale; 0 or less.
    """

    samples: Samples
    rate_hz: int
    whole_s: float
    gain_db: float = 0.0

    @property
    def duration_s(self) -> float:
        """How long the excerpt is."""
        return int(self.samples.shape[1]) / self.rate_hz

    @property
    def is_cut(self) -> bool:
        """Whether the recording goes on."""
        return self.whole_s > self.duration_s + 0.05


def excerpt_of(path: Path, *, seconds: float) -> Excerpt:
    """Return the first seconds of a recording, faded out where it goes on.

    Args:
        path: an audio file.
        seconds: at most this much.

    Raises:
        InputMissingError, BadDataError: the file is missing or damaged.
    """
    with open_audio(path) as audio:
        rate_hz = audio.info.rate_hz
        wanted = max(1, round(seconds * rate_hz))
        blocks, have = [], 0
        for block in audio.blocks():
            blocks.append(block)
            have += block.shape[1]
            if have >= wanted:
                break
        whole_s = max(audio.info.duration_s, have / rate_hz)
    samples = np.concatenate(blocks, axis=1)[:, :wanted]
    if samples.shape[0] > 2:
        samples = samples.mean(axis=0, keepdims=True, dtype=np.float32)
    if samples.shape[1] / rate_hz < whole_s - 0.05:
        samples = fade_out(samples, round(_FADE_S * rate_hz))
    peak = float(np.abs(samples).max(initial=0.0))
    gain_db = LOSSY_CEILING_DBTP - 20 * float(np.log10(peak)) if peak > 1 else 0.0
    return Excerpt(
        np.asarray(samples * np.float32(10 ** (gain_db / 20)), np.float32), rate_hz, whole_s, gain_db
    )


def mp3(excerpt: Excerpt) -> bytes:
    """Return an excerpt as an MP3 file; the same samples give the same bytes."""
    samples, rate_hz = excerpt.samples, excerpt.rate_hz
    rates = CONTAINERS["mp3"].rates_hz or ()
    if rate_hz not in rates:
        samples, rate_hz = np.clip(resample(samples, rate_hz, _RATE_HZ), -1.0, 1.0), _RATE_HZ
    file = io.BytesIO()
    with AudioWriter(
        file,
        rate_hz=rate_hz,
        channels=samples.shape[0],
        container="mp3",
        subtype="MPEG_LAYER_III",
        compression=_COMPRESSION,
    ) as writer:
        writer.write(samples)
    return file.getvalue()
