"""Small datasets with everything that the commands look at, and runs whose output can be read."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from muzecli.console import Console
from muzecli.options import Run
from muzecli.song import Chord, Key, SectionType, TimeSignature, Track
from muzecli.song.dataset import write_dataset
from muzecli.song.track import ChordTime, Segment

RATE_HZ = 8000
SECONDS = 2.0


def voice(*peaks: int) -> tuple[float, ...]:
    """An embedding of length 1 with equal parts of some dimensions."""
    vector = np.zeros(256)
    vector[list(peaks)] = len(peaks) ** -0.5
    return tuple(vector.tolist())


def recorded(folder: Path, name: str, *, sound: int = 0, **fields: Any) -> Track:
    """A track with audio, which `sound` decides; its path is audio/NAME.wav."""
    path = folder / "audio" / f"{name}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 0.1 * np.random.default_rng(sound).standard_normal(int(RATE_HZ * SECONDS))
    soundfile.write(path, samples, RATE_HZ)
    about = {
        "origin": "measured",
        "content_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "fields": {
            "tempo": {"by": "beats/1", "method": "pulse", "confidence": 0.9},
            "key": {"by": "key/1", "method": "profiles", "fallback": "no tuning is known"},
            "lyrics": {"by": "lyrics/1", "reason": "no recogniser is installed"},
        },
        "facts": {"tuning_cents": 3.0},
    }
    plain = Track(
        audio_path=f"audio/{name}.wav",
        track_id=name,
        duration=SECONDS,
        sample_rate=RATE_HZ,
        tempo=120.0,
        key=Key.parse("A minor"),
        time_signature=TimeSignature(4, 4),
        energy=0.5,
        has_vocals=True,
        segments=(
            Segment(SectionType.VERSE, 0.0, 1.0, 0.4, True),
            Segment(SectionType.CHORUS, 1.0, 2.0, 0.6, True),
        ),
        beat_positions=(0.0, 0.5, 1.0, 1.5),
        downbeat_positions=(0.0,),
        chord_progression=(
            ChordTime(Chord.parse("A:min"), 0.0, 1.0),
            ChordTime(Chord.parse("F:maj"), 1.0, 2.0),
        ),
        source=about,
    )
    return replace(plain, **fields)


def dataset(file: Path, tracks: Sequence[Track]) -> Path:
    """Write a dataset; return its file."""
    write_dataset(file, tracks, overwrite=True)
    return file


def three(folder: Path, name: str = "d.json") -> Path:
    """A dataset of three recordings by two artists."""
    tracks = [
        recorded(folder, "one", sound=1, artist="Ada", title="First", voice_embedding=voice(0)),
        recorded(folder, "two", sound=2, artist="Ada", title="Second", voice_embedding=voice(0, 1)),
        recorded(folder, "three", sound=3, artist="Bo", title="Third", voice_embedding=voice(2), tempo=90.0),
    ]
    return dataset(folder / name, tracks)


class Told:
    """A run, and what it printed."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._out = io.StringIO()
        self.run = Run(("dataset",), Console(verbosity=0, json_output=as_json, out=self._out))

    @property
    def text(self) -> str:
        return self._out.getvalue()

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._out.getvalue())
        return found
