"""`muze train vae`: recordings in, an autoencoder out, measured on recordings that it never saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from muze_ldm.card import card
from muze_ldm.data.audio import MelCache, open_audio_cache, open_mel_cache
from muze_ldm.data.windows import of_first_split, spread, windows_of
from muze_ldm.training import (
    CARD_FILE,
    REPORT_FILE,
    TrainRequest,
    announce,
    data_document,
    prepare,
    recordings_of,
)
from muze_ldm.vae.config import KIND, VaeConfig
from muze_ldm.vae.losses import multi_resolution, reconstruction
from muze_ldm.vae.network import AudioVAE
from muze_ldm.vae.statistics import measure_latents
from muze_ldm.vae.task import VaeTask
from muzecli.files import write_json, write_text
from muzecli.options import Run
from muzecli.training.job import LOG_FILE, Trained, train_in
from muzecli.training.log import read_log
from muzecli.training.request import for_epochs
from muzecli.training.settings import TrainSettings
from muzecli.training.stored import load_into, write_model

STATISTICS_WINDOWS = 512
MEASURED_COLUMNS = 1000


def train_vae(run: Run, request: TrainRequest) -> None:
    """Train an autoencoder and report on it.

    Raises:
        UsageError, ConfigError, OutputExistsError, OutputError: as `prepare`.
        InputMissingError, BadDataError: the recordings are missing or wrong.
        FailedError: the loss is not finite.
        InterruptedRunError: Ctrl-C; the step was finished and saved.
    """
    prepared = prepare(request, kind=KIND)
    config = prepared.preset.config(VaeConfig)
    audio = open_audio_cache(
        recordings_of(request), prepared.cache, rate_hz=config.rate_hz, console=run.console
    )
    mels = open_mel_cache(audio, prepared.cache, config.mel, console=run.console)
    task = VaeTask(config, mels, seed=prepared.settings.seed)
    settings = for_epochs(prepared.settings, request.epochs, items=len(task))
    announce(run, audio, settings, prepared.device)
    data = data_document(audio)

    def conclude(trained: Trained) -> None:
        vae = AudioVAE(config)
        load_into(vae, trained.best)
        vae.eval()
        vae.latent_mean, vae.latent_std = measure_latents(vae, _batches(mels, config))
        stored = write_model(
            request.output,
            vae.state_dict(),
            kind=KIND,
            config=trained.best.config,
            about={**trained.best.about, "data": data},
            dtype=torch.float16,
            overwrite=True,
        )
        figures = measure(vae, mels)
        write_json(
            request.output / REPORT_FILE,
            {"schema": "muze.vae-report/1", "sha256": stored.sha256, "data": data, **figures},
            overwrite=True,
        )
        parameters = sum(weights.numel() for weights in vae.parameters())
        text = card(
            stored,
            settings,
            title=f"Autoencoder {request.preset}",
            what=(
                f"Log-mel spectrograms ({config.n_mels} bands, {config.rate_hz / config.hop_samples:g} columns a"
                f" second, {config.rate_hz} Hz) to latents of {config.latent_dim} channels and height"
                f" {config.latent_height} at {config.latent_rate_hz:g} Hz, and back."
            ),
            data=data,
            figures=list(figures.items()),
            log=read_log(request.output / LOG_FILE),
            limits=(
                "It knows the sounds that it learned from; others come back blurred or as something it knows.",
                "Reconstructions are smoother than the original in noise-like sounds.",
            ),
            parameters=parameters,
        )
        write_text(request.output / CARD_FILE, text, overwrite=True)
        run.console.table(
            ("measure", "value"),
            [(name, f"{value:.4g}") for name, value in figures.items()],
            title="on recordings not learned from",
        )
        run.console.result(str(request.output))
        run.console.document(
            "muze.train.vae/1", {"path": str(request.output), "sha256": stored.sha256, **figures}
        )

    train_in(
        request.output,
        task,
        settings,
        configuration=_configuration(config, settings, data["digest"]),
        device=prepared.device.name,
        console=run.console,
        options=run.options_document(),
        resume=request.resume,
        overwrite=request.overwrite,
        devices=request.devices,
        strategy=request.strategy,
        logs=request.logs,
        conclude=conclude,
    )


@torch.inference_mode()
def measure(vae: AudioVAE, mels: MelCache) -> dict[str, float]:
    """Return what an autoencoder loses on recordings held out: those to report on, else those to choose by."""
    sums = {"log_mel_l1": 0.0, "spectral": 0.0, "kl": 0.0}
    chosen = of_first_split([recording.split for recording in mels.recordings], "test", "valid")
    for index in chosen:
        stride = vae.config.time_stride
        mel = torch.from_numpy(mels.mel(index, 0, min(MEASURED_COLUMNS, mels.columns(index))))
        mel = torch.nn.functional.pad(mel[None], (0, -mel.shape[-1] % stride), mode="replicate")[None]
        posterior = vae.encode(mel)
        guess = vae.decode(posterior.mean)
        sums["log_mel_l1"] += float(reconstruction(guess, mel))
        sums["spectral"] += float(multi_resolution(guess, mel))
        sums["kl"] += float(posterior.kl())
    return {name: value / len(chosen) for name, value in sums.items()}


def _batches(mels: MelCache, config: VaeConfig) -> Iterator[Tensor]:
    """Yield windows of recordings that are learned from, spread over all of them."""
    chosen = of_first_split([recording.split for recording in mels.recordings], "train")
    lengths = [mels.columns(i) for i in range(len(mels.recordings))]
    windows = windows_of(lengths, chosen, frames=config.window_columns, hop=config.window_columns)
    for window in spread(windows, STATISTICS_WINDOWS):
        mel = mels.mel(window.recording, window.start, window.start + config.window_columns)
        whole = torch.nn.functional.pad(
            torch.from_numpy(mel)[None], (0, -mel.shape[1] % config.time_stride), mode="replicate"
        )
        yield whole[None]


def _configuration(config: VaeConfig, settings: TrainSettings, digest: str) -> dict[str, Any]:
    return {"kind": KIND, "model": asdict(config), "training": asdict(settings), "data": digest}
