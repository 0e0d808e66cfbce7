"""`muze plan` of known words, whole process: the plan alone, with its notes as MIDI, and played."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import in_turns, muze, report

PROMPT = "energetic electronic dance track with heavy bass"
GOAL_S = 0.5
SONG_S = "120"


def main() -> bool:
    """Measure; the plan alone should stay under 0.5 CPU seconds."""
    words = ("plan", PROMPT, "--template", "verse_chorus", "--duration", SONG_S, "--seed", "1", "--overwrite")
    commands = {
        "plan": muze(*words, "-o", "plan.json"),
        "plan and MIDI": muze(*words, "--midi", "song.mid"),
        f"plan and preview, {SONG_S} s": muze(*words, "--preview", "song.wav"),
    }
    with tempfile.TemporaryDirectory() as folder:
        costs = in_turns(list(commands.values()), runs=3, cwd=Path(folder))
    rows = list(zip(commands, costs, strict=True))
    return report("a song of two minutes", rows, f"plan under {GOAL_S} CPU-s", costs[0].cpu_s < GOAL_S)


if __name__ == "__main__":
    raise SystemExit(not main())
