"""`muze train clap`: songs in, a text-audio model out, measured on songs that it never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from muze_evaluate.clap.config import KIND, ClapConfig
from muzecli.options import Run
from muzecli.training.arrays import default_cache
from muzecli.training.job import Trained, train_in
from muzecli.training.request import TrainRequest, for_epochs, prepare
from muzecli.training.settings import TrainSettings


@dataclass(frozen=True, kw_only=True)
class TrainClapRequest(TrainRequest):
    """The options of `muze train clap`, checked by type only."""

    cache: Path | None = None


def train_clap(run: Run, request: TrainClapRequest) -> None:
    """Train a text-audio model and report on it.

    Raises:
        UsageError: both epochs and steps are given, or a device that there is no such kind of.
        ConfigError: the preset is wrong, or the folder holds an unfinished run of another configuration.
        OutputExistsError, OutputError: the output cannot be written to.
        InputMissingError, BadDataError: the datasets are missing or wrong, or no song is held out.
        UnavailableError: the text encoder is not here.
        FailedError: the loss is not finite.
        InterruptedRunError: Ctrl-C; the step was finished and saved.
    """
    # All that needs neither data nor torch comes first.
    prepared = prepare(request, kind=KIND)
    settings, device = prepared.settings, prepared.device
    config = prepared.preset.config(ClapConfig)

    from muze_evaluate.clap.learning.concluding import conclude
    from muze_evaluate.clap.learning.material import read_material
    from muze_evaluate.clap.learning.task import ClapTask
    from muze_evaluate.clap.words.texts import FrozenTexts
    from muze_evaluate.clap.words.traits import trait_names

    texts = FrozenTexts(half=settings.precision == "bf16-mixed")
    material = read_material(
        request.annotations,
        default_cache() if request.cache is None else request.cache,
        max_tracks=request.max_tracks,
        console=run.console,
    )
    config = replace(config, traits=trait_names(material.genres), token_width=texts.width)
    task = ClapTask(config, material, texts, seed=settings.seed)
    settings = for_epochs(settings, request.epochs, items=len(task))
    data = material.document()
    counts = data["recordings"]
    run.console.notice(
        f"{counts['train']} songs to learn from ({data['with_parts']} of all with their parts), {counts['valid']} to"
        f" choose by, {counts['test']} to report on; {settings.steps} steps on {device.name} ({device.reason}), seed"
        f" {settings.seed}"
    )

    def finish(trained: Trained) -> None:
        conclude(run, request.output, trained, material, settings, preset=request.preset)

    train_in(
        request.output,
        task,
        settings,
        configuration=_configuration(config, settings, material.digest),
        device=device.name,
        console=run.console,
        options=run.options_document(),
        resume=request.resume,
        overwrite=request.overwrite,
        devices=request.devices,
        strategy=request.strategy,
        logs=request.logs,
        conclude=finish,
    )


def _configuration(config: ClapConfig, settings: TrainSettings, digest: str) -> Mapping[str, Any]:
    return {"kind": KIND, "model": asdict(config), "training": asdict(settings), "data": digest}
