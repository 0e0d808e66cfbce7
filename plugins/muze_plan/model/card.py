"""The model card of a planner: written from the run's own figures, so that it is never out of date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muzecli.training.settings import TrainSettings
from muzecli.training.stored import StoredModel

_CURVE_ROWS = 12


def card(
    stored: StoredModel,
    settings: TrainSettings,
    report: Mapping[str, Any],
    log: Sequence[tuple[int, str, str, float]],
) -> str:
    """Return a model card in Markdown.

    Args:
        stored: the model.
        settings: it was trained with.
        report: figures as in `report.json`.
        log: rows of the run's log.
    """
    config, songs = stored.config, report["songs"]
    return "\n".join(
        [
            "# Section planner",
            "",
            "Draws the sections of a song (type, bars, energy, vocals) for `muze plan --template auto`, given the",
            "genre, tempo, metre, length, energy and whether there is singing. The bars always add up to the length",
            "asked for.",
            "",
            f"* network: {config['backbone']}, width {config['width']}, {config['layers']} layers; 16-bit safetensors,"
            f" SHA-256 `{stored.sha256}`",
            f"* learned from {songs['train']} songs; checkpoint chosen by {songs['valid']}, figures from"
            f" {songs['test']} others",
            f"* genres: {', '.join(report['genres']) or 'none known'}; any other is treated as unknown",
            f"* {settings.steps} steps of {settings.items_per_step} songs, learning rate {settings.lr:g}, averaged"
            f" weights (decay {settings.ema_decay:g}), seed {settings.seed}; best at step {report['best_step']}",
            "",
            "## Figures",
            "",
            f"{report['sections']} sections of songs that were not learned from: cross entropy in nats a section,",
            "and how often the most probable type is the next one. In brackets 95 % intervals over songs.",
            "",
            "| model | type | bars | energy | vocals | whole section | next type right |",
            "|---|---|---|---|---|---|---|",
            *(_row(name, figures) for name, figures in report["models"].items()),
            "",
            "*template* foretells a section from the place in the genre's templates that fit best; *n-gram* is an",
            "interpolated trigram with genre, bars left and what a returning type was like. Both are smoothed and",
            "tuned on the same songs that the planner learned from, and scored on the same events.",
            "",
            "## Expected loss",
            "",
            "Nats a section on the songs that the checkpoint was chosen by:",
            "",
            "| step | all | type | bars | energy | vocals |",
            "|---|---|---|---|---|---|",
            *_curve(log),
            "",
            "## Limits",
            "",
            "It knows the forms of the songs it learned from and no others. Songs that muze planned itself are",
            "regular; a planner for other music is trained by the same command on annotated recordings.",
            "",
        ]
    )


def _row(name: str, figures: Mapping[str, Any]) -> str:
    nats = [_cell(figures[f"{part}_nats"], 3) for part in ("type", "bars", "energy", "vocals", "section")]
    share = {key: 100.0 * value for key, value in figures["type_accuracy"].items()}
    return f"| {name} | {' | '.join(nats)} | {_cell(share, 1)} % |"


def _cell(interval: Mapping[str, float], digits: int) -> str:
    return f"{interval['mean']:.{digits}f} [{interval['low']:.{digits}f}, {interval['high']:.{digits}f}]"


def _curve(log: Sequence[tuple[int, str, str, float]]) -> list[str]:
    rows: dict[int, dict[str, float]] = {}
    for step, split, name, value in log:
        if split == "valid":
            rows.setdefault(step, {})[name] = value
    steps = sorted(rows)
    every = max(1, len(steps) // _CURVE_ROWS)
    shown = sorted({*steps[::every], *steps[-1:]})
    names = ("loss", "type_nats", "bars_nats", "energy_nats", "vocals_nats")
    return [f"| {step} | {' | '.join(f'{rows[step][name]:.3f}' for name in names)} |" for step in shown]
