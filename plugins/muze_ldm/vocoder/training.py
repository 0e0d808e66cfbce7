"""`muze train vocoder`: recordings in, a vocoder out, measured beside Griffin-Lim on recordings that it never saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from muze_ldm.card import card
from muze_ldm.data.audio import AudioCache, open_audio_cache
from muze_ldm.training import (
    CARD_FILE,
    REPORT_FILE,
    TrainRequest,
    announce,
    data_document,
    prepare,
    recordings_of,
)
from muze_ldm.vae.load import load_vae
from muze_ldm.vae.network import AudioVAE
from muze_ldm.vocoder.config import KIND, VocoderConfig
from muze_ldm.vocoder.measure import GRIFFIN_LIM, VOCODER, compare, excerpts
from muze_ldm.vocoder.network import IstftVocoder
from muze_ldm.vocoder.task import VocoderTask
from muzecli.errors import ConfigError
from muzecli.files import write_json, write_text
from muzecli.options import Run
from muzecli.training.job import LOG_FILE, Trained, train_in
from muzecli.training.log import read_log
from muzecli.training.presets import build
from muzecli.training.request import for_epochs
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import StoredModel, load_into, read_model, write_model

REPORT_SCHEMA = "muze.vocoder-report/1"

TRAINING_KEYS = (
    *("refinements", "decode_refinements", "crop_columns", "stft_sizes", "mel_weight", "stft_weight"),
    *("magnitude_weight", "adversary_weight", "feature_weight", "adversary_channels"),
)
"""What of a configuration may differ from that of the vocoder that a training starts from."""


@dataclass(frozen=True)
class TrainVocoderRequest(TrainRequest):
    """The options of `muze train vocoder`, checked by type only.

    Attributes:
        vae_checkpoint: an autoencoder, whose reconstructions are learned from.
        vocoder_checkpoint: a vocoder to start from.
    """

    vae_checkpoint: Path | None = None
    vocoder_checkpoint: Path | None = None


def train_vocoder(run: Run, request: TrainVocoderRequest) -> None:
    """Train a vocoder and report on it.

    Raises:
        UsageError, ConfigError, OutputExistsError, OutputError: as `prepare`.
        ConfigError: a checkpoint is of another mel analysis or of another network than the preset's.
        InputMissingError, BadDataError: recordings or a checkpoint are missing or wrong.
        FailedError: the loss is not finite.
        InterruptedRunError: Ctrl-C; the step was finished and saved.
    """
    prepared = prepare(request, kind=KIND)
    config = prepared.preset.config(VocoderConfig)
    start = _start(request, config)
    vae, vae_sha256 = _autoencoder(request, config)
    audio = open_audio_cache(
        recordings_of(request), prepared.cache, rate_hz=config.rate_hz, console=run.console
    )
    task = VocoderTask(
        config,
        audio,
        seed=prepared.settings.seed,
        vae=vae,
        bf16=prepared.settings.precision == "bf16-mixed",
    )
    if start is not None:
        load_into(task.model, start)
    settings = for_epochs(prepared.settings, request.epochs, items=len(task))
    announce(run, audio, settings, prepared.device)
    data = data_document(audio)
    source = {"vae": vae_sha256, "start": None if start is None else start.sha256}

    def conclude(trained: Trained) -> None:
        _conclude(run, request, trained, settings, audio=audio, vae=vae, data=data, source=source)

    train_in(
        request.output,
        task,
        settings,
        configuration={
            "kind": KIND,
            "model": asdict(config),
            "training": asdict(settings),
            "data": data["digest"],
            **source,
        },
        device=prepared.device.name,
        console=run.console,
        options=run.options_document(),
        resume=request.resume,
        overwrite=request.overwrite,
        conclude=conclude,
        devices=request.devices,
        strategy=request.strategy,
        logs=request.logs,
    )


def _start(request: TrainVocoderRequest, config: VocoderConfig) -> StoredModel | None:
    """Return the vocoder to start from, which must be the preset's network."""
    if request.vocoder_checkpoint is None:
        return None
    stored = read_model(request.vocoder_checkpoint, kind=KIND)
    found = asdict(build(VocoderConfig, stored.config, where=f"{request.vocoder_checkpoint}: config"))
    other = [
        f"{name} {found[name]} instead of {value}"
        for name, value in asdict(config).items()
        if name not in TRAINING_KEYS and found[name] != value
    ]
    if other:
        raise ConfigError(
            f"the vocoder in {request.vocoder_checkpoint} must be the network of preset {request.preset}, and it has"
            f" {', '.join(other)}",
            hint="name the preset that it was trained with, or change it by --set model.KEY=VALUE",
        )
    return stored


def _autoencoder(request: TrainVocoderRequest, config: VocoderConfig) -> tuple[AudioVAE | None, str | None]:
    """Return the autoencoder and the hash of its weights."""
    if request.vae_checkpoint is None:
        return None, None
    vae = load_vae(request.vae_checkpoint)
    if vae.config.mel != config.mel:
        raise ConfigError(
            f"autoencoder and vocoder must share one mel analysis, and {request.vae_checkpoint} has"
            f" {vae.config.mel}, preset {request.preset} {config.mel}",
            hint="set the preset's rate_hz, mel_n_fft, hop_samples, n_mels, low_hz, high_hz and floor",
        )
    if config.crop_columns % 2 and vae.config.time_stride % 2 == 0:
        raise ConfigError(
            f"crop_columns must be even with an autoencoder of stride {vae.config.time_stride}, and it is"
            f" {config.crop_columns}",
            hint="--set model.crop_columns=64",
        )
    return vae, read_model(request.vae_checkpoint, kind="vae").sha256


def _conclude(
    run: Run,
    request: TrainVocoderRequest,
    trained: Trained,
    settings: TrainSettings,
    *,
    audio: AudioCache,
    vae: AudioVAE | None,
    data: Any,
    source: dict[str, str | None],
) -> None:
    """Store the best weights in 16 bits, measure exactly those, and say how they did."""
    stored = write_model(
        request.output,
        trained.best.tensors(),
        kind=KIND,
        config=trained.best.config,
        about={**trained.best.about, "data": data, **source},
        dtype=torch.float16,
        overwrite=True,
    )
    config = build(VocoderConfig, stored.config, where=str(request.output))
    network = IstftVocoder(config)
    load_into(network, stored)
    network.eval()
    chosen = excerpts(audio, config.mel, None if vae is None else vae.to("cpu"))
    measured = compare(network, chosen)
    document: dict[str, Any] = {
        "sha256": stored.sha256,
        "data": data,
        **source,
        "best_step": stored.about["step"],
        "steps": settings.steps,
        "recordings": [excerpt.id for excerpt in chosen],
        "models": measured,
    }
    write_json(request.output / REPORT_FILE, {"schema": REPORT_SCHEMA, **document}, overwrite=True)
    fed = "what an autoencoder makes of them" if vae is not None else "their own spectrograms"
    text = card(
        stored,
        settings,
        title=f"Vocoder {request.preset}",
        what=(
            f"Log-mel spectrograms ({config.n_mels} bands, {config.rate_hz / config.hop_samples:g} columns a second)"
            f" to sound at {config.rate_hz} Hz, mono, by an inverse Fourier transform and"
            f" {config.decode_refinements} rounds of Griffin-Lim. Trained and measured on recordings by way of {fed}."
        ),
        data=data,
        figures=[
            (f"{name}, {measure}", value)
            for name, figures in measured.items()
            for measure, value in figures.items()
        ],
        log=read_log(request.output / LOG_FILE),
        limits=(
            "It knows the sounds that it learned from; others come out rougher.",
            "Mono: both channels of a stereo sound are decoded apart.",
            "Phases are invented: the samples are not those of the recording, only its spectrum is.",
        ),
        parameters=sum(weights.numel() for weights in network.parameters()),
    )
    write_text(request.output / CARD_FILE, text, overwrite=True)
    names = list(measured[VOCODER])
    run.console.table(
        ("measure", "vocoder", "Griffin-Lim"),
        [(name, f"{measured[VOCODER][name]:.4g}", f"{measured[GRIFFIN_LIM][name]:.4g}") for name in names],
        title=f"distances to {len(chosen)} recordings not learned from",
    )
    run.console.result(str(request.output))
    run.console.document("muze.train.vocoder/1", {"path": str(request.output), **document})
