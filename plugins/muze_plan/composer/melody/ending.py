"""The last chord: who plays beside the tune comes to rest with the band and rings to the end."""

from __future__ import annotations

from collections.abc import Sequence

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.drums import last_chord
from muze_plan.composer.melody.line import Tessitura
from muzecli.song.score import Note


def come_to_rest(
    song: SongContext, section: SectionContext, notes: Sequence[Note], room: Tessitura
) -> list[Note]:
    """Return the notes of a section; in the song's last one a tone of the last chord is held to the end.

    Args:
        song: the song.
        section: that the notes are of.
        notes: in order.
        room: where the instrument lies.
    """
    if section.next is not None or not notes:
        return list(notes)
    at = last_chord(song)
    kept = [Note(n.start, min(n.end, at), n.pitch, n.velocity, n.lyric) for n in notes if n.start < at]
    if len(kept) == len(notes) and kept[-1].end < at:
        return kept  # it has left before
    tones = section.chord_at(at).chord.pitch_classes
    near = kept[-1].pitch if kept else notes[-1].pitch
    pitches = [pitch for pitch in range(room.low, room.high + 1) if pitch % 12 in tones]
    if not pitches:
        return kept
    pitch = min(pitches, key=lambda p: (abs(p - near), p))
    return [*kept, Note(at, section.end, pitch, notes[-1].velocity)]
