"""Spectra made anew from spectra: parts mixed, played faster or slower, higher or lower.

Shapes: K blocks of WIDTH values, M mel bands, S semitone bands; nats throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_evaluate.clap.sound.spectra import COLUMNS_PER_BLOCK, FLOOR_NATS, MEL, SEMITONES, WIDTH
from muzecli.audio.mel import hz_to_mel, mel_to_hz

Blocks = npt.NDArray[np.float32]


def mixed(parts: Sequence[Blocks], gains_nats: Sequence[float]) -> Blocks:
    """Return the spectra of parts sounding together, (K, WIDTH): their powers add up."""
    power = np.zeros_like(parts[0])
    for part, gain in zip(parts, gains_nats, strict=True):
        power += np.exp(part + np.float32(gain))
    return np.log(np.maximum(power, np.float32(MEL.floor)))


def stretched(blocks: Blocks, count: int, faster: float) -> Blocks:
    """Return `count` blocks of the same played faster, the pitch unchanged; what lies beyond the end is silence.

    Args:
        blocks: (K, WIDTH), K ≥ 1; about count · faster are used.
        count: blocks wanted.
        faster: above 0; 1 leaves it as it is.
    """
    result = np.full((count, WIDTH), FLOOR_NATS, np.float32)
    if faster == 1.0:
        result[: len(blocks)] = blocks[:count]
        return result
    length = min(count, int(len(blocks) / faster))
    mel = blocks[:, :-SEMITONES].reshape(-1, MEL.n_mels)
    resampled = _at(mel, np.arange(length * COLUMNS_PER_BLOCK) * faster)
    result[:length, :-SEMITONES] = resampled.reshape(length, -1)
    result[:length, -SEMITONES:] = _at(blocks[:, -SEMITONES:], np.arange(length) * faster)
    return result


def transposed(blocks: Blocks, higher: int) -> Blocks:
    """Return the same so many semitones higher, (K, WIDTH); what is beyond the lowest and highest band repeats."""
    if not higher:
        return blocks
    result = np.empty_like(blocks)
    mel = blocks[:, :-SEMITONES].reshape(-1, MEL.n_mels)
    result[:, :-SEMITONES] = (mel @ _mel_shift(higher)).reshape(len(blocks), -1)
    rows = np.clip(np.arange(SEMITONES) - higher, 0, SEMITONES - 1)
    result[:, -SEMITONES:] = blocks[:, -SEMITONES:][:, rows]
    return result


def _at(columns: npt.NDArray[np.float32], places: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float32]:
    """Return columns (T, bands) at places between them, linearly interpolated."""
    places = np.minimum(places, len(columns) - 1)
    first = places.astype(np.int64)
    second = np.minimum(first + 1, len(columns) - 1)
    share = (places - first).astype(np.float32)[:, None]
    return np.asarray(columns[first] * (1 - share) + columns[second] * share)


@cache
def _mel_shift(higher: int) -> npt.NDArray[np.float32]:
    """Return (M, M): each new band as a mean of the two old bands around where its sound comes from."""
    ends = hz_to_mel([MEL.low_hz, MEL.rate_hz / 2], MEL.scale)
    centres = np.linspace(ends[0], ends[1], MEL.n_mels + 2)[1:-1]
    sources = hz_to_mel(mel_to_hz(centres, MEL.scale) * 2.0 ** (-higher / 12), MEL.scale)
    places = np.clip((sources - centres[0]) / (centres[1] - centres[0]), 0, MEL.n_mels - 1)
    return np.asarray(np.maximum(0.0, 1.0 - np.abs(np.arange(MEL.n_mels)[:, None] - places)), np.float32)
