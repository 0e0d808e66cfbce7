"""The vocal tract: formants that move from phoneme to phoneme, and the filter they make.

    H(z) = B(z)/A(z) · U(z)     A: five formants and a nasal pole, B: a nasal zero, U: the formants above

Formants are Klatt's digital resonators in cascade (Klatt 1980), so that their levels follow from their places. A(z)
of every frame is multiplied out and transformed at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_synth.singer.consonants import Manner, find_consonant
from muze_synth.singer.timbre import VoiceTimbre
from muze_synth.singer.timing import Segment, is_voiced_nucleus
from muze_synth.singer.vowels import tract_ratio, vowel_targets

Array = npt.NDArray[np.float64]
Response = npt.NDArray[np.complex64]

_BANDWIDTHS = np.array([65.0, 85.0, 120.0, 190.0, 260.0])
_NASAL_BANDWIDTHS = np.array([90.0, 200.0, 250.0, 300.0, 350.0])
_NASAL_POLE_HZ, _NASAL_ZERO_HZ, _NASAL_WIDTH_HZ = 270.0, 450.0, 100.0
_ONE_POLYNOMIAL_HZ = 34_000  # the highest rate at which all poles go into one polynomial
_ONSET_S, _OFFSET_S = 0.06, 0.065  # how long a vowel's formants take to settle, and to leave
_GLIDE_S = 0.2
_RING_HZ = (2650.0, 2950.0, 3400.0)


@dataclass(frozen=True)
class TractTrack:
    """Where the formants stand over time.

    Attributes:
        times_s: (K,) key times.
        formants_hz: (K, 5).
        bandwidths_hz: (K, 5).
        nasality: (K,) how far the nose is open, 0…1.
    """

    times_s: Array
    formants_hz: Array
    bandwidths_hz: Array
    nasality: Array

    def at(self, times_s: Array) -> tuple[Array, Array, Array]:
        """Return formants (T, 5), bandwidths (T, 5) and nasality (T,) at some times."""

        def along(values: Array) -> Array:
            return np.interp(times_s, self.times_s, values)

        formants = np.stack([np.exp(along(np.log(row))) for row in self.formants_hz.T], axis=1)
        bandwidths = np.stack([along(row) for row in self.bandwidths_hz.T], axis=1)
        return formants, bandwidths, along(self.nasality)


@dataclass(frozen=True)
class _Key:
    time_s: float
    formants: Array
    bandwidths: Array
    nasality: float


def tract_track(segments: Sequence[Segment], timbre: VoiceTimbre) -> TractTrack:
    """Return the movement of a phrase: each phoneme's target, and straight ways between them."""
    keys: list[_Key] = []
    for index, segment in enumerate(segments):
        keys += _vowel_keys(segment, timbre) if is_voiced_nucleus(segment) else []
        if not is_voiced_nucleus(segment):
            neighbour = _neighbour(segments, index, timbre)
            keys += _consonant_keys(segment, timbre, neighbour)
    if not keys:  # nothing but breath: the throat at rest
        keys = [_Key(segments[0].start_s, resting_formants(timbre), _BANDWIDTHS, 0.0)]
    return TractTrack(
        np.array([key.time_s for key in keys]),
        np.stack([key.formants for key in keys]),
        np.stack([key.bandwidths for key in keys]),
        np.array([key.nasality for key in keys]),
    )


def resting_formants(timbre: VoiceTimbre) -> Array:
    """Return the formants (5,) of the throat at rest, in Hz."""
    return vowel_formants("ə", timbre)[0]


def vowel_formants(phoneme: str, timbre: VoiceTimbre) -> tuple[Array, ...]:
    """Return where a timbre puts a vowel's formants: (5,) in Hz, twice for a diphthong."""
    return tuple(
        _ringing(target.formants * timbre.formant_scale, timbre)
        for target in vowel_targets(phoneme, timbre.tract)
    )


def _ringing(formants: Array, timbre: VoiceTimbre) -> Array:
    """Draw formants 3 to 5 together."""
    drawn = formants.copy()
    scale = timbre.formant_scale * tract_ratio(timbre.tract)[2]
    goal = np.array(_RING_HZ) * scale
    drawn[2:] = formants[2:] ** (1.0 - timbre.ring) * goal**timbre.ring
    drawn[2] = max(min(drawn[2], formants[2] * 1.12), formants[1] * 1.1)  # the vowel stays what it is
    return drawn


def _vowel_keys(segment: Segment, timbre: VoiceTimbre) -> list[_Key]:
    targets = vowel_targets(segment.phoneme, timbre.tract)
    formants = vowel_formants(segment.phoneme, timbre)
    length = segment.end_s - segment.start_s
    settle = segment.start_s + min(_ONSET_S, 0.3 * length)
    leave = segment.end_s - min(_OFFSET_S, 0.25 * length)
    nasal = [max(float(target.nasal), timbre.nasality) for target in targets]
    widths = [_BANDWIDTHS * (1.0 + 0.6 * openness) for openness in nasal]
    turn = settle if len(formants) == 1 else max(settle, leave - min(_GLIDE_S, 0.5 * length))
    return [
        _Key(settle, formants[0], widths[0], nasal[0]),
        _Key(turn, formants[0], widths[0], nasal[0]),
        _Key(leave, formants[-1], widths[-1], nasal[-1]),
    ]


def _neighbour(segments: Sequence[Segment], index: int, timbre: VoiceTimbre) -> Array:
    """Return the formants of the vowel a consonant leads to, or comes from."""
    for other in (*segments[index + 1 :], *reversed(segments[:index])):
        if is_voiced_nucleus(other):
            formants = vowel_formants(other.phoneme, timbre)
            return formants[0] if other.start_s >= segments[index].start_s else formants[-1]
    return resting_formants(timbre)


def _consonant_keys(segment: Segment, timbre: VoiceTimbre, vowel: Array) -> list[_Key]:
    consonant = find_consonant(segment.phoneme)
    if consonant.manner is Manner.BREATH:
        return []
    scale = tract_ratio(timbre.tract) * timbre.formant_scale
    own = np.array([*consonant.formants_hz, 3550.0, 4500.0]) * scale
    own[1:3] = own[1:3] ** (1.0 - consonant.follow) * vowel[1:3] ** consonant.follow
    own[3:] = vowel[3:]
    nose = consonant.manner is Manner.NASAL
    widths = _NASAL_BANDWIDTHS if nose else _BANDWIDTHS * 1.3
    length = segment.end_s - segment.start_s
    edge = min(0.03, 0.3 * length) if nose else 0.35 * length
    nasality = 1.0 if nose else 0.0
    return [
        _Key(segment.start_s + edge, own, widths, nasality),
        _Key(segment.end_s - edge, own, widths, nasality),
    ]


def tuned(formants: Array, bandwidths: Array, f0_hz: Array) -> tuple[Array, Array]:
    """Return formants and bandwidths (T, 5) of a voice that sings high.

    Above the first formant, singers open the jaw so that it follows the pitch (Sundberg, "Formant technique in a
    professional female singer", Acustica 32, 1975). A narrow one that crossed the fundamental would turn its phase
    and be heard as a bend of pitch, so it stays a little above and is as wide as the pitch demands.
    """
    raised = formants.copy()
    raised[:, 0] = np.maximum(formants[:, 0], 1.12 * f0_hz)
    raised[:, 1] = np.maximum(formants[:, 1], raised[:, 0] + 250.0)
    raised[:, 2] = np.maximum(formants[:, 2], raised[:, 1] + 250.0)
    widened = bandwidths.copy()
    widened[:, 0] = np.maximum(bandwidths[:, 0], 0.3 * f0_hz)
    return raised, widened


def response(
    formants: Array, bandwidths: Array, nasality: Array, tilt_hz: Array, *, bins: int, rate_hz: int
) -> Response:
    """Return the filter of every frame.

    Args:
        formants: (T, 5) Hz.
        bandwidths: (T, 5) Hz.
        nasality: (T,) 0…1.
        tilt_hz: (T,) corner of the source's extra fall of 6 dB an octave.
        bins: of the one-sided spectrum, half the transform plus one.
        rate_hz: sampling rate.

    Returns:
        (T, bins) complex; without the formants above the fifth, which `upper_response` gives.
    """
    frames, size = formants.shape[0], 2 * (bins - 1)
    nasal_pole = _NASAL_POLE_HZ * nasality + _NASAL_ZERO_HZ * (1.0 - nasality)
    poles = np.column_stack([formants, nasal_pole])
    widths = np.column_stack([bandwidths, np.full(frames, _NASAL_WIDTH_HZ)])
    radius = np.exp(-math.pi * widths / rate_hz)
    first = -2.0 * radius * np.cos(2.0 * math.pi * poles / rate_hz)
    second = radius**2
    tilt = np.exp(-2.0 * math.pi * np.minimum(tilt_hz, 0.45 * rate_hz) / rate_hz)
    # One polynomial is quickest, but near zero hertz it is a sum of large numbers that is tiny: its error grows with
    # the seventh power of the rate, to 0.15 dB at 44.1 kHz and to all there is at 96 kHz. Two stay exact.
    count = poles.shape[1]
    groups = (range(count),) if rate_hz <= _ONE_POLYNOMIAL_HZ else (range(0, count, 2), range(1, count, 2))
    denominator = np.ones((frames, bins), dtype=np.complex64)
    for number, group in enumerate(groups):
        start = tilt if number == 0 else np.zeros(frames)
        coefficients = _polynomial(first[:, group], second[:, group], start)
        denominator *= np.fft.rfft(coefficients, size).astype(np.complex64)
    zero_radius = math.exp(-math.pi * _NASAL_WIDTH_HZ / rate_hz)
    b = np.array(
        [1.0, -2.0 * zero_radius * math.cos(2.0 * math.pi * _NASAL_ZERO_HZ / rate_hz), zero_radius**2]
    )
    numerator = np.fft.rfft(b / b.sum(), size).astype(np.complex64)
    result: Response = numerator / denominator
    return result


def _polynomial(first: Array, second: Array, tilt: Array) -> Array:
    """Return the product (T, K) of resonators (T, R) and a pole (T,) on the real axis, 1 at zero hertz."""
    a = np.zeros((first.shape[0], 2 * first.shape[1] + 2))
    a[:, 0], a[:, 1] = 1.0, -tilt
    gain = 1.0 - tilt
    for index in range(first.shape[1]):
        grown = a.copy()
        grown[:, 1:] += first[:, index, None] * a[:, :-1]
        grown[:, 2:] += second[:, index, None] * a[:, :-2]
        a = grown
        gain = gain * (1.0 + first[:, index] + second[:, index])
    result: Array = a / gain[:, None]
    return result


def upper_response(timbre: VoiceTimbre, *, bins: int, rate_hz: int) -> Response:
    """Return the fixed filter (bins,) of the formants above the fifth, up to the Nyquist frequency."""
    fifth = float(vowel_formants("ə", timbre)[0][4])
    spacing = fifth / 4.6
    size = 2 * (bins - 1)
    result = np.ones(bins, dtype=np.complex128)
    centre = fifth + spacing
    while centre < 0.46 * rate_hz:
        radius = math.exp(-math.pi * (200.0 + 0.06 * centre) / rate_hz)
        a = np.array([1.0, -2.0 * radius * math.cos(2.0 * math.pi * centre / rate_hz), radius**2])
        result *= a.sum() / np.fft.rfft(a, size)
        centre += spacing
    return result.astype(np.complex64)
