"""`muze --help` against the smallest Typer program with as many commands."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.measure import in_turns, muze, report

BARE = '''
import typer

app = typer.Typer()


@app.command()
def one(x: int = 1) -> None:
    """One."""


@app.command()
def two(x: int = 1) -> None:
    """Two."""


app()
'''


def main() -> bool:
    """Measure; the goal is 150 ms of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)
        ours, theirs = in_turns([muze("--help"), [sys.executable, bare, "--help"]], runs=9, cwd=Path(folder))
    rows = [("muze --help", ours), ("bare Typer program --help", theirs)]
    return report("start-up", rows, "under 0.150 CPU-s", ours.cpu_s < 0.150)


if __name__ == "__main__":
    raise SystemExit(not main())
