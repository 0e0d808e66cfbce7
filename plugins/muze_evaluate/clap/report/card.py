"""The model card of a text-audio model: written from the run's own figures, so that it is never out of date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muzecli.training.settings import TrainSettings
from muzecli.training.stored import StoredModel

_CURVE_ROWS = 10
LIMITS = (
    "It learned from synthetic songs alone, played by one SoundFont and sung by one kind of synthetic voice, with"
    " captions of one grammar. Real recordings and free words are outside what it knows; it ranks them better than"
    " chance, and no more should be read into it.",
    "It stands in for a CLAP that learned from recordings: its scores are not comparable with any other model's.",
    "Sounds are levelled, and nothing is heard of their loudness, their stereo image or their noise floor.",
    "Numbers and names of keys in a text are understood only roughly, negations only in the forms of the grammar.",
    "Speech, noises and anything else that is not music mean nothing to it.",
)


def card(
    stored: StoredModel,
    settings: TrainSettings,
    report: Mapping[str, Any],
    log: Sequence[tuple[int, str, str, float]],
    *,
    preset: str,
    parameters: int,
) -> str:
    """Return a model card in Markdown.

    Args:
        stored: the model.
        settings: it was trained with.
        report: figures as in `report.json`.
        log: rows of the run's log.
        preset: its name.
        parameters: how many it has.
    """
    config, data = stored.config, report["data"]
    recordings = data["recordings"]
    window_s = 0.16 * config["window_blocks"]
    return "\n".join(
        [
            f"# Text-audio model {preset}",
            "",
            f"Places sound and words in one space of {config['width']} dimensions, in which what fits lies close: the",
            f"scorer `muze-clap`. It hears mono at 32 kHz, {window_s:g} s at a time, by three views of one spectrum:",
            "convolutions over a log-mel spectrogram (timbre), the autocorrelation of its onsets over logarithmic lags",
            "(tempo), and semitone bands folded to pitch classes and turned to all twelve tonics (key and mode). Words",
            "come as the vectors of their tokens from the frozen text encoder all-MiniLM-L6-v2, which is not part of",
            "these weights.",
            "",
            f"{parameters / 1e6:.2f} M parameters in 16 bits, SHA-256 of the weights `{stored.sha256}`.",
            "",
            "## Data",
            "",
            f"{recordings['train']} songs to learn from, {recordings['valid']} to choose the checkpoint by,"
            f" {recordings['test']} to report on, split by song; {data['hours']:.1f} h together,"
            f" {data['with_parts']} of them with their parts one by one. Digest `{data['digest']}`.",
            "",
            "A song is never heard the same way twice: a random stretch, with parts left out, alone or mixed anew,",
            "faster or slower, transposed, filtered, in a room, with noise; words are drawn anew as well, a whole",
            "caption and a short one, and tell only what sounds in the stretch.",
            "",
            "## Figures",
            "",
            f"On {report['songs']} songs that were not learned from, each heard whole. In brackets 95 % intervals over",
            "songs. Chance is guessing, for a choice between classes always the most frequent one; the linear probe is",
            "ridge regression on the mean and deviation of the spectra, trained with the labels.",
            "",
            "| figure | value | chance | linear probe | n |",
            "|---|---|---|---|---|",
            *(_row(figure) for figure in report["figures"]),
            "",
            "Retrieval ranks all songs for a caption, or all captions for a song. Many captions fit several songs; how",
            "far somebody gets who knows all facts and guesses among the songs that have them is given beside it.",
            "",
            "## Training",
            "",
            f"{settings.steps} steps of {settings.items_per_step} sounds with two texts each, {settings.precision},"
            f" peak rate {settings.lr:g}, averaged weights (decay {settings.ema_decay:g}), seed {settings.seed};"
            f" the best checkpoint is of step {report['best_step']}.{_beginning(stored)}",
            "",
            "What to expect on the way, on the songs that the checkpoint was chosen by (nats; guessing is the",
            "logarithm of the batch of up to 64, 4.16, a little less for what is left out):",
            "",
            *_curve(log),
            "",
            "## Limits",
            "",
            *[f"* {limit}" for limit in LIMITS],
            "",
        ]
    )


def _beginning(stored: StoredModel) -> str:
    before = stored.about.get("began_with")
    if not before:
        return ""
    return f" The run went on from weights that had learned for {before['step']} steps."


def _row(figure: Mapping[str, Any]) -> str:
    value = f"{100 * figure['value']:.1f} %"
    if figure["low"] is not None:
        value += f" [{100 * figure['low']:.1f}, {100 * figure['high']:.1f}]"
    baseline = "" if figure["baseline"] is None else f"{100 * figure['baseline']:.1f} %"
    return f"| {figure['name']} | {value} | {100 * figure['chance']:.1f} % | {baseline} | {figure['count']} |"


def _curve(log: Sequence[tuple[int, str, str, float]]) -> list[str]:
    steps: dict[int, dict[str, float]] = {}
    for step, split, name, value in log:
        if split == "valid":
            steps.setdefault(step, {})[name] = value
    chosen = sorted(steps)
    if len(chosen) > _CURVE_ROWS:
        chosen = [chosen[round(i * (len(chosen) - 1) / (_CURVE_ROWS - 1))] for i in range(_CURVE_ROWS)]
    names = ("captions", "short", "traits")
    return [
        "| step | captions | short texts | traits |",
        "|---|---|---|---|",
        *(f"| {step} | {' | '.join(f'{steps[step][name]:.3f}' for name in names)} |" for step in chosen),
    ]
