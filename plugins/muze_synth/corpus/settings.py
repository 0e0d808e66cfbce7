"""What a corpus is made from: all that decides its bytes, and nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from muze_synth.corpus.wishes import Wishes

PLANNER, COMPOSER = "template", "theory"
CORPUS_VERSION = 2
"""Raised whenever the same settings make other tracks."""


@dataclass(frozen=True)
class Settings:
    """The settings of a corpus; crosses process boundaries.

    Attributes:
        tracks: how many.
        seed: 0…2³²−1.
        wishes: what tracks are drawn from.
        rate_hz: sampling rate of the audio.
        audio: whether anything is rendered; otherwise there are annotations alone.
        stems: whether each part is kept as a file of its own.
        lyrics: whether singers get words; otherwise they sing vowels.
        player: "sampler" or "plain".
        soundfont: the file that the sampler plays; None with "plain".
        soundfont_sha256: its hash.
    """

    tracks: int
    seed: int
    wishes: Wishes
    rate_hz: int
    audio: bool
    stems: bool
    lyrics: bool
    player: str
    soundfont: Path | None
    soundfont_sha256: str | None

    def configuration(self) -> dict[str, Any]:
        """Return what decides the results, as JSON values; where the SoundFont lies does not."""
        values = asdict(self)
        del values["soundfont"]
        return {"corpus_version": CORPUS_VERSION, **values}


@dataclass(frozen=True)
class Item:
    """One track to make.

    Attributes:
        index: its number from 0.
        folder: the corpus.
        settings: of the corpus.
    """

    index: int
    folder: Path
    settings: Settings

    @property
    def track_id(self) -> str:
        """Its name in files and annotations."""
        return f"{self.index:06d}"

    @property
    def audio(self) -> Path:
        """Where its mix goes."""
        return self.folder / "audio" / f"{self.track_id}.flac"

    @property
    def score(self) -> Path:
        """Where its score goes."""
        return self.folder / "scores" / f"{self.track_id}.json"

    @property
    def stems(self) -> Path:
        """The folder of its stems."""
        return self.folder / "stems" / self.track_id

    @property
    def annotation(self) -> Path:
        """Where its annotation waits until the corpus is whole; the last of its files to be written."""
        return self.folder / WORK_FOLDER / f"{self.track_id}.json"


WORK_FOLDER = ".muze-tracks"
