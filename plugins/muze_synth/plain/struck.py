"""Patches of what is struck or plucked and dies away: keys, guitars, basses, bars and bells."""

from __future__ import annotations

from muze_synth.plain.patches import Fm, Harmonic, Modal
from muze_synth.plain.spectra import filtered, plucked, slope

PIANO = Harmonic(
    plucked(0.12, 1.35),
    (3, 7, 15),
    (0.002, 0.001),
    (1.4, 0.18),
    release_s=0.12,
    unison=(-0.9, 0.9),
    noise=0.05,
    noise_hz=900,
    touch=5,
)
BRIGHT_PIANO = Harmonic(
    plucked(0.12, 1.1),
    (3, 7, 15),
    (0.002, 0.001),
    (1.2, 0.22),
    release_s=0.1,
    unison=(-1, 1),
    noise=0.05,
    noise_hz=1500,
)
HONKY_TONK = Harmonic(plucked(0.12, 1.2), (3, 7, 15), decay_s=(1.1, 0.2), release_s=0.1, unison=(-7, 7))
HARPSICHORD = Harmonic(
    plucked(0.08, 0.7),
    (4, 12),
    decay_s=(0.9, 0.3),
    release_s=0.06,
    noise=0.08,
    noise_hz=4000,
    noise_decay_s=0.008,
    touch=0,
)
CLAVINET = Harmonic(plucked(0.06, 0.9), (3, 8), decay_s=(0.7, 0.12), release_s=0.03, touch=6)
ELECTRIC_PIANO = Fm()
DX_PIANO = Fm(index=1.1, index_decay_s=0.9, tine=0.3)
CELESTA = Modal(((1, 1, 0.9), (4.0, 0.35, 0.25), (9.2, 0.08, 0.08)), knock=0.05)
GLOCKENSPIEL = Modal(((1, 1, 1.3), (2.71, 0.4, 0.7), (5.15, 0.25, 0.3), (8.43, 0.1, 0.15)), 0.8, 0.08)
VIBRAPHONE = Modal(((1, 1, 2.2), (3.98, 0.3, 0.5), (9.7, 0.06, 0.1)), 0.3, 0.06, 5.2)
MARIMBA = Modal(((1, 1, 0.32), (3.95, 0.28, 0.09), (9.4, 0.1, 0.04)), 0.3, 0.12)
XYLOPHONE = Modal(((1, 1, 0.14), (3.0, 0.4, 0.07), (6.0, 0.2, 0.04)), 0.2, 0.2)
BELLS = Modal(
    (
        (0.5, 0.35, 3.5),
        (1, 1, 2.2),
        (1.19, 0.5, 1.6),
        (1.56, 0.25, 1.2),
        (2, 0.5, 1.0),
        (2.74, 0.3, 0.6),
        (3.76, 0.2, 0.4),
    ),
    1.5,
    0.06,
)
KALIMBA = Modal(((1, 1, 0.7), (5.6, 0.12, 0.06), (9.5, 0.05, 0.03)), 0.2, 0.1)
STEEL_DRUMS = Modal(((1, 1, 0.5), (2, 0.6, 0.35), (3, 0.25, 0.2), (4.05, 0.12, 0.1)), 0.25, 0.1)
TIMPANI = Modal(
    ((1, 1, 0.7), (1.5, 0.6, 0.5), (1.99, 0.35, 0.35), (2.44, 0.2, 0.25), (2.9, 0.1, 0.2)), 0.5, 0.15
)
WOOD = Modal(((1, 1, 0.04), (2.6, 0.5, 0.02), (4.1, 0.2, 0.015)), 0.1, 0.2)
NYLON = Harmonic(
    plucked(0.25, 1.5),
    (2, 4, 9),
    decay_s=(0.9, 0.08),
    release_s=0.08,
    noise=0.05,
    noise_hz=1200,
    noise_decay_s=0.01,
)
STEEL = Harmonic(
    plucked(0.17, 1.1),
    (3, 7, 15),
    decay_s=(1.1, 0.14),
    release_s=0.08,
    unison=(-0.8, 0.8),
    noise=0.06,
    noise_hz=3500,
    noise_decay_s=0.01,
)
JAZZ_GUITAR = Harmonic(filtered(plucked(0.2, 1.2), 1800), (2, 5, 10), decay_s=(1.0, 0.12), release_s=0.07)
CLEAN_GUITAR = Harmonic(
    plucked(0.14, 1.1), (3, 7, 14), decay_s=(1.5, 0.25), release_s=0.06, unison=(-1.2, 1.2)
)
MUTED_GUITAR = Harmonic(
    plucked(0.1, 1.2),
    (2, 5, 10),
    decay_s=(0.13, 0.03),
    release_s=0.03,
    noise=0.1,
    noise_hz=1500,
    noise_decay_s=0.01,
)
OVERDRIVEN = Harmonic(
    filtered(plucked(0.13, 0.9), 3000), (3, 8), decay_s=(3.5, 1.0), release_s=0.05, unison=(-2, 2), drive=5
)
DISTORTED = Harmonic(
    filtered(plucked(0.13, 0.9), 3200), (3, 8), decay_s=(5.0, 1.5), release_s=0.05, unison=(-3, 3), drive=14
)
BANJO = Harmonic(
    plucked(0.06, 0.8),
    (3, 8),
    decay_s=(0.35, 0.12),
    release_s=0.05,
    noise=0.12,
    noise_hz=3000,
    noise_decay_s=0.008,
)
SITAR = Harmonic(plucked(0.05, 0.55), (4, 12), decay_s=(1.2, 0.7), release_s=0.2, unison=(-3, 0, 3))
UPRIGHT = Harmonic(
    plucked(0.3, 1.5),
    (2, 4, 8),
    decay_s=(1.3, 0.12),
    release_s=0.06,
    noise=0.08,
    noise_hz=700,
    noise_decay_s=0.015,
)
FINGER_BASS = Harmonic(
    filtered(plucked(0.2, 1.1), 900), (2, 4, 8), decay_s=(2.0, 0.2), sustain=(0.15, 0), release_s=0.05
)
PICK_BASS = Harmonic(
    filtered(plucked(0.12, 1.0), 1800),
    (2, 5, 10),
    decay_s=(1.8, 0.18),
    release_s=0.05,
    noise=0.06,
    noise_hz=2500,
    noise_decay_s=0.006,
)
FRETLESS = Harmonic(
    filtered(slope(1.2), 700),
    (2, 5),
    (0.02, 0.04),
    (3.0, 0.5),
    (0.4, 0.1),
    0.07,
    vibrato_hz=4.5,
    vibrato_cents=6,
)
SLAP_BASS = Harmonic(
    plucked(0.08, 0.9),
    (2, 5, 11),
    decay_s=(1.2, 0.12),
    release_s=0.04,
    noise=0.15,
    noise_hz=3200,
    noise_decay_s=0.008,
    touch=6,
)
SYNTH_BASS = Harmonic(
    filtered(slope(1.0), 1400), (2, 4, 8), (0.003, 0.003), (2.0, 0.15), (0.5, 0.05), 0.04, unison=(-3, 3)
)
PIZZICATO = Harmonic(
    plucked(0.22, 1.4),
    (2, 4, 8),
    decay_s=(0.28, 0.04),
    release_s=0.15,
    noise=0.08,
    noise_hz=1200,
    noise_decay_s=0.012,
)
HARP = Harmonic(plucked(0.4, 1.5), (2, 4, 9), decay_s=(1.3, 0.12), release_s=0.5)
SYNTH_PLUCK = Harmonic(
    slope(1.0), (2, 4, 8, 16), (0.002, 0.002), (0.5, 0.05), (0.0, 0.0), 0.12, unison=(-7, 7)
)
