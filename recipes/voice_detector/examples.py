"""Mix the examples that the voice detector learns from, and those it is measured on.

    python recipes/voice_detector/examples.py CORPUS RUN

CORPUS is what `muze dataset synth --stems` made. RUN gets train.npz and valid.npz: levels (n, 2, M, T) in half
precision and truth (n, T). Every sixth song and reading is for measuring alone.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import numpy as np
import soundfile
from changes import Array
from mixing import FRAMES, Pool, example
from speech import speeches

from muze_dataset.hearing.voice.spectra import BANDS, RATE_HZ, detector_input, mel_powers
from muzecli.audio.resample import resample

COUNTS = {"train": (3600, 11), "valid": (240, 12)}  # examples, seed
READINGS = 240
_VOICES = ("female_vocals", "male_vocals")
_LEFT_OUT = ("room", "choir", "choir_pad", "voice_oohs", "synth_voice")


def main(corpus: Path, run: Path) -> None:
    """Mix what is not there yet."""
    run.mkdir(parents=True, exist_ok=True)
    missing = [name for name in COUNTS if not (run / f"{name}.npz").exists()]
    if not missing:
        return
    pools = _pools(corpus)
    for name in missing:
        count, seed = COUNTS[name]
        rng = np.random.default_rng(seed)
        levels = np.empty((count, 2, BANDS, FRAMES), np.float16)
        truth = np.empty((count, FRAMES), bool)
        for index in range(count):
            samples, truth[index] = example(pools[name], rng)
            levels[index] = detector_input(mel_powers(samples))
            if index % 200 == 0:
                sys.stderr.write(f"{name}: {index} of {count}\n")
        np.savez(run / f"{name}.npz", levels=levels, truth=truth)


def _pools(corpus: Path) -> dict[str, Pool]:
    tracks = [json.loads(line) for line in (corpus / "dataset.jsonl").read_text("utf-8").splitlines()]
    lyrics = [track["lyrics"].splitlines() for track in tracks if track["lyrics"]]
    spoken = speeches(lyrics, READINGS, random.Random(5), RATE_HZ)
    stems = [_stems(corpus / "stems" / track["track_id"]) for track in tracks]
    pools = {}
    for name, measured in (("train", False), ("valid", True)):
        mine = [parts for i, parts in enumerate(stems) if (i % 6 == 0) == measured]
        pools[name] = Pool(
            songs=[{k: v for k, v in parts.items() if k not in (*_VOICES, *_LEFT_OUT)} for parts in mine],
            sung=[parts[voice] for parts in mine for voice in _VOICES if voice in parts],
            spoken=[reading for i, reading in enumerate(spoken) if (i % 6 == 0) == measured],
        )
    return pools


def _stems(folder: Path) -> dict[str, Array]:
    parts = {}
    for path in sorted(folder.glob("*.flac")):
        samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        parts[path.stem] = resample(samples.mean(axis=1)[None], rate_hz, RATE_HZ)[0]
    return parts


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
