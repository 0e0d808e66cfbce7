"""The stored text-audio model, ready to use: a window of sound or a text in, its place out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from muze_evaluate.clap.config import ClapConfig
from muze_evaluate.clap.network import Clap
from muze_evaluate.clap.sound.spectra import blocks_of, views
from muze_evaluate.clap.words.texts import FrozenTexts
from muzecli.training.stored import StoredModel, load_into

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """What the model makes of a window.

    Attributes:
        place: (D,) of length 1.
        traits: (traits,) probabilities.
    """

    place: Array
    traits: Array


class Towers:
    """Both towers in float32.

    Args:
        stored: the model.
        config: of it.
        device: a PyTorch name.

    Raises:
        BadDataError: the weights are damaged or do not fit the configuration.
        UnavailableError: the text encoder is not here.
    """

    def __init__(self, stored: StoredModel, config: ClapConfig, *, device: str = "cpu") -> None:
        network = Clap(config)
        load_into(network, stored)
        self.network = network.float().eval().requires_grad_(False).to(device)
        self.traits = config.traits
        self._device = device
        self._texts: FrozenTexts | None = None  # loaded when words come: who compares sounds needs none

    @torch.inference_mode()
    def hear(self, window: Array) -> Heard:
        """Return what is made of (n,) samples, mono at the model's rate."""
        blocks = torch.from_numpy(blocks_of(window))[None].to(self._device)
        place, traits = self.network.embed_audio(views(blocks))
        return Heard(place[0].cpu().numpy(), traits[0].sigmoid().cpu().numpy())

    @torch.inference_mode()
    def embed_texts(self, texts: Sequence[str]) -> Array:
        """Return (B, D) vectors of length 1."""
        if self._texts is None:
            self._texts = FrozenTexts(device=self._device)
        places = []
        for text in texts:
            tokens, mask = self._texts.tokens([text])
            places.append(self.network.embed_text(tokens.to(self._device), mask.to(self._device))[0])
        width = self.network.config.width
        return torch.stack(places).cpu().numpy() if places else np.zeros((0, width), np.float32)
