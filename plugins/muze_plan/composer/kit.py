"""The drummer's instruments: names of voices, their General MIDI keys, and what each kit has of them.

A kit of program 48 (orchestral) has timpani and concert cymbals on the keys of toms and hi-hats; hand and
Latin percussion play the voices of `PERCUSSION` only. A voice that a kit lacks is played on what it has
instead, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from muze_plan.composer.degrees import fifth, third
from muzecli.song.chord import Chord

VOICES: Mapping[str, int] = {
    "kick": 36,
    "kick2": 35,
    "rim": 37,
    "snare": 38,
    "clap": 39,
    "snare2": 40,
    "floor_tom": 41,
    "closed_hat": 42,
    "pedal_hat": 44,
    "low_tom": 45,
    "open_hat": 46,
    "mid_tom": 47,
    "crash": 49,
    "high_tom": 50,
    "ride": 51,
    "china": 52,
    "ride_bell": 53,
    "tambourine": 54,
    "splash": 55,
    "cowbell": 56,
    "crash2": 57,
    "high_bongo": 60,
    "low_bongo": 61,
    "mute_conga": 62,
    "conga": 63,
    "low_conga": 64,
    "high_timbale": 65,
    "low_timbale": 66,
    "high_agogo": 67,
    "low_agogo": 68,
    "cabasa": 69,
    "shaker": 70,
    "guiro": 73,
    "claves": 75,
    "high_block": 76,
    "low_block": 77,
    "triangle": 81,
    "timpani": 47,
}
"""Voice → General MIDI percussion key; the shaker is the maracas'. `timpani` follows the chords."""

PERCUSSION = frozenset(
    {
        *("tambourine", "cowbell", "high_bongo", "low_bongo", "mute_conga", "conga", "low_conga"),
        *("high_timbale", "low_timbale", "high_agogo", "low_agogo", "cabasa", "shaker", "guiro", "claves"),
        *("high_block", "low_block", "triangle"),
    }
)
"""Voices that a second player takes, and that go on through fills."""

TIMEKEEPERS = frozenset({"closed_hat", "ride", "shaker", "cabasa", "tambourine"})
"""Voices that keep the pulse going; a compound beat gives them its middle note too."""

CYMBALS = frozenset({"crash", "crash2", "china", "splash", "ride", "ride_bell", "open_hat"})

LEVELS: Mapping[str, int] = {
    "kick": 106,
    "kick2": 100,
    "rim": 88,
    "snare": 104,
    "clap": 98,
    "snare2": 102,
    "floor_tom": 100,
    "closed_hat": 76,
    "pedal_hat": 62,
    "low_tom": 98,
    "open_hat": 82,
    "mid_tom": 96,
    "crash": 106,
    "high_tom": 96,
    "ride": 80,
    "china": 100,
    "ride_bell": 84,
    "tambourine": 72,
    "splash": 92,
    "cowbell": 74,
    "crash2": 104,
    "timpani": 92,
}
"""Velocity of a normal stroke; voices that are missing take `PERCUSSION_LEVEL`."""

PERCUSSION_LEVEL = 74

ORCHESTRAL_KIT = 48
# Keys of the General MIDI 2 orchestra set that differ from the standard ones; a missing voice is silent.
_ORCHESTRA: Mapping[str, int] = {
    "kick": 36,
    "kick2": 35,
    "snare": 38,
    "snare2": 40,
    "crash": 57,
    "crash2": 59,
    "splash": 57,
    "tambourine": 54,
    "triangle": 81,
}
# Voice → which notes of the chord its drum may be tuned to, the best first, in the order root, fifth, third.
_DRUMS_IN_TUNE: Mapping[str, tuple[int, ...]] = {
    "timpani": (0, 1, 2),
    "floor_tom": (0, 1, 2),
    "low_tom": (0, 1, 2),
    "mid_tom": (1, 0, 2),
    "high_tom": (1, 0, 2),
}
# Keys of an orchestral kit that sound as the pitches of their numbers and are toms on all other kits.
_TIMPANI = (41, 43, 45, 47, 48, 50)

HANDS: Mapping[str, str] = {
    "kick": "low_conga",
    "kick2": "low_conga",
    "snare": "mute_conga",
    "snare2": "mute_conga",
    "rim": "claves",
    "clap": "tambourine",
    "closed_hat": "shaker",
    "open_hat": "tambourine",
    "pedal_hat": "cabasa",
    "ride": "shaker",
    "ride_bell": "cowbell",
    "floor_tom": "low_conga",
    "low_tom": "conga",
    "mid_tom": "low_bongo",
    "high_tom": "high_bongo",
}
"""What hands play instead of a drum kit's voices, where nobody plays the kit."""


def key_of(voice: str, program: int, chord: Chord) -> int | None:
    """Return the key of a voice on a kit, or None where that kit has nothing like it.

    Args:
        voice: a name of `VOICES`.
        program: the kit.
        chord: what timpani are tuned to.
    """
    if program != ORCHESTRAL_KIT:
        return None if voice == "timpani" else VOICES[voice]
    if voice not in _DRUMS_IN_TUNE:
        return _ORCHESTRA.get(voice)
    if chord.root is None:
        return None
    tones = (chord.root, (chord.root + fifth(chord)) % 12, (chord.root + third(chord)) % 12)
    keys = (key for i in _DRUMS_IN_TUNE[voice] for key in _TIMPANI if key % 12 == tones[i])
    return next(keys, _ORCHESTRA["kick"])
