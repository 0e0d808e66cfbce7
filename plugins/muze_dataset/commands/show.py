"""`muze dataset show`: one track, so that people can judge it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from muze_dataset.commands.find import find_track
from muzecli.files import kind_of
from muzecli.options import Run
from muzecli.song.dataset import Dataset, open_dataset
from muzecli.song.documents.tracks import TRACK_SCHEMA, track_document
from muzecli.song.track import Segment, Track

FACTS = {
    "artist": "",
    "title": "",
    "album": "",
    "genre": "",
    "year": "",
    "tempo": "BPM",
    "key": "",
    "time_signature": "",
    "loudness_db": "LUFS",
    "energy": "",
    "has_vocals": "",
    "language": "",
    "text_sentiment": "",
    "sentiment_score": "",
    "vibrato_rate": "Hz",
    "vibrato_depth": "cents",
    "vibrato_extent": "",
}
"""Single values, with their units."""
LONG = (
    "segments",
    "chord_progression",
    "beat_positions",
    "downbeat_positions",
    "f0_contour",
    "breath_positions",
    "lyrics",
    "phonemes_ipa",
    "phoneme_timestamps",
    "voice_embedding",
    "voice_embedding_separated",
    "ecapa_embedding",
    "clap_audio_embedding",
    "clap_text_embedding",
)
"""Texts and lists, summed up."""
_NOTHING: Mapping[str, Any] = {}
_MOST_CHORDS = 24
_LEAST_CHORD_S = 0.1  # of a chord in a section: borders and chords may be some frames apart
_MOST_PHONEMES = 24
_TEXT_LENGTH = 60


def shown(run: Run, path: Path, name: str) -> None:
    """Print a track.

    Raises:
        UsageError: no track is called so, or several are.
        InputMissingError, BadDataError: the dataset is missing or wrong.
    """
    dataset = open_dataset(path)
    track = find_track(dataset, name)
    document = track_document(track)
    run.console.document(TRACK_SCHEMA, {key: value for key, value in document.items() if key != "schema"})
    for line in head(dataset, track):
        run.console.result(line)
    console = run.console
    told = [name for name in (*FACTS, *LONG) if getattr(track, name) is not None or _about(track, name)]
    rows = [
        [
            field.replace("_", " "),
            _value(getattr(track, field), FACTS[field]) if field in FACTS else _summary(track, field),
            *_origin(track, field),
        ]
        for field in told
    ]
    facts = track.source.get("facts")
    for fact, value in (facts if isinstance(facts, Mapping) else _NOTHING).items():
        rows.append([fact.replace("_", " "), _shortened(_plain(value)), *_origin(track, f"fact.{fact}")])
    console.result("")
    console.table(("field", "value", "from", "confidence", "remark"), rows)
    untold = [name.replace("_", " ") for name in (*FACTS, *LONG) if name not in told]
    if untold:
        console.result(f"\nnothing is told of: {', '.join(untold)}")
    if track.segments:
        rows = [_section_row(track, segment) for segment in track.segments]
        console.result("")
        console.table(("section", "from", "to", "bars", "energy", "voice", "chords"), rows)
    for title, text in (("prompt", track.prompt), ("lyrics", track.lyrics)):
        if text:
            console.result(f"\n{title}")
            for line in text.splitlines():
                console.result(f"  {line}")


def head(dataset: Dataset, track: Track) -> list[str]:
    """Return what a track is, and where its files are."""
    name = " – ".join(text for text in (track.artist, track.title) if text)
    audio, score = dataset.path_of(track), dataset.score_of(track)
    lines = [
        track.track_id + (f": {name}" if name else ""),
        f"audio {audio}{_absence(audio)}, {clock(track.duration)}, {track.sample_rate} Hz",
    ]
    if score is not None:
        lines.append(f"score {score}{_absence(score)}")
    if track.plan is not None:
        lines.append(f"plan of {len(track.plan.sections)} sections, {track.plan.bars} bars")
    if track.split:
        lines.append(f"split {track.split}")
    origin, sha256 = track.source.get("origin"), track.source.get("content_sha256")
    if isinstance(origin, str):
        lines.append(f"made: {origin}" + (f", content {sha256[:12]}…" if isinstance(sha256, str) else ""))
    return lines


def clock(seconds: float) -> str:
    """Return a time as players show it: 1:07.5."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def _absence(path: Path) -> str:
    return "" if kind_of(path) == "file" else " (not there)"


def _about(track: Track, field: str) -> Mapping[str, Any]:
    abouts = track.source.get("fields")
    about = abouts.get(field) if isinstance(abouts, Mapping) else None
    return about if isinstance(about, Mapping) else _NOTHING


def _origin(track: Track, field: str) -> tuple[str, str, str]:
    """Return who gave a value by which method, how sure that is, and what else there is to say."""
    about = _about(track, field)
    who = ": ".join(str(about[key]) for key in ("by", "method") if about.get(key))
    confidence = about.get("confidence")
    fallback = about.get("fallback")
    remark = f"fallback: {fallback}" if fallback else str(about.get("reason") or "")
    return who, "" if confidence is None else f"{confidence:.2f}", remark


def _value(value: object, unit: str) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f"{_shortened(text)} {unit}".strip()


def _plain(value: object) -> str:
    if isinstance(value, list) and len(value) > 4:
        return f"{len(value)} values"
    return f"{value + 0.0:.6g}" if isinstance(value, float) else str(value)  # no −0


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT_LENGTH else f"{line[: _TEXT_LENGTH - 1]}…"


def _summary(track: Track, field: str) -> str:
    value = getattr(track, field)
    if value is None:
        return "–"
    if field == "f0_contour":
        return _pitch(value)
    if field == "beat_positions":
        return _pulse(value, "beats")
    if field == "downbeat_positions":
        return _pulse(value, "bars")
    if field == "breath_positions":
        return f"{len(value)} breaths"
    if field == "phonemes_ipa":
        more = " …" if len(value) > _MOST_PHONEMES else ""
        return f"{len(value)}: {' '.join(value[:_MOST_PHONEMES])}{more}"
    if field == "lyrics":
        return f"{len(value.split())} words, below"
    if field.endswith("embedding") or field.endswith("separated"):
        return f"{len(value)} numbers, length {sum(x * x for x in value) ** 0.5:.3f}"
    return f"{len(value)}"


def _pulse(times_s: tuple[float, ...], what: str) -> str:
    if len(times_s) < 2:
        return f"{len(times_s)} {what}"
    step_s = median(after - before for before, after in pairwise(times_s))
    return f"{len(times_s)} {what}, the first at {times_s[0]:.2f} s, {step_s:.3f} s apart"


def _pitch(f0_hz: tuple[float, ...]) -> str:
    import math

    from muzecli.song.pitch import note_name

    voiced = sorted(value for value in f0_hz if value > 0.0)
    if not voiced:
        return f"nothing voiced in {len(f0_hz)} frames"
    low, mid, high = (
        note_name(round(69 + 12 * math.log2(voiced[int(share * (len(voiced) - 1))] / 440.0)))
        for share in (0.02, 0.5, 0.98)
    )
    return f"voiced {len(voiced) / len(f0_hz):.0%}, mostly {low} to {high}, median {mid}"


def _section_row(track: Track, segment: Segment) -> list[str]:
    start_s, end_s = segment.start_s, segment.end_s
    chords = [
        str(item.chord)
        for item in track.chord_progression or ()
        if min(item.end_s, end_s) - max(item.start_s, start_s) > _LEAST_CHORD_S
    ]
    more = " …" if len(chords) > _MOST_CHORDS else ""
    downbeats = track.downbeat_positions
    bars = None if downbeats is None else sum(start_s - 0.05 <= t < end_s - 0.05 for t in downbeats)
    return [
        str(segment.type),
        clock(start_s),
        clock(end_s),
        "–" if bars is None else str(bars),
        "–" if segment.energy is None else f"{segment.energy:.2f}",
        {True: "sung", False: "", None: "–"}[segment.has_vocals],
        " ".join(chords[:_MOST_CHORDS]) + more,
    ]
