"""The vocoder as a task of the training room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from muze_ldm.vae.network import AudioVAE
from muze_ldm.vocoder.adversary import Adversary, adversary_hinge, feature_distance, generator_hinge
from muze_ldm.vocoder.config import KIND, VocoderConfig
from muze_ldm.vocoder.data import Audio, Crops, around_columns, mel_of_crop
from muze_ldm.vocoder.frontend import magnitudes
from muze_ldm.vocoder.losses import SpectralDistance, log_magnitude, spectral_convergence
from muze_ldm.vocoder.measure import excerpts
from muze_ldm.vocoder.network import IstftVocoder, Made
from muzecli.audio.writer import AudioWriter

VALIDATION_CROPS = 96
VALIDATION_BATCH = 32
SAMPLES, SAMPLE_S = 3, 5.0


class VocoderTask:
    """Learns to make sound of spectrograms, those of recordings or what an autoencoder makes of them.

    The batch is samples with margins (B, margin + N + margin); spectrograms are computed where it is used.

    Args:
        config: of the network and its loss.
        audio: of all recordings.
        seed: of the initial weights.
        vae: an autoencoder, whose reconstructions are the input.
        bf16: whether the adversary is called in bf16 while it judges, as the run's precision has it.

    Attributes:
        model: the network.
        adversary: the second network.
        judged: whether the adversary takes part; set by the training loop.
    """

    kind = KIND

    def __init__(
        self,
        config: VocoderConfig,
        audio: Audio,
        *,
        seed: int,
        vae: AudioVAE | None = None,
        bf16: bool = False,
    ) -> None:
        self.vocoder, self.vae, self.bf16 = config, vae, bf16
        self.crops = Crops(audio, config, around_columns(vae, config))
        self._train = self.crops.windows("train", step_columns=max(1, config.crop_columns // 2))
        self._valid = self.crops.windows(
            "valid", "test", step_columns=config.crop_columns, most=VALIDATION_CROPS
        )
        self.distance = SpectralDistance(config.mel, config.stft_sizes)
        self.judged = False
        self._spectra: list[Tensor] = []  # of the last batch, detached, what was made before what was wanted
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = IstftVocoder(config)
            self.adversary = Adversary(len(config.stft_sizes), config.adversary_channels)

    def config(self) -> Mapping[str, Any]:
        """Return the configuration of the network and of its training."""
        return asdict(self.vocoder)

    def __len__(self) -> int:
        """Return how many crops there are to learn from."""
        return len(self._train)

    def item_id(self, index: int) -> str:
        """Return the recording of a crop, and where in it."""
        return self.crops.name(self._train[index])

    def length(self, index: int) -> int:
        """Return 1: all crops are alike."""
        return 1

    def batch(self, indices: Sequence[int]) -> Tensor:
        """Return crops with their margins."""
        return self.crops.read([self._train[index] for index in indices])

    def loss(self, model: nn.Module, batch: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the loss and its parts: distances of sounds, of magnitudes, and what the adversary says."""
        config = self.vocoder
        made, wanted = model(self._input(batch)), self.crops.inner(batch)
        both = torch.cat([made.samples.float(), wanted])
        spectra = self.distance.spectra(both)
        parts = self.distance.between(both, spectra)
        parts["aim"] = self._aim(made, wanted)
        loss = config.mel_weight * parts["mel"] + config.magnitude_weight * parts["aim"]
        loss = loss + config.stft_weight * (parts["convergence"] + parts["magnitude"])
        if self.judged:
            self._spectra = [pair.detach() for pair in spectra]
            with self._precision(batch.device):
                ours = self.adversary([pair.chunk(2)[0] for pair in spectra])
                with torch.no_grad():
                    real = self.adversary([pair.chunk(2)[1] for pair in spectra])
            parts["fooled"] = generator_hinge(ours)
            parts["features"] = feature_distance(real, ours)
            loss = loss + config.adversary_weight * parts["fooled"]
            loss = loss + config.feature_weight * parts["features"]
        return {"loss": loss, **{name: value.detach() for name, value in parts.items()}}

    def adversary_loss(
        self, model: nn.Module, adversary: nn.Module, batch: Tensor, generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return the adversary's hinge loss on the sounds that `loss` made of the same batch."""
        judgements = adversary(self._spectra)
        self._spectra = []
        pairs = [(opinion.chunk(2), features) for opinion, features in judgements]
        ours = [(opinions[0], features) for opinions, features in pairs]
        real = [(opinions[1], features) for opinions, features in pairs]
        return {"loss": adversary_hinge(real, ours)}

    def validate(self, model: nn.Module, to_device: Callable[[Any], Any]) -> dict[str, float]:
        """Return the distances on crops held out; "loss" is the sum of those of sounds, so that runs compare."""
        sums = dict.fromkeys(("loss", "mel", "convergence", "magnitude"), 0.0)
        for start in range(0, len(self._valid), VALIDATION_BATCH):
            windows = self._valid[start : start + VALIDATION_BATCH]
            batch = to_device(self.crops.read(windows))
            made = model(self._input(batch), 0, self.vocoder.decode_refinements)
            parts = self.distance(made.samples, self.crops.inner(batch))
            parts["loss"] = parts["mel"] + parts["convergence"] + parts["magnitude"]
            for name in sums:
                sums[name] += float(parts[name]) * len(windows) / len(self._valid)
        return sums

    def samples(self, model: nn.Module, folder: Path, step: int) -> None:
        """Write what the vocoder makes of a few recordings held out, a WAV each."""
        for number, excerpt in enumerate(
            excerpts(self.crops.audio, self.vocoder.mel, self.vae, most=SAMPLES, seconds=SAMPLE_S), 1
        ):
            device = next(model.parameters(), excerpt.mel).device
            made = model(excerpt.mel.to(device), 0, self.vocoder.decode_refinements).samples
            with AudioWriter(
                folder / f"{number}.wav",
                rate_hz=self.vocoder.rate_hz,
                channels=1,
                container="wav",
                subtype="FLOAT",
            ) as writer:
                writer.write(made.float().cpu().numpy())

    @torch.no_grad()
    def _input(self, batch: Tensor) -> Tensor:
        """Return log-mel columns (B, M, T)."""
        self.distance.to(batch.device)
        if self.vae is not None:
            self.vae.to(batch.device)
        with self._precision(batch.device):
            mel = mel_of_crop(
                batch,
                self.distance.front_end,
                self.vae,
                columns=self.vocoder.crop_columns,
                around=self.crops.around,
            )
        return mel.float()

    def _aim(self, made: Made, wanted: Tensor) -> Tensor:
        """Return how far the magnitudes that the network aims at are from the true sound's, a scalar."""
        overlap_add = self.model.overlap_add
        window = overlap_add.window.to(wanted.device)
        true = magnitudes(wanted, window, overlap_add.hop)  # columns whose windows lie within the crop
        first = overlap_add.ratio // 2
        aimed = made.magnitude[:, first : first + true.shape[1]].float()
        return log_magnitude(aimed, true) + spectral_convergence(aimed, true)

    def _precision(self, device: torch.device) -> AbstractContextManager[object]:
        return torch.autocast(device.type, torch.bfloat16) if self.bf16 else nullcontext()
