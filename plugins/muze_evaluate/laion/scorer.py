"""The scorer "clap": how well audio fits a text, by a CLAP checkpoint of LAION.

    recording ── windows of 10 s, side by side ── audio tower ── (w, D) ┐
                                                                        ├── mean of the cosines
    text ─────────────────────────────────────── text tower ──── (D,)   ┘

Shapes: B audios or texts, w windows of an audio, D numbers in a vector; audio is (C, N).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from muze_evaluate.embedding.window_scorer import WindowScorer, check_windows
from muze_evaluate.embedding.windows import windows
from muze_evaluate.laion.place import find_clap
from muze_evaluate.laion.settings import Settings, settings_of
from muzecli.errors import BadDataError
from muzecli.weights import FoundWeights

if TYPE_CHECKING:
    from muze_evaluate.laion.towers import Towers

Array = npt.NDArray[np.float32]

BATCH_WINDOWS = 8
"""Windows that the audio tower is given at once: about 1 GB of activations on a processor."""


class LaionClap(WindowScorer):
    """Embeds all windows of an audio and the text (`muze.scorers`).

    Nothing is looked for before it is asked who it is, and nothing loaded before it is to embed.

    Args:
        model: a folder or a name; None for what `MUZE_CLAP_MODEL` names, else the first known one that is here.
        device: a PyTorch device.
    """

    name = "clap"
    stands_in = False
    packages = ("torch", "transformers")

    def __init__(self, model: str | None = None, *, device: str = "cpu") -> None:
        self._model, self._device = model, device
        self._found: tuple[FoundWeights, Settings] | None = None
        self._towers: Towers | None = None

    def of(self, model: str | None, *, device: str = "cpu") -> LaionClap:
        """Return a scorer with another checkpoint, or on another device."""
        return LaionClap(model, device=device)

    def identity(self) -> Mapping[str, Any]:
        """Return what decides its vectors.

        Raises:
            UnavailableError: no weights are here, or not those that were asked for.
            ConfigError: what the variable names is not there.
            BadDataError: the folder holds another model, or a damaged one.
        """
        weights, settings = self._place()
        return {
            # A folder's own name: the place it lies in does not decide anything, and is no one's business.
            "model": weights.folder.name if weights.source == "path" else weights.name,
            "sha256": weights.sha256,
            "settings_sha256": settings.sha256,
            "dimensions": settings.width,
            "rate_hz": settings.rate_hz,
            "channels": 1,
            "window_s": settings.window_s,
            "hop_s": settings.window_s,
            "loudness": "as it is",
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
        _, settings = self._place()
        longest = round(settings.window_s * settings.rate_hz)
        check_windows(windows, longest)
        towers = self._loaded()
        return np.concatenate([towers.embed_windows(batch) for batch in _batches(windows)])

    def _mean(self, samples: Array, rate_hz: int) -> npt.NDArray[np.float64]:
        """Return the mean (D,) of the windows' vectors, which is no longer than 1; few windows are held at a time."""
        if not samples.size:
            raise BadDataError("audio must hold at least one sample, and there is none")
        _, settings = self._place()
        towers = self._loaded()
        total, count = np.zeros(settings.width), 0
        every = windows(
            samples,
            rate_hz,
            to_rate_hz=settings.rate_hz,
            window_s=settings.window_s,
            hop_s=settings.window_s,
        )
        for batch in _batches(every):
            total += towers.embed_windows(batch).sum(axis=0, dtype=np.float64)
            count += len(batch)
        return total / count

    def _place(self) -> tuple[FoundWeights, Settings]:
        if self._found is None:
            weights = find_clap(self._model)
            self._found = weights, settings_of(weights)
        return self._found

    def _loaded(self) -> Towers:
        if self._towers is None:
            weights, _ = self._place()
            from muze_evaluate.laion.towers import Towers  # only now: it imports torch and transformers

            self._towers = Towers(weights, self._device)
        return self._towers


def _batches(windows: Iterable[Array]) -> Iterable[list[Array]]:
    """Yield `BATCH_WINDOWS` at a time."""
    left = iter(windows)
    while batch := list(islice(left, BATCH_WINDOWS)):
        yield batch
