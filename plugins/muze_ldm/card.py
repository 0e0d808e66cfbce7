"""Model cards: what a model is, what it learned from, how it did, and what it cannot do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muzecli.training.settings import TrainSettings
from muzecli.training.stored import StoredModel


def card(
    stored: StoredModel,
    settings: TrainSettings,
    *,
    title: str,
    what: str,
    data: Mapping[str, Any],
    figures: Sequence[tuple[str, object]],
    log: Sequence[tuple[int, str, str, float]],
    limits: Sequence[str],
    parameters: int,
) -> str:
    """Return a model's card as Markdown.

    Args:
        stored: the model.
        settings: how it was trained.
        title: the card's heading.
        what: a paragraph on what goes in and what comes out.
        data: of `data_document`.
        figures: measured on recordings that were not learned from: name, value.
        log: rows of the training log: step, split, name, value.
        limits: what it cannot do, a sentence each.
        parameters: how many it has.
    """
    recordings = data["recordings"]
    lines = [
        f"# {title}",
        "",
        what,
        "",
        f"{parameters / 1e6:.2f} M parameters, SHA-256 of the weights `{stored.sha256}`.",
        "",
        "## Data",
        "",
        f"{recordings['train']} recordings to learn from, {recordings['valid']} to choose the checkpoint by,"
        f" {recordings['test']} to report on, split by song; {data['hours']:.2f} h together. Digest"
        f" `{data['digest']}`.",
        "",
        "## Figures",
        "",
        *_table(("measure", "value"), [(name, _shown(value)) for name, value in figures]),
        "",
        "## Training",
        "",
        f"{settings.steps} steps of {settings.items_per_step} items, {settings.precision}, peak rate {settings.lr:g},"
        f" seed {settings.seed}; the best checkpoint is of step {stored.about.get('step')}.",
        "",
        "What to expect on the way:",
        "",
        *_curve(log),
        "",
        "## Limits",
        "",
        *[f"* {limit}" for limit in limits],
    ]
    return "\n".join(lines) + "\n"


def _curve(log: Sequence[tuple[int, str, str, float]], rows: int = 12) -> list[str]:
    """Return what was measured on recordings held out, at a dozen steps."""
    steps: dict[int, dict[str, float]] = {}
    for step, split, name, value in log:
        if split == "valid":
            steps.setdefault(step, {})[name] = value
    chosen = sorted(steps)
    if len(chosen) > rows:
        chosen = [chosen[round(i * (len(chosen) - 1) / (rows - 1))] for i in range(rows)]
    names = list(dict.fromkeys(name for step in chosen for name in steps[step]))
    return _table(
        ("step", *(f"held out: {name}" for name in names)),
        [(str(step), *(_shown(steps[step].get(name)) for name in names)) for step in chosen],
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return "" if value is None else str(value)
