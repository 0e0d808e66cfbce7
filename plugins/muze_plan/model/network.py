"""The planner network: reads the sections so far, says how the next one may be.

    song (genre, metre, tempo, length, energy, vocals) ─┐
    section before (type, bars, energy, vocals) ────────┼─▶ trunk ─▶ h ─▶ type
    way so far and left, last of each type ─────────────┘             ├─▶ bars   | type, its last bars
                                                                      ├─▶ energy | type, bars, its last energy
                                                                      └─▶ vocals | type, energy, its last vocals
Legend: B songs, S sections, D width. The trunk is causal: h of a section has seen only those before it.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_plan.model.codes import BAR_CLASSES, ENERGY_BINS, METRES, PARTS, REST, SIZES
from muze_plan.model.config import PlannerConfig
from muze_plan.model.features import INDEX_MAX, LEFT_MAX, SONG_NUMBERS, STEP_NUMBERS


class Block(nn.Module):
    """Causal self-attention and a feed-forward layer, both pre-normalised, (B, S, D) → (B, S, D)."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm_attention, self.norm_forward = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.forward_layers = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width), nn.Dropout(dropout)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return x with what each section gathers from those before it."""
        batch, length, width = x.shape
        qkv = self.qkv(self.norm_attention(x)).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # each (B, heads, S, D/heads)
        gathered = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.dropout(self.out(gathered.transpose(1, 2).reshape(batch, length, width)))
        result: Tensor = x + self.forward_layers(self.norm_forward(x))
        return result


class Head(nn.Module):
    """One part of a section from h and the classes chosen before it."""

    def __init__(self, part: str, width: int, given: tuple[str, ...]) -> None:
        super().__init__()
        # One class more than the part has: nothing, which stands where a type comes for the first time.
        self.given = nn.ModuleList(nn.Embedding(SIZES[name] + 1, width) for name in given)
        self.layers = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, SIZES[part])
        )

    def forward(self, hidden: Tensor, given: tuple[Tensor, ...]) -> Tensor:
        """Return logits (…, classes) for h (…, D) and classes (…) each."""
        for embedding, classes in zip(self.given, given, strict=True):
            hidden = hidden + embedding(classes)
        logits: Tensor = self.layers(hidden)
        return logits


class PlannerNetwork(nn.Module):
    """See the module's drawing."""

    def __init__(self, config: PlannerConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.genre = nn.Embedding(len(config.genres) + 1, width)  # 0: unknown
        self.metre = nn.Embedding(len(METRES), width)
        self.song_energy = nn.Embedding(ENERGY_BINS, width)
        self.song = nn.Linear(SONG_NUMBERS, width)
        self.before = nn.ModuleList(nn.Embedding(SIZES[part] + 1, width) for part in PARTS)
        self.left = nn.Embedding(LEFT_MAX + 1, width)
        self.index = nn.Embedding(INDEX_MAX + 1, width)
        self.step = nn.Linear(STEP_NUMBERS, width)
        self.entry = nn.Sequential(nn.GELU(), nn.Linear(width, width))
        if config.backbone == "gru":
            self.trunk: nn.Module = nn.GRU(
                width,
                width,
                config.layers,
                batch_first=True,
                dropout=config.dropout if config.layers > 1 else 0,
            )
        else:
            self.trunk = nn.Sequential(
                *(Block(width, config.heads, config.dropout) for _ in range(config.layers))
            )
        self.exit = nn.LayerNorm(width)
        self.next_type = nn.Linear(width, SIZES["type"])
        self.next_bars = Head("bars", width, ("type", "bars"))
        self.next_energy = Head("energy", width, ("type", "bars", "energy"))
        self.next_vocals = Head("vocals", width, ("type", "energy", "vocals"))

    def forward(
        self,
        song_numbers: Tensor,
        song_classes: Tensor,
        numbers: Tensor,
        before: Tensor,
        place: Tensor,
    ) -> Tensor:
        """Return h (B, S, D) of every section.

        Args:
            song_numbers: (B, SONG_NUMBERS).
            song_classes: (B, 3) genre, metre, bin of the energy.
            numbers: (B, S, STEP_NUMBERS).
            before: (B, S, 4).
            place: (B, S, 2).
        """
        x = self._entered(song_numbers, song_classes, numbers, before, place)
        x = self.trunk(x)[0] if isinstance(self.trunk, nn.GRU) else self.trunk(x)
        hidden: Tensor = self.exit(x)
        return hidden

    def advance(
        self,
        song_numbers: Tensor,
        song_classes: Tensor,
        numbers: Tensor,
        before: Tensor,
        place: Tensor,
        state: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        """Return h (B, 1, D) of one more section, and the state to go on with.

        Args:
            song_numbers: (B, SONG_NUMBERS).
            song_classes: (B, 3).
            numbers: (B, 1, STEP_NUMBERS).
            before: (B, 1, 4).
            place: (B, 1, 2).
            state: None before the first section. A GRU's is its memory (layers, B, D); a transformer's all that
                entered it so far, (B, S, D), which it reads again.
        """
        x = self._entered(song_numbers, song_classes, numbers, before, place)
        if isinstance(self.trunk, nn.GRU):
            x, state = self.trunk(x, state)
        else:
            state = x if state is None else torch.cat([state, x], dim=1)
            x = self.trunk(state)[:, -1:]
        assert state is not None
        return self.exit(x), state

    def _entered(
        self, song_numbers: Tensor, song_classes: Tensor, numbers: Tensor, before: Tensor, place: Tensor
    ) -> Tensor:
        """Return what enters the trunk, (B, S, D)."""
        genre, metre, energy = song_classes.unbind(-1)
        song = self.song(song_numbers) + self.genre(genre) + self.metre(metre) + self.song_energy(energy)
        left, index = place.unbind(-1)
        x = song[:, None] + self.step(numbers) + self.left(left) + self.index(index)
        for embedding, classes in zip(self.before, before.unbind(-1), strict=True):
            x = x + embedding(classes)
        entered: Tensor = x + self.entry(x)
        return entered

    def bars_logits(self, hidden: Tensor, section_type: Tensor, last_bars: Tensor, left: Tensor) -> Tensor:
        """Return logits over the bars' classes; those that would leave no bar for another section are −∞.

        REST, the last class, needs no bar after it.
        """
        logits = self.next_bars(hidden, (section_type, last_bars))
        # 0 bars are always fewer than are left.
        lengths = torch.tensor([*BAR_CLASSES, 0], device=hidden.device)
        assert len(lengths) == REST + 1
        masked: Tensor = logits.masked_fill(lengths >= left[..., None], -torch.inf)
        return masked

    def part_logits(self, hidden: Tensor, target: Tensor, returning: Tensor, left: Tensor) -> list[Tensor]:
        """Return the logits of the four parts, each given the true classes of those before it.

        Args:
            hidden: (B, S, D).
            target: (B, S, 4), nothing's class where a part was not measured.
            returning: (B, S, 3).
            left: (B, S).
        """
        section_type, bars, energy, _ = target.unbind(-1)
        last_bars, last_energy, last_vocals = returning.unbind(-1)
        return [
            self.next_type(hidden),
            self.bars_logits(hidden, section_type, last_bars, left),
            self.next_energy(hidden, (section_type, bars, last_energy)),
            self.next_vocals(hidden, (section_type, energy, last_vocals)),
        ]
