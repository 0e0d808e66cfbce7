"""Items to learn from: a stretch of a song or of some of its parts, and words for it, all drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from muze_evaluate.clap.learning.material import BLOCK_S, Song
from muze_evaluate.clap.sound.mixing import Blocks, mixed, stretched, transposed
from muze_evaluate.clap.words.prompts import Told, short, whole
from muze_evaluate.clap.words.songs import HEARD_SHARE, facts_of, shares
from muzecli.seeds import item_seed
from muzecli.song.captions import Facts
from muzecli.song.instruments import instruments

SUBSET_SHARE = 0.55
"""How often parts are mixed anew where they are there one by one."""
SUBSETS = {
    "solo": 5.0,
    "few": 2.0,
    "without drums": 1.5,
    "without voice": 1.0,
    "without bass": 0.5,
    "all": 3.0,
}
STRETCHED_SHARE, TRANSPOSED_SHARE = 0.6, 0.5
WIDEST_STRETCH = 0.16
WIDEST_TRANSPOSITION = 3
NATS_PER_DB = 0.230258509  # of power


@dataclass(frozen=True)
class Item:
    """One sound and words for it.

    Attributes:
        blocks: (K, WIDTH) nats.
        facts: what may be said of it.
        alone: whether nothing but one part sounds.
        caption: a whole one.
        short: one of a few words.
    """

    blocks: Blocks
    facts: Facts
    alone: bool
    caption: Told
    short: Told


def drawn(song: Song, count: int, seed: int) -> Item:
    """Return a random stretch of a song, of so many blocks, changed in tempo, pitch and balance."""
    rng = Random(item_seed(seed, "item"))
    faster = 1.0
    if rng.random() < STRETCHED_SHARE:
        faster = float(np.exp(rng.uniform(-WIDEST_STRETCH, WIDEST_STRETCH)))
    higher = 0
    if rng.random() < TRANSPOSED_SHARE:
        higher = rng.randint(-WIDEST_TRANSPOSITION, WIDEST_TRANSPOSITION)
    needed = int(np.ceil(count * faster)) + 1
    start = rng.randint(0, max(0, song.spectra.count - needed))
    return _item(song, start, count, needed, seed, rng, faster=faster, higher=higher, is_plain=False)


def fixed(song: Song, count: int, seed: int) -> Item:
    """Return the middle of a song's mix as it is."""
    start = max(0, (song.spectra.count - count) // 2)
    rng = Random(item_seed(seed, "fixed"))
    return _item(song, start, count, count, seed, rng, faster=1.0, higher=0, is_plain=True)


def part_of(song: Song, part: str, count: int, seed: int) -> Item | None:
    """Return the middle of one part alone; None where it is silent there."""
    start = max(0, (song.spectra.count - count) // 2)
    stop = min(song.spectra.count, start + count)
    start_s, end_s = start * BLOCK_S, stop * BLOCK_S
    if shares(song.facts, start_s, end_s).get(part, 0.0) < HEARD_SHARE:
        return None
    blocks = stretched(song.parts[part].read(start, stop).astype(np.float32), count, 1.0)
    facts = facts_of(song.facts, start_s, end_s, chosen={part})
    return Item(blocks, facts, True, whole(facts, seed), short(facts, seed, alone=True))


def _item(
    song: Song,
    start: int,
    count: int,
    needed: int,
    seed: int,
    rng: Random,
    *,
    faster: float,
    higher: int,
    is_plain: bool,
) -> Item:
    stop = min(song.spectra.count, start + needed)
    start_s, end_s = start * BLOCK_S, stop * BLOCK_S
    sounding = {
        name: share
        for name, share in shares(song.facts, start_s, end_s).items()
        if share >= HEARD_SHARE and name in song.parts
    }
    chosen = None
    if not is_plain and sounding and rng.random() < SUBSET_SHARE:
        chosen = _chosen(song, sorted(sounding), rng)
        read = [song.parts[name].read(start, stop).astype(np.float32) for name in chosen]
        gains = [float(np.clip(rng.gauss(0.0, 3.0), -8.0, 8.0)) * NATS_PER_DB for _ in chosen]
        blocks = mixed(read, gains)
    else:
        blocks = song.spectra.read(start, stop).astype(np.float32)
    blocks = stretched(transposed(blocks, higher), count, faster)
    facts = facts_of(song.facts, start_s, end_s, chosen=chosen, faster=faster, higher=higher)
    alone = chosen is not None and len(chosen) == 1
    if not song.facts.parts and song.facts.prompt and not higher and faster == 1.0:
        caption = Told(song.facts.prompt, frozenset({f"song {song.id}"}))  # fits no other song
    else:
        caption = whole(facts, seed)
    return Item(blocks, facts, alone, caption, short(facts, seed, alone=alone))


def _chosen(song: Song, sounding: list[str], rng: Random) -> list[str]:
    """Return the parts to be heard, at least one."""
    table = instruments()
    of = {part.name: table[part.instrument] for part in song.facts.parts}
    drums = [name for name in sounding if of[name].is_drum]
    voices = [name for name in sounding if of[name].is_voice]
    basses = [name for name in sounding if of[name].family == "bass"]
    kind = rng.choices(list(SUBSETS), list(SUBSETS.values()))[0]
    left_out = {"without drums": drums, "without voice": voices, "without bass": basses}.get(kind, [])
    if kind == "solo":
        return [rng.choice(sounding)]
    if kind == "few" and len(sounding) > 2:
        return rng.sample(sounding, rng.randint(2, min(3, len(sounding) - 1)))
    return [name for name in sounding if name not in left_out] or sounding
