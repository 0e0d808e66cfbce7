"""The summary of a build: how much there is, what is missing, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muze_dataset.build.units import Failure
    from muzecli.song.track import Track

_REASONS_KEPT = 200  # reasons may name figures, and there may be millions of tracks
_REASONS_TOLD = 3


@dataclass
class FieldTally:
    """How many tracks have a field.

    Attributes:
        values: how many have a value.
        fallbacks: why a lesser method found it, and how often.
        missing: why there is none, and how often.
    """

    values: int = 0
    fallbacks: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)

    def add(self, told: Mapping[str, Any]) -> None:
        """Count one track: what its `source.fields` says of the field."""
        if "reason" in told:
            _count(self.missing, told["reason"])
            return
        self.values += 1
        if "fallback" in told:
            _count(self.fallbacks, told["fallback"])

    def document(self) -> dict[str, Any]:
        """Return it as `--json` tells it."""
        return {
            "values": self.values,
            "fallbacks": self.fallbacks.total(),
            "missing": self.missing.total(),
            "fallback_reasons": dict(_most_common(self.fallbacks)),
            "missing_reasons": dict(_most_common(self.missing)),
        }


@dataclass
class Tally:
    """What a dataset has.

    Attributes:
        tracks: how many.
        seconds: how long they are together.
        duplicates: how many of them have the content of another one.
        fields: by name, in the order in which they were found.
        failures: how many files failed, by stage.
    """

    tracks: int = 0
    seconds: float = 0.0
    duplicates: int = 0
    fields: dict[str, FieldTally] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, track: Track) -> None:
        """Count one track."""
        self.tracks += 1
        self.seconds += track.duration
        self.duplicates += "duplicate_of" in track.source
        for name, told in track.source["fields"].items():
            self.fields.setdefault(name, FieldTally()).add(told)

    def count_failures(self, failures: Iterable[Failure]) -> None:
        """Count the files that failed, anew."""
        self.failures = Counter(failure.stage for failure in failures)

    def document(self) -> dict[str, Any]:
        """Return it as `--json` tells it."""
        return {
            "tracks": self.tracks,
            "hours": round(self.seconds / 3600.0, 4),
            "duplicates": self.duplicates,
            "failed": self.failures.total(),
            "failed_by_stage": dict(sorted(self.failures.items())),
            "fields": {name: one.document() for name, one in self.fields.items()},
        }


def summary_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a summary document says, a line each: the whole, then each field."""
    duplicates = summary["duplicates"]
    also = f"; {duplicates} the same as another" if duplicates else ""
    yield f"{summary['tracks']} tracks, {summary['hours']:.2f} hours{also}"
    width = max(map(len, summary["fields"]), default=0)
    for name, one in summary["fields"].items():
        parts = [f"{one['values']} values"]
        if one["fallbacks"]:
            parts.append(f"{one['fallbacks']} of them by a lesser method ({_told(one['fallback_reasons'])})")
        if one["missing"]:
            parts.append(f"{one['missing']} without ({_told(one['missing_reasons'])})")
        yield f"  {name.ljust(width)}  {', '.join(parts)}"


def _told(reasons: Mapping[str, int]) -> str:
    if len(reasons) == 1:
        return next(iter(reasons))
    return "; ".join(f"{count}: {reason}" for reason, count in reasons.items())


def _count(reasons: Counter[str], reason: str) -> None:
    reasons[reason if reason in reasons or len(reasons) < _REASONS_KEPT else "other reasons"] += 1


def _most_common(reasons: Counter[str]) -> list[tuple[str, int]]:
    """Return the most common reasons; of equals the first in the alphabet."""
    ranked = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    told, rest = ranked[:_REASONS_TOLD], ranked[_REASONS_TOLD:]
    if rest:
        told.append(("other reasons", sum(count for _, count in rest)))
    return told
