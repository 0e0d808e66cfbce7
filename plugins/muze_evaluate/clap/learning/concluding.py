"""The end of a training: the best weights in 16 bits, measured as they are stored, with a report and a card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from muze_evaluate.clap.config import KIND, TEXT_ENCODER, ClapConfig
from muze_evaluate.clap.learning.material import Material
from muze_evaluate.clap.report.card import card
from muze_evaluate.clap.report.measuring import family_thresholds, measure
from muze_evaluate.clap.towers import Towers
from muzecli.files import write_json, write_text
from muzecli.options import Run
from muzecli.training.job import LOG_FILE, Trained
from muzecli.training.log import read_log
from muzecli.training.presets import build
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import StoredModel, read_model, write_model
from muzecli.weights import find_weights

REPORT_FILE = "report.json"
CARD_FILE = "README.md"
REPORT_SCHEMA = "muze.clap-report/1"


def conclude(
    run: Run, output: Path, trained: Trained, material: Material, settings: TrainSettings, *, preset: str
) -> None:
    """Write a run's model, report and card, and show the figures."""
    data = material.document()
    about = {
        **trained.best.about,
        "data": data,
        "text_encoder": {"name": TEXT_ENCODER, "sha256": find_weights(TEXT_ENCODER).sha256},
        "began_with": _beginning(settings),
    }
    stored = _store(output, trained, trained.best.config, about)
    config = build(ClapConfig, stored.config, where=f"{output}: config")
    towers = Towers(stored, config)
    thresholds = family_thresholds(towers, config, material.of("valid", "test"))
    stored = _store(output, trained, {**trained.best.config, "thresholds": list(thresholds)}, about)
    report: dict[str, Any] = {
        "sha256": stored.sha256,
        "data": data,
        "best_step": stored.about.get("step"),
        "steps": settings.steps,
        **measure(towers, material),
    }
    write_json(output / REPORT_FILE, {"schema": REPORT_SCHEMA, **report}, overwrite=True)
    parameters = sum(weights.numel() for weights in towers.network.parameters())
    text = card(stored, settings, report, read_log(output / LOG_FILE), preset=preset, parameters=parameters)
    write_text(output / CARD_FILE, text, overwrite=True)
    run.console.table(
        ("figure", "value", "chance", "n"),
        [
            (figure["name"], f"{figure['value']:.3f}", f"{figure['chance']:.3f}", str(figure["count"]))
            for figure in report["figures"]
        ],
        title="on songs not learned from",
    )
    run.console.result(str(output))
    run.console.document("muze.train.clap/1", {"path": str(output), **report})


def _beginning(settings: TrainSettings) -> dict[str, Any] | None:
    """Return which weights the run began with, and after how many steps of their own; None for random ones."""
    if not settings.restart_from:
        return None
    before = read_model(Path(settings.restart_from), kind=KIND)
    return {"sha256": before.sha256, "step": before.about.get("step")}


def _store(output: Path, trained: Trained, config: Any, about: Any) -> StoredModel:
    return write_model(
        output,
        trained.best.tensors(),
        kind=KIND,
        config=config,
        about=about,
        dtype=torch.float16,
        overwrite=True,
    )
