"""The mean voice of each artist, and how well the artist's tracks agree with it.

Voice embeddings are directions: two voices are as like as the cosine between them. So the mean of an artist is the
direction of the sum of the tracks' unit vectors, as the centroid of a speaker is in GE2E (Wan et al. 2018, eq. 1
and 5), of length 1 like the embeddings themselves. The mean cosine u·m of n unit vectors u to their mean direction
m = s/|s| follows from their sum s alone: it is |s|/n.

Legend: A artists, D = 256 dimensions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from muzecli.files import write_json

if TYPE_CHECKING:
    from muzecli.song.track import Track

SCHEMA = "muze.artists/1"
DIMENSIONS = 256
_DECIMALS = 6
_BLOCK_ARTISTS = 1024  # of the matrix of cosines, so that it is never whole in memory

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ArtistVoice:
    """The voice of one artist.

    Attributes:
        tracks: how many tracks the mean is of.
        voice_embedding: (D,) of length 1.
        measured_on: "separated" where it is of voices alone, "mix" where it is of whole mixes.
        cosine: −1…1, mean cosine of the tracks to the mean; 1 where all sound the same.
    """

    tracks: int
    voice_embedding: tuple[float, ...]
    measured_on: str
    cosine: float

    def document(self) -> dict[str, Any]:
        """Return it as the file has it."""
        return {
            "tracks": self.tracks,
            "voice_embedding": list(self.voice_embedding),
            "from": self.measured_on,
        }


class _Sum:
    """Unit vectors added up."""

    __slots__ = ("count", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total: Vector = np.zeros(DIMENSIONS)

    def add(self, embedding: tuple[float, ...] | None) -> None:
        vector = np.zeros(DIMENSIONS) if embedding is None else np.asarray(embedding, dtype=np.float64)
        length = float(np.linalg.norm(vector))
        if length > 0.0:
            self.total += vector / length
            self.count += 1


class ArtistVoices:
    """Adds up the voices of tracks, one at a time; memory grows with the artists, not with the tracks."""

    def __init__(self) -> None:
        self._separated: dict[str, _Sum] = {}
        self._mixed: dict[str, _Sum] = {}

    def add(self, track: Track) -> None:
        """Take in one track; one without an artist or without a voice changes nothing."""
        artist = (track.artist or "").strip()
        if not artist:
            return
        for sums, embedding in (
            (self._separated, track.voice_embedding_separated),
            (self._mixed, track.voice_embedding),
        ):
            if embedding is not None:
                sums.setdefault(artist, _Sum()).add(embedding)

    def means(self) -> dict[str, ArtistVoice]:
        """Return the artists that have a voice, by name.

        Where any of an artist's tracks has its voice separated, the mean is of those alone: accompaniment shifts
        an embedding, so that the two kinds do not mix.
        """
        voices: dict[str, ArtistVoice] = {}
        for artist in sorted({*self._separated, *self._mixed}):
            for measured_on, sums in (("separated", self._separated), ("mix", self._mixed)):
                voice = _mean(sums.get(artist), measured_on)
                if voice is not None:
                    voices[artist] = voice
                    break
        return voices


def artist_voices(tracks: Iterable[Track]) -> dict[str, ArtistVoice]:
    """Return the voice of each artist of some tracks, read one at a time, by name."""
    voices = ArtistVoices()
    for track in tracks:
        voices.add(track)
    return voices.means()


def nearest(voices: dict[str, ArtistVoice]) -> dict[str, tuple[str, float]]:
    """Return for each artist the other one whose voice is the most like, and the cosine between them.

    An artist is only compared with others that were measured alike; one without such another is left out.
    """
    found: dict[str, tuple[str, float]] = {}
    for kind in ("separated", "mix"):
        names = [name for name, voice in voices.items() if voice.measured_on == kind]
        if len(names) < 2:
            continue
        matrix = np.asarray([voices[name].voice_embedding for name in names])  # (A, D)
        for start in range(0, len(names), _BLOCK_ARTISTS):
            cosines = matrix[start : start + _BLOCK_ARTISTS] @ matrix.T  # (≤ block, A)
            rows = np.arange(len(cosines))
            cosines[rows, start + rows] = -np.inf
            for row, other in enumerate(cosines.argmax(axis=1).tolist()):
                found[names[start + row]] = (names[other], round(float(cosines[row, other]), _DECIMALS))
    return found


def artists_document(voices: dict[str, ArtistVoice]) -> dict[str, Any]:
    """Return the voices as the JSON document that lies beside a dataset."""
    return {"schema": SCHEMA, "artists": {name: voice.document() for name, voice in voices.items()}}


def artists_file(dataset: Path) -> Path:
    """Return where the voices of a dataset's artists lie: `d.json` → `d.artist_embeddings.json`."""
    return dataset.with_name(f"{dataset.stem}.artist_embeddings.json")


def write_artists(path: Path, voices: dict[str, ArtistVoice], *, overwrite: bool = False) -> None:
    """Write the voices as a JSON file, whole or not at all.

    Raises:
        OutputExistsError: it exists and `overwrite` is false.
        OutputError: it cannot be written.
    """
    write_json(path, artists_document(voices), overwrite=overwrite)


def _mean(voice: _Sum | None, measured_on: str) -> ArtistVoice | None:
    if voice is None or voice.count == 0:
        return None
    length = float(np.linalg.norm(voice.total))
    if length <= 1e-9 * voice.count:  # opposite voices that cancel out have no mean direction
        return None
    mean = voice.total / length
    return ArtistVoice(
        tracks=voice.count,
        voice_embedding=tuple(round(value, _DECIMALS) for value in mean.tolist()),
        measured_on=measured_on,
        cosine=round(length / voice.count, _DECIMALS),
    )
