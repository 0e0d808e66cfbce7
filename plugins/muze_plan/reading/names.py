"""Fields that a word names: tempo, metre, era, form, mode. The first that is wanted counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from muze_plan.reading.found import Found
from muze_plan.reading.lexicon import WORD
from muze_plan.reading.matching import Match
from muze_plan.reading.notes import Notes
from muze_plan.reading.polarity import Wish, Wishes
from muze_plan.reading.reading import Reading
from muze_plan.reading.text import Token
from muze_plan.reading.tone import Tone, speaks_of_part
from muzecli.song.pitch import Key

_WHY = {
    "tempo_class": "a word for the tempo",
    "time_signature": "its metre",
    "era": "a time",
    "template": "names a form",
}
_UNSURE = {"odd": ("an odd metre, the most usual one", 0.5)}
"""Entries that leave open what they name."""


def read_names(
    reading: Reading, tokens: Sequence[Token], matches: Sequence[Match], wishes: Wishes, notes: Notes
) -> Reading:
    """Return the reading with what words name; what is read already stays."""
    for match in matches:
        if match.lane != WORD:
            continue
        if wishes.on(match) is not Wish.WANTED:
            reading = _refused_tempo(reading, tokens, match, wishes, notes)
            continue
        entry = match.sense.entry
        local = speaks_of_part(tokens, match)
        named = {
            "tempo_class": None if local else entry.tempo,
            "time_signature": entry.time_signature,
            "era": entry.era,
            "template": entry.template,
        }
        for field, value in named.items():
            if value is not None and getattr(reading, field) is None:
                reading = replace(reading, **{field: value})  # type: ignore[arg-type]
                why, confidence = _UNSURE.get(entry.name, (_WHY[field], 0.8 if match.corrected else 0.95))
                notes.words(match, field, value, why, confidence)
    return reading


def _refused_tempo(
    reading: Reading, tokens: Sequence[Token], match: Match, wishes: Wishes, notes: Notes
) -> Reading:
    """Return the reading with "not slow" among what is not wanted, and "not too slow" as medium."""
    if match.sense.entry.tempo is None or reading.tempo_bpm is not None:
        return reading
    said = " ".join(token.text for token in tokens[match.first : match.last + 1])
    notes.words(match, "style_negative", said, "is not wanted", 0.9)
    reading = replace(reading, style_negative=(*reading.style_negative, said))
    if wishes.on(match) is Wish.LESS and reading.tempo_class is None:
        notes.words(match, "tempo_class", "medium", "not too much of it", 0.6)
        reading = replace(reading, tempo_class="medium")
    return reading


def read_mode(
    reading: Reading, key: Found | None, matches: Sequence[Match], wishes: Wishes, tone: Tone, notes: Notes
) -> Reading:
    """Return the reading with a mode: the key's, a named one, or the one that suits the moods.

    Args:
        reading: what was read so far.
        key: what was found for the key; its confidence is 1 where its mode was said.
        matches: meanings of the words.
        wishes: what is said of them.
        tone: what the moods suggest.
        notes: where it is noted.
    """
    named = [m for m in matches if m.sense.entry.mode and wishes.on(m) is Wish.WANTED]
    if reading.key is not None and key is not None and (key.confidence == 1.0 or not named):
        notes.figure(key, "mode", reading.key.mode, "the key's mode")
        return replace(reading, mode=reading.key.mode)
    if named:
        mode = named[0].sense.entry.mode
        assert mode is not None
        notes.words(named[0], "mode", mode, "names the mode", 0.95)
        tonic = None if reading.key is None else Key(reading.key.tonic, mode)
        return replace(reading, mode=mode, key=tonic)
    moods = [decision.match for decision in tone.decisions if decision.field == "moods"]
    if tone.mode is not None and moods:
        notes.words(moods[0], "mode", tone.mode, f"{tone.mode} suits the mood", 0.6)
        return replace(reading, mode=tone.mode)
    return reading
