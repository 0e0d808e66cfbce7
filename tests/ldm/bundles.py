"""A bundle of networks with random weights: made in a moment, and it sounds like noise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from muze_ldm.backbone import build_backbone, stored_config
from muze_ldm.ldm.config import KIND as LDM
from muze_ldm.transformer.config import TransformerConfig
from muze_ldm.unet.config import UNetConfig
from muze_ldm.vae.config import KIND as VAE
from muze_ldm.vae.config import VaeConfig
from muze_ldm.vae.network import AudioVAE
from muze_ldm.vocoder.config import KIND as VOCODER
from muze_ldm.vocoder.config import VocoderConfig
from muze_ldm.vocoder.network import IstftVocoder
from muzecli.song.frames import CHANNELS
from muzecli.training.stored import StoredModel, write_model

VAE_CONFIG = VaeConfig(
    latent_dim=8,
    channels=(32,),
    encoder_blocks=1,
    decoder_blocks=1,
    middle_blocks=0,
    middle_attention=False,
    fold_mels=True,
    fold_columns=4,
    window_columns=64,
)
VOCODER_CONFIG = VocoderConfig(width=16, hidden=16, depth=1)
WINDOW_FRAMES = 64
"""Latent frames that the model claims to have been trained on: 2.56 s."""
TEXT_WIDTH = 384
"""Of MiniLM."""


def write_bundle(
    folder: Path,
    *,
    backbone: str = "transformer",
    text_width: int = TEXT_WIDTH,
    vocoder: bool = True,
    window_frames: int = WINDOW_FRAMES,
    objective: str = "rectified_flow",
    seed: int = 0,
) -> Path:
    """Write vae/, ldm/ and, if asked for, vocoder/ into a folder; return the folder."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        vae = _write(folder / "vae", AudioVAE(VAE_CONFIG), VAE, _plain(VAE_CONFIG))
        if vocoder:
            _write(folder / "vocoder", IstftVocoder(VOCODER_CONFIG), VOCODER, _plain(VOCODER_CONFIG))
        config = network_config(backbone, text_width=text_width)
        network: Any = build_backbone(config)
        for parameter in network.parameters():  # those that begin at zero would leave all conditions unheard
            if not parameter.any():
                torch.nn.init.normal_(parameter, std=0.05)
        _write(
            folder / "ldm",
            network,
            LDM,
            {
                "network": stored_config(config),
                "objective": objective,
                "schedule": "straight" if objective == "rectified_flow" else "cosine",
                "latents": {
                    "channels": VAE_CONFIG.latent_dim,
                    "height": VAE_CONFIG.latent_height,
                    "rate_hz": VAE_CONFIG.latent_rate_hz,
                    "window_frames": window_frames,
                    "vae_sha256": vae.sha256,
                },
                "control": {"fold": config.control_fold, "channels": list(config.control_channels)},
                "text_encoder": "minilm",
                "genres": list(config.genres),
            },
        )
    return folder


def network_config(backbone: str, *, text_width: int = TEXT_WIDTH) -> UNetConfig | TransformerConfig:
    """Return a network's configuration, as small as one can be."""
    shared: dict[str, Any] = {
        "latent_channels": VAE_CONFIG.latent_dim,
        "latent_height": VAE_CONFIG.latent_height,
        "context_dim": text_width,
        "prompt_dim": text_width,
        "vector_dim": 32,
        "width_share": 0.1,
        "genres": ("electronic", "pop"),
        "control_channels": CHANNELS,
        "control_fold": 2,
        "control_width": 16,
    }
    if backbone == "unet":
        return UNetConfig(
            **shared,
            model_channels=16,
            channel_mult=(1, 2),
            num_res_blocks=1,
            attention_resolutions=(2,),
            num_heads=2,
        )
    return TransformerConfig(**shared, model_width=32, layers=2, heads=2, text_width=16, text_heads=2)


class ToyEncoder:
    """A text encoder without weights: a vector a word, drawn from the word."""

    name = "toy"

    def __init__(self, width: int = 16) -> None:
        self.width = self.token_width = width

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return means of the words' vectors, (B, width)."""
        hidden, mask = self.encode_tokens(texts)
        pooled: np.ndarray[Any, np.dtype[np.float32]] = hidden.sum(axis=1) / np.maximum(
            mask.sum(axis=1, keepdims=True), 1
        )
        return pooled.astype(np.float32)

    def encode_tokens(
        self, texts: Sequence[str]
    ) -> tuple[np.ndarray[Any, np.dtype[np.float32]], np.ndarray[Any, np.dtype[np.bool_]]]:
        """Return the words' vectors, (B, L, width), and which are there."""
        words = [text.split() for text in texts]
        length = max(map(len, words), default=0)
        hidden = np.zeros((len(texts), length, self.width), np.float32)
        mask = np.zeros((len(texts), length), np.bool_)
        for row, own in enumerate(words):
            for place, word in enumerate(own):
                seed = int.from_bytes(word.encode()[:8], "big")
                hidden[row, place] = np.random.default_rng(seed).standard_normal(self.width)
                mask[row, place] = True
        return hidden, mask


def _plain(config: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(config)


def _write(folder: Path, network: torch.nn.Module, kind: str, config: dict[str, Any]) -> StoredModel:
    return write_model(folder, network.state_dict(), kind=kind, config=config, overwrite=True)
