"""Fit the tables of the chord classifier and the key finder: two small networks, on songs whose truth is known.

    muze dataset synth -o runs/tiny/corpus --tracks 1100 --duration 20-40 --seed 11
    muze dataset synth -o runs/truth/dev --tracks 90 --duration 30-120 --seed 501 --stems
    python recipes/harmony_tables.py runs/tiny/corpus runs/truth/dev

Writes plugins/muze_dataset/hearing/harmony/tables.safetensors, the same bytes from the same songs.

So that they hear music and not the synthesiser: every example gets another equaliser curve, some lose their bass, one
of their neighbours or get another song's drums; an eighth are chords put together from sines, all qualities alike,
with overtones of any strength; and drums alone (from corpora with stems) teach what no chord sounds like.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from torch.nn.functional import cross_entropy

from muze_dataset.extractors.mono import RATE_HZ
from muze_dataset.hearing.harmony import classifier, key
from muze_dataset.hearing.harmony.classifier import NO_CHORD, QUALITIES
from muze_dataset.hearing.harmony.semitones import PITCHES, Semitones, semitones
from muze_dataset.hearing.harmony.steps import pooled, step_edges
from muze_dataset.hearing.harmony.tables import TABLES
from muzecli.audio.reader import read_audio
from muzecli.audio.resample import resample
from muzecli.song.chord import QUALITIES as ALL_QUALITIES
from muzecli.song.chord import Chord
from muzecli.song.pitch import Key

Floats = npt.NDArray[np.float32]

# Qualities that are not told apart: colours on top of a chord that is.
REDUCED = {
    "add9": "maj",
    "maj6": "maj",
    "min6": "min",
    "minmaj7": "min",
    "9": "7",
    "13": "7",
    "7b9": "7",
    "7#9": "7",
    "maj9": "maj7",
    "min9": "min7",
    "7sus4": "sus4",
}
HIDDEN = {"chords": (64, 64), "key": (24,)}
BATCH, EPOCHS, RATE = 512, 6, 3e-3
FROM_SINES, SINGLE_NOTES = 20_000, 0.06
KEY_EPOCHS, KEY_CROPS = 40, 8


@dataclass(frozen=True)
class Song:
    """A song's semitones, its truth, and the semitones of its drums where they are a file of their own."""

    heard: Semitones
    truth: dict[str, Any]
    drums: Semitones | None


def songs(corpus: Path) -> Iterator[Song]:
    """Yield all songs of a corpus."""
    for line in (corpus / "dataset.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        stems = truth["source"].get("stems") or {}
        drums = next((stems[name] for name in truth["source"]["drums"] if name in stems), None)
        heard = heard_at(corpus / truth["audio_path"])
        yield Song(heard, truth, heard_at(corpus / drums) if drums else None)


def heard_at(path: Path) -> Semitones:
    """Return the semitones of a file."""
    samples, info = read_audio(path)
    return semitones(resample(samples.mean(axis=0, keepdims=True), info.rate_hz, RATE_HZ)[0], RATE_HZ)


def state_of(text: str) -> int:
    """Return the classifier's state of a chord."""
    chord = Chord.parse(text)
    if chord.root is None:
        return NO_CHORD
    return chord.root * len(QUALITIES) + QUALITIES.index(REDUCED.get(chord.quality, chord.quality))


def labelled(song: Song, beats_s: list[float]) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Return contexts, pitch classes and states of a song's steps."""
    edges = step_edges(song.truth["duration"], beats_s)
    starts = np.array([chord["start"] for chord in song.truth["chord_progression"]])
    states = np.array([state_of(chord["chord"]) for chord in song.truth["chord_progression"]])
    at = np.clip(np.searchsorted(starts, (edges[1:] + edges[:-1]) / 2) - 1, 0, None)
    return (*classifier.views_in_time(classifier.spectra(song.heard, edges)), states[at])


def drum_steps(songs: list[Song]) -> tuple[Floats, Floats]:
    """Return contexts and pitch classes of all steps in which drums alone sound."""
    parts = []
    for song in songs:
        if song.drums is not None:
            edges = step_edges(len(song.drums.energies) / song.drums.rate_hz)
            steps = classifier.spectra(song.drums, edges)
            contexts, whole = classifier.views_in_time(steps)
            loud = steps.mean(axis=1) > 0.1 * steps.mean()
            parts.append((contexts[loud], whole[loud]))
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))  # type: ignore[return-value]


def from_sines(count: int, random: np.random.Generator) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    """Return contexts, pitch classes and states of chords put together from sines."""
    contexts = np.zeros((count, 3, PITCHES))
    states = random.integers(0, NO_CHORD, count)
    for row, state in enumerate(states):
        others = random.integers(0, NO_CHORD, 2)
        for place, other in enumerate((state, *others)):
            # Half of the neighbours are the same chord in another voicing.
            sounding = state if random.random() < 0.5 else other
            contexts[row, place] = voicing(int(sounding), random)
        if random.random() < SINGLE_NOTES:
            contexts[row] = [note(random.integers(24, 60), random) for _ in range(3)]
            states[row] = NO_CHORD
    noise = random.random((count, 3, PITCHES)) * random.uniform(0.0, 0.3, (count, 1, 1))
    contexts = np.sqrt(contexts) + noise * np.sqrt(contexts.mean(axis=2, keepdims=True))
    contexts /= np.sqrt((contexts**2).mean(axis=2, keepdims=True)) + 1e-6
    whole = contexts.mean(axis=1).reshape(count, -1, 12).mean(axis=1)
    return contexts.astype(np.float32), whole.astype(np.float32), states


def voicing(state: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return (P,) amplitudes of a chord's partials, the notes anywhere, the root most often in the bass."""
    root, quality = divmod(state, len(QUALITIES))
    tones = [(root + step) % 12 for step in ALL_QUALITIES[QUALITIES[quality]]]
    bass = tones[0] if random.random() < 0.85 else tones[random.integers(len(tones))]
    notes = [(bass + 12 * random.integers(0, 3), random.uniform(0.3, 1.5))] if random.random() < 0.85 else []
    for tone in tones:
        for _ in range(random.integers(1, 4)):
            notes.append((tone + 12 * random.integers(2, 5), random.uniform(0.2, 1.0)))
    power = [(loudness * note(int(pitch), random)) ** 2 for pitch, loudness in notes]
    return np.asarray(np.sqrt(np.sum(power, axis=0)), np.float64)


def note(place: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return (P,) amplitudes of a note's partials, the first on `place`, with overtones of any strength."""
    amplitudes = np.zeros(PITCHES)
    decay = random.uniform(0.3, 0.9)
    for partial in range(1, 9):
        overtone = place + round(12 * np.log2(partial))
        if overtone < PITCHES:
            amplitudes[overtone] += decay ** (partial - 1)
    return amplitudes


def disturbed(contexts: Floats, drums: Floats, random: np.random.Generator) -> Floats:
    """Return examples (B, 3, P) as other recordings of the same might sound."""
    count = len(contexts)
    # A curve through eight random points, straight between them.
    hats = np.maximum(0.0, 1.0 - np.abs(np.linspace(0, 7, PITCHES) - np.arange(8)[:, None]))
    gains = np.exp(random.normal(0.0, 0.3, (count, 8)) @ hats)
    lowest = np.where(random.random(count) < 0.15, random.integers(6, 26, count), 0)
    gains *= np.arange(PITCHES) >= lowest[:, None]
    share = random.uniform(0.0, 0.5, (count, 1, 1)) * (random.random((count, 1, 1)) < 0.4)
    other = drums[random.integers(0, len(drums), count)]
    changed = np.sqrt(contexts**2 + (share * other) ** 2) * gains[:, None]
    for place in (1, 2):
        lost = random.random(count) < 0.1
        changed[lost, place] = changed[lost, 0]
    return np.asarray(changed, np.float32)


def layers(name: str, inputs: int, outputs: int) -> torch.nn.Sequential:
    """Return the network as torch trains it, its inputs scaled to their own spread by the first layer."""
    sizes = (inputs, *HIDDEN[name])
    parts: list[torch.nn.Module] = []
    for size, following in pairwise(sizes):
        parts += [torch.nn.Linear(size, following), torch.nn.ReLU(), torch.nn.Dropout(0.1)]
    return torch.nn.Sequential(*parts, torch.nn.Linear(sizes[-1], outputs))


def numbers(name: str, network: torch.nn.Sequential) -> dict[str, npt.NDArray[Any]]:
    """Return the weights as the table keeps them."""
    linear = [part for part in network if isinstance(part, torch.nn.Linear)]
    return {
        f"{name}.{index}.{kind}": getattr(layer, kind).detach().numpy()
        for index, layer in enumerate(linear)
        for kind in ("weight", "bias")
    }


def fit_chords(songs: list[Song]) -> torch.nn.Sequential:
    """Return the chord classifier."""
    random = np.random.default_rng(0)
    parts = [labelled(song, beats) for song in songs for beats in ([], song.truth["beat_positions"])]
    drums, drums_whole = drum_steps(songs)
    parts.append((drums, drums_whole, np.full(len(drums), NO_CHORD)))
    contexts, whole, states = (np.concatenate(column) for column in zip(*parts, strict=True))
    made, made_whole, made_states = from_sines(FROM_SINES, random)
    network = layers("chords", 3 * PITCHES + 12, len(QUALITIES) + 1)
    real = BATCH - BATCH // 8
    batches = len(states) // real
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * batches)
    for epoch in range(EPOCHS):
        order, total = random.permutation(len(states)), 0.0
        for batch in range(batches):
            rows = order[batch * real : (batch + 1) * real]
            sines = random.integers(0, FROM_SINES, BATCH - real)
            seen = np.concatenate((disturbed(contexts[rows], drums, random), made[sines]))
            views = classifier.views_from_roots(seen, np.concatenate((whole[rows], made_whole[sines])))
            scores = network(torch.from_numpy(views))
            chords = scores[:, :, :-1].reshape(BATCH, -1)
            every = torch.cat((chords, scores[:, :, -1].mean(dim=1, keepdim=True)), dim=1)
            wanted = torch.from_numpy(np.concatenate((states[rows], made_states[sines])))
            loss = cross_entropy(every, wanted, label_smoothing=0.02)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        told(f"chords: epoch {epoch + 1} of {EPOCHS}, loss {total / batches:.4f}")
    return network.eval()


def fit_key(songs: list[Song], weights: dict[str, Floats]) -> torch.nn.Sequential:
    """Return the key finder; it learns from songs and from pieces of songs, which end anywhere."""
    random = np.random.default_rng(1)
    views, wanted = [], []
    for song in songs:
        edges = step_edges(song.truth["duration"])
        chords = classifier.chord_probabilities(song.heard, edges, weights)
        chroma, bass = (pooled(v, song.heard.rate_hz, edges) for v in (song.heard.chroma, song.heard.bass))
        for crop in range(KEY_CROPS):
            # From four steps up, as many short pieces as long ones: of little evidence it is to be unsure.
            shortest = min(4, len(chords))
            length = round(shortest * (len(chords) / shortest) ** (random.random() if crop else 1.0))
            first = random.integers(0, len(chords) - length + 1)
            part = slice(first, first + length)
            evidence = key.key_evidence(chroma[part], bass[part], chords[part])
            views.append(key.views_from_tonics(evidence))
            wanted.append(Key.parse(song.truth["key"]).index)
    inputs, targets = torch.from_numpy(np.stack(views)), torch.tensor(wanted)
    network = layers("key", inputs.shape[2], 2)
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=0.1)
    batches = len(targets) // BATCH + 1
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=KEY_EPOCHS * batches)
    for epoch in range(KEY_EPOCHS):
        total = 0.0
        for rows in torch.from_numpy(random.permutation(len(targets))).split(BATCH):
            scores = network(inputs[rows]).transpose(1, 2).reshape(len(rows), 24)
            loss = cross_entropy(scores, targets[rows], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        if epoch % 10 == 9:
            told(f"key: epoch {epoch + 1} of {KEY_EPOCHS}, loss {total / batches:.4f}")
    return network.eval()


def told(line: str) -> None:
    """Say how far it is."""
    sys.stderr.write(f"{line}\n")


def main() -> None:
    """Fit both and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=TABLES)
    given = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    known = [song for corpus in given.corpora for song in songs(corpus)]
    found = numbers("chords", fit_chords(known))
    found |= numbers("key", fit_key(known, found))
    save_file(found, given.output)


if __name__ == "__main__":
    main()
