"""The scorer "muze-clap": how well audio fits a text, by the small model that ships with muze.

    recording ── windows of 10.24 s, side by side ── audio tower ── (w, D) ┐
                                                                           ├── mean of the cosines
    text ── MiniLM's vectors of tokens ── text tower ───────────── (D,)   ┘

Shapes: B audios or texts, w windows of an audio, D = 512 numbers in a vector; audio is (C, N).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from muze_evaluate.clap.config import TEXT_ENCODER, ClapConfig
from muze_evaluate.clap.place import find_model
from muze_evaluate.clap.sound.spectra import BLOCK_SAMPLES, RATE_HZ, VERSION
from muze_evaluate.embedding.window_scorer import WindowScorer, check_windows
from muze_evaluate.embedding.windows import windows
from muzecli.errors import BadDataError
from muzecli.song.instruments import FAMILIES
from muzecli.training.stored import StoredModel
from muzecli.weights import FoundWeights, find_weights

if TYPE_CHECKING:
    from muze_evaluate.clap.towers import Towers

Array = npt.NDArray[np.float32]


class MuzeClap(WindowScorer):
    """Embeds all windows of an audio and the text (`muze.scorers`).

    Nothing is looked for before it is asked who it is, and nothing loaded before it is to embed. Every window and
    every text goes through the model by itself, so that a vector does not depend on its company.

    Args:
        model: a folder or a name; None for the model that ships.
        device: a PyTorch device.
    """

    name = "muze-clap"
    stands_in = True
    packages = ("torch", "tokenizers")

    def __init__(self, model: str | Path | None = None, *, device: str = "cpu") -> None:
        self._model, self._device = model, device
        self._found: tuple[FoundWeights, StoredModel, ClapConfig] | None = None
        self._towers: Towers | None = None

    @classmethod
    def of(cls, model: str | Path | None, *, device: str = "cpu") -> MuzeClap:
        """Return a scorer with another model, such as one of `muze train clap`, or on another device."""
        return cls(model, device=device)

    def identity(self) -> Mapping[str, Any]:
        """Return what decides its vectors.

        Raises:
            UnavailableError: the weights are not here, or not those of the text encoder.
            BadDataError, ConfigError: as `find_model`.
        """
        found, stored, config = self._place()
        return {
            # A folder's own name: the place it lies in does not decide anything, and is no one's business.
            "model": found.folder.name if found.source == "path" else found.name,
            "sha256": stored.sha256,
            "front_end": VERSION,
            "text_encoder": TEXT_ENCODER,
            "text_encoder_sha256": find_weights(TEXT_ENCODER).sha256,
            "dimensions": config.width,
            "rate_hz": RATE_HZ,
            "channels": 1,
            "window_s": self._window_s,
            "hop_s": self._window_s,
            "loudness": "levelled: each window to the same mean power",
        }

    def embed_texts(self, texts: Sequence[str]) -> Array:
        """Return (B, D) vectors of length 1."""
        return self._loaded().embed_texts(texts)

    def embed_windows(self, windows: Sequence[Array] | Array) -> Array:
        """Return (B, D) vectors of length 1.

        Args:
            windows: (n,) each, mono at the model's rate, no longer than its window.

        Raises:
            ValueError: one is empty or longer.
        """
        longest = self._place()[2].window_blocks * BLOCK_SAMPLES
        check_windows(windows, longest)
        towers = self._loaded()
        return np.stack([towers.hear(window).place for window in windows])

    def families(self, samples: Array, rate_hz: int) -> dict[str, float]:
        """Return how likely each family of instruments plays somewhere in an audio, 0…1.

        The families are those of the instrument table, "drums" … "voices". A probability counts as a yes from the
        family's threshold on, see `family_thresholds`.

        Args:
            samples: (C, N), N ≥ 1.
            rate_hz: their rate.

        Raises:
            BadDataError: the audio is empty, or the model was trained without the families' names.
        """
        towers = self._loaded()
        names = [f"family {family}" for family in FAMILIES]
        missing = [name for name in names if name not in towers.traits]
        if missing:
            raise BadDataError(
                f"the model must name families of instruments, and it lacks '{missing[0]}'",
                hint="train it on datasets with scores",
            )
        columns = [towers.traits.index(name) for name in names]
        highest = np.zeros(len(FAMILIES))
        for window in self._windows(samples, rate_hz):
            highest = np.maximum(highest, towers.hear(window).traits[columns])
        return {family: float(value) for family, value in zip(FAMILIES, highest, strict=True)}

    def family_thresholds(self) -> dict[str, float]:
        """Return the probability from which each family counts as heard; ½ where none was chosen in training."""
        chosen = self._place()[2].thresholds or (0.5,) * len(FAMILIES)
        return dict(zip(FAMILIES, chosen, strict=True))

    def _mean(self, samples: Array, rate_hz: int) -> npt.NDArray[np.float64]:
        """Return the mean (D,) of the windows' vectors, which is no longer than 1; one window is held at a time."""
        towers = self._loaded()
        total, count = np.zeros(self._place()[2].width), 0
        for window in self._windows(samples, rate_hz):
            total += towers.hear(window).place
            count += 1
        return total / count

    def _windows(self, samples: Array, rate_hz: int) -> Any:
        if not samples.size:
            raise BadDataError("audio must hold at least one sample, and there is none")
        size = self._window_s
        return windows(samples, rate_hz, to_rate_hz=RATE_HZ, window_s=size, hop_s=size)

    @property
    def _window_s(self) -> float:
        return self._place()[2].window_blocks * BLOCK_SAMPLES / RATE_HZ

    def _place(self) -> tuple[FoundWeights, StoredModel, ClapConfig]:
        if self._found is None:
            self._found = find_model(self._model)
        return self._found

    def _loaded(self) -> Towers:
        if self._towers is None:
            _, stored, config = self._place()
            from muze_evaluate.clap.towers import Towers  # only now: it imports torch

            self._towers = Towers(stored, config, device=self._device)
        return self._towers
