"""Sound into the models' own representations and back (`muze.reconstructors`), to hear and measure what is lost.

    vae            spectrogram → latents → spectrogram → vocoder → sound: all that songs go through but the diffusion
    vocoder        spectrogram → vocoder → sound
    griffin-lim    spectrogram → Griffin-Lim → sound: what a spectrogram is worth without any training

All are mono at the rate of the model's mel analysis. Long recordings go through in pieces, as songs do.

Shapes: C channels, N samples, M mel bands, T columns, W latent frames, H latent height.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from muze_ldm.bundle_checks import check_vocoder, check_whole, same_mel, stated_mel
from muze_ldm.bundle_settings import as_data
from muze_ldm.places import bundle_names, find_part, find_vocoder
from muze_ldm.vae.config import KIND as VAE
from muze_ldm.vae.config import VaeConfig
from muze_ldm.vocoder.config import KIND as VOCODER
from muzecli.audio.mel import MelSpec, log_mel
from muzecli.audio.resample import mixed_down
from muzecli.training.presets import build
from muzecli.training.stored import CONFIG_FILE, MODEL_FILE, read_json, read_model

if TYPE_CHECKING:
    from muze_ldm.vocoder import Vocoder

Floats = npt.NDArray[np.float32]

SHIPPED = "tiny"
"""The bundle that is taken where none is named."""
GRIFFIN_LIM_ITERATIONS = 32
_PIECE_COLUMNS = 4096


class VaeReconstructor:
    """Through an autoencoder's latents, from the mean of its posterior, and a vocoder."""

    name = "vae"
    summary = "spectrogram → latents → spectrogram → vocoder"

    def identity(self, model: str | None) -> Mapping[str, Any]:
        """Return `model`, `sha256`, `rate_hz`, what makes the sound, and what the user should know of that.

        Args:
            model: a bundle's name or folder, or an autoencoder's; None for the bundle that ships.

        Raises:
            UnavailableError, InputMissingError: there is none.
            BadDataError: it is of another kind, damaged, or its vocoder does not belong to it.
        """
        found = _autoencoder(model)
        return {
            "model": model or SHIPPED,
            "sha256": found.sha256,
            "rate_hz": found.config.rate_hz,
            "sound": {"by": GriffinLimReconstructor.name, "sha256": None}
            if found.vocoder is None
            else {"by": VOCODER, "sha256": found.vocoder[1]},
            "remarks": list(found.remarks),
        }

    def reconstruct(
        self, samples: Floats, rate_hz: int, *, model: str | None, device: str
    ) -> tuple[Floats, int]:
        """Return mono (1, N') at the model's rate."""
        import torch

        from muze_ldm.data.latents import encode_mel
        from muze_ldm.engine.decode import decode_mel, decode_sound
        from muze_ldm.loaded import load_vae_once, load_vocoder_once
        from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder

        found = _autoencoder(model)
        vae = load_vae_once(found.folder, found.sha256, device)
        vocoder: Vocoder = GriffinLimVocoder(found.config.mel)
        if found.vocoder is not None:
            vocoder = load_vocoder_once(*found.vocoder, device)
        mono = mixed_down(samples, rate_hz, found.config.rate_hz)
        mel = mel_columns(mono, found.config.mel)
        with torch.inference_mode():
            latents = encode_mel(vae, torch.from_numpy(mel))[None]  # (1, C, H, W)
            returned = decode_mel(vae, latents, precision=nullcontext, on_part=_unheard)
            sound = decode_sound(vocoder, returned[:, : mel.shape[1]], on_part=_unheard)
        return sound[None, : len(mono)], found.config.rate_hz


class VocoderReconstructor:
    """Through a vocoder alone, from the recording's own spectrogram."""

    name = "vocoder"
    summary = "spectrogram → vocoder"

    def identity(self, model: str | None) -> Mapping[str, Any]:
        """Return `model`, `sha256` and `rate_hz`.

        Args:
            model: a bundle's name or folder, or a vocoder's; None for the bundle that ships.

        Raises:
            UnavailableError, InputMissingError: there is none.
            BadDataError: it is of another kind, damaged, or does not say which mel analysis it inverts.
        """
        folder, sha256 = _vocoder(model)
        return {"model": model or SHIPPED, "sha256": sha256, "rate_hz": _analysis_of(folder).rate_hz}

    def reconstruct(
        self, samples: Floats, rate_hz: int, *, model: str | None, device: str
    ) -> tuple[Floats, int]:
        """Return mono (1, N') at the vocoder's rate."""
        from muze_ldm.loaded import load_vocoder_once

        vocoder = load_vocoder_once(*_vocoder(model), device)
        return _through(vocoder, samples, rate_hz)


class GriffinLimReconstructor:
    """Through the phases that Griffin-Lim finds, from the recording's own spectrogram."""

    name = "griffin-lim"
    summary = "spectrogram → Griffin-Lim, without a trained model"

    def identity(self, model: str | None) -> Mapping[str, Any]:
        """Return `model`, `rate_hz`, the analysis and the algorithm's settings; there are no weights to hash.

        Args:
            model: whose mel analysis is inverted: a bundle's name or folder, an autoencoder's or a vocoder's; None
                for the bundle that ships.

        Raises:
            UnavailableError, InputMissingError: there is none.
            BadDataError: it is of another kind, or damaged.
        """
        mel = _analysis(model)
        return {
            "model": model or SHIPPED,
            "sha256": None,
            "rate_hz": mel.rate_hz,
            "mel": asdict(mel),
            "iterations": GRIFFIN_LIM_ITERATIONS,
        }

    def reconstruct(
        self, samples: Floats, rate_hz: int, *, model: str | None, device: str
    ) -> tuple[Floats, int]:
        """Return mono (1, N') at the rate of the analysis; it is worked out on the processor, whatever the device."""
        from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder

        vocoder = GriffinLimVocoder(_analysis(model), iterations=GRIFFIN_LIM_ITERATIONS)
        return _through(vocoder, samples, rate_hz)


def mel_columns(mono: Floats, spec: MelSpec) -> Floats:
    """Return the log-mel (M, T) of samples (N,), T = ⌈N / hop⌉, worked out piece by piece.

    What lies beyond the end is silence, so that the last samples have a column, too.
    """
    hop = spec.hop_samples
    columns = max(1, -(-len(mono) // hop))
    margin = -(-spec.n_fft // (2 * hop))  # columns whose windows reach beyond a piece
    mel = np.empty((spec.n_mels, columns), np.float32)
    for start in range(0, columns, _PIECE_COLUMNS):
        stop, first = min(columns, start + _PIECE_COLUMNS), max(0, start - margin)
        piece = mono[first * hop : (stop + margin) * hop]
        missing = (stop - 1 - first) * hop + 1 - len(piece)
        if missing > 0:
            piece = np.pad(piece, (0, missing))
        found = log_mel(piece[None], spec)[0].numpy()
        mel[:, start:stop] = found[:, start - first : stop - first]
    return mel


def _through(vocoder: Vocoder, samples: Floats, rate_hz: int) -> tuple[Floats, int]:
    """Return samples (C, N) as a vocoder makes them of their own spectrogram, (1, N') and its rate."""
    import torch

    from muze_ldm.engine.decode import decode_sound

    mono = mixed_down(samples, rate_hz, vocoder.rate_hz)
    with torch.inference_mode():
        sound = decode_sound(vocoder, mel_columns(mono, vocoder.mel), on_part=_unheard)
    return sound[None, : len(mono)], vocoder.rate_hz


def _unheard(_share: float) -> None:
    pass


# ---- found ----


@dataclass(frozen=True)
class _Autoencoder:
    """An autoencoder on disk.

    Attributes:
        folder: of the model.
        sha256: of its weights.
        config: of the network and the mel analysis.
        vocoder: folder and SHA-256 of what makes the sound; None for Griffin-Lim.
        remarks: what the user should know of that.
    """

    folder: Path
    sha256: str
    config: VaeConfig
    vocoder: tuple[Path, str] | None
    remarks: tuple[str, ...] = ()


def _autoencoder(model: str | None) -> _Autoencoder:
    """Find an autoencoder and a vocoder: that of its bundle, else the one that ships if it fits, else none."""
    given = model or SHIPPED
    folder = find_part(VAE, given)
    stored = read_model(folder, kind=VAE)
    check_whole(folder / MODEL_FILE)
    config = as_data(lambda: build(VaeConfig, stored.config, where=str(folder / CONFIG_FILE)))
    found: tuple[Path, str] | None
    if given in bundle_names() or (Path(given).expanduser() / VOCODER).is_dir():
        found = find_vocoder(None, given)
        if found is not None:
            check_vocoder(found[0], config, folder)
            return _Autoencoder(folder, stored.sha256, config, found)
        remark = f"there is no vocoder beside {folder}; Griffin-Lim makes the sound, which is rougher"
        return _Autoencoder(folder, stored.sha256, config, None, (remark,))
    found = find_vocoder(None, SHIPPED)
    mel = None if found is None else stated_mel(found[0])
    if mel is not None and same_mel(mel, config.mel):
        remark = f"{folder} is an autoencoder alone; the vocoder that ships makes the sound"
        return _Autoencoder(folder, stored.sha256, config, found, (remark,))
    remark = f"{folder} is an autoencoder alone, whose spectrograms no vocoder here takes; Griffin-Lim makes the sound"
    return _Autoencoder(folder, stored.sha256, config, None, (remark,))


def _vocoder(model: str | None) -> tuple[Path, str]:
    """Return the folder of a vocoder and the SHA-256 of its weights."""
    folder = find_part(VOCODER, model or SHIPPED)
    found = find_vocoder(str(folder), SHIPPED)
    assert found is not None  # None is said of bundles only
    return found


def _analysis(model: str | None) -> MelSpec:
    """Return the mel analysis of a bundle, an autoencoder or a vocoder."""
    given = model or SHIPPED
    folder = Path(given).expanduser()
    if (folder / CONFIG_FILE).is_file():
        document = read_json(folder / CONFIG_FILE, what="model configuration")
        if "schema" not in document or document.get("kind") == VOCODER:
            return _analysis_of(folder)
    return _autoencoder(given).config.mel


def _analysis_of(folder: Path) -> MelSpec:
    """Return the mel analysis of a vocoder of either layout."""
    from muze_ldm.vocoder.load import foreign_mel

    return stated_mel(folder) or foreign_mel(folder)
