"""What listening costs: CPU seconds for a second of audio by extractor, and the light set beside a librosa script.

    python -m benchmarks listening_cost
    python -m benchmarks.listening_cost FOLDER     # over the audio files of a folder, otherwise six rendered songs

Each extractor is timed in one process with one thread, after one song for warming up. The light set is timed as the
command that users run, `muze dataset build --features light --jobs 1`, against one process of
benchmarks/truth/librosa_light.py over the same files, start-up and all, in turns.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from benchmarks.measure import in_turns

SONGS, SEED, DURATION = 6, 903, "120-200"
RUNS = 2
SUFFIXES = (".flac", ".ogg", ".wav", ".mp3")


def by_extractor(files: list[Path]) -> dict[str, float]:
    """Return CPU seconds for a second of audio, by extractor."""
    from muzecli.audio.reader import read_audio
    from muzecli.listening.heard import Heard
    from muzecli.listening.listen import listen
    from muzecli.listening.order import in_order
    from muzecli.plugin import extractors

    order = in_order(extractors.working()[0])
    spent: dict[str, float] = defaultdict(float)
    seconds = 0.0
    for number, path in enumerate([files[0], *files]):
        began = time.process_time()
        samples, info = read_audio(path)
        marks = [("decode", began), ("", time.process_time())]
        heard = Heard(path=path, root=path.parent, samples=samples, rate_hz=info.rate_hz, info=info)
        listen(heard, order, on_stage=lambda stage, marks=marks: marks.append((stage, time.process_time())))
        marks.append(("", time.process_time()))
        if number:
            seconds += info.duration_s
            for (stage, start), (_, end) in pairwise(marks):
                spent[stage] += end - start
    return {stage: spent[stage] / seconds for stage in spent if stage}


def main() -> bool:
    """Time both; say whether the light set costs less than the script."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 and Path(sys.argv[0]).name != "__main__.py" else None
    write = sys.stdout.write
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        folder = (folder or _made(scratch / "corpus")).resolve()
        files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)
        write("CPU seconds for a second of audio, one thread\n")
        for stage, cost in sorted(by_extractor(files).items(), key=lambda item: -item[1]):
            write(f"  {stage:12} {cost:.5f}\n")
        command = [sys.executable, "-m", "muzecli", "dataset", "build", str(folder), "-o", "out/light.jsonl"]
        command += ["--features", "light", "--jobs", "1", "-q"]
        fresh = "rm -rf out && mkdir out && exec "  # nothing is kept from the run before
        build = ["sh", "-c", fresh + shlex.join(command)]
        script = [sys.executable, Path(__file__).parent / "truth" / "librosa_light.py", *files]
        ours, theirs = in_turns([build, script], runs=RUNS, cwd=scratch)
    ratio = ours.cpu_s / theirs.cpu_s
    write(f"light set {ours.cpu_s:.1f} CPU s, {ours.memory_mb:.0f} MB")
    write(f"; librosa script {theirs.cpu_s:.1f} CPU s, {theirs.memory_mb:.0f} MB; ratio {ratio:.2f}\n")
    return ratio < 1.0


def _made(folder: Path) -> Path:
    command = [*(sys.executable, "-m", "muzecli", "dataset", "synth", "-o", str(folder), "-q")]
    options = ["--tracks", str(SONGS), "--duration", DURATION, "--seed", str(SEED), "--jobs", "2"]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    return folder


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
