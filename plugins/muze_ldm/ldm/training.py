"""`muze train ldm`: recordings and an autoencoder in, a latent diffusion model out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from muze_ldm.backbone import stored_config
from muze_ldm.bundle_settings import LdmSettings, as_data
from muze_ldm.card import card
from muze_ldm.data.audio import open_audio_cache, open_mel_cache
from muze_ldm.data.controls import open_control_cache
from muze_ldm.data.latents import LatentCache, open_latent_cache
from muze_ldm.data.recordings import Recording
from muze_ldm.data.texts import EmbeddedText, open_text_cache
from muze_ldm.diffusion.calls import Conditions
from muze_ldm.diffusion.process import Process
from muze_ldm.ldm.config import KIND, LdmConfig
from muze_ldm.ldm.listening import Listening
from muze_ldm.ldm.material import Material, facts_of
from muze_ldm.ldm.starting import check_latents, check_start
from muze_ldm.ldm.task import LdmTask
from muze_ldm.places import model_folder
from muze_ldm.training import (
    CARD_FILE,
    REPORT_FILE,
    Prepared,
    TrainRequest,
    announce,
    data_document,
    prepare,
    recordings_of,
)
from muze_ldm.vae.config import KIND as VAE
from muze_ldm.vae.load import load_vae
from muze_ldm.vae.network import AudioVAE
from muzecli.console import Console
from muzecli.files import write_json, write_text
from muzecli.options import Run
from muzecli.song.frames import CHANNELS
from muzecli.song.track import Track
from muzecli.training.job import LOG_FILE, Trained, train_in
from muzecli.training.log import read_log
from muzecli.training.request import for_epochs
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import load_into, read_model, write_model


@dataclass(frozen=True)
class TrainLdmRequest:
    """The options of `muze train ldm`.

    Attributes:
        common: those of all trainers.
        vae: folder of the autoencoder.
        start: folder of a model whose weights to start from; None starts anew.
    """

    common: TrainRequest
    vae: Path
    start: Path | None = None


def train_ldm(run: Run, request: TrainLdmRequest) -> None:
    """Train a latent diffusion model and report on it.

    Raises:
        UsageError, ConfigError, OutputExistsError, OutputError: as `prepare`.
        ConfigError: the model to start from is of another network or objective than the preset's.
        InputMissingError, BadDataError: recordings, autoencoder or starting weights are missing or wrong.
        FailedError: the loss is not finite.
        InterruptedRunError: Ctrl-C; the step was finished and saved.
    """
    prepared = prepare(request.common, kind=KIND)
    config = prepared.preset.config(LdmConfig)
    request = replace(
        request,
        vae=model_folder(str(request.vae), VAE),
        start=None if request.start is None else model_folder(str(request.start), KIND),
    )
    vae_stored = read_model(request.vae, kind=VAE)
    start = None if request.start is None else read_model(request.start, kind=KIND)
    before = None if start is None else LdmSettings.of(start)
    if before is not None:
        check_start(before, config, where=str(request.start), preset=request.common.preset)
        if before.vae_sha256 != vae_stored.sha256:
            run.console.warn(
                f"the ldm in {request.start} learned the latents of another autoencoder than {request.vae}; what it"
                " knows may be of little use"
            )
    vae = as_data(lambda: load_vae(request.vae, device=prepared.device.name))
    if before is not None:
        check_latents(before, vae.config, where=str(request.start))
    recordings = recordings_of(request.common)
    texts, width, token_width = _texts(recordings, config, prepared, run.console)
    audio = open_audio_cache(recordings, prepared.cache, rate_hz=vae.config.rate_hz, console=run.console)
    mels = open_mel_cache(audio, prepared.cache, vae.config.mel, console=run.console)
    latents = open_latent_cache(mels, prepared.cache, vae, vae_sha256=vae_stored.sha256, console=run.console)
    network = config.backbone(
        latent_channels=vae.config.latent_dim,
        latent_height=vae.config.latent_height,
        context_dim=token_width,
        prompt_dim=width,
        genres=_genres(recordings) if before is None else before.network.genres,
        control_channels=_channels(recordings) if before is None else before.network.control_channels,
    )
    material = _material(
        recordings, latents, texts, vae, network.control_fold, prepared, run.console, network
    )
    task = LdmTask(
        config,
        network,
        material,
        vae_sha256=vae_stored.sha256,
        seed=prepared.settings.seed,
        listening=lambda scored: _listening(vae, config, scored),
    )
    if start is not None:
        load_into(task.model, start)
    settings = for_epochs(prepared.settings, request.common.epochs, items=len(task))
    announce(run, audio, settings, prepared.device)
    data = data_document(audio)
    train_in(
        request.common.output,
        task,
        settings,
        configuration={
            "kind": KIND,
            "model": {**asdict(config), "network": stored_config(network)},
            "training": asdict(settings),
            "data": data["digest"],
            "vae": vae_stored.sha256,
            "start": None if start is None else start.sha256,
        },
        device=prepared.device.name,
        console=run.console,
        options=run.options_document(),
        resume=request.common.resume,
        overwrite=request.common.overwrite,
        devices=request.common.devices,
        strategy=request.common.strategy,
        logs=request.common.logs,
        conclude=lambda trained: _conclude(run, request, trained, task, settings, data),
    )


def _listening(vae: AudioVAE, config: LdmConfig, scored: Conditions | None) -> Listening:
    from muzecli.text import load_text_encoder

    encoder = load_text_encoder(config.text_encoder)
    return Listening(vae, Process(config.process()), encoder, frames=config.window_frames, scored=scored)


def _texts(
    recordings: Sequence[Recording], config: LdmConfig, prepared: Prepared, console: Console
) -> tuple[list[EmbeddedText | None], int, int]:
    """Return each recording's embedded description, the width of a pooled one, and of a token."""
    from muzecli.text import load_text_encoder

    encoder = load_text_encoder(config.text_encoder)
    prompts = [None if r.track is None else r.track.prompt for r in recordings]
    found = open_text_cache([text for text in prompts if text], prepared.cache, encoder, console=console)
    return [found[text] if text else None for text in prompts], encoder.width, encoder.token_width


def _channels(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """Return the control channels, if a score or an annotation tells any of them."""
    return CHANNELS if any(r.score is not None or _has_times(r.track) for r in recordings) else ()


def _has_times(track: Track | None) -> bool:
    """Return whether an annotation has what `TrackControl` makes control frames of."""
    return track is not None and any(
        value is not None for value in (track.chord_progression, track.beat_positions, track.segments)
    )


def _genres(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """Return the genres that recordings to learn from have, in alphabetical order."""
    named = {
        r.track.genre for r in recordings if r.split == "train" and r.track is not None and r.track.genre
    }
    return tuple(sorted(named))


def _material(
    recordings: Sequence[Recording],
    latents: LatentCache,
    texts: Sequence[EmbeddedText | None],
    vae: AudioVAE,
    fold: int,
    prepared: Prepared,
    console: Console,
    network: Any,
) -> Material:
    rate_hz = vae.config.latent_rate_hz
    controls = open_control_cache(recordings, prepared.cache, rate_hz=rate_hz * fold, console=console)
    return Material(latents, controls, texts, facts_of(latents, network), fold, rate_hz)


def _conclude(
    run: Run,
    request: TrainLdmRequest,
    trained: Trained,
    task: LdmTask,
    settings: TrainSettings,
    data: Any,
) -> None:
    """Store the best weights in 16 bits, measure exactly those, and say how they did."""
    output = request.common.output
    stored = write_model(
        output,
        trained.best.tensors(),
        kind=KIND,
        config=trained.best.config,
        about={**trained.best.about, "data": data},
        dtype=torch.float16,
        overwrite=True,
    )
    load_into(task.model, stored)
    with torch.inference_mode():
        figures = task.validate(task.model.cpu().eval(), lambda batch: batch)
    parameters = sum(weights.numel() for weights in task.model.parameters())
    document = {"sha256": stored.sha256, "parameters": parameters, "data": data, **figures}
    write_json(output / REPORT_FILE, {"schema": "muze.ldm-report/1", **document}, overwrite=True)
    text = card(
        stored,
        settings,
        title=f"Latent diffusion model {request.common.preset}",
        what=(
            f"Noise to latents of the autoencoder `{task.vae_sha256[:16]}…` ({task.network.latent_channels} channels,"
            f" height {task.network.latent_height}, {task.material.rate_hz:g} Hz): a {task.network.backbone} that"
            f" predicts {task.process.objective.replace('_', ' ')}, knowing text, section, and the score's"
            f" {len(task.network.control_channels)} control channels, or any part of it."
        ),
        data=data,
        figures=[
            ("squared error, all known", figures["loss"]),
            ("squared error, no score", figures["mse_text"]),
            ("squared error, nothing known", figures["mse_free"]),
        ],
        log=read_log(output / LOG_FILE),
        limits=(
            "It learned the sounds of its corpus; recordings of other instruments are strange to it.",
            "Without a score it has to invent rhythm and harmony, which so small a model does loosely.",
            "Voices sing syllables that cannot be understood.",
        ),
        parameters=parameters,
    )
    write_text(output / CARD_FILE, text, overwrite=True)
    run.console.table(
        ("what is known", "squared error"),
        [
            ("all", f"{figures['loss']:.4f}"),
            ("no score", f"{figures['mse_text']:.4f}"),
            ("nothing", f"{figures['mse_free']:.4f}"),
        ],
        title="on windows not learned from",
    )
    run.console.result(str(output))
    run.console.document("muze.train.ldm/1", {"path": str(output), **document})
