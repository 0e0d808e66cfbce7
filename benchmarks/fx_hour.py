"""An hour of stereo through `muze fx apply`: memory must not grow with length."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import muze, report, run_once

LIMIT_MB = 400


def main() -> bool:
    """Measure; the goal is 400 MB of resident memory."""
    import numpy as np
    import soundfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        minute = (np.random.default_rng(0).standard_normal((60 * 44_100, 2)) * 3000).astype(np.int16)
        with soundfile.SoundFile(folder / "hour.wav", "w", 44_100, 2, "PCM_16") as file:
            for _ in range(60):
                file.write(minute)
        words = ("fx", "apply", "hour.wav", "warm tape in a cathedral", "-o", "out.flac", "-q")
        cost = run_once(muze(*words), folder)
    rows = [("muze fx apply, an hour of stereo", cost)]
    return report("an hour", rows, f"within {LIMIT_MB} MB", cost.memory_mb < LIMIT_MB)


if __name__ == "__main__":
    raise SystemExit(not main())
