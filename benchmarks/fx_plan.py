"""`muze fx plan` of known words, whole process."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import in_turns, muze, report

PROMPTS = ("warm tape", "bright and punchy, less boomy, a touch of plate reverb, cut 3 dB at 300 Hz")


def main() -> bool:
    """Measure; the goal is 0.3 CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        costs = in_turns([muze("fx", "plan", prompt) for prompt in PROMPTS], runs=7, cwd=Path(folder))
    rows = [(f"fx plan “{prompt[:32]}”", cost) for prompt, cost in zip(PROMPTS, costs, strict=True)]
    return report("known prompt", rows, "under 0.3 CPU-s", max(cost.cpu_s for cost in costs) < 0.3)


if __name__ == "__main__":
    raise SystemExit(not main())
