"""Patches of what sounds as long as it is held: organs, bows, voices, winds, leads and pads."""

from __future__ import annotations

from muze_synth.plain.patches import Harmonic
from muze_synth.plain.spectra import filtered, formants, listed, slope

_HELD = (1.0, 1.0)

ORGAN = Harmonic(
    listed({1: 0.8, 2: 1, 3: 0.6, 4: 0.7, 6: 0.35, 8: 0.4, 12: 0.15, 16: 0.15}),
    (),
    (0.006, 0.006),
    sustain=_HELD,
    release_s=0.02,
    unison=(-1.5, 1.5),
    vibrato_hz=6.2,
    vibrato_cents=4,
    touch=0,
    octave=0.5,
    noise=0.02,
    noise_hz=3000,
    noise_decay_s=0.01,
)
ROCK_ORGAN = Harmonic(
    listed({1: 1, 2: 1, 3: 0.9, 4: 0.5, 8: 0.3, 16: 0.2}),
    (),
    (0.005, 0.005),
    sustain=_HELD,
    release_s=0.02,
    unison=(-2, 2),
    vibrato_hz=6.8,
    vibrato_cents=7,
    touch=0,
    octave=0.5,
    drive=1.5,
)
CHURCH_ORGAN = Harmonic(
    listed({1: 0.5, 2: 1, 4: 0.8, 6: 0.3, 8: 0.6, 12: 0.3, 16: 0.4, 24: 0.15, 32: 0.2}),
    (),
    (0.06, 0.06),
    sustain=_HELD,
    release_s=0.15,
    unison=(-2, 0, 2),
    touch=0,
    octave=0.5,
    noise=0.02,
    noise_hz=2500,
    noise_decay_s=0,
)
REED = Harmonic(
    filtered(slope(0.8), 2500), (4,), (0.03, 0.05), sustain=_HELD, release_s=0.05, unison=(-6, 6), touch=3
)
SUB_BASS = Harmonic(
    listed({1: 1, 2: 0.15, 3: 0.08}), (), (0.006, 0.006), sustain=_HELD, release_s=0.04, touch=0
)
SOLO_STRING = Harmonic(
    formants(slope(1.0), [(500, 500, 0.8), (1100, 700, 1), (2800, 1500, 0.7)], 0.25),
    (4, 10),
    (0.05, 0.09),
    sustain=_HELD,
    release_s=0.09,
    vibrato_hz=5.6,
    vibrato_cents=14,
    noise=0.015,
    noise_hz=3500,
    noise_decay_s=0,
)
LOW_STRING = Harmonic(
    formants(slope(1.0), [(220, 250, 1), (600, 500, 0.9), (1500, 1200, 0.5)], 0.25),
    (4, 10),
    (0.06, 0.1),
    sustain=_HELD,
    release_s=0.1,
    vibrato_hz=5.0,
    vibrato_cents=10,
    noise=0.015,
    noise_hz=2000,
    noise_decay_s=0,
)
STRINGS = Harmonic(
    filtered(slope(1.0), 3200, tracking=0.3),
    (6,),
    (0.09, 0.18),
    sustain=_HELD,
    release_s=0.22,
    unison=(-9, -3, 4, 8),
    vibrato_hz=5.2,
    vibrato_cents=5,
)
SLOW_STRINGS = Harmonic(
    filtered(slope(1.0), 2400, tracking=0.3),
    (6,),
    (0.3, 0.6),
    sustain=_HELD,
    release_s=0.4,
    unison=(-10, -3, 4, 9),
    vibrato_hz=5.0,
    vibrato_cents=5,
)
CHOIR = Harmonic(
    formants(slope(1.1), [(650, 200, 1), (1080, 220, 0.7), (2650, 350, 0.25)], 0.015),
    (6,),
    (0.12, 0.16),
    sustain=_HELD,
    release_s=0.25,
    unison=(-8, -2, 3, 7),
    vibrato_hz=5.3,
    vibrato_cents=10,
    noise=0.02,
    noise_hz=3000,
    noise_decay_s=0,
)
VOICE = Harmonic(
    formants(slope(1.1), [(350, 150, 1), (800, 200, 0.6), (2500, 350, 0.15)], 0.015),
    (6,),
    (0.05, 0.08),
    sustain=_HELD,
    release_s=0.1,
    vibrato_hz=5.5,
    vibrato_cents=18,
    noise=0.015,
    noise_hz=3000,
    noise_decay_s=0,
)
BRASS = Harmonic(
    filtered(slope(0.9), 2200, tracking=0.5),
    (3, 8),
    (0.025, 0.08),
    sustain=(1, 0.75),
    release_s=0.06,
    vibrato_hz=5,
    vibrato_cents=4,
    touch=6,
)
MUTED_BRASS = Harmonic(
    formants(slope(0.8), [(1600, 600, 1), (3000, 1000, 0.5)], 0.1),
    (4, 9),
    (0.02, 0.05),
    sustain=_HELD,
    release_s=0.05,
    touch=5,
)
LOW_BRASS = Harmonic(
    filtered(slope(0.9), 900, tracking=0.5), (3, 8), (0.04, 0.1), sustain=(1, 0.7), release_s=0.07, touch=6
)
BRASS_SECTION = Harmonic(
    filtered(slope(0.9), 2400, tracking=0.4),
    (3, 8),
    (0.03, 0.07),
    sustain=(1, 0.8),
    release_s=0.07,
    unison=(-6, 0, 6),
    touch=6,
)
SAX = Harmonic(
    formants(slope(0.9), [(520, 400, 1), (1300, 800, 0.8), (2600, 1200, 0.4)], 0.15),
    (4, 10),
    (0.03, 0.06),
    sustain=(1, 0.85),
    release_s=0.06,
    vibrato_hz=5.2,
    vibrato_cents=12,
    noise=0.03,
    noise_hz=2500,
    noise_decay_s=0,
    touch=5,
)
DOUBLE_REED = Harmonic(
    formants(slope(0.7), [(1050, 500, 1), (2700, 900, 0.6)], 0.12),
    (4, 10),
    (0.03, 0.05),
    sustain=_HELD,
    release_s=0.05,
    vibrato_hz=5.5,
    vibrato_cents=8,
)
CLARINET = Harmonic(
    filtered(slope(0.9, odd_only=True), 2200),
    (4, 9),
    (0.03, 0.06),
    sustain=_HELD,
    release_s=0.05,
    noise=0.01,
    noise_hz=2500,
    noise_decay_s=0,
)
FLUTE = Harmonic(
    listed({1: 1, 2: 0.35, 3: 0.15, 4: 0.06, 5: 0.03}),
    (2,),
    (0.05, 0.06),
    sustain=_HELD,
    release_s=0.07,
    vibrato_hz=5.2,
    vibrato_cents=9,
    noise=0.07,
    noise_hz=3500,
    noise_decay_s=0,
)
WHISTLE = Harmonic(
    listed({1: 1, 2: 0.04}),
    (),
    (0.03, 0.03),
    sustain=_HELD,
    release_s=0.05,
    vibrato_hz=5.5,
    vibrato_cents=15,
    noise=0.03,
    noise_hz=2500,
    noise_decay_s=0,
)
SQUARE_LEAD = Harmonic(
    slope(1.0, odd_only=True), (6,), (0.004, 0.004), sustain=(1, 0.7), release_s=0.05, unison=(-4, 4)
)
SAW_LEAD = Harmonic(slope(1.0), (6,), (0.004, 0.004), (2.0, 0.6), (1, 0.6), 0.06, unison=(-9, 0, 9))
PAD = Harmonic(
    filtered(slope(1.0), 1100, tracking=0.4),
    (3,),
    (0.3, 0.8),
    sustain=_HELD,
    release_s=0.6,
    unison=(-10, -4, 5, 11),
)
BRIGHT_PAD = Harmonic(
    filtered(slope(1.0), 3500, tracking=0.4),
    (3, 10),
    (0.15, 0.7),
    (4.0, 2.5),
    (1, 0.5),
    0.5,
    unison=(-12, -5, 6, 13),
)
GLASS_PAD = Harmonic(
    listed({1: 1, 2: 0.3, 3: 0.35, 5: 0.2, 8: 0.12, 12: 0.06}),
    (2, 5),
    (0.05, 0.2),
    (4.0, 1.5),
    (0.7, 0.2),
    0.8,
    unison=(-8, 0, 8),
)
WIND = Harmonic(
    slope(1.5), (), (0.4, 0.4), sustain=_HELD, release_s=0.5, noise=1.5, noise_hz=1500, noise_decay_s=0
)
