"""The samples of a file, or the reason why there is nothing in it to annotate.

Shapes: samples are float32 (C, N), C channels, N samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muze_dataset.build.items import Recording
from muzecli.audio.reader import open_audio
from muzecli.audio.types import AudioInfo
from muzecli.errors import BadDataError, MuzeError

Samples = npt.NDArray[np.float32]

SHORTEST_S = 0.5
"""What has to sound, at least: less is no music, and most measurements have nothing to go by."""
MAX_CHANNELS = 2

_CANCELLED = (
    0.01  # of the channels' mean power is what a sum keeps of channels that differ in their sign only
)
_SILENCE = 1e-6  # −120 dBFS: below the last bit of 16-bit audio, and of what MP3 decoders leave of silence
_CELL_S = 0.01


@dataclass(frozen=True)
class Decoded:
    """The samples of a file.

    Attributes:
        samples: (C, N); where the channels cancel out, the second one with its sign turned, so that mixing them down
            leaves something to hear. Levels are those of the file either way.
        info: what is known of the file.
        channels_cancel: whether that had to be done.
    """

    samples: Samples
    info: AudioInfo
    channels_cancel: bool = False

    @property
    def recording(self) -> Recording:
        """What a dataset says of it."""
        duration_s = round(self.samples.shape[1] / self.info.rate_hz, 6)
        return Recording(
            duration_s, self.info.rate_hz, len(self.samples), self.info.container, self.channels_cancel
        )


def decode(path: Path) -> Decoded:
    """Return all samples of a file.

    Raises:
        BadDataError: it is no audio, damaged, or nothing that can be annotated; the message does not name the file.
        InputMissingError: it cannot be opened.
    """
    name = str(path)
    try:
        with open_audio(path, name=name) as reader:
            if reader.info.channels > MAX_CHANNELS:
                raise BadDataError(
                    f"must be mono or stereo, and it has {reader.info.channels} channels",
                    hint="mix it down to two channels",
                )
            samples, info = reader.read(), reader.info
    except MuzeError as error:
        raise type(error)(without_name(error.message, name), hint=error.hint) from error
    check_audible(samples, info.rate_hz)
    cancel = channels_cancel(samples)
    if cancel:
        np.negative(samples[1], out=samples[1])
    return Decoded(samples, info, cancel)


def channels_cancel(samples: Samples) -> bool:
    """Say whether the channels of audio (C, N) cancel each other out: one is the other upside down."""
    if len(samples) < MAX_CHANNELS:
        return False
    left, right = samples
    powers = float(np.dot(left, left)), float(np.dot(right, right))
    mixed = (sum(powers) + 2.0 * float(np.dot(left, right))) / 4.0
    return mixed < _CANCELLED * sum(powers) / 2.0


def read_info(path: Path) -> AudioInfo:
    """Return what is known of a file without its samples; errors as in `decode`."""
    with open_audio(path) as reader:
        return reader.info


def check_audible(samples: Samples, rate_hz: int) -> None:
    """Refuse audio in which too little sounds: too short, silent, or silent but for a click here and there.

    Raises:
        BadDataError: less than `SHORTEST_S` sound.
    """
    duration_s = samples.shape[1] / rate_hz
    if samples.shape[1] < int(SHORTEST_S * rate_hz):
        raise BadDataError(f"too short to annotate: {duration_s:.5g} s, and {SHORTEST_S:g} s is the least")
    sounding_s = audible_s(samples, rate_hz)
    if sounding_s == 0.0:
        raise BadDataError(f"there is nothing to hear: {duration_s:.2f} s of digital silence")
    if sounding_s < SHORTEST_S:
        raise BadDataError(
            f"there is next to nothing to hear: of {duration_s:.2f} s all but {sounding_s:.2f} s is digital "
            f"silence, and {SHORTEST_S:g} s of sound is the least"
        )


def audible_s(samples: Samples, rate_hz: int) -> float:
    """Return for how many seconds audio (C, N) is not digital silence, counted in hundredths of a second."""
    # Not by absolute values: of an hour they would be another gigabyte.
    above: npt.NDArray[np.bool_] = np.any(samples > _SILENCE, axis=0)
    loud = np.logical_or(above, np.any(samples < -_SILENCE, axis=0))
    cell = max(1, round(_CELL_S * rate_hz))
    padded = np.pad(loud, (0, -len(loud) % cell))
    return float(padded.reshape(-1, cell).any(axis=1).sum() * cell / rate_hz)


def without_name(message: str, name: str) -> str:
    """Return a message about a file without the file's name, which it began with."""
    return message.removeprefix(f"{name}: ").removeprefix(name).strip() or message
