"""How good a text-audio model is, on songs that it never saw: retrieval, zero-shot answers, families of instruments.

Every sound is a whole recording, heard window by window as the scorer hears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from muze_evaluate.clap.config import ClapConfig
from muze_evaluate.clap.learning.items import drawn, fixed, part_of
from muze_evaluate.clap.learning.material import BLOCK_S, Material, Song
from muze_evaluate.clap.report.probe import features_of, predicted
from muze_evaluate.clap.report.retrieval import area, knowable, ranks, recalled
from muze_evaluate.clap.report.zero_shot import (
    Question,
    alone,
    answers,
    families_in,
    presence,
    prototypes,
    questions,
)
from muze_evaluate.clap.sound.spectra import views
from muze_evaluate.clap.towers import Towers
from muze_evaluate.clap.words.songs import facts_of
from muze_evaluate.clap.words.told import told_tempo_bpm, told_traits
from muze_evaluate.clap.words.traits import fitting, present, traits_of
from muze_evaluate.statistics.bootstrap import mean_interval
from muzecli.seeds import item_seed
from muzecli.song.captions import Facts, caption
from muzecli.song.instruments import FAMILIES

Array = npt.NDArray[np.float32]
DEPTHS = (1, 5, 10)
PROBE_SONGS = 3000
SEED = 0
_WORTH_CHOOSING = 10


@dataclass(frozen=True)
class Measured:
    """A figure.

    Attributes:
        name: what it is.
        value: of the model, 0…1.
        low: lower end of its 95 % interval over songs; None where there are too few.
        high: upper end.
        count: songs or parts that it rests on.
        chance: what guessing reaches; of a class, always the most frequent one.
        baseline: what the linear probe on mel statistics reaches; None where it was not asked.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    count: int
    chance: float
    baseline: float | None = None


def measure(towers: Towers, material: Material) -> dict[str, Any]:
    """Return the figures of a report, as JSON values."""
    songs = material.of("test", "valid")
    facts = [_whole_facts(song) for song in songs]
    places = np.stack([place_of(towers, song) for song in songs])
    figures = [
        *_retrieval(towers, songs, facts, places),
        *_choices(towers, material, songs, facts, places),
        *_alone(towers, songs),
        *_presence(towers, facts, places),
    ]
    return {"songs": len(songs), "figures": [asdict(figure) for figure in figures]}


@torch.inference_mode()
def place_of(towers: Towers, song: Song) -> Array:
    """Return where a whole song lies, (D,) of length 1: the mean over its windows."""
    size = towers.network.config.window_blocks
    last = max(0, song.spectra.count - size)
    total = torch.zeros(towers.network.config.width)
    for start in [*range(0, last, size), last]:
        stop = min(start + size, song.spectra.count)
        blocks = torch.from_numpy(song.spectra.read(start, stop).astype(np.float32))
        total += towers.network.embed_audio(views(blocks[None]))[0][0]
    return np.asarray((total / total.norm()).numpy())


def _whole_facts(song: Song) -> Facts:
    return facts_of(song.facts, 0.0, song.spectra.count * BLOCK_S)


def _retrieval(
    towers: Towers, songs: Sequence[Song], facts: Sequence[Facts], places: Array
) -> list[Measured]:
    """Return how often a song's caption finds it, and it its caption, beside what the captions' facts allow."""
    texts = [
        _caption(song, one, item_seed(SEED, f"caption/{song.id}"))
        for song, one in zip(songs, facts, strict=True)
    ]
    similarity = towers.embed_texts(texts) @ places.T
    fits = _fitting(texts, facts, towers.traits)
    found = []
    for depth in DEPTHS:
        chance = min(1.0, depth / len(songs))
        for way, matrix in (("text to audio", similarity), ("audio to text", similarity.T)):
            found.append(_figure(f"R@{depth}, {way}", recalled(ranks(matrix), depth), chance=chance))
        reached = knowable(fits, depth)
        found.append(Measured(f"R@{depth}, knowing all facts", reached, None, None, len(songs), chance))
    return found


def _fitting(texts: Sequence[str], facts: Sequence[Facts], names: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return (N texts, N songs) whether a song has all that a text tells."""
    columns = {name: index for index, name in enumerate(names)}
    asked = np.zeros((len(texts), len(names)), np.bool_)
    for row, (text, one) in enumerate(zip(texts, facts, strict=True)):
        told = told_traits(text, present(one)[0])
        asked[row, [columns[name] for name in told if name in columns]] = True
    tempo_bpm = np.array([told_tempo_bpm(text) for text in texts], np.float32)
    return fitting(asked, tempo_bpm, traits_of(facts, names)) | np.eye(len(texts), dtype=np.bool_)


def _caption(song: Song, facts: Facts, seed: int) -> str:
    if not song.facts.parts and song.facts.prompt:
        return song.facts.prompt
    return caption(facts, seed)


def _choices(
    towers: Towers, material: Material, songs: Sequence[Song], facts: Sequence[Facts], places: Array
) -> list[Measured]:
    learned = material.of("train")[:PROBE_SONGS]
    features = np.stack([_features(song) for song in learned])
    asked = np.stack([_features(song) for song in songs])
    learned_facts = [_whole_facts(song) for song in learned]
    found = []
    for question in questions(material.genres):
        truth = [question.truth(one) for one in facts]
        chosen = answers(question, places, towers.embed_texts)
        guessed = predicted(features, [question.truth(one) for one in learned_facts], question.classes, asked)
        found += _accuracy(question, truth, chosen, guessed)
    return found


def _alone(towers: Towers, songs: Sequence[Song]) -> list[Measured]:
    """Return how often the family of a part by itself is told, one part a song."""
    question = alone()
    items = []
    for song in songs:
        names = sorted(song.parts)
        if not names:
            continue
        first = item_seed(SEED, f"part/{song.id}") % len(names)
        tried = (
            part_of(song, name, towers.network.config.window_blocks, SEED)
            for name in names[first:] + names[:first]
        )
        item = next((item for item in tried if item is not None), None)
        if item is not None:
            items.append(item)
    if not items:
        return []
    with torch.inference_mode():
        places = np.stack(
            [
                towers.network.embed_audio(views(torch.from_numpy(item.blocks[None])))[0][0].numpy()
                for item in items
            ]
        )
    truth = [question.truth(item.facts) for item in items]
    return _accuracy(question, truth, answers(question, places, towers.embed_texts), None)


def _accuracy(
    question: Question,
    truth: Sequence[str | None],
    chosen: npt.NDArray[np.intp],
    guessed: npt.NDArray[np.intp] | None,
) -> list[Measured]:
    known = [row for row, one in enumerate(truth) if one in question.classes]
    if not known:
        return []
    right = np.array([question.classes.index(str(truth[row])) for row in known])
    hits = (chosen[known] == right).astype(np.float64)
    baseline = None if guessed is None else float((guessed[known] == right).mean())
    most = float(np.bincount(right).max() / len(right))
    return [_figure(f"zero-shot {question.name}", hits, chance=most, baseline=baseline)]


def _presence(towers: Towers, facts: Sequence[Facts], places: Array) -> list[Measured]:
    """Return, by family, how often a mix in which it plays fits its words better than one in which it does not."""
    texts = presence()
    likeness = places @ prototypes(list(texts.values()), towers.embed_texts).T
    playing = [families_in(one) for one in facts]
    found = []
    for column, family in enumerate(texts):
        rows = [row for row, known in enumerate(playing) if family in known]
        positive = np.array([playing[row][family] for row in rows], np.bool_)
        value = area(likeness[rows, column], positive) if rows else None
        if value is not None:
            found.append(Measured(f"{family} in the mix, area under ROC", value, None, None, len(rows), 0.5))
    return found


def family_thresholds(towers: Towers, config: ClapConfig, songs: Sequence[Song]) -> tuple[float, ...]:
    """Return, by family, the probability that separates presence from absence best on held-out songs.

    Best is the highest mean of both rates of right answers; ½ where there are too few of either.
    """
    names = [f"family {family}" for family in FAMILIES]
    if any(name not in towers.traits for name in names):
        return ()
    count = config.window_blocks
    items = [fixed(song, count, 0) for song in songs]
    items += [drawn(song, count, item_seed(SEED, f"threshold/{song.id}")) for song in songs]
    columns = [towers.traits.index(name) for name in names]
    with torch.inference_mode():
        probabilities = np.stack(
            [
                towers.network.embed_audio(views(torch.from_numpy(item.blocks[None])))[1][0, columns]
                .sigmoid()
                .numpy()
                for item in items
            ]
        )
    known = [families_in(item.facts) for item in items]
    return tuple(
        _threshold(probabilities[:, at], [one.get(name) for one in known]) for at, name in enumerate(FAMILIES)
    )


def _threshold(probabilities: Array, truth: Sequence[bool | None]) -> float:
    plays = np.array([one is True for one in truth])
    rests = np.array([one is False for one in truth])
    if min(plays.sum(), rests.sum()) < _WORTH_CHOOSING:
        return 0.5
    tried = np.linspace(0.05, 0.95, 91)
    rates = [((probabilities[plays] >= t).mean() + (probabilities[rests] < t).mean()) / 2 for t in tried]
    return round(float(tried[int(np.argmax(rates))]), 2)


def _features(song: Song) -> npt.NDArray[np.float64]:
    return features_of(song.spectra.read(0, song.spectra.count).astype(np.float32))


def _figure(
    name: str, hits: npt.NDArray[np.float64], *, chance: float, baseline: float | None = None
) -> Measured:
    if len(hits) < 2:
        return Measured(name, float(hits.mean()), None, None, len(hits), chance, baseline)
    interval = mean_interval(hits, seed=SEED)
    return Measured(name, interval.value, interval.low, interval.high, len(hits), chance, baseline)
