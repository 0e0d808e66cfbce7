"""What the fields of a track must hold, each by itself and with the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from muzecli.song.checks import FieldError, FieldPath, in_range
from muzecli.song.track import F0_BINS, SPLITS, Segment, Track

SENTIMENTS = ("positive", "neutral", "negative")
VECTOR_LENGTHS = {
    "voice_embedding": 256,
    "voice_embedding_separated": 256,
    "ecapa_embedding": 192,
    "clap_audio_embedding": 512,
    "clap_text_embedding": 512,
}
RANGES = (
    ("sample_rate", 4000, 384_000),
    ("year", 1000, 9999),
    ("sentiment_score", -1, 1),
    ("tempo", 20, 400),
    ("loudness_db", -120, 20),
    ("energy", 0, 1),
    ("vibrato_rate", 0, 20),
    ("vibrato_depth", 0, 1200),
    ("vibrato_extent", 0, 1),
)

# Audio ends on a sample and labels on a beat: what may lie between the two.
_SLACK_S = 0.01
_ROUNDING_S = 1e-6


def check_track(track: Track) -> None:
    """Check all fields of a track.

    Raises:
        FieldError: names the first field that is wrong.
    """
    _check_numbers(track)
    _check_vectors(track)
    _check_spans(track)
    _check_f0(track)


def _check_numbers(track: Track) -> None:
    if not track.audio_path:
        raise FieldError("audio_path", "must name the audio file; found nothing")
    if not track.track_id:
        raise FieldError("track_id", "must be a name unique in the dataset; found nothing")
    if not 0.0 < track.duration < math.inf:
        raise FieldError("duration", f"must be above 0 seconds; found {track.duration!r}")
    for name, low, high in RANGES:
        value = getattr(track, name)
        if value is not None:
            in_range(name, value, low, high)
    for name, choices in (("text_sentiment", SENTIMENTS), ("split", SPLITS)):
        value = getattr(track, name)
        if value is not None and value not in choices:
            raise FieldError(name, f"must be {', '.join(choices)}; found '{value}'")


def _check_vectors(track: Track) -> None:
    for name, length in VECTOR_LENGTHS.items():
        vector = getattr(track, name)
        if vector is None:
            continue
        if len(vector) != length:
            raise FieldError(name, f"must be {length} numbers; found {len(vector)}")
        if not all(map(math.isfinite, vector)):
            raise FieldError(name, "must be finite numbers; found NaN or infinity")


def _check_spans(track: Track) -> None:
    end_s = track.duration + _SLACK_S
    for name in ("beat_positions", "downbeat_positions"):
        _check_times(name, getattr(track, name) or (), end_s)
    for index, (start_s, stop_s) in enumerate(track.breath_positions or ()):
        _check_span(("breath_positions", index), start_s, stop_s, end_s)
    _check_ordered("breath_positions", track.breath_positions or ())
    for name in ("phoneme_timestamps", "chord_progression", "segments"):
        spans = [(item.start_s, item.end_s) for item in getattr(track, name) or ()]
        for index, (start_s, stop_s) in enumerate(spans):
            _check_span((name, index), start_s, stop_s, end_s)
        _check_ordered(name, spans)
    if track.segments is not None:
        _check_segments(track.segments, track.duration)
    if track.phonemes_ipa is not None and track.phoneme_timestamps is not None:
        timed = tuple(item.phoneme for item in track.phoneme_timestamps)
        if timed != track.phonemes_ipa:
            raise FieldError("phoneme_timestamps", "must name the phonemes of phonemes_ipa in their order")


def _check_segments(segments: Sequence[Segment], duration: float) -> None:
    if not segments:
        raise FieldError("segments", "must be at least one; leave the field out where they are not known")
    for index, segment in enumerate(segments):
        if segment.energy is not None:
            in_range(("segments", index, "energy"), segment.energy, 0, 1)
    if segments[0].start_s != 0.0:
        raise FieldError(("segments", 0, "start"), f"must be 0; found {segments[0].start_s!r}")
    for index, (before, after) in enumerate(pairwise(segments), start=1):
        if abs(after.start_s - before.end_s) > _ROUNDING_S:
            raise FieldError(
                ("segments", index, "start"),
                f"must be where the segment before ends, {before.end_s!r}; found {after.start_s!r}",
            )
    if abs(segments[-1].end_s - duration) > _SLACK_S:
        raise FieldError(
            ("segments", len(segments) - 1, "end"),
            f"must be the duration, {duration!r}; found {segments[-1].end_s!r}",
        )


def _check_times(name: str, times_s: Sequence[float], end_s: float) -> None:
    if not all(earlier < later for earlier, later in pairwise(times_s)):
        at = next(i for i in range(1, len(times_s)) if not times_s[i - 1] < times_s[i])
        raise FieldError((name, at), f"must be later than {times_s[at - 1]!r}; found {times_s[at]!r}")
    if times_s and not (times_s[0] >= 0.0 and times_s[-1] <= end_s):
        at = 0 if not times_s[0] >= 0.0 else len(times_s) - 1
        raise FieldError((name, at), f"must lie within the duration; found {times_s[at]!r}")


def _check_span(path: FieldPath, start_s: float, stop_s: float, end_s: float) -> None:
    if not start_s < stop_s:
        raise FieldError(path, f"must end after it starts; found {start_s!r} to {stop_s!r}")
    if not (start_s >= 0.0 and stop_s <= end_s):
        raise FieldError(path, f"must lie within the duration; found {start_s!r} to {stop_s!r}")


def _check_ordered(name: str, spans: Sequence[tuple[float, float]]) -> None:
    for index, (before, after) in enumerate(pairwise(spans), start=1):
        if after[0] < before[1] - _ROUNDING_S:
            raise FieldError((name, index), f"must not begin before {before[1]!r}; found {after[0]!r}")


def _check_f0(track: Track) -> None:
    for name in ("f0_contour", "f0_coarse", "f0_voiced_mask"):
        values = getattr(track, name)
        if values is not None and abs(len(values) - track.f0_frames) > 1:
            raise FieldError(name, f"must be {track.f0_frames} values, one every 10 ms; found {len(values)}")
    lengths = {len(v) for v in (track.f0_contour, track.f0_coarse, track.f0_voiced_mask) if v is not None}
    if len(lengths) > 1:
        raise FieldError("f0_coarse", "must be as long as f0_contour and f0_voiced_mask")
    if track.f0_contour is not None and not all(0.0 <= value < 20_000.0 for value in track.f0_contour):
        raise FieldError("f0_contour", "must be frequencies in Hz, 0 where there is no pitch")
    if track.f0_coarse is not None and not all(0 <= value < F0_BINS for value in track.f0_coarse):
        raise FieldError("f0_coarse", f"must be whole numbers 0…{F0_BINS - 1}")
    if track.f0_contour is not None and track.f0_voiced_mask is not None:
        pairs = zip(track.f0_contour, track.f0_voiced_mask, strict=True)
        at = next((i for i, (value, voiced) in enumerate(pairs) if voiced != (value > 0.0)), None)
        if at is not None:
            raise FieldError(
                ("f0_voiced_mask", at),
                f"must say whether f0_contour has a pitch there; {track.f0_contour[at]!r} Hz",
            )
