"""Make a short piece of music from sine waves and noise, treat it with words, and say where to hear it.

python examples/demo.py --prompt "warm tape in a concert hall" [--input song.wav] [--output-dir demo]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

RATE_HZ = 44_100
BEAT_S = 60 / 100  # 100 beats a minute
CHORDS = ((57, 60, 64, 69), (53, 57, 60, 65), (48, 55, 60, 64), (55, 59, 62, 67))  # Am F C G, MIDI notes


def note_hz(midi: int) -> float:
    """Return the equal-tempered frequency of a MIDI note."""
    return 440.0 * 2 ** ((midi - 69) / 12)


def pluck(midi: int, duration_s: float) -> np.ndarray:
    """Return a plucked tone (N,): harmonics that fade the faster the higher they are."""
    t = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    partials = (
        np.sin(2 * np.pi * note_hz(midi) * n * t) * np.exp(-t * (1.5 + 1.2 * n)) / n for n in range(1, 9)
    )
    return np.sum(list(partials), axis=0) * np.minimum(t / 0.004, 1)


def music(seed: int = 1) -> np.ndarray:
    """Return eight bars of chords, bass and drums (2, N), peak 0.5."""
    rng = np.random.default_rng(seed)
    bar_s = 4 * BEAT_S
    out = np.zeros((2, int((8 * bar_s + 1) * RATE_HZ)))

    def add(sound: np.ndarray, at_s: float, level: float, pan: float) -> None:
        start = int(at_s * RATE_HZ)
        out[:, start : start + sound.size] += level * np.outer(
            (np.sqrt((1 - pan) / 2), np.sqrt((1 + pan) / 2)), sound
        )

    kick_t = np.arange(int(0.25 * RATE_HZ)) / RATE_HZ
    kick = np.sin(2 * np.pi * (50 * kick_t + 6 * (1 - np.exp(-kick_t * 30)))) * np.exp(-kick_t * 12)
    for bar in range(8):
        chord = CHORDS[bar % 4]
        for step in range(8):
            at_s = bar * bar_s + step * BEAT_S / 2
            add(
                pluck(chord[(step * 3) % 4] + 12 * (step % 3 == 2), 1.0), at_s, 0.30, 0.7 * np.sin(step * 2.1)
            )
            hat = rng.standard_normal(int(0.05 * RATE_HZ)) * np.exp(-np.arange(int(0.05 * RATE_HZ)) / 400)
            add(hat, at_s, 0.05, 0.3)
        for beat in range(4):
            add(pluck(chord[0] - 24, 0.8), bar * bar_s + beat * BEAT_S, 0.5, 0.0)
            add(kick, bar * bar_s + beat * BEAT_S, 0.7 * (beat % 2 == 0), 0.0)
            snare = rng.standard_normal(int(0.15 * RATE_HZ)) * np.exp(-np.arange(int(0.15 * RATE_HZ)) / 1500)
            add(snare, bar * bar_s + beat * BEAT_S, 0.18 * (beat % 2 == 1), -0.1)
    return 0.5 * out / np.abs(out).max()


def main() -> int:
    """Write the input if none is given, and run muze on it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--prompt", default="warm tape in a concert hall")
    parser.add_argument("--input", type=Path)
    parser.add_argument("--output-dir", type=Path, default=Path("demo"))
    given = parser.parse_args()

    given.output_dir.mkdir(parents=True, exist_ok=True)
    source = given.input
    if source is None:
        source = given.output_dir / "dry.wav"
        soundfile.write(source, music().T, RATE_HZ, subtype="PCM_24")
    treated = given.output_dir / "treated.wav"
    muze = [sys.executable, "-m", "muzecli"]
    words = ["fx", "apply", str(source), given.prompt, "-o", str(treated), "--overwrite"]
    done = subprocess.run([*muze, *words], check=False)
    if done.returncode:
        return done.returncode
    subprocess.run([*muze, "fx", "explain", given.prompt], check=False)
    print(f"\nHear it: {source} (before)\n         {treated} (after)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
