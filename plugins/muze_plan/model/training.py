"""`muze train planner`: forms in, a planner out, measured beside two baselines on songs that it never saw."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from muze_plan.model.codes import known_genres
from muze_plan.model.config import KIND, PlannerConfig
from muze_plan.model.forms import Form, read_forms
from muzecli.errors import BadDataError
from muzecli.files import write_json, write_text
from muzecli.options import Run
from muzecli.training.job import LOG_FILE, Trained, train_in
from muzecli.training.log import read_log
from muzecli.training.request import TrainRequest, for_epochs, prepare
from muzecli.training.settings import TrainSettings

REPORT_FILE = "report.json"
CARD_FILE = "README.md"
REPORT_SCHEMA = "muze.planner-report/1"
PLANNER, TEMPLATE, NGRAM = "planner", "template", "n-gram"


@dataclass(frozen=True, kw_only=True)
class TrainPlannerRequest(TrainRequest):
    """The options of `muze train planner`, checked by type only."""

    valid: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Split:
    """Forms to learn from, to choose the checkpoint by, and to report on."""

    train: Sequence[Form]
    valid: Sequence[Form]
    test: Sequence[Form]

    def counts(self) -> dict[str, int]:
        """Return how many songs each has."""
        return {"train": len(self.train), "valid": len(self.valid), "test": len(self.test)}


def train_planner(run: Run, request: TrainPlannerRequest) -> None:
    """Train a planner and report on it.

    Raises:
        UsageError: both epochs and steps are given, or a device that there is no such kind of.
        ConfigError: the preset is wrong, or the folder holds an unfinished run of another configuration.
        OutputExistsError, OutputError: the output cannot be written to.
        InputMissingError, BadDataError: the annotations are missing or wrong, or no song is held out.
        FailedError: the loss is not finite.
        InterruptedRunError: Ctrl-C; the step was finished and saved.
    """
    # All that needs neither data nor torch comes first.
    prepared = prepare(request, kind=KIND)
    settings, device = prepared.settings, prepared.device
    config = prepared.preset.config(PlannerConfig)

    split = split_forms(
        read_forms(request.annotations, max_tracks=request.max_tracks),
        read_forms(request.valid) if request.valid else None,
    )
    settings = for_epochs(settings, request.epochs, items=len(split.train))
    config = replace(config, genres=known_genres(split.train, at_least=config.min_genre_tracks))
    configuration = {
        "kind": KIND,
        "model": asdict(config),
        "training": asdict(settings),
        "data": digest((*split.train, *split.valid, *split.test)),
    }
    run.console.notice(
        f"{len(split.train)} songs to learn from, {len(split.valid)} to choose by, {len(split.test)} to report"
        f" on; {settings.steps} steps on {device.name} ({device.reason}), seed {settings.seed}"
    )

    from muze_plan.model.task import PlannerTask  # torch

    task = PlannerTask(config, split.train, split.valid, seed=settings.seed)
    train_in(
        request.output,
        task,
        settings,
        configuration=configuration,
        device=device.name,
        console=run.console,
        options=run.options_document(),
        resume=request.resume,
        overwrite=request.overwrite,
        devices=request.devices,
        strategy=request.strategy,
        logs=request.logs,
        conclude=lambda trained: _conclude(run, request.output, trained, split, settings),
    )


def split_forms(forms: Sequence[Form], held_out: Sequence[Form] | None = None) -> Split:
    """Split forms by what their tracks say, or take a second dataset as held out.

    Songs held out are never learned from. Where only one of "valid" and "test" has songs it serves as both.

    Raises:
        BadDataError: no song is left to learn from, or none is held out.
    """
    if held_out is not None:
        outside = {form.song for form in held_out}
        train = [form for form in forms if form.song not in outside]
        test = [form for form in held_out if form.split == "test"]
        valid = [form for form in held_out if form.split != "test"]
    else:
        train, valid, test = ([f for f in forms if f.split == name] for name in ("train", "valid", "test"))
    split = Split(train, valid or test, test or valid)
    if not split.train or not split.test:
        raise BadDataError(
            f"there must be songs to learn from and songs held out, and there are {len(split.train)} and"
            f" {len(split.test)}",
            hint='give more tracks, mark some with "split": "valid", or give --valid DATASET',
        )
    return split


def digest(forms: Sequence[Form]) -> str:
    """Return a hash of all that the run learns from and is measured on, in order."""
    state = hashlib.blake2b(digest_size=16)
    for form in forms:
        state.update(repr(form).encode())
    return state.hexdigest()


def _conclude(run: Run, output: Path, trained: Trained, split: Split, settings: TrainSettings) -> None:
    """Store the best weights in 16 bits, measure exactly those, and say how they did."""
    import torch

    from muze_plan.model.card import card
    from muzecli.training.stored import write_model

    about = {**trained.best.about, "songs": split.counts()}
    stored = write_model(
        output,
        trained.best.tensors(),
        kind=KIND,
        config=trained.best.config,
        about=about,
        dtype=torch.float16,
        overwrite=True,
    )
    measured = measure(output, split)
    document: dict[str, Any] = {
        "songs": split.counts(),
        "sections": sum(len(form.sections) for form in split.test),
        "genres": list(stored.config["genres"]),
        "best_step": stored.about["step"],
        "steps": settings.steps,
        "sha256": stored.sha256,
        "models": measured,
        "beats": {name: beats(measured, name) for name in (TEMPLATE, NGRAM)},
    }
    write_json(output / REPORT_FILE, {"schema": REPORT_SCHEMA, **document}, overwrite=True)
    log = read_log(output / LOG_FILE)
    write_text(output / CARD_FILE, card(stored, settings, document, log), overwrite=True)

    run.console.table(
        ("model", "type, nats", "bars", "energy", "vocals", "section, nats", "next type right"),
        [_row(name, figures) for name, figures in measured.items()],
        title=f"{document['sections']} sections of {len(split.test)} songs not learned from; 95 % over songs",
    )
    run.console.result(verdict(document["beats"]))
    run.console.result(str(output))
    run.console.document("muze.train.planner/1", {"path": str(output), **document})


def measure(folder: Path, split: Split) -> dict[str, Any]:
    """Score the stored planner and both baselines on the songs to report on."""
    from muze_plan.model.baselines.events import score
    from muze_plan.model.baselines.ngram import NGram
    from muze_plan.model.baselines.template import Templates
    from muze_plan.model.sampling import load_planner
    from muze_plan.model.scoring import report
    from muze_plan.model.task import Encoded

    network = load_planner(folder)
    return report(
        {
            PLANNER: Encoded(split.test, network.config.genres).scores(network, network),
            TEMPLATE: score(split.test, Templates(split.train).predict),
            NGRAM: score(split.test, NGram(split.train).predict),
        },
        reference=PLANNER,
    )


def beats(measured: dict[str, Any], baseline: str) -> dict[str, bool]:
    """Say of type, whole section and accuracy whether the planner is better, beyond the interval."""
    worse_by = measured[baseline]["worse_by"]
    return {name: worse_by[name]["low"] > 0.0 for name in ("type_nats", "section_nats", "type_accuracy")}


def verdict(beaten: dict[str, dict[str, bool]]) -> str:
    """Say plainly whether the planner beats both baselines."""
    if all(all(measures.values()) for measures in beaten.values()):
        return "the planner beats both baselines in cross entropy and in the next section's type"
    failed = [
        f"the {name} baseline in {measure.replace('_', ' ')}"
        for name, measures in beaten.items()
        for measure, better in measures.items()
        if not better
    ]
    return f"the planner does NOT clearly beat {'; '.join(failed)}"


def _row(name: str, figures: dict[str, Any]) -> tuple[str, ...]:
    def cell(measure: str, *, percent: bool = False) -> str:
        scale, digits, unit = (100.0, 1, " %") if percent else (1.0, 3, "")
        mean, low, high = (figures[measure][key] * scale for key in ("mean", "low", "high"))
        return f"{mean:.{digits}f} ± {(high - low) / 2:.{digits}f}{unit}"

    nats = [cell(f"{part}_nats") for part in ("type", "bars", "energy", "vocals", "section")]
    return (name, *nats, cell("type_accuracy", percent=True))
