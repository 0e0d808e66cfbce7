"""Whether the text-audio model ranks recordings right: real clips and captions that people would write for them.

    python -m benchmarks clap_real
    python -m benchmarks.clap_real FOLDER [MODEL]      # clips elsewhere, and a model of one's own

The captions, and pairs of texts of which the first fits, are in `clap_real.yaml`. The clips are not part of the
project: where the folder is absent the benchmark says so and passes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "audio"
LEAST_PAIRS = 0.7
"""Share of the pairs that must be right; guessing reaches 0.5."""


def main() -> bool:
    """Rank clips and captions; say whether the mean rank is better than chance and most pairs are right."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    asked = sys.argv[1:] if Path(sys.argv[0]).name != "__main__.py" else []
    folder = Path(asked[0]) if asked else FOLDER
    write = sys.stdout.write
    if not folder.is_dir():
        write(f"skipped: there is no folder {folder}\n")
        return True
    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    from muze_evaluate.clap.scorer import MuzeClap

    return report(MuzeClap.of(asked[1] if len(asked) > 1 else None), folder, data)


def report(scorer: Any, folder: Path, data: dict[str, Any]) -> bool:
    """Write ranks and pairs of a scorer."""
    import numpy as np

    from muze_evaluate.clap.report.retrieval import ranks, recalled
    from muzecli.audio.reader import read_audio

    write = sys.stdout.write
    names = list(data["clips"])
    audio = []
    for name in names:
        samples, info = read_audio(folder / name)
        audio.append((samples, info.rate_hz))
    sounds = scorer.embed_audio(audio)
    similarity = scorer.embed_texts(list(data["clips"].values())) @ sounds.T
    found, back = ranks(similarity), ranks(similarity.T)
    write("clip, rank of it for its caption, rank of its caption for it\n")
    for name, rank, other in zip(names, found, back, strict=True):
        write(f"  {name:36} {rank:5.1f} {other:5.1f}\n")
    chance = (len(names) + 1) / 2
    for way, places in (("text to audio", found), ("audio to text", back)):
        hits = ", ".join(f"R@{depth} {recalled(places, depth).mean():.2f}" for depth in (1, 5))
        write(f"{way}: mean rank {places.mean():.1f} of {len(names)} (chance {chance:.1f}), {hits}\n")
    rows = {name: row for row, name in enumerate(names)}
    right = []
    for name, fits, other in data["pairs"]:
        near, far = scorer.embed_texts([fits, other]) @ sounds[rows[name]]
        right.append(bool(near > far))
        write(f"  {'right' if near > far else 'WRONG'} {near:6.3f} {far:6.3f}  {name}: {fits} / {other}\n")
    write(f"pairs: {sum(right)} of {len(right)} right\n")
    return bool(found.mean() < chance and back.mean() < chance and np.mean(right) >= LEAST_PAIRS)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
