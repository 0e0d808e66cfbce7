"""What came back is kept under names that stay apart and within the folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import soundfile

from muze_evaluate.recon.keeping import keep, targets


def test_names_stay_apart_and_inside() -> None:
    found = targets(Path("out"), "vae:../models/x", ["a.wav", "a.mp3", "sub/b.wav", "../../etc/c.wav"])
    assert len(set(found.values())) == 4
    assert found["sub/b.wav"] == Path("out/vae-..-models-x/sub/b.wav")
    assert found["a.mp3"].name == "a.mp3.wav"
    assert all(".." not in path.parts for path in found.values())


def test_nothing_is_clipped_and_a_sidecar_says_how_it_was_made(tmp_path: Path) -> None:
    samples = np.array([[0.5, -1.5, 1.5] * 20_000], np.float32)
    target = tmp_path / "vae" / "song.wav"
    keep(target, samples, 32_000, {"schema": "muze.sidecar/1", "audio": ""}, overwrite=False)
    read, rate_hz = soundfile.read(target, dtype="float32")
    assert rate_hz == 32_000 and np.array_equal(read, samples[0])
    sidecar = json.loads(target.with_suffix(".json").read_text())
    assert sidecar["audio"] == "song.wav"
    assert sidecar["loudness"]["output_lufs"] > 0
