"""A comparison as a table: a line a measure, as numbers and as text."""

from __future__ import annotations

import math
from dataclasses import dataclass

from muze_fx.compare.comparison import Comparison, difference


@dataclass(frozen=True)
class Row:
    """One line of the table: a measure of both files, or (then `a` and `b` are None) of the pair.

    Attributes:
        name, unit: what was measured.
        a, b: values; None where the measure does not exist for a file.
        difference: b - a, or the pair's value; None where there is none.
        decimals: how many are worth printing.
    """

    name: str
    unit: str
    a: float | None
    b: float | None
    difference: float | None
    decimals: int = 1

    def cells(self) -> tuple[str, str, str, str, str]:
        """The row as text; a difference carries its sign, what does not exist is a dash."""
        paired = self.a is None and self.b is None
        return (
            self.name,
            self.unit,
            _text(self.a, self.decimals, signed=False),
            _text(self.b, self.decimals, signed=False),
            _text(self.difference, self.decimals, signed=not paired),
        )


def rows(comparison: Comparison) -> tuple[Row, ...]:
    """Return loudness and level first, then time, stereo and tone, then what the pair has in common."""
    a, b = comparison.a, comparison.b

    def row(name: str, unit: str, attribute: str, decimals: int = 1) -> Row:
        one, other = getattr(a, attribute), getattr(b, attribute)
        return Row(name, unit, one, other, difference(one, other), decimals)

    return (
        row("loudness", "LUFS", "loudness_lufs", 2),
        row("loudness range", "LU", "loudness_range_lu"),
        row("true peak", "dBTP", "true_peak_dbtp"),
        row("sample peak", "dBFS", "sample_peak_dbfs"),
        row("level (rms)", "dBFS", "rms_dbfs"),
        row("crest factor", "dB", "crest_db"),
        row("duration", "s", "duration_s", 3),
        row("last sound (−60 dB)", "s", "ends_s", 2),
        row("sample rate", "Hz", "rate_hz", 0),
        row("channels", "", "channels", 0),
        row("stereo correlation", "", "correlation", 2),
        row("stereo width (side/mid)", "dB", "width_db"),
        row("spectral centroid", "Hz", "centroid_hz", 0),
        Row("gain that matches B to A", "dB", None, None, comparison.match_db, 2),
        Row("residual after matching", "dB", None, None, comparison.residual_db),
        Row("waveform similarity", "", None, None, comparison.similarity, 3),
    )


def spectrum_rows(comparison: Comparison) -> tuple[Row, ...]:
    """Return the third-octave bands, both files at a's loudness."""
    a_db, b_db = comparison.a.bands_db, comparison.b.bands_db + comparison.match_db
    found = []
    for band, one, other, moved in zip(comparison.bands, a_db, b_db, comparison.spectrum_db, strict=True):
        blank = math.isnan(moved)
        levels = (None, None, None) if blank else (float(one), float(other), float(moved))
        found.append(Row(f"{band.nominal_hz:g} Hz", "dB", *levels))
    return tuple(found)


def table_rows(comparison: Comparison) -> list[tuple[str, str, str, str, str]]:
    """Return the whole table as text: name, unit, a, b and b - a of each measure, then of each third octave."""
    return [row.cells() for row in rows(comparison) + spectrum_rows(comparison)]


def _text(value: float | None, decimals: int, *, signed: bool) -> str:
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    rounded = round(value, decimals) + 0.0  # no minus zero
    return f"{rounded:{'+' if signed and rounded else ''}.{decimals}f}".replace("-", "−")
