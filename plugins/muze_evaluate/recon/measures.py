"""Everything that is measured of a pair of recordings, and what each measure is."""

from __future__ import annotations

from dataclasses import dataclass

from muze_evaluate.document import Better, Cell
from muze_evaluate.recon.matched import Matched
from muze_evaluate.recon.spectral import Doubles, mel_distance, stft_distance
from muze_evaluate.recon.waveform import waveform_distance


@dataclass(frozen=True)
class Measure:
    """A measure of a pair.

    Attributes:
        name: as in rows and figures.
        unit: as in `Figure`.
        better: as in `Figure`.
    """

    name: str
    unit: str
    better: Better


LOG_MEL = Measure("log-mel L1", "nats", "lower")
STFT = Measure("multi-resolution STFT", "", "lower")
CONVERGENCE = Measure("spectral convergence", "", "lower")
LOG_MAGNITUDE = Measure("log magnitude L1", "nats", "lower")
LSD = Measure("LSD", "dB", "lower")
SI_SDR = Measure("SI-SDR", "dB", "higher")
SDR = Measure("SDR", "dB", "higher")
LEVEL = Measure("level", "dB", "")
MEASURES = (LOG_MEL, STFT, CONVERGENCE, LOG_MAGNITUDE, LSD, SI_SDR, SDR, LEVEL)
"""In the order of tables. `level` is how much louder the evaluated recording is."""


@dataclass(frozen=True)
class Measured:
    """What was measured of a pair.

    Attributes:
        values: by the measure's name; None where there is none.
        by_band_nats: (M,) the log-mel L1 of each band.
        notes: why a measure is missing.
    """

    values: dict[str, Cell]
    by_band_nats: Doubles
    notes: tuple[str, ...]


def measure(pair: Matched) -> Measured:
    """Return all measures of a pair, rounded to what can be told apart."""
    mel = mel_distance(pair.reference, pair.evaluated, pair.rate_hz)
    stft = stft_distance(pair.reference, pair.evaluated)
    wave = waveform_distance(pair.reference, pair.evaluated)
    found = {
        LOG_MEL: mel.log_mel_nats,
        STFT: stft.whole,
        CONVERGENCE: stft.convergence,
        LOG_MAGNITUDE: stft.log_magnitude_nats,
        LSD: mel.lsd_db,
        SI_SDR: wave.si_sdr_db,
        SDR: wave.sdr_db,
        LEVEL: wave.level_db,
    }
    notes = []
    if stft.convergence is None:
        notes.append("the reference is silent: no spectral convergence, SDR or SI-SDR")
    elif wave.si_sdr_db is None:
        notes.append("one of both is silent: no SI-SDR and no difference of level")
    return Measured({each.name: found[each] for each in MEASURES}, mel.by_band_nats, tuple(notes))
