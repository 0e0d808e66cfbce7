"""The text-audio model as a task of the training room.

The loss is the symmetric cross entropy over a batch (InfoNCE), of whole captions and of short ones. Where a caption
tells nothing that another sound of the batch has not, too, that sound is left out of what it is held against: in a
batch of songs "with drums" fits half of them. Beside it the audio tower names the traits of what it hears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from muze_evaluate.clap.config import KIND, ClapConfig
from muze_evaluate.clap.learning.items import Item, drawn, fixed
from muze_evaluate.clap.learning.material import Material
from muze_evaluate.clap.network import Clap
from muze_evaluate.clap.sound.augment import augmented
from muze_evaluate.clap.sound.spectra import Spectra, views
from muze_evaluate.clap.words.prompts import Told
from muze_evaluate.clap.words.texts import FrozenTexts
from muze_evaluate.clap.words.traits import Traits, fitting, traits_of
from muzecli.seeds import item_seed

LENGTHS = (1.0, 1.0, 1.0, 0.5, 0.25)
"""Shares of the window that a batch's sounds last: what people score may be short."""
VALID_SONGS = 256
VALID_BATCH = 64
TRAITS_A_UNIT = 10.0
TRAIT_WEIGHTS = {"mode": 8.0, "key": 3.0}
"""Of kinds that are hard to hear and would drown among the many others."""


class ClapTask:
    """Learns which words fit which sound.

    Args:
        config: the network's, with the names of the traits.
        material: the songs.
        texts: the frozen text encoder.
        seed: of the initial weights and of what is drawn for the items.
    """

    kind = KIND

    def __init__(self, config: ClapConfig, material: Material, texts: FrozenTexts, *, seed: int) -> None:
        self.clap, self.texts, self.seed = config, texts, seed
        self._train = material.of("train")
        self._valid = material.of("valid", "test")[:VALID_SONGS]
        self._held_out: list[dict[str, Any]] | None = None
        self._weights = torch.tensor([TRAIT_WEIGHTS.get(name.split()[0], 1.0) for name in config.traits])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = Clap(config)

    def config(self) -> Mapping[str, Any]:
        """Return the network's configuration."""
        return asdict(self.clap)

    def __len__(self) -> int:
        """Return how many items there are: each song in so many views."""
        return len(self._train) * self.clap.views

    def item_id(self, index: int) -> str:
        """Return the song of an item, and which view of it."""
        view, song = divmod(index, len(self._train))
        return f"{self._train[song].id}, view {view}"

    def length(self, index: int) -> int:
        """Return 1: all of a batch are alike."""
        return 1

    def batch(self, indices: Sequence[int]) -> dict[str, Any]:
        """Return sounds and texts; the indices decide all that is drawn."""
        choice = item_seed(self.seed, f"length/{indices[0]}") % len(LENGTHS)
        count = max(8, int(self.clap.window_blocks * LENGTHS[choice]))
        items = []
        for index in indices:
            view, song = divmod(index, len(self._train))
            seed = item_seed(self.seed, f"{self._train[song].id}/{view}")
            items.append(drawn(self._train[song], count, seed))
        return self.paired(items)

    def paired(self, items: Sequence[Item]) -> dict[str, Any]:
        """Return items as a batch: sounds, texts for them, and what holds between them.

        blocks: (B, K, WIDTH) nats.
        texts: of whole captions and of short ones: vectors of tokens, (B, L, width), and mask, (B, L).
        fits: likewise (B texts, B sounds), whether a sound has all that a text tells.
        has, known: (B, traits).
        """
        names = self.clap.traits
        sounds = traits_of([item.facts for item in items], names, alone=[item.alone for item in items])
        texts, fits = [], []
        for told in ([item.caption for item in items], [item.short for item in items]):
            texts.append(self.texts.tokens([one.text for one in told]))
            fits.append(_fits(told, names, sounds))
        return {
            "blocks": torch.from_numpy(np.stack([item.blocks for item in items])),
            "texts": [list(pair) for pair in texts],
            "fits": fits,
            "has": torch.from_numpy(sounds.has),
            "known": torch.from_numpy(sounds.known),
        }

    def loss(
        self, model: nn.Module, batch: Mapping[str, Any], generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Return the loss and its parts: of captions, of short texts, of traits."""
        return self._losses(model, batch, augmented(views(batch["blocks"]), generator))

    def _losses(self, model: nn.Module, batch: Mapping[str, Any], spectra: Spectra) -> dict[str, Tensor]:
        places, traits, said, scale = model(spectra, [tuple(pair) for pair in batch["texts"]])
        captions, short = (
            contrast(text, places, fits, scale) for text, fits in zip(said, batch["fits"], strict=True)
        )
        named = trait_loss(traits, batch["has"], batch["known"], self._weights.to(traits.device))
        loss = captions + short + self.clap.trait_weight * named
        parts = {"captions": captions, "short": short, "traits": named, "scale": scale}
        return {"loss": loss, **{name: value.detach() for name, value in parts.items()}}

    def validate(self, model: nn.Module, to_device: Callable[[Any], Any]) -> dict[str, float]:
        """Return the contrastive loss and retrieval among songs held out, without augmentation.

        The loss is the mean over batches of the middle of each song and of as many random stretches and parts.
        """
        sums: dict[str, float] = {}
        batches = self._held_out_batches()
        for batch in batches:
            values = self._losses(model, to_device(batch), views(to_device(batch["blocks"])))
            for name, value in values.items():
                sums[name] = sums.get(name, 0.0) + float(value) / len(batches)
        return {**sums, "loss": sums["captions"] + sums["short"]}

    def _held_out_batches(self) -> list[dict[str, Any]]:
        if self._held_out is None:
            count, songs = self.clap.window_blocks, self._valid
            seeds = [item_seed(0, f"held out/{song.id}") for song in songs]
            items = [fixed(song, count, seed) for song, seed in zip(songs, seeds, strict=True)]
            items += [drawn(song, count, seed) for song, seed in zip(songs, seeds, strict=True)]
            size = min(VALID_BATCH, len(songs))
            self._held_out = [
                self.paired(items[start : start + size]) for start in range(0, len(items) - size + 1, size)
            ]
        return self._held_out


def _fits(told: Sequence[Told], names: Sequence[str], sounds: Traits) -> Tensor:
    """Return (B, B) whether a sound has all that a text tells; no other has a trait that there is no name for."""
    columns = {name: index for index, name in enumerate(names)}
    asked = np.zeros((len(told), len(names)), np.bool_)
    for row, one in enumerate(told):
        asked[row, [columns[name] for name in one.traits if name in columns]] = True
    fits = fitting(asked, np.array([one.tempo_bpm for one in told], np.float32), sounds)
    fits &= np.array([all(name in columns for name in one.traits) for one in told])[:, None]
    return torch.from_numpy(fits | np.eye(len(told), dtype=np.bool_))


def contrast(texts: Tensor, sounds: Tensor, fits: Tensor, scale: Tensor) -> Tensor:
    """Return the symmetric cross entropy of texts and sounds that belong together, in nats.

    Args:
        texts: (B, D) of length 1.
        sounds: (B, D) of length 1; text i belongs to sound i.
        fits: (B texts, B sounds) pairs that are no contradiction, which are not held against each other.
        scale: of the similarities, the inverse of the temperature.
    """
    logits = scale * texts @ sounds.T
    own = torch.eye(len(texts), dtype=torch.bool, device=texts.device)
    logits = logits.masked_fill(fits & ~own, -torch.inf)
    target = torch.arange(len(texts), device=texts.device)
    return 0.5 * (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target))


def trait_loss(logits: Tensor, has: Tensor, known: Tensor, weights: Tensor) -> Tensor:
    """Return the cross entropy of traits that are known, ten of them in a unit, the mean over items.

    Args:
        logits: (B, traits).
        has: (B, traits) whether a sound has it.
        known: (B, traits) whether that is known.
        weights: (traits,) of each.
    """
    each = F.binary_cross_entropy_with_logits(logits, has.float(), reduction="none")
    return (each * weights * known).sum(dim=1).mean() / TRAITS_A_UNIT
