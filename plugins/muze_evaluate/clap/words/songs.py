"""What may be said of a stretch of a song, or of some of its parts alone: never more than sounds there.

A song's own description is of the whole; ten seconds of it may lack the singer, and a part by itself has no genre.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from muzecli.song.captions import Facts
from muzecli.song.instruments import groups, instruments
from muzecli.song.score import Role, Score
from muzecli.song.track import Track

HEARD_SHARE = 0.25
"""An instrument is heard when it sounds in at least this share of the bars."""
CHOIRS = ("choir", "voice_oohs")
"""They have no words, but nobody would call music instrumental in which they sing."""
GENRE_PARTS = 3
"""So many parts make a genre and a mood; fewer are instruments that play."""
_NOTES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True)
class PartPlayed:
    """One part, and in which bars it sounds.

    Attributes:
        name: unique in the song.
        instrument: name in the instrument table.
        leads: whether it has the tune.
        bars: (bars,) whether it sounds there.
    """

    name: str
    instrument: str
    leads: bool
    bars: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SongFacts:
    """All that is known of a song.

    Attributes:
        whole: what can be said of all of it; of a song without a score, nothing of instruments.
        key: tonic as a pitch class 0…11, and mode; None where it is not known.
        bar_s: seconds of a bar; 0 without a score.
        parts: who plays when; empty without a score.
        sections: type, start and end in seconds.
        prompt: its description in words; what is told of a song without a score.
    """

    whole: Facts
    key: tuple[int, str] | None
    bar_s: float
    parts: tuple[PartPlayed, ...]
    sections: tuple[tuple[str, float, float], ...]
    prompt: str | None


def song_facts(track: Track, score: Score | None) -> SongFacts:
    """Return what is known of a track."""
    key = None if track.key is None else (track.key.tonic, track.key.mode)
    segments = track.segments or ()
    whole = Facts(
        genre=track.genre,
        tempo_bpm=track.tempo,
        key=None if track.key is None else str(track.key),
        mode=None if track.key is None else track.key.mode,
        time_signature=None if track.time_signature is None else str(track.time_signature),
        moods=() if track.plan is None else track.plan.mood,
        energy=track.energy,
        voice="vocals" if track.has_vocals else None,
        is_instrumental=track.has_vocals is False,
        sections=tuple(str(segment.type) for segment in segments),
    )
    return SongFacts(
        whole=whole,
        key=key,
        bar_s=0.0 if score is None else score.time_signature.bar_ticks / score.ticks * track.duration,
        parts=() if score is None else _played(score),
        sections=tuple((str(segment.type), segment.start_s, segment.end_s) for segment in segments),
        prompt=track.prompt,
    )


def _played(score: Score) -> tuple[PartPlayed, ...]:
    bar = score.time_signature.bar_ticks
    played = []
    for part in score.parts:
        bars = np.zeros(score.bars, np.bool_)
        for note in part.notes:
            bars[note.start // bar : (note.end - 1) // bar + 1] = True
        if bars.any():
            played.append(PartPlayed(part.name, part.instrument, part.role is Role.LEAD, bars))
    return tuple(played)


def shares(song: SongFacts, start_s: float, end_s: float) -> Mapping[str, float]:
    """Return the parts that sound in a stretch by name, with the share of its bars in which they do."""
    if not song.parts:
        return {}
    first = int(start_s / song.bar_s + 0.1)  # a bar of which nothing but the end is heard does not count
    last = max(int(np.ceil(end_s / song.bar_s - 0.1)), first + 1)
    found = {
        part.name: float(part.bars[first:last].mean()) for part in song.parts if part.bars[first:last].size
    }
    return {name: share for name, share in found.items() if share > 0}


def facts_of(
    song: SongFacts,
    start_s: float,
    end_s: float,
    *,
    chosen: Collection[str] | None = None,
    faster: float = 1.0,
    higher: int = 0,
) -> Facts:
    """Return what may be said of a stretch.

    Args:
        song: known as a whole.
        start_s: where the stretch begins.
        end_s: where it ends.
        chosen: names of the parts that are heard; None for all.
        faster: how much faster it is played than written.
        higher: semitones that it is transposed by.
    """
    told = _changed(song, faster=faster, higher=higher)
    sections = tuple(
        kind
        for kind, begins_s, stops_s in song.sections
        if min(stops_s, end_s) - max(begins_s, start_s) > 1.0
    )
    if not song.parts:
        return replace(told, sections=sections)
    table = instruments()
    sounding = shares(song, start_s, end_s)
    parts = [part for part in song.parts if part.name in sounding and (chosen is None or part.name in chosen)]
    by_instrument: dict[str, float] = {}
    for part in sorted(parts, key=lambda part: -sounding[part.name]):
        by_instrument[part.instrument] = max(by_instrument.get(part.instrument, 0.0), sounding[part.name])
    voices = [name for name in by_instrument if table[name].is_voice]
    played = [name for name in by_instrument if not table[name].is_voice]
    heard = tuple(name for name in played if by_instrument[name] >= HEARD_SHARE)
    leads = () if voices else tuple(dict.fromkeys(part.instrument for part in parts if part.leads))
    is_band = len(parts) >= GENRE_PARTS
    has_pitch = any(not table[name].is_drum for name in by_instrument)
    return replace(
        told,
        genre=told.genre if is_band else None,
        moods=told.moods if is_band else (),
        energy=told.energy if is_band else None,
        key=told.key if has_pitch else None,
        mode=told.mode if has_pitch else None,
        instruments=heard,
        others=tuple(name for name in played if name not in heard),
        leads=tuple(name for name in leads if name in heard),
        absent=tuple(kind for kind, members in _kinds().items() if not members.intersection(played)),
        has_drums=any(table[name].is_drum for name in heard),
        voice=next((name for name in voices if by_instrument[name] >= HEARD_SHARE), None),
        is_instrumental=not voices and not any(name in CHOIRS for name in played),
        sections=sections if is_band else (),
    )


def _changed(song: SongFacts, *, faster: float, higher: int) -> Facts:
    """Return what is said of the whole, played faster and higher."""
    told = song.whole
    if told.tempo_bpm is not None:
        told = replace(told, tempo_bpm=float(round(told.tempo_bpm * faster)))
    if song.key is not None and higher:
        tonic, mode = song.key
        told = replace(told, key=f"{_NOTES[(tonic + higher) % 12]} {mode}")
    return told


@cache
def _kinds() -> Mapping[str, frozenset[str]]:
    """Return what would have to be missing for a kind to be absent: rather too much than too little."""
    table, grouped = instruments(), groups()

    def family(name: str) -> set[str]:
        return {one.name for one in table.values() if one.family == name}

    members = {
        "drums": family("drums"),
        "bass": family("bass") | set(grouped["bass"].instruments),
        "guitars": family("guitars"),
        "piano": {name for name in table if "piano" in name},
        "strings": family("strings"),
        "brass": {*grouped["brass"].instruments, "synth_brass"},
        "saxophones": set(grouped["saxophones"].instruments),
        "synths": family("synths") | {name for name in table if "synth" in name} | {"sub_bass"},
    }
    return {kind: frozenset(names) for kind, names in members.items()}
