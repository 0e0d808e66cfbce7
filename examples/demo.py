"""Plan a song from words, generate it with the models that ship, treat it with words, and say where to hear it.

python examples/demo.py --song "upbeat pop song, 120 bpm" --prompt "warm tape in a concert hall"
python examples/demo.py --input song.wav --prompt "lo-fi bedroom"
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

MUZE = [sys.executable, "-m", "muzecli"]
SEED = "7"
DURATION_S = "30"


def muze(*words: str | Path) -> None:
    """Run a command of muze; leave with its exit code where it fails."""
    done = subprocess.run([*MUZE, *map(str, words)], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    """Generate a song if no recording is given, and treat one or the other."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--song", default="upbeat pop song with female vocals and strings, 120 bpm")
    parser.add_argument("--prompt", default="warm tape in a concert hall")
    parser.add_argument("--input", type=Path)
    parser.add_argument("--output-dir", type=Path, default=Path("demo"))
    given = parser.parse_args()

    folder: Path = given.output_dir
    source = given.input
    if source is None:
        source, plan, picture = folder / "song.wav", folder / "plan.json", folder / "song.png"
        form = ("--template", "verse_chorus", "--duration", DURATION_S, "--seed", SEED)
        files = ("-o", plan, "--midi", folder / "song.mid", "--plot", picture, "--overwrite")
        muze("plan", given.song, *form, *files)
        muze("generate", "--plan", plan, "--engine", "ldm", "-o", source, "--overwrite")
        muze("plan", plan)
    treated = folder / "treated.wav"
    muze("fx", "apply", source, given.prompt, "-o", treated, "--overwrite")
    muze("fx", "explain", given.prompt)
    print(f"\nHear it: {source}\n         {treated} (treated)")
    if given.input is None:
        print(f"See it:  {picture}\nEdit it: {plan}")


if __name__ == "__main__":
    main()
