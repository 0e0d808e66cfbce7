"""The facts of the light set as a plain librosa script finds them: one file after another, defaults everywhere.

    python benchmarks/truth/librosa_light.py FILE …

Tags and loudness by mutagen and pyloudnorm, tempo and beats by `beat_track`, key by Krumhansl's profiles on CQT
chroma, chords by 24 templates on the same chroma at the beats, sections by agglomerative clustering of MFCC and chroma
at the beats, energy by RMS. Downbeats and metre, which librosa does not have, are left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import librosa
import mutagen
import numpy as np
import pyloudnorm
import soundfile

NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
TRIADS = {"maj": (0, 4, 7), "min": (0, 3, 7)}
SECTION_S = 15.0


def facts(path: Path) -> dict:
    """Return what there is to know of one file."""
    samples, rate_hz = soundfile.read(path, always_2d=True)
    tags = dict(mutagen.File(path, easy=True) or {})
    loudness = pyloudnorm.Meter(rate_hz).integrated_loudness(samples)
    y = librosa.resample(samples.mean(axis=1), orig_sr=rate_hz, target_sr=22_050)
    tempo, beats = librosa.beat.beat_track(y=y, sr=22_050)
    chroma = librosa.feature.chroma_cqt(y=y, sr=22_050)
    mfcc = librosa.feature.mfcc(y=y, sr=22_050)
    mean = chroma.mean(axis=1)
    keys = [np.corrcoef(np.roll(p, tonic), mean)[0, 1] for p in (MAJOR, MINOR) for tonic in range(12)]
    key = int(np.argmax(keys))
    at_beats = librosa.util.sync(chroma, beats)
    templates = np.array(
        [np.roll(np.isin(np.arange(12), t), root) for t in TRIADS.values() for root in range(12)], float
    )
    chords = (templates @ at_beats).argmax(axis=0)
    both = np.vstack([librosa.util.normalize(librosa.util.sync(mfcc, beats)), at_beats])
    count = min(max(2, round(len(y) / 22_050 / SECTION_S)), both.shape[1])
    bounds = librosa.segment.agglomerative(both, count)
    return {
        "file": str(path),
        "tags": {name: list(values) for name, values in tags.items()},
        "loudness_db": loudness,
        "energy": float(librosa.feature.rms(y=y).mean()),
        "tempo": float(np.atleast_1d(tempo)[0]),
        "beats": librosa.frames_to_time(beats, sr=22_050).tolist(),
        "key": f"{NAMES[key % 12]} {'major' if key < 12 else 'minor'}",
        "chords": [f"{NAMES[c % 12]}:{'maj' if c < 12 else 'min'}" for c in chords],
        "sections": [float(librosa.frames_to_time(([0, *beats])[b], sr=22_050)) for b in bounds],
    }


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(json.dumps(facts(Path(name))) + "\n")
