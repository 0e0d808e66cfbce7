"""Write audio files block by block: never clipped in silence, the same bytes each time.

Shapes: C channels, N frames; samples are float32 `(C, N)`, full scale ±1.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from muzecli.audio.dither import quantise
from muzecli.audio.formats import CONTAINERS, bit_depth, check_writable
from muzecli.audio.reproducible import make_reproducible
from muzecli.audio.tags import write_tags
from muzecli.audio.types import BLOCK_FRAMES, NO_TAGS, Tags
from muzecli.errors import BugError, OutputError

# libsndfile's scale from 0 (best) to 1: LAME's V0 and Vorbis quality 8, about 245 and 250 kbit/s in stereo.
_COMPRESSION = {"MPEG_LAYER_III": 0.0, "VORBIS": 0.2}
_ROUNDING = 1e-6  # a gain that takes the peak to full scale lands this close to it


class _Sequential(soundfile.SoundFile):  # type: ignore[misc]
    """A SoundFile written strictly forwards: soundfile seeks three times after every block of a seekable one."""

    def seekable(self) -> bool:
        return False


class AudioWriter:
    """Write one audio file; use it in a `with` statement, which finishes the file or, on an error, leaves it.

    Integers are rounded to the nearest, with triangular dither where `dither_seed` is given and the depth is 16
    bit or less (see `muzecli.audio.dither` for when it should be). Bytes depend on nothing but the arguments
    and the samples.

    Args:
        target: a path, which is overwritten, or an open binary stream, which gets the whole file at the end.
        rate_hz: sampling rate.
        channels: channel count.
        container: `wav`, `flac`, `mp3`, `ogg`, `aiff` or `raw`.
        subtype: sample format, from `muzecli.audio.formats.choose_subtype`.
        dither_seed: seed of the dither, None for none.
        tags: written when the file is finished.
        compression: of MP3 and Vorbis, libsndfile's scale from 0 (best) to 1 (smallest); None for what music deserves.

    Attributes:
        frames: frames written so far.
        peak: highest absolute sample written so far.

    Raises:
        UsageError: the container cannot hold this rate or channel count; nothing has been written.
        OutputError: the file cannot be created.
    """

    def __init__(
        self,
        target: Path | BinaryIO,
        *,
        rate_hz: int,
        channels: int,
        container: str,
        subtype: str,
        dither_seed: int | None = None,
        tags: Tags = NO_TAGS,
        compression: float | None = None,
    ) -> None:
        check_writable(container, subtype, rate_hz=rate_hz, channels=channels)
        self.frames = 0
        self.peak = 0.0
        self._closed = False
        self._channels = channels
        self._container = container
        self._name = str(target) if isinstance(target, Path) else str(getattr(target, "name", "the output"))
        self._tags = tags
        self._compression = _COMPRESSION.get(subtype) if compression is None else compression
        self._bits = bit_depth(subtype) if subtype.startswith("PCM_") else None
        self._clips = subtype not in ("FLOAT", "DOUBLE")
        dithered = dither_seed is not None and self._bits is not None and self._bits <= 16
        self._dither = np.random.Generator(np.random.PCG64(dither_seed)) if dithered else None
        limit = CONTAINERS[container].max_bytes
        frame_bytes = channels * ((bit_depth(subtype) or 0) // 8)
        self._max_frames = limit // frame_bytes if limit and frame_bytes else None
        self._stream: BinaryIO | None = None
        with ExitStack() as stack:
            self._file = self._open(target, stack)
            self._sound = stack.enter_context(self._encoder(rate_hz, subtype)) if container != "raw" else None
            self._resources = stack.pop_all()

    def write(self, block: npt.NDArray[np.float32]) -> None:
        """Append samples `(C, n)`.

        Raises:
            BugError: the block has another channel count, holds NaN or infinity, or goes over full scale where
                the sample format cannot: peaks are dealt with before (`muzecli.audio.peaks`).
            OutputError: the disk is full, or the container is.
        """
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise BugError(f"a block must have the shape ({self._channels}, n), got {block.shape}")
        if block.shape[1] == 0:
            return
        peak = float(max(block.max(), -block.min()))  # NaN where any sample is
        if not np.isfinite(peak):
            raise BugError(f"{self._name}: processing gave samples that are NaN or infinite")
        if self._clips and peak > 1 + _ROUNDING:
            over = int(np.count_nonzero(np.abs(block) > 1 + _ROUNDING))
            raise BugError(
                f"{self._name}: {over} samples from frame {self.frames} on are over full scale, the highest by"
                f" {20 * np.log10(peak):.2f} dB: peaks must be dealt with before writing"
            )
        self.peak = max(self.peak, peak)
        self.frames += block.shape[1]
        if self._max_frames is not None and self.frames > self._max_frames:
            raise OutputError(
                f"{self._name}: {self._container.upper()} holds at most 4 GiB, the audio is longer",
                hint="write FLAC, or a lower bit depth",
            )
        for start in range(0, block.shape[1], BLOCK_FRAMES):  # libsndfile's OGG encoder crashes on more
            self._write(block[:, start : start + BLOCK_FRAMES])

    def close(self) -> None:
        """Finish the file: lengths, tags, and the copy to the stream; a second call does nothing.

        Raises:
            OutputError: the disk is full.
        """
        if self._closed:
            return
        self._closed = True
        with self._resources:
            try:
                if self._sound is not None:
                    self._sound.close()
                    make_reproducible(self._file, self._container)
                    write_tags(self._file, self._tags, container=self._container)
                self._file.flush()
                if self._stream is not None:
                    self._file.seek(0)
                    shutil.copyfileobj(self._file, self._stream, 1 << 20)
                    self._stream.flush()
            except (soundfile.LibsndfileError, OSError) as error:
                raise self._failed(error) from error

    def discard(self) -> None:
        """Close without finishing; a stream gets nothing, what a path holds is unusable."""
        self._closed = True
        self._resources.close()

    def __enter__(self) -> AudioWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _open(self, target: Path | BinaryIO, stack: ExitStack) -> BinaryIO:
        """Return the file to encode into: the target itself, or a temporary file for a pipe or stream."""
        try:
            if isinstance(target, Path):
                if not target.exists() or target.is_file():
                    return stack.enter_context(target.open("w+b"))
                target = stack.enter_context(target.open("wb"))  # a device or a pipe; a folder fails here
            if self._container == "raw":
                return target
            self._stream = (
                target  # headers are finished last, so what cannot be rewound gets the whole at the end
            )
            return stack.enter_context(tempfile.TemporaryFile())
        except OSError as error:
            raise self._failed(error) from error

    def _encoder(self, rate_hz: int, subtype: str) -> _Sequential:
        try:
            return _Sequential(
                self._file.fileno(),
                "w",
                rate_hz,
                self._channels,
                subtype,
                format=CONTAINERS[self._container].format,
                closefd=False,
                compression_level=self._compression,
                bitrate_mode="VARIABLE" if subtype == "MPEG_LAYER_III" else None,
            )
        except soundfile.LibsndfileError as error:
            raise BugError(
                f"{self._name}: the encoder refuses {self._container} {subtype} with {self._channels} channels at"
                f" {rate_hz} Hz: {error}"
            ) from error

    def _write(self, block: npt.NDArray[np.float32]) -> None:
        try:
            if self._sound is None:
                self._file.write(block.T.astype("<f4", order="C").data)
            elif self._bits is None:
                self._sound.write(np.ascontiguousarray(block.T))
            else:
                self._sound.write(quantise(block, self._bits, self._dither))
        except (
            soundfile.LibsndfileError,
            OSError,
            AssertionError,
        ) as error:  # soundfile asserts that all was written
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> Exception:
        if isinstance(error, BrokenPipeError):
            return error  # whoever read the pipe has gone: not ours to explain
        reason = getattr(error, "strerror", None) or str(error) or "not all bytes were written"
        return OutputError(
            f"{self._name}: cannot be written: {reason}", hint="check the free space and the rights"
        )
