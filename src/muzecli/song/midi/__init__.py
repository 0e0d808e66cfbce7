"""Scores as Standard MIDI Files, and any MIDI file as a score.

A file that muze wrote gives the same score again: ticks, pitches, velocities, lyrics, chords and sections. What
MIDI has no event for stands in text events that other programs show or pass over:

    track 0   text "muze.score/1 tempo_bpm=124.0 bars=32"   the tempo as it is; MIDI rounds it
              marker "chorus", text "section chorus energy=0.9 vocals=yes"   where a section begins
              text "A:min"                                   where a chord begins
    track 1…  track name, instrument name, text "role bass", lyric events, notes: one part each
"""

from muzecli.song.midi.reading import MidiImport, import_midi, read_midi
from muzecli.song.midi.writing import midi_bytes, score_to_midi, write_midi

__all__ = ["MidiImport", "import_midi", "midi_bytes", "read_midi", "score_to_midi", "write_midi"]
