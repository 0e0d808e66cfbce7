"""Speech recognition by faster-whisper, where it and a model's files are on this machine. Nothing is downloaded.

Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022. Models are CTranslate2 folders
(model.bin, config.json, vocabulary) as the hub has them under Systran/faster-whisper-…
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_dataset.hearing.words.sung import sung
from muze_dataset.hearing.words.timed import WORD, Lyrics, Timed, in_order
from muzecli.errors import UnavailableError
from muzecli.files import kind_of
from muzecli.packages import package_version
from muzecli.weights import hub_cache_dir, hub_snapshots

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]

RATE_HZ = 16_000
INSTALL = "pip install 'muze[whisper]'"
BRING = "hf download Systran/faster-whisper-small, or name a folder with --whisper-model"

_PACKAGE = "faster-whisper"
_WEIGHTS = "model.bin"
# The better first; of others that are there the first by name is taken.
_BEST_FIRST = ("large-v3", "large-v3-turbo", "turbo", "distil-large-v3", "large-v2", "large-v1", "large", "medium",
               "small", "base", "tiny")  # fmt: skip
_HEAD_BYTES = 1 << 16

# What Whisper invents where nobody sings repeats itself or is unsure of itself (Radford et al. §4.5).
_MOST_COMPRESSION = 2.4
_LEAST_LOG_PROBABILITY = -1.2
_MOST_SILENT, _SILENT_LOG_PROBABILITY = 0.6, -0.8

_PAD_S, _JOIN_S = 0.4, 2.0


@dataclass(frozen=True)
class Model:
    """A model's folder on this machine, and its name."""

    name: str
    folder: Path

    @property
    def identity(self) -> dict[str, Any]:
        """What tells it from other models, quickly: its name, size and the beginning and end of its weights."""
        weights = self.folder / _WEIGHTS
        size = weights.stat().st_size
        with weights.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            file.seek(max(size - _HEAD_BYTES, 0))
            digest = hashlib.blake2b(head + file.read(), digest_size=8).hexdigest()
        return {"name": self.name, "bytes": size, "digest": digest}


def find_model(wanted: str | None) -> Model | None:
    """Return the model that is asked for, or with None the best that is there; None where there is none.

    Args:
        wanted: a folder, or a name such as "small" or "Systran/faster-whisper-small".

    Raises:
        UnavailableError: what was asked for by name is not there.
    """
    if wanted is None:
        there = sorted(_in_hub_cache(), key=lambda model: (_rank(model.name), model.name))
        return there[0] if there else None
    folder = Path(wanted).expanduser()
    if kind_of(folder) == "folder":
        if kind_of(folder / _WEIGHTS) == "file":
            return Model(folder.name, folder)
        raise UnavailableError(
            f"{folder} must hold a faster-whisper model, but has no {_WEIGHTS}", hint=BRING
        )
    plain = wanted.rsplit("/", 1)[-1].removeprefix("faster-whisper-")
    for model in sorted(_in_hub_cache(), key=lambda model: model.name):
        if model.name == plain:
            return model
    raise UnavailableError(
        f"the Whisper model '{wanted}' must be on this machine, but is neither a folder nor in the hub's cache",
        hint=f"hf download Systran/faster-whisper-{plain}, or name a folder with --whisper-model",
    )


def installed() -> str | None:
    """Return the version of faster-whisper, or None where it is not installed."""
    return package_version(_PACKAGE)


def _in_hub_cache() -> Iterator[Model]:
    cache = hub_cache_dir()
    if kind_of(cache) != "folder":
        return
    for repository in sorted(cache.glob("models--*faster*whisper*")):
        for snapshot in hub_snapshots(repository.name.removeprefix("models--").replace("--", "/", 1)):
            if kind_of(snapshot / _WEIGHTS) == "file":
                name = repository.name.rsplit("--", 1)[-1].removeprefix("faster-whisper-")
                yield Model(name, snapshot)
                break


def _rank(name: str) -> int:
    plain = name.removesuffix(".en")
    return _BEST_FIRST.index(plain) if plain in _BEST_FIRST else len(_BEST_FIRST)


@lru_cache(maxsize=1)
def _loaded(folder: Path, device: str) -> Any:
    from faster_whisper import WhisperModel  # type: ignore[import-not-found,unused-ignore]

    kind, _, index = device.partition(":")
    cuda = kind == "cuda"
    return WhisperModel(
        str(folder),
        device="cuda" if cuda else "cpu",
        device_index=int(index or 0) if cuda else 0,
        compute_type="float16" if cuda else "int8",
        cpu_threads=1,  # workers run beside each other, and sums keep their order
        local_files_only=True,
    )


def recognise(
    samples: Samples,
    model: Model,
    *,
    device: str,
    spans: Sequence[tuple[float, float]] | None,
) -> Lyrics | None:
    """Return what is sung, as it is understood, with a time for each word; None where nothing is.

    Args:
        samples: (N,) at 16 kHz.
        model: see `find_model`.
        device: a PyTorch device name.
        spans: where to listen, in seconds; None for everywhere.

    Returns:
        lyrics whose `language` is a code, and whose confidence is the mean probability of a piece of a word.
    """
    clips = (
        "0" if spans is None else [edge for span in _widened(spans, len(samples) / RATE_HZ) for edge in span]
    )
    segments, info = _loaded(model.folder, device).transcribe(
        samples,
        beam_size=5,
        temperature=0.0,  # higher ones draw words by chance
        condition_on_previous_text=False,  # a mistake is not carried on
        word_timestamps=True,
        clip_timestamps=clips,
    )
    lines: list[str] = []
    items: list[Timed] = []
    log_probabilities: list[float] = []
    for segment in segments:
        words = [word for word in segment.words or () if sung(word.word)]
        if not words or _invented(segment):
            continue
        lines.append(" ".join(sung(word.word) for word in words))
        items += [
            Timed(sung(w.word), float(w.start), max(float(w.end), float(w.start) + 0.02)) for w in words
        ]
        log_probabilities.append(float(segment.avg_logprob))
    if not lines:
        return None
    confidence = math.exp(sum(log_probabilities) / len(log_probabilities))
    return Lyrics(tuple(lines), WORD, in_order(items), str(info.language), round(min(confidence, 1.0), 3))


def _invented(segment: Any) -> bool:
    log_probability, silent = float(segment.avg_logprob), float(segment.no_speech_prob)
    return (
        float(segment.compression_ratio) > _MOST_COMPRESSION
        or log_probability < _LEAST_LOG_PROBABILITY
        or (silent > _MOST_SILENT and log_probability < _SILENT_LOG_PROBABILITY)
    )


def _widened(spans: Sequence[tuple[float, float]], duration_s: float) -> list[tuple[float, float]]:
    """Return spans with room at their ends, neighbours joined: words at an edge are not cut."""
    wide: list[tuple[float, float]] = []
    for start_s, end_s in spans:
        start_s, end_s = max(start_s - _PAD_S, 0.0), min(end_s + _PAD_S, duration_s)
        if wide and start_s - wide[-1][1] < _JOIN_S:
            wide[-1] = (wide[-1][0], end_s)
        else:
            wide.append((start_s, end_s))
    return wide


def missing() -> UnavailableError:
    """Return what to raise where a model was asked for and faster-whisper is not installed."""
    return UnavailableError("a Whisper model was named, but faster-whisper is not installed", hint=INSTALL)
