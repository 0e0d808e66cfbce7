"""The annotation of a rendered song: not measured but known, from the plan, the score and the singer.

What the mix alone decides, its loudness, is measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from muzecli.song.captions import Facts, caption, mood_values
from muzecli.song.instruments import groups, instruments
from muzecli.song.plan import Plan
from muzecli.song.score import Role, Score
from muzecli.song.sentiment import sentiment_word
from muzecli.song.track import ChordTime, PhonemeTime, Segment, Track, coarse_bin

if TYPE_CHECKING:
    from muze_synth.singer import Sung

ARTIST = "muze"
HEARD_SHARE = 0.25
"""An instrument is heard when it sounds in at least this share of the bars."""
CHOIRS = ("choir", "voice_oohs")
"""They have no words, but nobody would call a song instrumental in which they sing."""


def annotate(
    plan: Plan,
    score: Score | None,
    *,
    track_id: str,
    split: str,
    rate_hz: int,
    audio_path: str,
    score_path: str | None,
    loudness_lufs: float | None,
    sung: Sung | None,
    player: str,
    stems: Mapping[str, str],
) -> Track:
    """Return the whole annotation of one song.

    Args:
        plan: what was played.
        score: its notes; None where none were written, so that only the plan is known.
        track_id: unique in the corpus.
        split: "train", "valid" or "test".
        rate_hz: sampling rate of the audio.
        audio_path: the mix, relative to the dataset's file.
        score_path: the score, likewise.
        loudness_lufs: measured; None where nothing was rendered.
        sung: what the lead singer sang; None where nobody did.
        player: what played the notes.
        stems: path of each part's own file, relative to the dataset's file.
    """
    facts = facts_of(plan, score)
    text = caption(facts, plan.seed)
    sentiment = sentiment_of(plan.mood)
    vocals = facts.voice is not None
    duration_s = plan.duration_s
    track = Track(
        audio_path=audio_path,
        track_id=track_id,
        duration=duration_s,
        sample_rate=rate_hz,
        artist=ARTIST,
        title=f"{plan.genre.replace('_', ' ')} {track_id}",
        album="muze dataset synth",
        genre=plan.genre,
        prompt=text,
        text_sentiment=sentiment_word(sentiment),
        sentiment_score=sentiment,
        tempo=plan.tempo_bpm,
        key=plan.key,
        time_signature=plan.time_signature,
        loudness_db=loudness_lufs,
        energy=round(sum(s.energy * s.bars for s in plan.sections) / plan.bars, 4),
        has_vocals=vocals,
        lyrics=_lyrics(plan) if vocals else None,
        language=plan.language if vocals else None,
        segments=_segments(plan, vocals=vocals),
        beat_positions=_grid(duration_s, plan.bars * plan.time_signature.beats_per_bar),
        downbeat_positions=_grid(duration_s, plan.bars),
        chord_progression=_chords(plan),
        split=split,
        source={
            "origin": "synthetic",
            "player": player,
            "instruments": list(facts.instruments),
            "drums": _names(score, Role.DRUMS) if score else [],
            "sections": list(dict.fromkeys(facts.sections)),
            "stems": dict(stems),
        },
        score_path=score_path,
        plan=replace(plan, prompt=text),
    )
    return track if sung is None else _with_voice(track, sung)


def facts_of(plan: Plan, score: Score | None) -> Facts:
    """Return what may be said of a song: of instruments only those that play a good part of it."""
    table = instruments()
    shares = _shares(score) if score else _planned(plan)
    voices = [name for name in shares if table[name].is_voice]
    played = [name for name in shares if not table[name].is_voice]
    heard = tuple(name for name in played if shares[name] >= HEARD_SHARE)
    leads = () if voices or score is None else tuple(dict.fromkeys(_names(score, Role.LEAD)))
    return Facts(
        genre=plan.genre,
        tempo_bpm=plan.tempo_bpm,
        key=str(plan.key),
        mode=plan.key.mode,
        time_signature=str(plan.time_signature),
        moods=plan.mood,
        energy=sum(s.energy * s.bars for s in plan.sections) / plan.bars,
        instruments=heard,
        others=tuple(name for name in played if name not in heard),
        leads=tuple(name for name in leads if name in heard),
        absent=tuple(kind for kind, members in _kinds().items() if not members.intersection(played)),
        has_drums=any(table[name].is_drum for name in heard),
        voice=voices[0] if voices else None,
        is_instrumental=not voices and not any(name in CHOIRS for name in played),
        sections=tuple(str(section.type) for section in plan.sections),
    )


def _planned(plan: Plan) -> dict[str, float]:
    """Return what a plan without a score names: all of it, but singers only where a section is sung."""
    sung = any(section.has_vocals for section in plan.sections)
    return {name: 1.0 for name in plan.instruments if sung or not instruments()[name].is_voice}


def _shares(score: Score) -> dict[str, float]:
    """Return the instruments that play, with the share of the bars in which they sound; the most played first."""
    bar = score.time_signature.bar_ticks
    bars: dict[str, set[int]] = {}
    for part in score.parts:
        for note in part.notes:
            sounding = range(note.start // bar, (note.end - 1) // bar + 1)
            bars.setdefault(part.instrument, set()).update(sounding)
    return dict(Counter({name: len(sounding) / score.bars for name, sounding in bars.items()}).most_common())


@cache
def _kinds() -> Mapping[str, frozenset[str]]:
    """Return what would have to be missing for a kind to be absent: rather too much than too little."""
    table, grouped = instruments(), groups()

    def family(name: str) -> set[str]:
        return {one.name for one in table.values() if one.family == name}

    synthetic = {name for name in table if "synth" in name} | {"sub_bass"}
    pianos = {name for name in table if "piano" in name}
    members = {
        "drums": family("drums"),
        "bass": family("bass") | set(grouped["bass"].instruments),
        "guitars": family("guitars"),
        "piano": pianos,
        "strings": family("strings") | {"synth_strings"},
        "brass": {*grouped["brass"].instruments, "synth_brass"},
        "saxophones": set(grouped["saxophones"].instruments),
        "synths": family("synths") | synthetic,
    }
    return {kind: frozenset(names) for kind, names in members.items()}


def _names(score: Score, role: Role) -> list[str]:
    return [part.instrument for part in score.parts_of(role) if part.notes]


def sentiment_of(moods: Sequence[str]) -> float:
    """Return the mean valence of the moods, −1…1; 0 without any."""
    return round(sum(mood_values(mood)[0] for mood in moods) / len(moods), 4) if moods else 0.0


def _lyrics(plan: Plan) -> str | None:
    texts = [section.lyrics for section in plan.sections if section.lyrics]
    return "\n".join(texts) or None


def _segments(plan: Plan, *, vocals: bool) -> tuple[Segment, ...]:
    return tuple(
        Segment(
            type=span.type,
            start_s=span.start_s,
            end_s=span.end_s,
            energy=span.energy,
            has_vocals=span.has_vocals and vocals,
            lyrics=section.lyrics if vocals else None,
        )
        for span, section in zip(plan.spans, plan.sections, strict=True)
    )


def _grid(duration_s: float, count: int) -> tuple[float, ...]:
    return tuple(duration_s * index / count for index in range(count))


def _chords(plan: Plan) -> tuple[ChordTime, ...]:
    """Return the chords with their times; a chord that goes on is one."""
    times: list[ChordTime] = []
    bar = 0
    for section in plan.sections:
        for chords in section.chords:
            for place, chord in enumerate(chords):
                start_s = (bar + place / len(chords)) * plan.bar_s
                end_s = (bar + (place + 1) / len(chords)) * plan.bar_s
                if times and times[-1].chord == chord:
                    times[-1] = replace(times[-1], end_s=end_s)
                else:
                    times.append(ChordTime(chord, start_s, end_s))
            bar += 1
    return tuple(times)


def _with_voice(track: Track, sung: Sung) -> Track:
    """Return the annotation with what the singer knows, cut to the track's duration."""
    frames, end_s = track.f0_frames, track.duration
    f0_hz = [round(float(value), 2) for value in sung.f0_hz[:frames]]
    voiced = [bool(value) for value in sung.voiced[:frames]]
    f0_hz += [0.0] * (frames - len(f0_hz))
    voiced += [False] * (frames - len(voiced))
    f0_hz = [value if on else 0.0 for value, on in zip(f0_hz, voiced, strict=True)]
    phonemes = tuple(
        PhonemeTime(symbol, round(start_s, 4), round(min(stop_s, end_s), 4))
        for symbol, start_s, stop_s in sung.phonemes
        if start_s < end_s - 0.001
    )
    return replace(
        track,
        phonemes_ipa=tuple(item.phoneme for item in phonemes),
        phoneme_timestamps=phonemes,
        f0_contour=tuple(f0_hz),
        f0_coarse=tuple(coarse_bin(value) for value in f0_hz),
        f0_voiced_mask=tuple(value > 0 for value in f0_hz),
        vibrato_rate=sung.vibrato_rate_hz,
        vibrato_depth=sung.vibrato_depth_cents,
        vibrato_extent=sung.vibrato_extent,
        breath_positions=tuple(
            (round(start_s, 4), round(min(stop_s, end_s), 4))
            for start_s, stop_s in sung.breaths
            if start_s < end_s - 0.001
        ),
    )
