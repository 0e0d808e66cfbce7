"""The two halves of CLAP by transformers, from a folder that was found on disk.

Shapes: B windows or texts, D numbers in a vector, n samples in a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError

from muzecli.errors import BadDataError
from muzecli.text.transformers_encoders import load_clap_text_encoder
from muzecli.text.transformers_import import hub_offline, import_transformers, quiet_loading
from muzecli.weights import FoundWeights

Array = npt.NDArray[np.float32]


class Towers:
    """Both towers.

    Args:
        weights: where the model is, with its configuration, tokenizer and feature extractor.
        device: a PyTorch device.

    Raises:
        UnavailableError: transformers does not load.
        BadDataError: the folder does not hold a whole CLAP.
    """

    def __init__(self, weights: FoundWeights, device: str = "cpu") -> None:
        self._text = load_clap_text_encoder(weights, device=device)
        self._audio, self._extractor = _load_audio(weights)
        self._audio = self._audio.to(device).eval().requires_grad_(False)
        self._device = device

    def embed_texts(self, texts: Sequence[str]) -> Array:
        """Return (B, D) vectors of length 1."""
        return np.asarray(self._text.encode(texts))

    def embed_windows(self, windows: Sequence[Array]) -> Array:
        """Return (B, D) vectors of length 1.

        Args:
            windows: (n,) each at the model's rate, and no longer than it hears at once: of more it would hear a
                random part. Shorter ones are repeated to fill that, as in its training.
        """
        features = self._extractor(
            list(windows), sampling_rate=self._extractor.sampling_rate, return_tensors="pt"
        )
        with torch.inference_mode():
            output = self._audio(
                input_features=features["input_features"].to(self._device),
                # No window is longer. The extractor of a fused model marks a random one all the same.
                is_longer=torch.zeros((len(windows), 1), dtype=torch.bool, device=self._device),
            )
            vectors = torch.nn.functional.normalize(output.audio_embeds, dim=-1)
        return np.asarray(vectors.float().cpu().numpy())


def _load_audio(weights: FoundWeights) -> tuple[Any, Any]:
    """Return the audio tower in float32 and what prepares its input; every tensor must come from the file."""
    with hub_offline():
        transformers = import_transformers()
    with hub_offline(), quiet_loading(transformers):
        try:
            model, report = transformers.ClapAudioModelWithProjection.from_pretrained(
                weights.folder,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
            extractor = transformers.ClapFeatureExtractor.from_pretrained(
                weights.folder, local_files_only=True
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise BadDataError(
                f"{weights.folder} must hold a whole CLAP with preprocessor_config.json: {error}",
                hint="get the model again",
            ) from error
    missing = sorted(report["missing_keys"])
    if missing:
        raise BadDataError(f"{weights.path} lacks {len(missing)} tensors of a CLAP, such as {missing[0]}")
    return model, extractor
