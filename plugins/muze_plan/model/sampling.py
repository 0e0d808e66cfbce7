"""Sections for a new song, drawn from the planner model; whole bars, exactly as many as were asked for."""

from __future__ import annotations

import math
import random
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from muze_plan.model.codes import BAR_CLASSES, ENERGY_BINS, PARTS, REST, SIZES, Codes, genre_index
from muze_plan.model.config import KIND, PlannerConfig
from muze_plan.model.features import History, Song, place_of, song_arrays
from muze_plan.model.network import PlannerNetwork
from muzecli.config import user_cache_dir
from muzecli.errors import BadDataError, ConfigError, UsageError
from muzecli.seeds import item_seed
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SECTION_TYPES, Section
from muzecli.training.presets import build
from muzecli.training.stored import load_into, read_model
from muzecli.weights import WeightsSpec, find_weights

if TYPE_CHECKING:
    from torch import Tensor

PLANNER = WeightsSpec(
    "planner",
    "section planner: forms for muze plan --template auto",
    f"muze train planner --annotations FORMS --output {user_cache_dir() / 'weights' / 'planner'}",
)
TOP_P = 0.95
"""Share of the probability that is drawn from; the improbable rest is where songs go astray."""


def sample_sections(
    *,
    genre: str | None,
    tempo_bpm: float,
    time_signature: TimeSignature,
    bars: int,
    energy: float,
    has_vocals: bool,
    seed: int,
    model: str | Path = PLANNER.name,
) -> list[Section]:
    """Draw the sections of a song.

    Args:
        genre: a genre's name; one that the model does not know is treated as unknown.
        tempo_bpm: beats a minute, 20…400.
        time_signature: the metre.
        bars: of the whole song, at least 1; the sections' bars add up to it.
        energy: 0…1, about the mean over the bars.
        has_vocals: whether anybody sings; where nobody does, no section has vocals.
        seed: 0…2³²−1; the same seed gives the same sections.
        model: name of stored weights, or their folder.

    Returns:
        sections without chords, lyrics or instruments.

    Raises:
        UsageError: bars, tempo or energy are out of range.
        UnavailableError, InputMissingError: the weights are not on this machine.
        BadDataError: they are damaged, or no planner's.
    """
    if bars < 1:
        raise UsageError(f"a song must have at least 1 bar, and this one has {bars}")
    if not 20.0 <= tempo_bpm <= 400.0:
        raise UsageError(f"the tempo must be 20…400 beats a minute, and it is {tempo_bpm:g}")
    if not 0.0 <= energy <= 1.0:
        raise UsageError(f"the energy must be 0…1, and it is {energy:g}")
    network = load_planner(model)
    known = genre_index(genre, network.config.genres)
    return draw(network, Song(known, tempo_bpm, time_signature, bars, energy, has_vocals), seed=seed)


def load_planner(model: str | Path = PLANNER.name) -> PlannerNetwork:
    """Return a planner by the name or folder of its weights; it is read once a process.

    Raises:
        UnavailableError, InputMissingError: the weights are not on this machine.
        BadDataError: they are damaged, or no planner's.
    """
    found = find_weights(PLANNER if model == PLANNER.name else str(model))
    return _load(found.folder, found.sha256)


@lru_cache(maxsize=4)
def _load(folder: Path, sha256: str) -> PlannerNetwork:
    stored = read_model(folder, kind=KIND)
    try:
        config = build(PlannerConfig, stored.config, where=str(folder / "config.json"))
    except ConfigError as error:
        raise BadDataError(error.message, hint="train or fetch it again") from error
    network = PlannerNetwork(config)
    load_into(network, stored)
    return network.eval()


@torch.inference_mode()
def draw(network: PlannerNetwork, song: Song, *, seed: int) -> list[Section]:
    """Draw sections part by part, each given all before it, until no bar is left.

    A length that leaves no bar is closed but for REST, so the bars always add up. Each decision has a seed of its
    own, so that another energy in one section does not change the types of those after it by the draw alone.
    """
    history, sections = History(song.bars), list[Section]()
    numbers, classes = map(torch.from_numpy, song_arrays([song]))
    state: Tensor | None = None
    while history.left:
        hidden, state = network.advance(
            numbers,
            classes,
            torch.tensor([[history.numbers()]]),
            torch.tensor([[[history.before[part] for part in PARTS]]]),
            torch.tensor([[place_of(history)]]),
            state,
        )
        codes = _next(network, song, history, hidden[:, -1], seed)
        bars = history.left if codes.bars == REST else BAR_CLASSES[codes.bars]
        section_type = SECTION_TYPES[codes.type]
        # Where in its bin a type's energy lies is decided once a song: what returns, returns as loud.
        within = random.Random(item_seed(seed, f"energy of {section_type}")).random()
        energy = round((codes.energy + within) / ENERGY_BINS, 2)
        sections.append(Section(section_type, bars, min(energy, 1.0), codes.vocals == 1))
        history.add(codes, bars)
    return sections


def _next(network: PlannerNetwork, song: Song, history: History, hidden: Tensor, seed: int) -> Codes:
    """Draw the four parts of one section."""

    def choose(part: str, logits: Tensor) -> int:
        rng = random.Random(item_seed(seed, f"section {history.count} {part}"))
        return nucleus(logits[0].double().softmax(-1).tolist(), rng.random())

    def one(value: int) -> Tensor:
        return torch.tensor([value])

    kind = choose("type", network.next_type(hidden))
    back = {part: one(history.returning(kind, part)) for part in PARTS[1:]}
    chosen_type = one(kind)
    bars = choose("bars", network.bars_logits(hidden, chosen_type, back["bars"], one(history.left)))
    energy = choose("energy", network.next_energy(hidden, (chosen_type, one(bars), back["energy"])))
    vocals = 0
    if song.has_vocals:
        vocals = choose("vocals", network.next_vocals(hidden, (chosen_type, one(energy), back["vocals"])))
    return Codes(kind, bars, energy, vocals)


def nucleus(probabilities: list[float], u: float, *, top_p: float = TOP_P) -> int:
    """Return a class drawn from the most probable ones that hold `top_p` together (Holtzman et al. 2020).

    Args:
        probabilities: of the classes, adding up to 1.
        u: 0…1, what decides.
        top_p: 0…1; 1 draws from all.
    """
    order = sorted(range(len(probabilities)), key=lambda index: (-probabilities[index], index))
    kept, held = [], 0.0
    for index in order:
        kept.append(index)
        held += probabilities[index]
        if held >= top_p:
            break
    aim = u * math.fsum(probabilities[index] for index in kept)
    for index in kept:
        aim -= probabilities[index]
        if aim < 0.0:
            return index
    return kept[-1]


assert SIZES["energy"] == ENERGY_BINS
