"""A small dataset of tones and noise with scores, as `muze dataset synth` writes larger ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from muzecli.song.dataset import write_dataset
from muzecli.song.documents import document_text, score_document
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import SectionType
from muzecli.song.score import Note, Part, Role, Score
from muzecli.song.track import Segment, Track

RATE_HZ = 32_000
BAR_TICKS = 1920
BARS = 4
BAR_S = 2.0  # 120 beats a minute


def part(instrument: str, role: Role, program: int, bars: list[int], pitch: int = 60) -> Part:
    """A part that plays one long note in each of some bars."""
    notes = tuple(Note(bar * BAR_TICKS, (bar + 1) * BAR_TICKS, pitch, 90) for bar in bars)
    return Part(instrument, role, instrument, program, role is Role.DRUMS, notes)


def score(*, singing: bool = True) -> Score:
    """Four bars: drums and piano throughout, a flute in the last, a singer in the first two."""
    parts = [
        part("drums", Role.DRUMS, 0, [0, 1, 2, 3], 36),
        part("piano", Role.CHORDS, 0, [0, 1, 2, 3]),
        part("flute", Role.LEAD, 73, [3], 76),
        *([part("female_vocals", Role.VOCALS, 53, [0, 1], 69)] if singing else []),
    ]
    return Score(120.0, TimeSignature(), Key.parse("A minor"), BARS, tuple(parts), ())


def track(name: str, *, split: str | None = "train", singing: bool = True, stems: bool = True) -> Track:
    """The annotation that belongs to it."""
    named = {"drums", "piano", "flute", *(["female_vocals"] if singing else [])}
    return Track(
        f"audio/{name}.wav",
        name,
        BARS * BAR_S,
        RATE_HZ,
        title=name,
        genre="jazz" if singing else "techno",
        prompt=f"a tune called {name}",
        tempo=120.0,
        key=Key.parse("A minor"),
        time_signature=TimeSignature(),
        energy=0.8,
        has_vocals=singing,
        segments=(Segment(SectionType("verse"), 0.0, BARS * BAR_S, 0.8, singing, None),),
        split=split,
        source={"stems": {part: f"stems/{name}/{part}.wav" for part in (*sorted(named), "room")}}
        if stems
        else {},
        score_path=f"scores/{name}.json",
    )


def dataset(folder: Path, count: int = 6, *, stems: bool = True) -> Path:
    """A dataset of so many songs, the last two held out."""
    tracks = []
    for number in range(count):
        splits = {count - 1: "test", count - 2: "valid"}
        singing = number % 2 == 0
        tracks.append(track(f"{number}", split=splits.get(number, "train"), singing=singing, stems=stems))
        _write(folder / f"audio/{number}.wav", 1000 + number)
        if stems:
            for at, path in enumerate(tracks[-1].source["stems"].values()):
                _write(folder / path, 100 * number + at)
        place = folder / f"scores/{number}.json"
        place.parent.mkdir(exist_ok=True)
        place.write_text(document_text(score_document(score(singing=singing))))
    write_dataset(folder / "dataset.jsonl", tracks)
    return folder


def noise(seed: int, seconds: float = BARS * BAR_S) -> np.ndarray:
    """A tone in noise, (N,) float32."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = 0.2 * np.sin(2 * np.pi * random.uniform(100, 2000) * time_s)
    return (tone + 0.05 * random.standard_normal(len(time_s))).astype(np.float32)


def _write(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(seed), RATE_HZ)
