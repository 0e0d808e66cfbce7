"""The melody a voice really sings: glides, scoops, late vibrato and drift over the written notes.

Glides are the step response of a damped second-order system, which models the overshoot and the preparation of
sung pitch (Saitou, Unoki and Akagi, "Development of an F0 control model based on F0 dynamic characteristics for
singing-voice synthesis", Speech Communication 46, 2005).
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from muze_synth.singer.setting import SungNote, Unit
from muze_synth.singer.timbre import VoiceTimbre

CONTROL_HZ = 200
_DAMPING = 0.78
_SHORTEST_VIBRATO_S = 0.35
_VIBRATO_RISE_S = 0.25
_VIBRATO_FALL_S = 0.07
_SCOOP_S = 0.05
_DRIFT_CENTS = 5.0

Curve = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Vibrato:
    """One note's vibrato.

    Attributes:
        start_s: where it sets in.
        end_s: where it stops.
        rate_hz: cycles a second.
        depth_cents: from the middle to the peak, when it is full.
    """

    start_s: float
    end_s: float
    rate_hz: float
    depth_cents: float


@dataclass(frozen=True)
class PitchCurve:
    """The pitch of one phrase.

    Attributes:
        times_s: (T,) at `CONTROL_HZ`.
        log2_hz: (T,) binary logarithm of the frequency.
        vibratos: in order.
    """

    times_s: Curve
    log2_hz: Curve
    vibratos: tuple[Vibrato, ...]

    def at(self, times_s: Curve) -> Curve:
        """Return the frequency in Hz at some times, held beyond the ends."""
        hz: Curve = np.exp2(np.interp(times_s, self.times_s, self.log2_hz))
        return hz


def pitch_curve(
    units: Sequence[Unit],
    beats_s: Sequence[float],
    *,
    start_s: float,
    end_s: float,
    timbre: VoiceTimbre,
    rng: random.Random,
) -> PitchCurve:
    """Return the pitch of a phrase.

    Args:
        units: its syllables.
        beats_s: where each syllable's vowel starts.
        start_s: beginning of the curve.
        end_s: its end.
        timbre: who sings.
        rng: rates, depths and drift of this phrase.
    """
    times = np.arange(math.floor(start_s * CONTROL_HZ), math.ceil(end_s * CONTROL_HZ) + 1) / CONTROL_HZ
    notes = [(note, index > 0) for unit in units for index, note in enumerate(unit.notes)]
    starts = {id(unit.notes[0]): beat for unit, beat in zip(units, beats_s, strict=True)}
    cents = np.full(times.shape, 100.0 * notes[0][0].pitch)
    cents -= timbre.scoop_cents * _scoop(times - notes[0][0].start_s)
    for (before, _), (note, held) in pairwise(notes):
        if note.pitch != before.pitch:
            begin = starts.get(id(note), note.start_s) - timbre.portamento_s * (0.5 if held else 1.1)
            cents += 100.0 * (note.pitch - before.pitch) * _step(times - begin, timbre.portamento_s)
    vibratos = tuple(v for note, _ in notes if (v := _vibrato(note, timbre, rng)) is not None)
    for vibrato in vibratos:
        cents += _swing(times, vibrato)
    cents += _drift(times, rng)
    return PitchCurve(times, (cents - 6900.0) / 1200.0 + math.log2(440.0), vibratos)


def _step(t: Curve, rise_s: float) -> Curve:
    """Return a damped step (T,) from 0 to 1 that begins at t = 0."""
    natural = (2.16 * _DAMPING + 0.6) / rise_s
    ringing = natural * math.sqrt(1.0 - _DAMPING**2)
    after = np.maximum(t, 0.0)
    swing = np.cos(ringing * after) + _DAMPING * natural / ringing * np.sin(ringing * after)
    result: Curve = 1.0 - np.exp(-_DAMPING * natural * after) * swing
    return result


def _scoop(t: Curve) -> Curve:
    result: Curve = np.exp(-np.maximum(t, 0.0) / _SCOOP_S)
    return result


def _vibrato(note: SungNote, timbre: VoiceTimbre, rng: random.Random) -> Vibrato | None:
    delay = timbre.vibrato_delay_s * rng.uniform(0.8, 1.15)
    rate = timbre.vibrato_hz * rng.uniform(0.97, 1.03)
    depth = timbre.vibrato_cents * rng.uniform(0.8, 1.15)
    if note.end_s - note.start_s < delay + _SHORTEST_VIBRATO_S:
        return None
    return Vibrato(note.start_s + delay, note.end_s, rate, depth)


def _swing(times: Curve, vibrato: Vibrato) -> Curve:
    since = times - vibrato.start_s
    rise = np.clip(since / _VIBRATO_RISE_S, 0.0, 1.0)
    fall = np.clip((vibrato.end_s - times) / _VIBRATO_FALL_S, 0.0, 1.0)
    result: Curve = (
        vibrato.depth_cents * np.minimum(rise, fall) * np.sin(2.0 * math.pi * vibrato.rate_hz * since)
    )
    return result


def _drift(times: Curve, rng: random.Random) -> Curve:
    knots = int((times[-1] - times[0]) * 2.0) + 3
    values = [rng.gauss(0.0, _DRIFT_CENTS) for _ in range(knots)]
    result: Curve = np.interp(times, times[0] + np.arange(knots) / 2.0, values)
    return result
