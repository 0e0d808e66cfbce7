"""Percussion kits: how each General MIDI key is struck, as data of one kind of sound.

The standard kit stands in `KEYS`; other kits replace what differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Strike:
    """One percussion sound.

    Attributes:
        partials: frequency in Hz, level, and time constant in seconds.
        fall: factor by which the pitch starts higher.
        fall_s: time constant of its fall.
        noises: centre in Hz, width in octaves, level, and time constant in seconds.
        metal: lowest and highest frequency in Hz, level, and time constant of a cluster of partials.
        attack_s: seconds to full level; of shaken things.
        strokes: how many in quick succession, as of many hands.
        stroke_s: seconds between them.
        level: of the whole, against a snare drum.
        pan: −1 left … 1 right, as the audience sees the kit.
        stops: keys that it damps, as a closed hi-hat damps the open one.
    """

    partials: tuple[tuple[float, float, float], ...] = ()
    fall: float = 1.0
    fall_s: float = 0.03
    noises: tuple[tuple[float, float, float, float], ...] = ()
    metal: tuple[float, float, float, float] | None = None
    attack_s: float = 0.0
    strokes: int = 1
    stroke_s: float = 0.011
    level: float = 1.0
    pan: float = 0.0
    stops: tuple[int, ...] = ()


def _tom(hz: float, pan: float) -> Strike:
    return Strike(
        ((hz, 1, 0.22), (hz * 1.59, 0.35, 0.1)), 1.5, 0.05, ((900, 2, 0.12, 0.02),), level=0.9, pan=pan
    )


def _skin(hz: float, decay_s: float, pan: float, slap: float = 0.3) -> Strike:
    partials = ((hz, 1, decay_s), (hz * 1.6, 0.4, decay_s * 0.5), (hz * 2.3, 0.2, decay_s * 0.3))
    return Strike(partials, 1.12, 0.02, ((2500, 2, slap, 0.008),), level=0.6, pan=pan)


def _block(hz: float, pan: float) -> Strike:
    return Strike(
        ((hz, 1, 0.03), (hz * 2.4, 0.4, 0.015)), noises=((hz * 2, 1.5, 0.2, 0.004),), level=0.5, pan=pan
    )


_KICK = Strike(
    ((52, 1, 0.16), (104, 0.15, 0.05)),
    4.0,
    0.022,
    ((2800, 2.5, 0.12, 0.005), (300, 2, 0.15, 0.012)),
    level=1.1,
)
_SNARE = Strike(
    ((186, 0.7, 0.07), (331, 0.4, 0.045)), 1.25, 0.015, ((2200, 3, 0.6, 0.06), (6500, 2, 0.5, 0.09))
)
_STICK = Strike(((1750, 0.8, 0.012), (480, 0.5, 0.02)), noises=((3500, 2, 0.5, 0.008),), level=0.6, pan=-0.1)
_CLAP = Strike(noises=((1300, 1.4, 1, 0.055), (2600, 2, 0.3, 0.03)), strokes=4, level=0.8, pan=0.1)
_CLOSED = Strike(
    noises=((9000, 1.6, 0.5, 0.022),), metal=(4200, 12500, 0.6, 0.028), level=0.4, pan=0.3, stops=(46,)
)
_OPEN = replace(
    _CLOSED, noises=((8500, 1.8, 0.5, 0.22),), metal=(4000, 12500, 0.6, 0.3), level=0.42, stops=()
)
_PEDAL = replace(_CLOSED, noises=((7000, 1.6, 0.6, 0.03),), level=0.3)
_CRASH = Strike(
    noises=((6500, 3, 0.8, 0.7), (2500, 2, 0.3, 0.25)), metal=(1500, 13000, 0.5, 0.9), level=0.6, pan=-0.4
)
_RIDE = Strike(
    ((3150, 0.25, 0.3),), noises=((7500, 2.5, 0.3, 0.5),), metal=(2600, 12000, 0.5, 0.8), level=0.36, pan=0.45
)
_SHAKER = Strike(noises=((7500, 1.5, 1, 0.035),), attack_s=0.018, level=0.3, pan=0.35)
_TAMBOURINE = Strike(
    noises=((9500, 1.2, 0.6, 0.07),), metal=(6000, 13000, 0.6, 0.09), strokes=2, level=0.4, pan=-0.25
)
_COWBELL = Strike(((562, 0.8, 0.09), (845, 1, 0.11), (1690, 0.3, 0.05)), level=0.5, pan=0.2)
_TRIANGLE = Strike(((4200, 0.6, 0.9), (6950, 1, 0.7), (9800, 0.5, 0.5)), level=0.25, pan=0.3)
_SCRAPE = Strike(noises=((3800, 1.2, 1, 0.012),), strokes=9, stroke_s=0.014, level=0.4, pan=-0.3)
_AGOGO = Strike(((1240, 1, 0.12), (1860, 0.5, 0.1)), level=0.4, pan=0.3)

KEYS: Mapping[int, Strike] = {
    **{27: Strike(((1200, 1, 0.05),), 2.0, 0.02, level=0.5), 28: _CLAP, 29: _SCRAPE, 30: _SCRAPE},
    **{31: _STICK, 32: _STICK, 33: _STICK, 34: Strike(((2700, 1, 0.15),), level=0.3)},
    **{35: replace(_KICK, level=1.0, fall=3.2), 36: _KICK, 37: _STICK, 38: _SNARE, 39: _CLAP},
    40: replace(_SNARE, partials=((210, 0.7, 0.06), (370, 0.4, 0.04)), level=0.95),
    **{41: _tom(78, -0.5), 42: _CLOSED, 43: _tom(96, -0.35), 44: _PEDAL, 45: _tom(118, -0.1), 46: _OPEN},
    **{47: _tom(142, 0.1), 48: _tom(170, 0.3), 49: _CRASH, 50: _tom(205, 0.45), 51: _RIDE},
    52: replace(_CRASH, metal=(900, 9000, 0.8, 0.5), pan=0.4),
    53: replace(_RIDE, partials=((2100, 0.9, 0.45), (3150, 0.5, 0.4)), level=0.4),
    **{
        54: _TAMBOURINE,
        55: replace(_CRASH, noises=((8000, 2.5, 0.8, 0.2),), metal=(2500, 13000, 0.5, 0.25), pan=0.2),
    },
    **{56: _COWBELL, 57: replace(_CRASH, pan=0.45), 58: replace(_SCRAPE, strokes=14, stroke_s=0.022)},
    59: replace(_RIDE, pan=0.5),
    **{60: _skin(420, 0.09, 0.2), 61: _skin(300, 0.11, 0.3), 62: _skin(270, 0.03, -0.3, 0.8)},
    **{
        63: _skin(245, 0.16, -0.2),
        64: _skin(165, 0.2, -0.35),
        65: _skin(400, 0.14, 0.3, 0.5),
        66: _skin(290, 0.17, 0.4, 0.4),
    },
    **{67: _AGOGO, 68: replace(_AGOGO, partials=((900, 1, 0.13), (1350, 0.5, 0.1)))},
    **{69: replace(_SHAKER, pan=-0.3), 70: replace(_SHAKER, attack_s=0.004)},
    71: Strike(((2350, 1, 0.06),), noises=((2350, 0.5, 0.3, 0.06),), level=0.35),
    72: Strike(((2350, 1, 0.25),), noises=((2350, 0.5, 0.3, 0.25),), level=0.35),
    **{73: replace(_SCRAPE, strokes=5), 74: replace(_SCRAPE, strokes=18), 75: _block(2500, -0.2)},
    **{76: _block(1250, 0.25), 77: _block(900, 0.35), 78: _skin(480, 0.05, 0.1), 79: _skin(340, 0.09, 0.1)},
    **{80: replace(_TRIANGLE, partials=((4200, 0.6, 0.06), (6950, 1, 0.05))), 81: _TRIANGLE},
    **{
        82: _SHAKER,
        83: replace(_TAMBOURINE, metal=(7000, 13000, 0.8, 0.2)),
        84: replace(_TRIANGLE, strokes=9, stroke_s=0.03),
    },
    **{
        85: _block(1700, 0.2),
        86: _skin(95, 0.1, 0.0, 0.2),
        87: replace(_skin(75, 0.35, 0.0, 0.2), level=0.9),
    },
}
"""The standard kit."""

_DEEP = Strike(((46, 1, 0.5), (92, 0.08, 0.06)), 3.0, 0.03, ((3500, 2, 0.06, 0.003),), level=1.2)
_TIGHT = Strike(((55, 1, 0.13), (110, 0.3, 0.05)), 6.0, 0.018, ((4500, 2.5, 0.2, 0.004),), level=1.15)
_BEEP = ((3400, 12000, 0.9, 0.02), (3400, 12000, 0.9, 0.25))

KITS: Mapping[int, Mapping[int, Strike]] = {
    8: {},  # room kit: the room comes with the mix
    16: {
        36: replace(_KICK, partials=((48, 1, 0.22), (96, 0.25, 0.07)), level=1.2),
        38: replace(
            _SNARE,
            partials=((170, 0.9, 0.1), (300, 0.4, 0.06)),
            noises=((2000, 3, 0.7, 0.1), (6500, 2, 0.5, 0.13)),
            level=1.1,
        ),
    },
    24: {36: _TIGHT, 35: _TIGHT, 38: replace(_SNARE, fall=2.0, noises=((3500, 3.5, 0.9, 0.07),)), 40: _CLAP},
    25: {
        **{36: _DEEP, 35: _DEEP, 38: replace(_SNARE, noises=((5500, 2.5, 0.7, 0.06),), level=0.85)},
        42: replace(_CLOSED, metal=_BEEP[0], noises=((10000, 1.2, 0.3, 0.02),)),
        46: replace(_OPEN, metal=_BEEP[1], noises=((10000, 1.2, 0.3, 0.2),)),
        **{
            49: replace(_CRASH, metal=(3400, 12000, 0.9, 0.6)),
            56: replace(_COWBELL, partials=((540, 1, 0.12), (800, 1, 0.12))),
        },
    },
    32: {
        36: replace(_KICK, partials=((64, 1, 0.14), (128, 0.3, 0.06)), fall=2.0, level=0.7),
        38: replace(_SNARE, level=0.75),
    },
    40: {
        36: replace(_KICK, partials=((64, 1, 0.14),), fall=1.8, level=0.55),
        38: Strike(noises=((3000, 3, 1, 0.12),), attack_s=0.02, level=0.4),
        40: Strike(noises=((3500, 3, 1, 0.25),), attack_s=0.09, level=0.35),
    },
    48: {
        35: replace(_KICK, partials=((44, 1, 0.6), (70, 0.4, 0.35)), fall=1.2, fall_s=0.06),
        36: replace(_KICK, partials=((48, 1, 0.5), (77, 0.4, 0.3)), fall=1.2),
    },
}
"""What other kits replace, by their General MIDI program."""


def described(kit: int, key: int) -> Strike:
    """Return how a key is struck."""
    return KITS.get(kit, {}).get(key) or KEYS.get(key, _STICK)
