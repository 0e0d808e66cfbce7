"""Rows of pairs to figures, curves and warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_evaluate.document import Cell, Curve, Figure, Row
from muze_evaluate.recon.measures import LEVEL, LOG_MEL, MEASURES, SDR, SI_SDR, Measure
from muze_evaluate.recon.spectral import mel_spec
from muze_evaluate.recon.waveform import MOST_DB
from muze_evaluate.statistics.bootstrap import mean_interval
from muzecli.audio.mel import hz_to_mel, mel_to_hz

Doubles = npt.NDArray[np.float64]

_LOUDER_DB = 1.0


@dataclass(frozen=True)
class Measurement:
    """A pair that was measured.

    Attributes:
        row: for the document.
        by_band_nats: (M,) log-mel L1 of each band.
        reference_sha256: of the original's file.
        evaluated_sha256: of what was measured; None where it was made here.
        rate_hz: at which it was measured.
        reference_rate_hz: of the original.
        seconds: that were measured.
        late_ms: by how much it seems late, and is; 0 where it is not, or where that was taken out.
    """

    row: Row
    by_band_nats: Doubles
    reference_sha256: str
    evaluated_sha256: str | None
    rate_hz: int
    reference_rate_hz: int
    seconds: float
    late_ms: float


def figures(found: Sequence[Measurement], group: str, *, seed: int) -> list[Figure]:
    """Return the mean of each measure over the pairs of a group, with its interval.

    Args:
        found: pairs of the group.
        group: its name.
        seed: of the intervals.
    """
    return [_figure(measure, found, group, seed) for measure in MEASURES]


def _figure(measure: Measure, found: Sequence[Measurement], group: str, seed: int) -> Figure:
    values = [value for one in found if (value := number(one.row.values[measure.name])) is not None]
    notes = []
    if measure is LOG_MEL and (note := _rate_note(found)):
        notes.append(note)
    if measure in (SI_SDR, SDR) and (capped := sum(abs(value) >= MOST_DB for value in values)):
        notes.append(f"{capped} of {len(values)} at the limit of ±{MOST_DB:g} dB")
    if len(values) < len(found):
        notes.append(f"{len(found) - len(values)} silent")
    low = high = None
    if len(values) > 1:
        interval = mean_interval(values, seed=seed)
        low, high = interval.low, interval.high
    return Figure(
        measure.name,
        float(np.mean(values)) if values else None,
        low,
        high,
        count=len(values),
        unit=measure.unit,
        better=measure.better,
        group=group,
        note="; ".join(notes),
    )


def number(cell: Cell) -> float | None:
    """Return a cell as a number; None where there is none."""
    return None if cell is None or isinstance(cell, str) else float(cell)


def _rate_note(found: Sequence[Measurement]) -> str:
    rates = sorted({one.rate_hz for one in found if one.rate_hz < one.reference_rate_hz})
    if not rates:
        return ""
    shown = " or ".join(f"{rate} Hz" for rate in rates)
    return f"measured at {shown}; what the originals have above half of that does not count"


def curve(found: Sequence[Measurement], group: str) -> Curve | None:
    """Return the log-mel L1 over frequency; None where pairs were measured at several rates."""
    if len({one.rate_hz for one in found}) != 1:
        return None
    spec = mel_spec(found[0].rate_hz)
    corners = mel_to_hz(np.linspace(0.0, hz_to_mel(spec.rate_hz / 2).item(), spec.n_mels + 2))
    mean = np.mean([one.by_band_nats for one in found], axis=0)
    return Curve(
        "log-mel L1 over frequency",
        tuple(round(float(hz), 2) for hz in corners[1:-1]),
        tuple(float(value) for value in mean),
        x_label="frequency (Hz)",
        y_label="log-mel L1 (nats)",
        group=group,
    )


def warnings(groups: dict[str, Sequence[Measurement]]) -> list[str]:
    """Return what makes figures less trustworthy, or columns less comparable."""
    lines = []
    rates = {one.rate_hz for found in groups.values() for one in found}
    if len(rates) > 1:
        lines.append(
            f"pairs were measured at {', '.join(str(rate) for rate in sorted(rates))} Hz, and figures of several rates"
            f" do not compare; --rate {min(rates)} measures all at one"
        )
    for group, found in groups.items():
        name = group or "what was evaluated"
        late = [one.late_ms for one in found if one.late_ms]
        if late:
            lines.append(
                f"{name}: {len(late)} of {len(found)} seem late, by {np.median(late):+.2f} ms in the middle, which"
                " ruins SI-SDR and SDR; --align takes it out"
            )
        levels = [value for one in found if (value := number(one.row.values[LEVEL.name])) is not None]
        if levels and abs(np.median(levels)) > _LOUDER_DB:
            lines.append(
                f"{name}: its level differs by {np.median(levels):+.1f} dB in the middle, which counts in"
                " everything but SI-SDR"
            )
    return lines
