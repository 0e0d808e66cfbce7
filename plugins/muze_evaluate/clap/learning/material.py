"""What the trainer learns from: songs with their spectra, whole and part by part, and all that is known of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muze_evaluate.clap.sound.cache import StoredSpectra, open_spectra
from muze_evaluate.clap.sound.spectra import BLOCK_SAMPLES, RATE_HZ
from muze_evaluate.clap.words.songs import SongFacts, song_facts
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError
from muzecli.seeds import item_seed
from muzecli.song.dataset import Dataset, open_dataset
from muzecli.song.documents.scores import read_score
from muzecli.song.track import Track
from muzecli.training.arrays import content_keys

BLOCK_S = BLOCK_SAMPLES / RATE_HZ
HELD_OUT_SHARE = 0.05
"""Of songs that no dataset assigns to a split: for `valid`, and the same for `test`."""


@dataclass(frozen=True)
class Song:
    """One song.

    Attributes:
        id: unique among those of a run.
        split: "train", "valid" or "test".
        facts: what is known of it.
        spectra: of the mix.
        parts: of each part by its name; empty where the parts are not there one by one.
    """

    id: str
    split: str
    facts: SongFacts
    spectra: StoredSpectra
    parts: Mapping[str, StoredSpectra]


@dataclass(frozen=True)
class Material:
    """All songs of a run.

    Attributes:
        songs: in the order of their datasets.
        digest: hash of all that they hold.
    """

    songs: Sequence[Song]
    digest: str

    def of(self, *splits: str) -> list[Song]:
        """Return the songs of the first of these splits that has any."""
        for split in splits:
            found = [song for song in self.songs if song.split == split]
            if found:
                return found
        return []

    @property
    def genres(self) -> tuple[str, ...]:
        """The genres of the songs to learn from, by name."""
        return tuple(sorted({song.facts.whole.genre for song in self.of("train") if song.facts.whole.genre}))

    def document(self) -> Mapping[str, Any]:
        """Return what is written down about the data of a run."""
        splits = [song.split for song in self.songs]
        return {
            "digest": self.digest,
            "recordings": {name: splits.count(name) for name in ("train", "valid", "test")},
            "hours": sum(song.spectra.count for song in self.songs) * BLOCK_S / 3600,
            "with_parts": sum(bool(song.parts) for song in self.songs),
        }


def read_material(
    annotations: Sequence[Path], cache: Path, *, max_tracks: int | None, console: Console
) -> Material:
    """Return the songs of datasets; spectra that the cache lacks are computed.

    Tracks without a split are split by a hash of artist and title, so that a song stays on one side.

    Args:
        annotations: dataset folders or files.
        cache: folder of the spectra.
        max_tracks: keep the first so many.
        console: where progress is shown.

    Raises:
        InputMissingError: a dataset, a track's audio or its score is missing.
        BadDataError: one of them is wrong, a track has neither score nor prompt, or no song is held out.
        OutputError: the disk is full.
    """
    found: list[tuple[str, Dataset, Track]] = []
    for place in annotations:
        dataset = open_dataset(place)
        prefix = "" if len(annotations) == 1 else f"{dataset.name}/"
        found += [(prefix + track.track_id, dataset, track) for track in dataset]
    found = found[:max_tracks]
    stems = [_stems(dataset, track) for _, dataset, track in found]
    paths = [dataset.path_of(track) for _, dataset, track in found]
    everything = [*paths, *(path for named in stems for path in named.values())]
    for path in everything:
        if not path.is_file():
            raise InputMissingError(
                f"the audio {path} does not exist", hint="audio paths are relative to the dataset's file"
            )
    keys = content_keys(everything)
    spectra = dict(zip(everything, open_spectra(everything, keys, cache, console=console), strict=True))
    state = hashlib.blake2b("|".join(keys).encode(), digest_size=16)
    songs = []
    for (name, dataset, track), path, named in zip(found, paths, stems, strict=True):
        song = Song(
            id=name,
            split=track.split
            or _split_of(f"{track.artist}/{track.title}" if track.title else track.track_id),
            facts=_facts(name, dataset, track),
            spectra=spectra[path],
            parts={part: spectra[stem] for part, stem in named.items()},
        )
        state.update(f"{song.id}|{song.split}|{song.facts.whole}|{song.facts.prompt}\n".encode())
        songs.append(song)
    material = Material(songs, state.hexdigest())
    if not material.of("train") or not material.of("valid", "test"):
        raise BadDataError(
            "there must be songs to learn from and songs held out, and there are"
            f" {len(material.of('train'))} and {len(material.of('valid', 'test'))}",
            hint='give more tracks, or mark some with "split": "valid"',
        )
    return material


def _facts(name: str, dataset: Dataset, track: Track) -> SongFacts:
    place = dataset.score_of(track)
    if place is None and not track.prompt:
        raise BadDataError(
            f"track '{name}' must have a score or a prompt to be told of in words, and it has neither",
            hint="muze dataset caption, or muze dataset build --only prompt, writes prompts",
        )
    return song_facts(track, None if place is None else read_score(place))


def _stems(dataset: Dataset, track: Track) -> dict[str, Path]:
    """Return the files of a track's parts; what the room answers is no part."""
    named = track.source.get("stems") if track.source else None
    if not isinstance(named, Mapping):
        return {}
    return {str(part): dataset.file.parent / str(path) for part, path in named.items() if part != "room"}


def _split_of(name: str) -> str:
    draw = item_seed(0, f"split/{name}") / 2**32
    if draw < HELD_OUT_SHARE:
        return "valid"
    return "test" if draw < 2 * HELD_OUT_SHARE else "train"
