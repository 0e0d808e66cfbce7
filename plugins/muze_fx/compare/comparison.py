"""Compare two files at equal loudness: their measures, their spectra, and what differs between them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_fx.compare.bands import Band, third_octaves
from muze_fx.compare.meter import FileMeter
from muze_fx.compare.residual import Residual
from muzecli.audio.reader import open_audio
from muzecli.audio.resample import Resampler
from muzecli.audio.types import BLOCK_FRAMES

Float64 = npt.NDArray[np.float64]
Samples = npt.NDArray[np.float32]

BLANK_DB = -100.0  # a band this far under the strongest one holds rounding and leakage only
NOTHING_DB = -150.0  # and one under this holds nothing, whatever the strongest


@dataclass(frozen=True)
class Measures:
    """What was measured of one file; the units are in the names, None is what does not exist for it."""

    path: Path
    rate_hz: int
    channels: int
    duration_s: float
    loudness_lufs: float
    loudness_range_lu: float | None
    true_peak_dbtp: float
    sample_peak_dbfs: float
    rms_dbfs: float
    correlation: float | None
    width_db: float | None
    centroid_hz: float | None
    ends_s: float | None
    bands_db: Float64  # (B,) of the sound without its pauses, channels summed
    times_s: Float64  # (T,)
    short_term_lufs: Float64  # (T,)

    @property
    def crest_db(self) -> float | None:
        """Sample peak over root mean square; None for silence."""
        return self.sample_peak_dbfs - self.rms_dbfs if math.isfinite(self.rms_dbfs) else None


@dataclass(frozen=True)
class Comparison:
    """Two files at equal loudness.

    Attributes:
        a, b: measures of each, at their own levels.
        bands: the B third-octave bands that both can hold.
        match_db: gain that makes b as loud as a.
        spectrum_db: (B,) b over a after matching; NaN where neither has anything.
        residual_db: level of what differs, over a's level; None where a is silent, -inf where nothing does.
        similarity: correlation of the waveforms; None where one is silent.
        notes: what a reader has to know, such as that loudness could not be matched.
    """

    a: Measures
    b: Measures
    bands: tuple[Band, ...]
    match_db: float
    spectrum_db: Float64
    residual_db: float | None
    similarity: float | None
    notes: tuple[str, ...] = ()

    @property
    def tail_s(self) -> float | None:
        """How long b sounds beyond the last sound of a; negative where it ends earlier."""
        return difference(self.a.ends_s, self.b.ends_s)

    def document(self) -> dict[str, Any]:
        """The comparison as JSON data: numbers that do not exist, and infinite ones, are null."""
        files = {}
        for key, file in (("a", self.a), ("b", self.b)):
            named = {name: value for name, value in vars(file).items() if not isinstance(value, np.ndarray)}
            files[key] = {**named, "path": str(file.path), "crest_db": file.crest_db}
        document: dict[str, Any] = {
            **files,
            "match_db": self.match_db,
            "tail_s": self.tail_s,
            "residual_db": self.residual_db,
            "similarity": self.similarity,
            "third_octaves": [
                {"freq_hz": band.nominal_hz, "a_db": one, "b_db": other, "difference_db": difference}
                for band, one, other, difference in zip(
                    self.bands,
                    self.a.bands_db.tolist(),
                    (self.b.bands_db + self.match_db).tolist(),
                    self.spectrum_db.tolist(),
                    strict=True,
                )
            ],
            "notes": list(self.notes),
        }
        finite: dict[str, Any] = _finite(document)
        return finite


def difference(a: float | None, b: float | None) -> float | None:
    """b - a; 0 for two equal infinities, None where one does not exist."""
    if a is None or b is None:
        return None
    return 0.0 if a == b else float(b - a)


def compare(a: Path, b: Path) -> Comparison:
    """Compare two audio files; both are read once, block by block.

    Levels, spectrum and stereo image are measured at each file's own rate. Spectra are compared up to half
    the lower rate, at equal integrated loudness. For the residual, b is resampled to a's rate, and both must
    start together: a shift in time counts as a difference.

    Raises:
        InputMissingError, BadDataError: as `open_audio`.
    """
    with open_audio(a) as reader_a, open_audio(b) as reader_b:
        info_a, info_b = reader_a.info, reader_b.info
        bands = third_octaves(min(info_a.rate_hz, info_b.rate_hz) / 2.0)
        meters = [FileMeter(info.rate_hz, info.channels, bands) for info in (info_a, info_b)]
        residual = Residual((info_a.channels, info_b.channels))
        # Side by side in steps of equal time, so that neither waits in memory for the other.
        frames_b = max(1, round(BLOCK_FRAMES * info_b.rate_hz / info_a.rate_hz))
        streams = [
            _stream(reader_a.blocks(BLOCK_FRAMES), meters[0], info_a.rate_hz),
            _stream(reader_b.blocks(frames_b), meters[1], info_a.rate_hz),
        ]
        running = [0, 1]
        while running:
            for index in tuple(running):
                block = next(streams[index], None)
                if block is None:
                    residual.end(index)
                    running.remove(index)
                else:
                    residual.add(index, block)
        notes = [f"{reader.name} {note}" for reader in (reader_a, reader_b) for note in reader.notes]
    one, other = (_measures(path, meter) for path, meter in zip((a, b), meters, strict=True))
    match_db, note = _match(one, other)
    return Comparison(
        one,
        other,
        bands,
        match_db,
        _spectrum(one.bands_db, other.bands_db + match_db),
        residual.level_db(match_db),
        residual.similarity,
        tuple(notes + note),
    )


def _stream(blocks: Iterator[Samples], meter: FileMeter, rate_hz: int) -> Iterator[Samples]:
    """Measure blocks as they pass, and pass them on at the common rate."""
    resampler = Resampler(meter.rate_hz, rate_hz, meter.channels)
    for block in blocks:
        meter.add(block)
        yield resampler.process(block)
    yield resampler.process(np.zeros((meter.channels, 0), np.float32), last=True)


def _measures(path: Path, meter: FileMeter) -> Measures:
    meter.finish()
    times_s, short_term_lufs = meter.short_term_lufs()
    return Measures(
        path=path,
        rate_hz=meter.rate_hz,
        channels=meter.channels,
        duration_s=meter.frames / meter.rate_hz,
        loudness_lufs=meter.loudness_lufs,
        loudness_range_lu=meter.loudness_range_lu,
        true_peak_dbtp=meter.true_peak_dbtp,
        sample_peak_dbfs=meter.sample_peak_dbfs,
        rms_dbfs=meter.rms_dbfs,
        correlation=meter.correlation,
        width_db=meter.width_db,
        centroid_hz=meter.centroid_hz,
        ends_s=meter.ends_s,
        bands_db=meter.bands_db,
        times_s=times_s,
        short_term_lufs=short_term_lufs,
    )


def _match(a: Measures, b: Measures) -> tuple[float, list[str]]:
    """Gain that makes b as loud as a, and what has to be said about it."""
    if math.isfinite(a.loudness_lufs) and math.isfinite(b.loudness_lufs):
        return a.loudness_lufs - b.loudness_lufs, []
    if math.isfinite(a.rms_dbfs) and math.isfinite(b.rms_dbfs):
        quiet = " and ".join(str(file.path) for file in (a, b) if not math.isfinite(file.loudness_lufs))
        return a.rms_dbfs - b.rms_dbfs, [
            f"{quiet}: too short or too quiet for a loudness figure; matched by rms level instead"
        ]
    silent = " and ".join(str(file.path) for file in (a, b) if not math.isfinite(file.rms_dbfs))
    return 0.0, [f"{silent}: silent, so nothing could be matched; levels are compared as they are"]


def _spectrum(a_db: Float64, b_db: Float64) -> Float64:
    """(B,) difference of two spectra at equal loudness; NaN where both are blank."""
    blank_db = max(float(a_db.max()) + BLANK_DB, float(b_db.max()) + BLANK_DB, NOTHING_DB)
    one, other = np.maximum(a_db, blank_db), np.maximum(b_db, blank_db)
    result: Float64 = np.where((a_db <= blank_db) & (b_db <= blank_db), np.nan, other - one)
    return result


def _finite(value: Any) -> Any:
    """Copy JSON data with NaN and infinities as None."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
