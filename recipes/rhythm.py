"""Train the network that hears beats (`muze_dataset.hearing.rhythm.network`): about half an hour on one core.

    python recipes/rhythm.py [CORPUS] [RUN]

CORPUS (default runs/tiny/corpus) is what `muze dataset synth` made; only tracks of its split "train" are used. RUN
(default runs/rhythm) keeps the features; the weights end in weights/rhythm.

What the network should not learn is drawn anew for every example: tempo and its drift, equalisation, gain and
compression, noise, stray onsets, missing bands, missing harmony, short recordings, and a share of "music" cut into
pieces that has no beat at all. A share of metronomes of every tempo keeps it from guessing octaves by style alone.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from muze_dataset.hearing.rhythm.network import DILATIONS, KERNEL, METRES, TEMPI_BPM, stacked
from muze_dataset.hearing.rhythm.onsets import find_onsets
from muzecli.audio.resample import resample

CHANNELS, SUMMARY = 24, 32
STEPS, BATCH, RATE, WEIGHT_DECAY, SEED = 2400, 16, 3e-3, 1e-3, 1
LENGTH = 1000  # steps of 20 ms in an example
METRONOMES, METRONOME_SHARE, METRONOME_S = 120, 0.08, 26.0
WITHOUT_PULSE = 0.06
TEMPO_WEIGHT = METRE_WEIGHT = 0.05
Floats = npt.NDArray[np.float32]


class Network(nn.Module):
    """The same network as `muze_dataset.hearing.rhythm.network.think`, to be trained."""

    def __init__(self, inputs: int, dropout: float = 0.1) -> None:
        """Build it for (B, inputs, T)."""
        super().__init__()
        self.stem = nn.Conv1d(inputs, CHANNELS, 1)
        self.context = nn.Conv1d(CHANNELS, CHANNELS, KERNEL, padding=KERNEL // 2)
        self.dilated = nn.ModuleList(
            nn.Conv1d(CHANNELS, CHANNELS, KERNEL, padding=KERNEL // 2 * d, dilation=d) for d in DILATIONS
        )
        self.mixed = nn.ModuleList(nn.Conv1d(CHANNELS, CHANNELS, 1) for _ in DILATIONS)
        self.marks = nn.Conv1d(CHANNELS, 2, 1)
        self.summary = nn.Linear(CHANNELS * len(DILATIONS), SUMMARY)
        self.tempo = nn.Linear(SUMMARY, len(TEMPI_BPM))
        self.metre = nn.Linear(SUMMARY, len(METRES))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, heard: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return marks (B, 2, T), tempo (B, 100) and metre (B, 7) of x (B, inputs, T), where heard (B, 1, T)."""
        x = F.elu(self.context(F.elu(self.stem(x)) * heard)) * heard
        means = []
        for dilated, mixed in zip(self.dilated, self.mixed, strict=True):
            y = mixed(self.dropout(F.elu(dilated(x)))) * heard
            x = x + y
            means.append((F.elu(y) * heard).sum(2) / heard.sum(2))
        whole = F.elu(self.summary(self.dropout(torch.cat(means, dim=1))))
        return self.marks(F.elu(x)), self.tempo(whole), self.metre(whole)


@dataclass(frozen=True)
class Song:
    """A track: bands (F, B), changes (G, 4), and what is known of it."""

    bands: Floats
    changes: Floats
    truth: dict[str, Any]


@dataclass(frozen=True)
class Example:
    """Inputs (T, I), whether a step is heard (T,), beats and downbeats (2, T), tempo; pulse says if there is one."""

    inputs: Floats
    heard: Floats
    marks: Floats
    tempo_bpm: float
    metre: int
    pulse: bool


def songs(corpus: Path, cache: Path) -> list[Song]:
    """Return the corpus's tracks for training, measured once."""
    cache.mkdir(parents=True, exist_ok=True)
    lines = (corpus / "dataset.jsonl").read_text(encoding="utf-8").splitlines()
    found = []
    for truth in (t for t in map(json.loads, lines) if t["split"] == "train"):
        path = cache / f"{truth['track_id']}.npz"
        if not path.exists():
            import soundfile

            samples, rate_hz = soundfile.read(corpus / truth["audio_path"], dtype="float32", always_2d=True)
            onsets = find_onsets(resample(samples.T.mean(axis=0, keepdims=True), rate_hz, 22_050)[0])
            np.savez(path, bands=onsets.bands.astype(np.float16), changes=onsets.changes.astype(np.float16))
        kept = np.load(path)
        found.append(Song(kept["bands"].astype(np.float32), kept["changes"].astype(np.float32), truth))
    return found


def metronome(rng: np.random.Generator) -> Song:
    """Return clicks, thumps or bursts of noise of one tempo, often with accents and quieter subdivisions."""
    bpm, accents, parts = math.exp(rng.uniform(math.log(50), math.log(215))), rng.integers(1, 5), 1
    if bpm < 150 and rng.random() < 0.5:
        parts = 2
    beats = np.arange(rng.uniform(0.0, 0.5), METRONOME_S - 0.5, 60.0 / bpm)
    samples = np.zeros(round(METRONOME_S * 22_050), np.float32)
    time = np.arange(4410) / 22_050
    noisy, pitch_hz, decay = rng.random() < 0.4, math.exp(rng.uniform(4.0, 8.3)), rng.uniform(25, 200)
    for index in range(len(beats) * parts):
        beat, part = divmod(index, parts)
        accented = accents > 1 and index % (accents * parts) == 0
        level = (1.0 if accented else 0.6) * (rng.uniform(0.1, 0.3) if part else 1.0)
        tone = np.sin(2 * np.pi * pitch_hz * (1.5 if accented else 1.0) * time)
        sound = level * np.exp(-time * decay) * (rng.standard_normal(len(time)) * 0.4 if noisy else tone)
        at = round((beats[beat] + part * 60.0 / bpm / parts) * 22_050)
        samples[at : at + len(sound)] += sound[: max(0, len(samples) - at)]
    onsets = find_onsets(samples + 1e-4 * rng.standard_normal(len(samples)).astype(np.float32))
    bar = int(accents) if accents > 1 else 4
    truth = {"tempo": bpm, "time_signature": f"{bar}/4", "beat_positions": list(beats)}
    return Song(onsets.bands, onsets.changes, {**truth, "downbeat_positions": list(beats[::bar])})


def example(song: Song, rng: np.random.Generator) -> Example:
    """Return a stretch of a song, bent and coloured at random."""
    frames = 2 * LENGTH
    rate = np.full(frames, math.exp(rng.uniform(-0.16, 0.16)) if rng.random() < 0.7 else 1.0)
    if rng.random() < 0.3:  # live drift: a slow wave of up to 8 %
        period = rng.uniform(400, 2000)
        wave = np.sin(2 * np.pi * (np.arange(frames) / period + rng.random()))
        rate *= np.exp(rng.uniform(0.01, 0.08) * wave)
    span = np.concatenate([[0.0], np.cumsum(rate)[:-1]])
    at = span + rng.uniform(0, max(1.0, len(song.bands) - span[-1] / 2))  # the end may fall into silence
    inside = at < len(song.bands) - 1
    first = np.minimum(at.astype(int), len(song.bands) - 2)
    part = (at - first)[:, None].astype(np.float32)
    bands = np.where(inside[:, None], song.bands[first] * (1 - part) + song.bands[first + 1] * part, 0.0)
    changes = song.changes[np.minimum((at[::2] / 4).astype(int), len(song.changes) - 1)]
    heard = inside[::2].astype(np.float32)
    if rng.random() < 0.25:  # a short recording
        length = rng.integers(100, LENGTH)
        heard[length:] = 0.0
    marks = np.zeros((2, LENGTH), np.float32)
    for row, name in enumerate(("beat_positions", "downbeat_positions")):
        step = np.round(
            np.interp(np.array(song.truth[name]) * 100, at, np.arange(frames), -9, -9) / 2
        ).astype(int)
        for shift, value in ((-1, 0.5), (1, 0.5), (0, 1.0)):
            marked = step[step >= 0] + shift
            marked = marked[(marked >= 0) & (marked < LENGTH)]
            marks[row, marked] = np.maximum(marks[row, marked], value)
    pulse = bool(rng.random() >= WITHOUT_PULSE)
    if not pulse:
        bands, changes = _shuffled(bands, changes, rng)
        marks[:] = 0.0
    coloured = _coloured(bands.astype(np.float32), rng)
    if rng.random() < 0.2:
        changes = changes * 0.0
    return Example(
        inputs=stacked(coloured, changes[::2]) * heard[:, None],
        heard=heard,
        marks=marks,
        tempo_bpm=float(song.truth["tempo"] * rate[inside].mean()),
        metre=METRES.index(song.truth["time_signature"]),
        pulse=pulse,
    )


def _shuffled(bands: Floats, changes: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return both cut into pieces of 0.1 to 1 s in another order: onsets as in music, without its time."""
    cuts = np.cumsum(rng.integers(5, 50, 400)) * 2
    pieces = np.split(np.arange(len(bands)), cuts[cuts < len(bands)])
    rng.shuffle(pieces)
    order = np.concatenate(pieces)
    return bands[order], changes[order[::2] // 2]


def _coloured(bands: Floats, rng: np.random.Generator) -> Floats:
    count = bands.shape[1]
    if rng.random() < 0.8:
        curve = np.interp(np.linspace(0, 4, count), np.arange(5), rng.normal(0, 0.35, 5))
        bands = bands * np.exp(curve).astype(np.float32)
    if rng.random() < 0.15:
        cut = rng.integers(2, count - 4)
        missing = slice(None, cut) if rng.random() < 0.5 else slice(cut, None)
        bands[:, missing] *= rng.random() * 0.3
    bands = bands * np.float32(math.exp(rng.normal(0, 0.3)))
    if rng.random() < 0.3:
        bands = bands ** np.float32(math.exp(rng.normal(0, 0.2)))
    if rng.random() < 0.5:
        bands = bands + np.abs(rng.normal(0, rng.random() * 0.06, bands.shape)).astype(np.float32)
    if rng.random() < 0.3:
        for frame in rng.integers(0, len(bands), rng.integers(1, 30)):
            band = rng.integers(0, count)
            bands[frame : frame + 3, max(0, band - 8) : band + 8] += np.float32(rng.random() * 0.6)
    return bands


def loss_of(network: Network, batch: list[Example]) -> tuple[Tensor, list[float]]:
    """Return the loss of a batch and its three parts."""
    inputs = torch.from_numpy(np.stack([e.inputs for e in batch])).transpose(1, 2)
    heard = torch.from_numpy(np.stack([e.heard for e in batch]))[:, None]
    truth = torch.from_numpy(np.stack([e.marks for e in batch]))
    pulse = torch.tensor([float(e.pulse) for e in batch])
    marks, tempo, metre = network(inputs, heard)
    beats = (F.binary_cross_entropy_with_logits(marks, truth, reduction="none") * heard).sum() / heard.sum()
    steps = torch.log(torch.tensor([e.tempo_bpm for e in batch]) / TEMPI_BPM[0]) / math.log(
        TEMPI_BPM[1] / TEMPI_BPM[0]
    )
    wanted = torch.softmax(-0.5 * (torch.arange(len(TEMPI_BPM)) - steps[:, None]) ** 2, dim=1)
    of_tempo = -((wanted * F.log_softmax(tempo, 1)).sum(1) * pulse).sum() / pulse.sum()
    metres = torch.tensor([e.metre for e in batch])
    of_metre = (F.cross_entropy(metre, metres, reduction="none") * pulse).sum() / pulse.sum()
    loss = beats + TEMPO_WEIGHT * of_tempo + METRE_WEIGHT * of_metre
    return loss, [part.item() for part in (beats, of_tempo, of_metre)]


def main(corpus: Path, run: Path, weights: Path = Path("weights/rhythm")) -> None:
    """Train from the first step to the last, and write weights and their settings."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    known = songs(corpus, run / "features")
    clicks = [metronome(rng) for _ in range(METRONOMES)]
    network = Network(2 * known[0].bands.shape[1] + known[0].changes.shape[1])
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=WEIGHT_DECAY)
    seen: list[list[float]] = []
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, step / 100) * (0.5 + 0.5 * math.cos(math.pi * step / STEPS))
        chosen = [known[i] for i in rng.choice(len(known), BATCH, replace=False)]
        mixed = [clicks[rng.integers(METRONOMES)] if rng.random() < METRONOME_SHARE else s for s in chosen]
        batch = [example(song, rng) for song in mixed]
        loss, parts = loss_of(network, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        seen.append(parts)
        if step % 100 == 99:
            beats, tempo, metre = np.mean(seen[-100:], axis=0)
            sys.stderr.write(
                f"{step + 1} of {STEPS}: beats {beats:.4f}, tempo {tempo:.3f}, metre {metre:.3f}\n"
            )
    _save(network, weights, len(known), seen)


def _save(network: Network, weights: Path, tracks: int, seen: list[list[float]]) -> None:
    weights.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in network.state_dict().items()}, weights / "model.safetensors")
    losses = dict(
        zip(("beats", "tempo", "metre"), np.mean(seen[-100:], axis=0).round(4).tolist(), strict=True)
    )
    settings = {"channels": CHANNELS, "steps": STEPS, "batch": BATCH, "seed": SEED, "tracks": tracks}
    report = json.dumps({"schema": "muze.rhythm/1", **settings, "loss": losses}, indent=2)
    (weights / "config.json").write_text(report + "\n", encoding="utf-8")


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    main(*(given + [Path("runs/tiny/corpus"), Path("runs/rhythm")][len(given) :]))
