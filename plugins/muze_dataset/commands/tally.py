"""What a dataset holds, counted track by track.

Of each track only numbers, counts and hashes are kept, some hundred bytes, so that a million tracks can be described.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping
from typing import Any

from muze_dataset.commands.identity import belonging, content_identity, file_identity
from muzecli.song.dataset import Dataset
from muzecli.song.track import SPLITS, Track

NUMBERS = ("duration", "tempo", "loudness_db", "energy", "sentiment_score")
"""Fields whose distribution is told by percentiles and a histogram."""
CHOICES = ("genre", "key", "time_signature", "language", "text_sentiment", "sample_rate")
"""Fields whose values are counted."""
ALWAYS = ("audio_path", "track_id", "duration", "sample_rate", "source")
"""Fields that every track has; coverage is told of the others."""
PERCENTILES = (5, 25, 50, 75, 95)
_MOST_BINS = 40
_MOST_REASONS = 100  # of one field; what comes later is counted as "other reasons"
_DECIMALS = 4
NO_REASON, NOT_LOOKED_FOR = "no reason is told", "not looked for"
_OTHER = "other reasons"


class Coverage:
    """How often a field is there, there by a lesser method, and missing; and why."""

    def __init__(self) -> None:
        self.present = 0
        self.fallback = 0
        self.missing = 0
        self.methods: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()

    def add(self, value: Any, about: Mapping[str, Any]) -> None:
        """Count one track's field, with what its source says about it."""
        if value is None:
            self.missing += 1
            self._count(self.reasons, about.get("reason") or NO_REASON)
            return
        if about.get("method"):
            self._count(self.methods, about["method"])
        if about.get("fallback"):
            self.fallback += 1
            self._count(self.reasons, about["fallback"])
        else:
            self.present += 1

    @staticmethod
    def _count(counter: Counter[str], text: object) -> None:
        name = str(text)
        counter[name if name in counter or len(counter) < _MOST_REASONS else _OTHER] += 1

    def document(self) -> dict[str, Any]:
        """Return it as JSON values, the commonest first."""
        return {
            "present": self.present,
            "fallback": self.fallback,
            "missing": self.missing,
            "methods": dict(self.methods.most_common()),
            "reasons": dict(self.reasons.most_common()),
        }


class Tally:
    """Counts tracks; `document` tells the result."""

    def __init__(self) -> None:
        self._tracks = 0
        self._numbers = {name: array("d") for name in NUMBERS}
        self._choices: dict[str, Counter[str]] = {name: Counter() for name in CHOICES}
        self._vocals: Counter[str] = Counter()
        self._sections: Counter[str] = Counter()
        self._section_s: dict[str, float] = {}
        self._splits: Counter[str] = Counter()
        self._split_s: dict[str, float] = {}
        self._origins: Counter[str] = Counter()
        self._facts: Counter[str] = Counter()
        self._coverage = {name: Coverage() for name in Track.__dataclass_fields__ if name not in ALWAYS}
        self._artists: set[str] = set()
        self._files: set[int] = set()
        self._contents: set[int] = set()
        self._doubles = 0
        self._songs: dict[int, int] = {}  # hash of a song → the splits it is in, a bit each
        self._again = 0

    def add(self, dataset: Dataset, track: Track) -> None:
        """Take in one track."""
        self._tracks += 1
        for name in NUMBERS:
            value = getattr(track, name)
            if value is not None:
                self._numbers[name].append(value)
        for name in CHOICES:
            value = getattr(track, name)
            if value is not None:
                self._choices[name][str(value)] += 1
        self._vocals[{True: "sung", False: "instrumental", None: "unknown"}[track.has_vocals]] += 1
        for segment in track.segments or ():
            kind = str(segment.type)
            self._sections[kind] += 1
            self._section_s[kind] = self._section_s.get(kind, 0.0) + segment.end_s - segment.start_s
        split = track.split or "none"
        self._splits[split] += 1
        self._split_s[split] = self._split_s.get(split, 0.0) + track.duration
        if track.artist:
            self._artists.add(track.artist)
        self._add_source(track)
        self._add_identity(dataset, track)

    def _add_source(self, track: Track) -> None:
        self._origins[str(track.source.get("origin", "unknown"))] += 1
        facts, about = track.source.get("facts"), track.source.get("fields")
        self._facts.update(
            name for name, value in (facts if isinstance(facts, Mapping) else {}).items() if value is not None
        )
        # Who tells how fields came about tells it of all that were looked for.
        unsaid = {"reason": NOT_LOOKED_FOR} if isinstance(about, Mapping) else {}
        abouts = about if isinstance(about, Mapping) else {}
        for name, coverage in self._coverage.items():
            said = abouts.get(name)
            coverage.add(getattr(track, name), said if isinstance(said, Mapping) else unsaid)

    def _add_identity(self, dataset: Dataset, track: Track) -> None:
        file, content = file_identity(dataset, track), content_identity(track)
        self._doubles += file in self._files or content in self._contents
        self._files.add(file)
        if content is not None:
            self._contents.add(content)
        song = belonging(track)
        self._again += song in self._songs
        bit = 1 << SPLITS.index(track.split) if track.split else 0
        self._songs[song] = self._songs.get(song, 0) | bit

    def document(self) -> dict[str, Any]:
        """Return all counts as JSON values."""
        return {
            "tracks": self._tracks,
            "hours": round(sum(self._numbers["duration"]) / 3600, _DECIMALS),
            "artists": len(self._artists),
            "origins": dict(self._origins.most_common()),
            "numbers": {name: spread(values) for name, values in self._numbers.items()},
            "choices": {name: dict(counts.most_common()) for name, counts in self._choices.items()},
            "vocals": dict(self._vocals.most_common()),
            "sections": {
                name: {"count": count, "hours": round(self._section_s[name] / 3600, _DECIMALS)}
                for name, count in self._sections.most_common()
            },
            "splits": {
                name: {"tracks": count, "hours": round(self._split_s[name] / 3600, _DECIMALS)}
                for name, count in self._splits.most_common()
            },
            "fields": {name: coverage.document() for name, coverage in self._coverage.items()},
            "facts": dict(self._facts.most_common()),
            "doubles": {
                "same_audio": self._doubles,
                "same_song": self._again,
                "songs_in_several_splits": sum(bits.bit_count() > 1 for bits in self._songs.values()),
            },
        }


def spread(values: array[float]) -> dict[str, Any]:
    """Return how numbers are spread: count, mean, least, percentiles, greatest, and a histogram."""
    import numpy as np

    numbers = np.frombuffer(values) if len(values) else np.zeros(0)
    if not len(numbers):
        return {"count": 0}
    bins = min(_MOST_BINS, 5 + math.isqrt(len(numbers)))
    counts, edges = np.histogram(numbers, bins=bins)
    percentiles = np.percentile(numbers, PERCENTILES)
    return {
        "count": len(numbers),
        "mean": round(float(numbers.mean()), _DECIMALS),
        "min": round(float(numbers.min()), _DECIMALS),
        **{f"p{p}": round(float(v), _DECIMALS) for p, v in zip(PERCENTILES, percentiles, strict=True)},
        "max": round(float(numbers.max()), _DECIMALS),
        "histogram": {
            "edges": [round(float(edge), _DECIMALS) for edge in edges],
            "counts": counts.tolist(),
        },
    }
