"""`muze fx apply` on 60 s of stereo against a bare pedalboard script with the same chain.

Both read and write 24-bit WAV and are timed as whole processes. muze also matches loudness, measures true
peaks, hashes the input and writes a sidecar; the script does none of that.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import in_turns, muze, report

CHAIN = [
    {
        "effect": "equalizer",
        "bands": [
            {"type": "low_shelf", "freq_hz": 100, "gain_db": 3, "q": 0.7},
            {"type": "peak", "freq_hz": 300, "gain_db": -3, "q": 1},
            {"type": "peak", "freq_hz": 1000, "gain_db": 1, "q": 1},
            {"type": "peak", "freq_hz": 3000, "gain_db": 2, "q": 1},
            {"type": "high_shelf", "freq_hz": 8000, "gain_db": 3, "q": 0.7},
        ],
    },
    {"effect": "compressor", "threshold_db": -18, "ratio": 3, "attack_ms": 10, "release_ms": 120},
    {"effect": "distortion", "kind": "soft", "drive_db": 6},
    {"effect": "chorus", "rate_hz": 1, "depth": 0.25, "mix": 0.3},
    {"effect": "delay", "time_s": 0.25, "feedback": 0.2, "mix": 0.15},
    {"effect": "reverb", "rt60_s": 1.2, "mix": 0.2},
]

BARE = """
import sys
from pedalboard import (
    Chorus, Compressor, Delay, Distortion, HighShelfFilter, LowShelfFilter, PeakFilter, Pedalboard, Reverb,
)
from pedalboard.io import AudioFile

board = Pedalboard([
    LowShelfFilter(100, 3, 0.7), PeakFilter(300, -3, 1), PeakFilter(1000, 1, 1), PeakFilter(3000, 2, 1),
    HighShelfFilter(8000, 3, 0.7),
    Compressor(threshold_db=-18, ratio=3, attack_ms=10, release_ms=120),
    Distortion(6), Chorus(rate_hz=1, depth=0.25, mix=0.3), Delay(0.25, 0.2, 0.15),
    Reverb(room_size=0.5, wet_level=0.2, dry_level=0.8),
])
with AudioFile(sys.argv[1]) as source:
    audio, rate = source.read(source.frames), source.samplerate
with AudioFile(sys.argv[2], "w", rate, audio.shape[0], bit_depth=24) as target:
    target.write(board(audio, rate))
"""


def main() -> bool:
    """Measure; the goal is one and a half times the bare script."""
    import numpy as np
    import soundfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rng = np.random.default_rng(0)
        noise = rng.standard_normal((60 * 44_100, 2)) * 0.1
        soundfile.write(folder / "in.wav", noise, 44_100, subtype="PCM_24")
        (folder / "chain.json").write_text(
            json.dumps({"schema": "muze.preset/1", "prompt": "", "chain": CHAIN})
        )
        (folder / "bare.py").write_text(BARE)
        ours = muze("fx", "apply", "in.wav", "--preset", "chain.json", "-o", "out.wav", "--overwrite", "-q")
        plain = [*ours, "--no-match-loudness"]
        bare = [sys.executable, "bare.py", "in.wav", "bare.wav"]
        cost, theirs, unmatched = in_turns([ours, bare, plain], runs=5, cwd=folder)
    rows = [
        ("muze fx apply, 60 s stereo", cost),
        ("bare pedalboard script", theirs),
        ("muze fx apply --no-match-loudness", unmatched),
    ]
    return report("six effects", rows, "at most 1.5 times the CPU", cost.cpu_s <= 1.5 * theirs.cpu_s)


if __name__ == "__main__":
    raise SystemExit(not main())
