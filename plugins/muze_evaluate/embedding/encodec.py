"""The latents of EnCodec as a space: what a neural codec keeps of sound (Défossez et al. 2022).

A window's vector is the mean over time of what the encoder makes of it, before quantisation. Others take every
frame of a seventy-fifth of a second for a sample of its own (Gui et al. 2024); frames beside each other are all but
the same, so that there seem to be far more samples than there are. The numbers of the two ways do not compare.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from muzecli.errors import BadDataError
from muzecli.weights import FoundWeights, find_weights

Array = npt.NDArray[np.float32]

WINDOW_S = 1.0


class Encodec:
    """The embedder `encodec`.

    Args:
        weights: where the model is, with its config.json; None for the one that muze knows by name.
        device: a PyTorch device name.

    Raises:
        UnavailableError: it is not on this machine.
        BadDataError: it is no EnCodec of one channel.
    """

    name = "encodec"
    window_s = WINDOW_S
    hop_s = WINDOW_S
    packages: Sequence[str] = ("torch", "transformers")

    def __init__(self, weights: FoundWeights | None = None, *, device: str = "cpu") -> None:
        self._weights = find_weights("encodec") if weights is None else weights
        self._device = device
        self.device = device.partition(":")[0]
        config = self._config()
        self.rate_hz = int(config["sampling_rate"])
        self.width = int(config["hidden_size"])
        self._normalises = bool(config["normalize"])

    def identity(self) -> Mapping[str, Any]:
        """Return what decides its vectors."""
        return {
            "name": self.name,
            "model": self._weights.name,
            "sha256": self._weights.sha256,
            "dimensions": self.width,
            "rate_hz": self.rate_hz,
            "channels": 1,
            "window_s": self.window_s,
            "hop_s": self.hop_s,
            "loudness": "windows brought to RMS 1" if self._normalises else "as it is",
        }

    def embed(self, windows: Sequence[Array]) -> Array:
        """Return (B, D) means of latents over each window."""
        import torch

        vectors = []
        with torch.inference_mode():
            for batch in _of_one_length(windows):
                audio = torch.as_tensor(np.stack(batch)[:, None], device=self._device)  # (b, 1, n)
                if self._normalises:
                    audio = audio / (audio.square().mean(dim=-1, keepdim=True).sqrt() + 1e-8)
                latents = self._encoder(audio)  # (b, D, T)
                vectors.append(latents.mean(dim=-1).float().cpu().numpy())
        return np.concatenate(vectors)

    def _config(self) -> Mapping[str, Any]:
        path = self._weights.folder / "config.json"
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadDataError(
                f"{path} must be the configuration of an EnCodec: {error}", hint="get the model again"
            ) from error
        defaults = {"sampling_rate": 24_000, "hidden_size": 128, "normalize": False, "audio_channels": 1}
        config = {**defaults, **stored} if isinstance(stored, dict) else {}
        if config.get("model_type") != "encodec" or config["audio_channels"] != 1:
            raise BadDataError(
                f"{path} must describe an EnCodec of one channel",
                hint="muze uses facebook/encodec_24khz; that of 48 kHz is stereo",
            )
        return config

    @cached_property
    def _encoder(self) -> Any:
        """The encoder in float32; every tensor must come from the file."""
        import torch
        from safetensors import SafetensorError

        from muzecli.text.transformers_import import hub_offline, import_transformers, quiet_loading

        with hub_offline():
            transformers = import_transformers()
        with hub_offline(), quiet_loading(transformers):
            try:
                model, report = transformers.EncodecModel.from_pretrained(
                    self._weights.folder,
                    local_files_only=True,
                    use_safetensors=True,
                    dtype=torch.float32,
                    output_loading_info=True,
                )
            except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
                raise BadDataError(
                    f"{self._weights.folder} must hold a whole EnCodec: {error}", hint="get the model again"
                ) from error
        missing = sorted(report["missing_keys"])
        if missing:
            raise BadDataError(
                f"{self._weights.path} lacks {len(missing)} tensors of an EnCodec, such as {missing[0]}"
            )
        return model.encoder.to(self._device).eval().requires_grad_(False)


def _of_one_length(windows: Sequence[Array]) -> list[list[Array]]:
    """Return windows in runs of one length, in their order."""
    runs: list[list[Array]] = []
    for window in windows:
        if runs and len(runs[-1][0]) == len(window):
            runs[-1].append(window)
        else:
            runs.append([window])
    return runs
