"""Train the voice detector on the examples, and write its weights.

    python recipes/voice_detector/train.py RUN WEIGHTS

RUN holds train.npz and valid.npz; WEIGHTS gets model.safetensors and config.json.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_file
from torch.nn.functional import binary_cross_entropy_with_logits

from muze_dataset.hearing.voice.detector import DetectorConfig, VoiceDetector, logits_of
from muze_dataset.hearing.voice.spectra import FLOOR_DB
from muzecli.weights import sha256_of

STEPS, BATCH, FRAMES, RATE, WEIGHT_DECAY, SEED = 3000, 24, 150, 3e-3, 1e-2, 1
SMOOTHED = 0.02  # of the truth: an energy threshold is not exact to the frame
_FLOOR = FLOOR_DB / 10
_REPORT_STEPS = 500

Array = npt.NDArray[np.float32]


def main(run: Path, weights: Path) -> None:
    """Train, measure and write."""
    train, valid = np.load(run / "train.npz"), np.load(run / "valid.npz")
    network = _trained(train["levels"], train["truth"], valid["levels"], valid["truth"])
    figures = _figures(network, valid["levels"], valid["truth"])
    weights.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), weights / "model.safetensors")
    (weights / "model.safetensors").chmod(0o644)
    document = {
        "schema": "muze.voice_detector/1",
        "config": dataclasses.asdict(network.config),
        "sha256": sha256_of(weights / "model.safetensors"),
        "examples": len(train["levels"]),
        "steps": STEPS,
        "seed": SEED,
        "figures": figures,
    }
    (weights / "config.json").write_text(json.dumps(document, indent=2) + "\n", "utf-8")


def _trained(levels: Array, truth: Array, held_levels: Array, held_truth: Array) -> VoiceDetector:
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    network = VoiceDetector(DetectorConfig())
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS)
    for step in range(1, STEPS + 1):
        seen, wanted = _batch(levels, truth, rng)
        loss = binary_cross_entropy_with_logits(network(seen), wanted * (1 - 2 * SMOOTHED) + SMOOTHED)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % _REPORT_STEPS == 0:
            network.eval()
            sys.stderr.write(f"{step}: {_figures(network, held_levels, held_truth)}\n")
            network.train()
    return network.eval()


def _batch(levels: Array, truth: Array, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return pieces of examples: another level, fades, a stripe of bands lost, and in half of them no side."""
    chosen = rng.integers(0, len(levels), BATCH)
    starts = rng.integers(0, levels.shape[3] - FRAMES, BATCH)
    seen = np.stack([levels[i, :, :, s : s + FRAMES] for i, s in zip(chosen, starts, strict=True)])
    wanted = np.stack([truth[i, s : s + FRAMES] for i, s in zip(chosen, starts, strict=True)])
    seen = seen.astype(np.float32) + rng.normal(0, 0.4, (BATCH, 1, 1, 1)).astype(np.float32)
    for index in range(BATCH):
        if rng.random() < 0.3:
            low, width = int(rng.integers(58)), int(rng.integers(2, 10))
            seen[index, :, low : low + width] = _FLOOR
        if rng.random() < 0.5:  # phrases trail off, far more in speech than in songs
            corners = np.linspace(0, FRAMES - 1, int(rng.integers(3, 9)))
            seen[index] += np.interp(np.arange(FRAMES), corners, rng.normal(0, 0.7, len(corners)))
        if rng.random() < 0.5:  # what songs have at the sides differs too much to lean on
            seen[index, 1] = _FLOOR
    return torch.from_numpy(np.maximum(seen, _FLOOR)), torch.from_numpy(wanted.astype(np.float32))


def _figures(network: VoiceDetector, levels: Array, truth: Array) -> dict[str, float]:
    """Return how often a frame is right, and how often a frame with a voice has more than one without."""
    logits = np.concatenate([logits_of(network, example.astype(np.float32)) for example in levels])
    wanted = truth.reshape(-1)
    ranks = np.empty(len(logits))
    ranks[np.argsort(logits, kind="stable")] = np.arange(len(logits))
    voices = int(wanted.sum())
    above = ranks[wanted].sum() - voices * (voices - 1) / 2
    return {
        "frames_right": round(float(np.mean((logits > 0) == wanted)), 4),
        "area_under_roc": round(float(above / (voices * (len(wanted) - voices))), 4),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
