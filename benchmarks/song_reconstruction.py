"""What is lost between a recording and its reconstruction, on tracks that nothing was trained on.

    python -m benchmarks.song_reconstruction runs/tiny/corpus --bundle weights/tiny
    python -m benchmarks.song_reconstruction DATASET --vae FOLDER --vocoder FOLDER --split valid --limit 40

Each held-out track gives one excerpt. Its log-mel spectrogram is made into sound by the vocoder and by Griffin-Lim,
once as it is and once as the autoencoder gives it back (from the mean of its posterior). The log-mel L1 is measured
on the analysis that the models work on, from the sound that was made: it holds what the vocoder adds. The `no sound`
row is the autoencoder's spectrogram itself, and `mean` the excerpt's mean spectrum instead of it, which is what
knowing nothing but the timbre costs. `onsets` is the correlation of the onset envelopes of what was made and of the
recording.

Griffin-Lim fits its sound to the very spectrogram that is measured, so that no vocoder can be nearer in the log-mel
when the spectrogram is the recording's own; what it lacks, phases that belong together, no distance of magnitudes
shows. The goal asks of the chain that songs are made with, autoencoder and vocoder, an STFT distance below that of
the autoencoder with Griffin-Lim.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.hearing.distances import distance
from benchmarks.hearing.heard import Floats, Heard
from benchmarks.hearing.rhythm import onset_correlation
from benchmarks.hearing.tables import document, say, table
from muzecli.audio.mel import MelSpec, log_mel
from muzecli.audio.reader import read_audio
from muzecli.song.dataset import open_dataset

if TYPE_CHECKING:
    import torch

SCHEMA = "muze.bench.song_reconstruction/1"
MEL = MelSpec(rate_hz=32_000, n_fft=1024, hop_samples=320, n_mels=128)
ORIGINAL = "original"


def main(words: Sequence[str] = ()) -> bool:
    """Reconstruct and measure; say whether the whole chain beats Griffin-Lim."""
    given = _parser().parse_args(list(words))
    if given.bundle is not None:
        given.vae, given.vocoder = (
            given.vae or given.bundle / "vae",
            given.vocoder or given.bundle / "vocoder",
        )
    chains = _Chains(given.vae, given.vocoder)
    found: dict[str, list[Figures]] = defaultdict(list)
    excerpts = list(_excerpts(given.dataset, given.split, given.limit, given.seconds))
    if not excerpts:
        raise SystemExit(f"{given.dataset} has no tracks of the split '{given.split}'")
    for original in excerpts:
        for name, figures_of_one in chains.measured(original):
            found[name].append(figures_of_one)
    figures = {
        name: {key: float(np.mean([one[key] for one in many])) for key in many[0]}
        | {"cpu_s_for_30_s": chains.cpu_s[name] / (given.seconds * len(excerpts)) * 30}
        for name, many in found.items()
    }
    judged = {"mel → VAE → vocoder", "mel → VAE → Griffin-Lim"} <= figures.keys()
    met = not judged or figures["mel → VAE → vocoder"]["stft"] < figures["mel → VAE → Griffin-Lim"]["stft"]
    if given.json:
        document(
            SCHEMA,
            {
                "dataset": str(given.dataset),
                "split": given.split,
                "excerpts": len(excerpts),
                "figures": figures,
            },
        )
        return met
    say(f"\n{len(excerpts)} excerpts of {given.seconds:g} s, split '{given.split}' of {given.dataset}")
    head = ("", "log-mel L1", "convergence", "magnitude", "STFT distance", "onsets", "CPU-s for 30 s")
    table(head, [(name, *(f.get(key) for key in _COLUMNS)) for name, f in figures.items()])
    verdict = "met" if met else "MISSED"
    say(f"  goal: the whole chain nearer than with Griffin-Lim: {verdict if judged else 'not judged'}")
    return met


Figures = dict[str, float]
_COLUMNS = ("mel_nats", "convergence", "magnitude_nats", "stft", "onsets", "cpu_s_for_30_s")


class _Chains:
    """The ways from a spectrogram to sound.

    Attributes:
        cpu_s: what each has cost so far, by name.
    """

    def __init__(self, vae: Path | None, vocoder: Path | None) -> None:
        from muze_ldm.vae.load import load_vae
        from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder
        from muze_ldm.vocoder.load import load_vocoder

        self.vae = None if vae is None else load_vae(vae)
        self.makers: dict[str, Any] = {} if vocoder is None else {"vocoder": load_vocoder(vocoder)}
        self.makers["Griffin-Lim"] = GriffinLimVocoder(MEL)
        self.cpu_s: dict[str, float] = defaultdict(float)

    def measured(self, original: Floats) -> Iterator[tuple[str, Figures]]:
        """Yield the name of each way and how far its result is from the original (N,)."""
        mel = _mel(original)
        columns, heard = mel.numpy(), Heard(original)
        yield "mean spectrum", {"mel_nats": _difference(columns, columns.mean(axis=1, keepdims=True))}
        ways = {"mel →": mel}
        if self.vae is not None:
            with self._counted("VAE, no sound"):
                ways["mel → VAE →"] = self._through_vae(mel)
            yield "VAE, no sound", {"mel_nats": _difference(ways["mel → VAE →"].numpy(), columns)}
        for way, spectrum in ways.items():
            for maker, vocoder in self.makers.items():
                name = f"{way} {maker}"
                with self._counted(name):
                    made = _made(vocoder, spectrum)
                found = distance(made, original, _mel(made).numpy(), columns)
                onsets, _ = onset_correlation(Heard(made), heard)
                yield name, asdict(found) | {"stft": found.stft, "onsets": onsets}

    def _through_vae(self, mel: torch.Tensor) -> torch.Tensor:
        import torch

        assert self.vae is not None
        columns = mel.shape[1] // self.vae.config.time_stride * self.vae.config.time_stride
        with torch.inference_mode():
            return self.vae.decode(self.vae.encode(mel[None, None, :, :columns]).mean)[0, 0]

    def _counted(self, name: str) -> _Counted:
        return _Counted(self.cpu_s, name)


class _Counted:
    """Adds the CPU seconds of a block to a name."""

    def __init__(self, totals: dict[str, float], name: str) -> None:
        self.totals, self.name = totals, name

    def __enter__(self) -> None:
        self.began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.totals[self.name] += time.process_time() - self.began


def _mel(samples: Floats) -> torch.Tensor:
    """Return (M, T), T = N // hop: the columns that the models work on."""
    return log_mel(samples[None], MEL)[0, :, : len(samples) // MEL.hop_samples]


def _difference(a: Floats, b: Floats) -> float:
    columns = min(a.shape[1], b.shape[1]) if b.shape[1] > 1 else a.shape[1]
    return float(np.abs(a[:, :columns] - b[:, :columns]).mean())


def _made(vocoder: Any, mel: torch.Tensor) -> Floats:
    import torch

    with torch.inference_mode():
        return np.asarray(vocoder.decode(mel[None])[0].numpy(), np.float32)


def _excerpts(dataset: Path, split: str, limit: int | None, seconds: float) -> Iterator[Floats]:
    """Yield mono samples (N,) from the middle of each track that is long enough."""
    source = open_dataset(dataset)
    frames = round(seconds * MEL.rate_hz) // MEL.hop_samples * MEL.hop_samples
    count = 0
    for track in source:
        if track.split != split or (limit is not None and count >= limit):
            continue
        samples, info = read_audio(source.path_of(track))
        mono = Heard.of(samples, info.rate_hz).mono
        if len(mono) >= frames:
            start = (len(mono) - frames) // 2
            count += 1
            yield mono[start : start + frames]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path, help="a dataset's folder")
    parser.add_argument("--bundle", type=Path, help="a folder with vae/ and vocoder/")
    parser.add_argument("--vae", type=Path, help="the autoencoder's folder")
    parser.add_argument("--vocoder", type=Path, help="the vocoder's folder")
    parser.add_argument("--split", default="test", choices=("test", "valid", "train"))
    parser.add_argument("--limit", type=int, default=20, help="excerpts, one a track (default: 20)")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each excerpt (default: 8)")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    raise SystemExit(not main(sys.argv[1:]))
