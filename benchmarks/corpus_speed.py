"""`muze dataset synth`, whole process: how many seconds of labelled music one core makes in a second.

User and system time of everything are counted, start-up included, so that the figure does not depend on what else
the machine does (but for what shared caches cost).
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks.measure import Cost, muze, report, run_once

GOAL = 25.0
TRACKS = 20


def main() -> bool:
    """Measure both players, the sampler where it is installed."""
    rows: list[tuple[str, Cost]] = []
    factors: list[float] = []
    with tempfile.TemporaryDirectory() as temporary:
        for player in (*(("sampler",) if has_sampler() else ()), "plain"):
            folder = Path(temporary) / player
            options = ("--tracks", str(TRACKS), "--player", player, "--seed", "1", "--jobs", "1", "-q")
            cost = run_once(muze("dataset", "synth", "-o", folder, *options), Path(temporary))
            factors.append(made_s(folder) / cost.cpu_s)
            rows.append((f"{player}, {made_s(folder):.0f} s of audio: {factors[-1]:.1f} x real time", cost))
    title = f"a corpus of {TRACKS} tracks on one core"
    if not has_sampler():
        title += " (no sampler: FluidSynth or a SoundFont is missing)"
    return report(title, rows, f"{GOAL:g} times real time", min(factors) >= GOAL)


def made_s(folder: Path) -> float:
    """Return how long the audio of a corpus is."""
    lines = (folder / "dataset.jsonl").read_text(encoding="utf-8").splitlines()
    return float(sum(json.loads(line)["duration"] for line in lines))


def has_sampler() -> bool:
    """Whether FluidSynth and a SoundFont are here."""
    from muze_synth.soundfont import find_soundfont, load_fluidsynth
    from muzecli.errors import UnavailableError

    try:
        load_fluidsynth()
        find_soundfont()
    except UnavailableError:
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(not main())
