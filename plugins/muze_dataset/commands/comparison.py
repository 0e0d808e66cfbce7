"""What became what between two versions of the same tracks, field by field."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from typing import Any

from muze_dataset.commands.identity import hash_of
from muzecli.files import dump_json
from muzecli.song.documents.tracks import track_document
from muzecli.song.track import Track

UNTOLD = ("schema", "track_id", "key_idx", "num_beats")
"""Fields that follow from others, or by which tracks are matched."""
PATHS = ("audio_path", "score_path")
COUNTED = (
    "key",
    "time_signature",
    "genre",
    "language",
    "text_sentiment",
    "has_vocals",
    "split",
    "sample_rate",
)
"""Fields of which it is told how often one value became another."""
LARGEST = 5
_LONGEST_TEXT = 80
_MOST_PAIRS = 1000  # of one field; later ones are counted, not named
_DECIMALS = 6

Summary = Mapping[str, Any]
"""Field → what is compared of it: a number, a short text or a truth value as it is, else {"size", "hash"}."""


def summary_of(track: Track) -> dict[str, Any]:
    """Return what is compared of a track: JSON values of a few hundred bytes in all."""
    document = track_document(track)
    found = {
        name: _compact(value) for name, value in document.items() if name not in UNTOLD and name != "source"
    }
    # The paths of stems change whenever a dataset is moved; what was measured does not.
    for key, value in track.source.items():
        if key != "stems":
            found[f"source.{key}"] = _compact(value)
    return found


def _compact(value: Any) -> Any:
    if isinstance(value, list | tuple | Mapping) or (isinstance(value, str) and len(value) > _LONGEST_TEXT):
        return {"size": len(value), "hash": hash_of(dump_json(value))}
    return value


class FieldChanges:
    """The changes of one field over all tracks.

    Attributes:
        changed: tracks in which one value became another.
        gained: tracks in which it was missing and is known.
        lost: tracks in which it was known and is missing.
    """

    def __init__(self) -> None:
        self.changed = self.gained = self.lost = 0
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._largest: list[tuple[float, str, float, float]] = []
        self._sum = 0.0
        self._numbers = 0
        self._example: dict[str, Any] | None = None

    def add(self, track_id: str, name: str, old: Any, new: Any) -> None:
        """Count one track in which the field differs."""
        if old is None:
            self.gained += 1
        elif new is None:
            self.lost += 1
        else:
            self.changed += 1
            if type(old) in (int, float) and type(new) in (int, float):
                self._add_numbers(track_id, old, new)
        if name in COUNTED:
            pair = (_text(old), _text(new))
            if pair in self._pairs or len(self._pairs) < _MOST_PAIRS:
                self._pairs[pair] += 1
        if self._example is None:
            self._example = {"track_id": track_id, "old": _plain(old), "new": _plain(new)}

    def _add_numbers(self, track_id: str, old: float, new: float) -> None:
        difference = abs(new - old)
        self._sum += difference
        self._numbers += 1
        push = heapq.heappush if len(self._largest) < LARGEST else heapq.heappushpop
        push(self._largest, (difference, track_id, old, new))

    @property
    def total(self) -> int:
        """How many tracks differ in the field."""
        return self.changed + self.gained + self.lost

    def document(self) -> dict[str, Any]:
        """Return it as JSON values; the commonest and the largest first."""
        found: dict[str, Any] = {
            "changed": self.changed,
            "gained": self.gained,
            "lost": self.lost,
            "example": self._example,
        }
        if self._pairs:
            ordered = sorted(self._pairs.items(), key=lambda item: (-item[1], item[0]))
            found["became"] = [{"old": a, "new": b, "tracks": count} for (a, b), count in ordered]
        if self._numbers:
            found["mean_difference"] = round(self._sum / self._numbers, _DECIMALS)
            found["largest"] = [
                {"track_id": track_id, "old": old, "new": new, "difference": round(difference, _DECIMALS)}
                for difference, track_id, old, new in sorted(
                    self._largest, key=lambda item: (-item[0], item[1])
                )
            ]
        return found


class Comparison:
    """Compares tracks two by two and adds up what differs.

    Attributes:
        same: how many agree in everything.
        changed: how many do not.
        fields: the changes of each field in which any did.
    """

    def __init__(self) -> None:
        self.same = 0
        self.changed = 0
        self.fields: dict[str, FieldChanges] = {}

    def add(self, track_id: str, old: Summary, new: Summary, *, same_files: Mapping[str, bool]) -> bool:
        """Compare two versions of a track; say whether they differ.

        Args:
            track_id: how it is told of.
            old: of the one.
            new: of the other.
            same_files: for each of `PATHS`, whether the two lead to one file, whatever they look like.
        """
        differs = False
        for name in dict.fromkeys((*old, *new)):
            before, after = old.get(name), new.get(name)
            if before == after or (name in PATHS and same_files[name]):
                continue
            differs = True
            self.fields.setdefault(name, FieldChanges()).add(track_id, name, before, after)
        self.changed += differs
        self.same += not differs
        return differs


def _text(value: Any) -> str:
    return "–" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any) -> Any:
    """Return a value as an example shows it; of what was hashed, its size."""
    return {"size": value["size"]} if isinstance(value, Mapping) else value
