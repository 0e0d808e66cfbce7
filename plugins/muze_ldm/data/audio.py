"""Audio and mel spectrograms of recordings, decoded once and read a stretch at a time.

Shapes: N samples, T = N // hop columns, M mel bands. Both are mono: the mean of the channels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_ldm.data.recordings import Recording
from muzecli.audio.mel import MelSpec
from muzecli.console import Console
from muzecli.errors import BadDataError
from muzecli.training.arrays import Array, StoredArray, cached, content_keys, key_of

Floats = npt.NDArray[np.float32]
SHORTEST_S = 0.1
"""What a recording must last at least: a spectrogram of nothing teaches nothing."""
_FULL_SCALE = 32767.0


@dataclass(frozen=True)
class AudioCache:
    """Mono audio of recordings.

    Attributes:
        recordings: in order.
        rate_hz: sampling rate.
        keys: hash of the content of each.
        arrays: (N,) int16 each.
    """

    recordings: Sequence[Recording]
    rate_hz: int
    keys: Sequence[str]
    arrays: Sequence[StoredArray]

    @property
    def ids(self) -> list[str]:
        """Name of each recording."""
        return [recording.id for recording in self.recordings]

    @property
    def splits(self) -> list[str]:
        """Split of each recording."""
        return [recording.split for recording in self.recordings]

    def samples(self, index: int) -> int:
        """Return N of a recording."""
        return int(self.arrays[index].shape[0])

    def audio(self, index: int, start: int = 0, end: int | None = None) -> Floats:
        """Return samples [start, end) of a recording, (N,) float32, full scale ±1."""
        return self.arrays[index][start:end].astype(np.float32) / np.float32(_FULL_SCALE)


@dataclass(frozen=True)
class MelCache:
    """Log-mel spectrograms of recordings.

    Attributes:
        recordings: in order.
        spec: the front end.
        keys: hash of the audio's content and the front end, of each.
        arrays: (T, M) float16 nats each.
    """

    recordings: Sequence[Recording]
    spec: MelSpec
    keys: Sequence[str]
    arrays: Sequence[StoredArray]

    def columns(self, index: int) -> int:
        """Return T of a recording."""
        return int(self.arrays[index].shape[0])

    def mel(self, index: int, start: int = 0, end: int | None = None) -> Floats:
        """Return columns [start, end) of a recording, (M, T) float32."""
        return np.ascontiguousarray(self.arrays[index][start:end].T, np.float32)


def open_audio_cache(
    recordings: Sequence[Recording], cache: Path, *, rate_hz: int, console: Console
) -> AudioCache:
    """Return the audio of recordings, resampled to one rate; what the cache lacks is decoded.

    Raises:
        BadDataError: a recording cannot be decoded, or is too short.
        OutputError: the disk is full.
    """
    keys = content_keys([recording.path for recording in recordings])

    def decode(index: int) -> Array:
        from muzecli.audio.reader import read_audio
        from muzecli.audio.resample import resample

        samples, info = read_audio(recordings[index].path)
        mono = samples.mean(axis=0, keepdims=True)
        if info.rate_hz != rate_hz:
            mono = resample(mono, info.rate_hz, rate_hz)
        rounded: Array = np.round(np.clip(mono[0], -1.0, 1.0) * _FULL_SCALE).astype(np.int16)
        return rounded

    arrays = cached(cache / f"audio-{rate_hz}", keys, decode, console=console, what="reading audio")
    audio = AudioCache(recordings, rate_hz, keys, arrays)
    _check_lengths(audio)
    return audio


def _check_lengths(audio: AudioCache) -> None:
    lengths = [audio.samples(index) / audio.rate_hz for index in range(len(audio.recordings))]
    short = [index for index, seconds in enumerate(lengths) if seconds < SHORTEST_S]
    if short:
        first = short[0]
        more = f", and {len(short) - 1} others are too short as well" if len(short) > 1 else ""
        raise BadDataError(
            f"recordings must last {SHORTEST_S:g} s or more, and '{audio.recordings[first].id}' lasts"
            f" {lengths[first]:.3f} s{more}",
            hint="leave them out of the dataset or the folder",
            details={"recordings": [audio.recordings[index].id for index in short]},
        )


def open_mel_cache(audio: AudioCache, cache: Path, spec: MelSpec, *, console: Console) -> MelCache:
    """Return the spectrograms of a cache's audio; those that the cache lacks are computed.

    Raises:
        OutputError: the disk is full.
    """
    kind = key_of("mel", spec)[:12]

    def analyse(index: int) -> Array:
        from muzecli.audio.mel import log_mel

        samples = audio.audio(index)
        columns = len(samples) // spec.hop_samples
        mel: Any = log_mel(samples[None], spec)[0, :, :columns]
        return np.ascontiguousarray(mel.T.numpy().astype(np.float16))

    arrays = cached(cache / f"mel-{kind}", audio.keys, analyse, console=console, what="spectrograms")
    return MelCache(audio.recordings, spec, [f"{key}-{kind}" for key in audio.keys], arrays)
