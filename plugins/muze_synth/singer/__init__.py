"""A singing voice: formants, glottal pulses and noise, with exact labels."""

from __future__ import annotations

from muze_synth.singer.singing import LOWEST_RATE_HZ, Breath, Sung, TimedPhoneme, sing
from muze_synth.singer.timbre import TIMBRES, VoiceTimbre, find_timbre, fitting_timbres, varied

__all__ = [
    "LOWEST_RATE_HZ",
    "TIMBRES",
    "Breath",
    "Sung",
    "TimedPhoneme",
    "VoiceTimbre",
    "find_timbre",
    "fitting_timbres",
    "sing",
    "varied",
]
