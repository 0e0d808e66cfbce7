"""A song's form as the planner model sees it: what is known of the whole, and the sections in order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from muzecli.errors import BadDataError
from muzecli.seeds import item_seed
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SECTION_TYPES, Plan, SectionType
from muzecli.song.track import Track

SPLITS = ("train", "valid", "test")

# Of songs that are in no split yet: one in ten for choosing the checkpoint, one in ten for the report.
_HELD_OUT = {0: "valid", 1: "test"}
_TENTHS = 10


@dataclass(frozen=True)
class FormSection:
    """One section.

    Attributes:
        type: one of the thirteen.
        bars: whole bars, at least 1.
        energy: 0…1; None where it was not measured.
        has_vocals: whether somebody sings; None where nobody listened.
    """

    type: SectionType
    bars: int
    energy: float | None
    has_vocals: bool | None


@dataclass(frozen=True)
class Form:
    """A song's form.

    Attributes:
        song: unique name.
        split: "train", "valid" or "test".
        genre: a genre's name; None where it is not known.
        tempo_bpm: beats a minute.
        time_signature: the metre.
        energy: 0…1, mean over the bars; the track's own where no section was measured.
        has_vocals: whether anybody sings in it.
        sections: in order, at least one.
    """

    song: str
    split: str
    genre: str | None
    tempo_bpm: float
    time_signature: TimeSignature
    energy: float
    has_vocals: bool
    sections: tuple[FormSection, ...]

    @property
    def bars(self) -> int:
        """Bars of the whole song."""
        return sum(section.bars for section in self.sections)


def form_of(track: Track) -> Form | None:
    """Return a track's form, or None where it has no sections or no tempo to count them in.

    A track that was made from a plan has the plan's bars. Otherwise the borders of the segments are moved to the
    nearest downbeat, or to the nearest multiple of a bar at the track's tempo where no downbeats are given;
    segments that become empty by that are left out.
    """
    if track.plan is not None:
        sections, tempo_bpm, metre = _planned(track.plan), track.plan.tempo_bpm, track.plan.time_signature
    elif track.segments and track.tempo is not None:
        tempo_bpm, metre = track.tempo, track.time_signature or TimeSignature()
        sections = _counted(track, metre.bar_s(tempo_bpm))
    else:
        return None
    if not sections:
        return None
    measured = _mean_energy(sections)
    energy = measured if measured is not None else 0.5 if track.energy is None else track.energy
    sung = [section.has_vocals for section in sections if section.has_vocals is not None]
    has_vocals = any(sung) if sung else bool(track.has_vocals)
    return Form(
        track.track_id,
        track.split or split_of(song_of(track)),
        _plain(track.genre) or (track.plan.genre if track.plan else None),
        tempo_bpm,
        metre,
        energy,
        has_vocals,
        sections,
    )


def read_forms(sources: Iterable[Path], *, max_tracks: int | None = None) -> list[Form]:
    """Read the forms of datasets, in order.

    Args:
        sources: dataset files or folders.
        max_tracks: stop after so many forms.

    Raises:
        InputMissingError: a file is missing.
        BadDataError: a track is wrong; names file and line. Or no track has sections.
    """
    from muzecli.song.dataset import open_dataset

    sources = list(sources)
    forms: list[Form] = []
    for source in sources:
        for track in open_dataset(source):
            if max_tracks is not None and len(forms) >= max_tracks:
                break
            form = form_of(track)
            if form is not None:
                forms.append(form)
    if not forms:
        raise BadDataError(
            f"a planner learns from tracks with segments and a tempo, and {', '.join(map(str, sources))} has none",
            hint="muze dataset synth -o forms --tracks 20000 --no-audio makes some",
        )
    return forms


def song_of(track: Track) -> str:
    """Return what two recordings of one song have in common: artist and title, else the track's id."""
    if track.artist and track.title:
        return f"{track.artist.strip().lower()}\0{track.title.strip().lower()}"
    return track.track_id


def split_of(song: str) -> str:
    """Return the split of a song that is in none: by a hash of its name, 80 % train, 10 % valid, 10 % test."""
    return _HELD_OUT.get(item_seed(0, f"split {song}") % _TENTHS, "train")


def _planned(plan: Plan) -> tuple[FormSection, ...]:
    return tuple(FormSection(s.type, s.bars, s.energy, s.has_vocals) for s in plan.sections)


def _counted(track: Track, bar_s: float) -> tuple[FormSection, ...]:
    segments = track.segments or ()
    borders = [0, *(_bar_at(segment.end_s, track.downbeat_positions or (), bar_s) for segment in segments)]
    found = []
    for segment, start, end in zip(segments, borders, borders[1:], strict=False):
        if end > start:
            found.append(FormSection(segment.type, end - start, segment.energy, segment.has_vocals))
    return tuple(found)


def _bar_at(time_s: float, downbeats_s: Sequence[float], bar_s: float) -> int:
    """Return the bar whose beginning is nearest to a time; past the last downbeat bars go on at their length."""
    if len(downbeats_s) < 2:
        return round(time_s / bar_s)
    last = downbeats_s[-1]
    if time_s > last:
        return len(downbeats_s) - 1 + round((time_s - last) / (last - downbeats_s[-2]))
    after = bisect_left(downbeats_s, time_s)
    if after and time_s - downbeats_s[after - 1] <= downbeats_s[after] - time_s:
        return after - 1
    return after


def _mean_energy(sections: Sequence[FormSection]) -> float | None:
    known = [(s.energy, s.bars) for s in sections if s.energy is not None]
    return sum(energy * bars for energy, bars in known) / sum(bars for _, bars in known) if known else None


def _plain(genre: str | None) -> str | None:
    """Return a genre tag as muze's genres are written: "Hip-Hop " → "hip_hop"."""
    words = (genre or "").strip().lower().replace("-", " ").replace("_", " ").split()
    return "_".join(words) or None


def type_index(section_type: SectionType) -> int:
    """Return the index 0…12 of a type."""
    return SECTION_TYPES.index(section_type)
