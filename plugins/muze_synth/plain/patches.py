"""Patches: what a tone is described by, one class for each of three kinds of tone.

    Harmonic   bands of harmonics, each with its own attack and decay: strings, winds, pianos, plucks, pads
    Modal      partials that are no harmonics, each dying away: bars, bells, drums with a pitch
    Fm         one oscillator bends another's phase: electric pianos

The harmonics of a `Harmonic` are split into bands at the numbers in `edges`; the later bands, the brighter ones,
attack later where `attack_s` says so, die sooner, and come with loud notes. That is what a pluck's filter or a
blown tone's brightness does, without filtering anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from muze_synth.plain.spectra import Spectrum


@dataclass(frozen=True)
class Harmonic:
    """A tone of harmonics.

    Attributes:
        spectrum: amplitude of each harmonic.
        edges: number of the first harmonic of each band after the first.
        attack_s: seconds to full level, of the first and the last band.
        decay_s: time constant of dying away at middle C, of the first and the last band; halves every two octaves.
        sustain: level that it dies away to, while the note is held, of the first and the last band.
        release_s: time constant after the note's end.
        unison: detuning in cents of each oscillator; several are spread from left to right.
        vibrato_hz: how often the pitch swings; 0 not at all.
        vibrato_cents: how far, to each side.
        noise: level of breath, hammer or bow.
        noise_hz: its centre.
        noise_decay_s: time constant of the noise; 0 for as long as the tone.
        touch: how much softer notes are darker; decibels a band between the softest and the loudest.
        octave: factor of the pitch; 0.5 for a spectrum that is written an octave lower.
        drive: how far the whole part is driven into a soft clipper; 0 not at all.
    """

    spectrum: Spectrum
    edges: tuple[int, ...] = (2, 4, 8, 16)
    attack_s: tuple[float, float] = (0.003, 0.003)
    decay_s: tuple[float, float] = (1.5, 0.2)
    sustain: tuple[float, float] = (0.0, 0.0)
    release_s: float = 0.08
    unison: tuple[float, ...] = (0.0,)
    vibrato_hz: float = 0.0
    vibrato_cents: float = 0.0
    noise: float = 0.0
    noise_hz: float = 2000.0
    noise_decay_s: float = 0.03
    touch: float = 4.0
    octave: float = 1.0
    drive: float = 0.0


@dataclass(frozen=True)
class Modal:
    """A tone of partials that die away one by one.

    Attributes:
        partials: ratio to the fundamental, level, and time constant in seconds at middle C.
        release_s: time constant after the note's end.
        knock: level of the mallet's noise.
        tremolo_hz: how often the level swings; 0 not at all.
    """

    partials: tuple[tuple[float, float, float], ...]
    release_s: float = 0.4
    knock: float = 0.1
    tremolo_hz: float = 0.0


@dataclass(frozen=True)
class Fm:
    """Two oscillators, after Chowning, "The Synthesis of Complex Audio Spectra", JAES 21 (1973).

    Attributes:
        ratio: modulator over carrier; a whole number keeps it in tune.
        index: modulation in radians at the loudest.
        index_decay_s: time constant of the modulation.
        decay_s: time constant of the tone.
        tine: level of a high partial at the attack.
        release_s: time constant after the note's end.
    """

    ratio: int = 1
    index: float = 1.6
    index_decay_s: float = 0.5
    decay_s: float = 1.6
    tine: float = 0.12
    release_s: float = 0.1


Patch = Harmonic | Modal | Fm
