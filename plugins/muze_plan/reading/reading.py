"""What a prompt says, as fields, and why each field is what it is."""

from __future__ import annotations

from dataclasses import dataclass

from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key

TEMPO_CLASSES = ("slow", "medium", "fast")
SLOW_BELOW_BPM = 90.0
FAST_FROM_BPM = 120.0


@dataclass(frozen=True)
class Account:
    """Why one field has its value.

    Attributes:
        words: the words of the prompt, as typed.
        field: a field of `Reading`.
        value: what it got from these words, as text.
        why: the reason, a few words.
        confidence: 0…1; 1 for what is written in figures.
    """

    words: str
    field: str
    value: str
    why: str
    confidence: float


@dataclass(frozen=True)
class Reading:
    """What a prompt says. A field is None, or empty, where the words do not say.

    Attributes:
        prompt: the words.
        genre: name of a genre.
        moods: names of moods, in the order of the prompt.
        energy: 0…1.
        tempo_bpm: beats a minute, only where the prompt has the number.
        tempo_class: "slow", "medium" or "fast"; with a number, what the number is.
        key: tonic and mode, where a tonic is named.
        mode: "major" or "minor": the key's, a named mode, or what the moods suggest (its account says which).
        time_signature: the metre.
        instruments: names in the instrument table that must play, in the order of the prompt.
        without: names that must not; none of them is among `instruments`.
        has_vocals: whether somebody sings words.
        era: a decade such as "1980s", or "vintage", "modern", "baroque" and the like.
        duration_s: length in seconds.
        template: name of a form.
        style_positive: words for the sound that is wanted.
        style_negative: words for what is not wanted, moods and genres among them.
        language: of the lyrics, ISO 639-1.
        accounts: why, in the order of the prompt.
        unknown: words that mean nothing here, as typed.
    """

    prompt: str
    genre: str | None = None
    moods: tuple[str, ...] = ()
    energy: float | None = None
    tempo_bpm: float | None = None
    tempo_class: str | None = None
    key: Key | None = None
    mode: str | None = None
    time_signature: TimeSignature | None = None
    instruments: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    has_vocals: bool | None = None
    era: str | None = None
    duration_s: float | None = None
    template: str | None = None
    style_positive: tuple[str, ...] = ()
    style_negative: tuple[str, ...] = ()
    language: str | None = None
    accounts: tuple[Account, ...] = ()
    unknown: tuple[str, ...] = ()


def tempo_class(tempo_bpm: float) -> str:
    """Return "slow", "medium" or "fast" for beats a minute."""
    if tempo_bpm < SLOW_BELOW_BPM:
        return "slow"
    return "medium" if tempo_bpm < FAST_FROM_BPM else "fast"
