"""What is known of an annotated track, as input of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from muze_ldm.conditioning.facts import SongFacts, check_names
from muze_ldm.conditioning.spans import Chords, Phonemes, Sections, Spans
from muze_ldm.conditioning.track_control import TrackControl
from muze_ldm.conditioning.vocabulary import artist_bucket, genre_vector, metre_number

if TYPE_CHECKING:
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.keys import Item
    from muzecli.song.track import Track

_NUMBERS = {"tempo_bpm": "tempo", "loudness_db": "loudness_db", "sentiment": "sentiment_score"}
_VECTORS = {
    "voice": "voice_embedding",
    "voice_separated": "voice_embedding_separated",
    "ecapa": "ecapa_embedding",
    "clap_audio": "clap_audio_embedding",
    "clap_text": "clap_text_embedding",
}


def facts_of_track(track: Track, config: ConditioningConfig, *, given: Item | None = None) -> SongFacts:
    """Return what a track says.

    Where it says that nobody sings, it is known that there are no phonemes, no pitch and no breaths.

    Args:
        track: an annotated track; its audio is not read.
        config: of the model.
        given: conditions of the whole song that the track does not have, such as embedded texts (`prompt`,
            `context`); they come before the track's own.

    Raises:
        ValueError: the name of a given condition is none.
    """
    check_names(given or {})
    sections = _sections(track)
    chords = None
    if track.chord_progression is not None:
        chords = Chords.of_chords([(c.chord, c.start_s, c.end_s) for c in track.chord_progression])
    beats = None if track.beat_positions is None else np.array(track.beat_positions, np.float64)
    downbeats = None if track.downbeat_positions is None else np.array(track.downbeat_positions, np.float64)
    control = TrackControl(
        config,
        track.duration,
        chords=chords,
        beats=beats,
        downbeats=downbeats,
        sections=sections,
        sung=track.has_vocals,
    )
    return SongFacts(
        config,
        track.duration,
        whole={**_whole(track, config), **(given or {})},
        energy=track.energy,
        sections=sections,
        beats=beats,
        chords=chords,
        control=control if config.control_channels else None,
        **_singing(track),
    )


def _whole(track: Track, config: ConditioningConfig) -> dict[str, Any]:
    """Return the conditions that are the same everywhere in the track."""
    whole: dict[str, Any] = {
        key: value for key, name in _NUMBERS.items() if (value := getattr(track, name)) is not None
    }
    for key, name in _VECTORS.items():
        vector = getattr(track, name)
        if vector is not None and config.uses(key):
            whole[key] = np.array(vector, np.float32)
    if track.key is not None:
        whole["key"] = track.key.index
    if track.time_signature is not None:
        whole["time_signature"] = metre_number(track.time_signature)
    if track.artist is not None:
        whole["artist"] = artist_bucket(track.artist)
    if track.has_vocals is not None:
        whole["has_vocals"] = int(track.has_vocals)
    if track.genre is not None:
        hot = genre_vector([track.genre], config.genres)
        whole |= {} if hot is None else {"genres": hot}
    vibrato = (track.vibrato_rate, track.vibrato_depth, track.vibrato_extent)
    if None not in vibrato:
        whole["vibrato"] = np.array(vibrato, np.float32)
    return whole


def _sections(track: Track) -> Sections | None:
    if track.segments is None:
        return None
    return Sections.of_sections(
        [(s.type, s.start_s, s.end_s, s.energy, s.has_vocals) for s in track.segments]
    )


def _singing(track: Track) -> dict[str, Any]:
    """Return phonemes, pitch and breaths, as far as they are known."""
    facts: dict[str, Any] = {}
    if track.has_vocals is False:
        facts = {
            "phonemes": Phonemes.of_symbols(()),
            "f0_hz": np.zeros(0, np.float32),
            "breaths": Spans.of(()),
        }
    if track.phoneme_timestamps is not None:
        facts["phonemes"] = Phonemes.of_symbols(
            [(item.phoneme, item.start_s, item.end_s) for item in track.phoneme_timestamps]
        )
    if track.f0_contour is not None:
        facts["f0_hz"] = np.array(track.f0_contour, np.float32)
    if track.breath_positions is not None:
        facts["breaths"] = Spans.of(track.breath_positions)
    return facts
