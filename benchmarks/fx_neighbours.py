"""How well unknown words are guessed: hide each synonym of the lexicon in turn and look it up.

    python benchmarks/fx_neighbours.py             # the figures of the shipped constants
    python benchmarks/fx_neighbours.py --fit       # also fits the constants anew and prints them
    python benchmarks/fx_neighbours.py --errors    # also lists the most confident mistakes

A hidden form is taken out of everything (20 folds), and with it the inflections of it that the lexicon's own
rules would have found. A guess is right when it is the descriptor itself or one that treats sound alike:
pronounced curves that correlate above 0.5, else mostly the same effects (`muze_fx.words.kinship`). Negatives are
words and phrases that mean nothing about sound; none of them is a decoy or a form of the lexicon.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from muze_fx.words import semantics
from muze_fx.words.decoys import DECOYS
from muze_fx.words.kinship import Kinship, opposed, poles_apart, stem
from muze_fx.words.lexicon import Lexicon
from muze_fx.words.semantic_space import Space
from muzecli.text import load_text_encoder

FOLDS = 20
NEGATIVE_SHARE = 0.2  # of all words in the fit, as if every fifth unknown word meant nothing

_NEGATIVES = """
asdf qwerty, flurb, blorptang, zxcvb, wibblefrotz, kjhgf, grumbo, plinth snork, qqq, vrooshka
banana, tuesday, invoice, spreadsheet, giraffe, passport, sandwich, democracy, carrot, february, bicycle
tax return, shoelace, mortgage, parliament, kilogram, keyboard shortcut, algebra, umbrella, potato, toothbrush
accountant, homework, grandmother, wednesday afternoon, stapler, penguin, insurance policy, email address
refrigerator magnet, pancake recipe book, sock, lawnmower, chemistry, photosynthesis, president, calendar
scissors, buy milk, what time is it, hello there, click here, my cat ate it, delete this folder
tell me a joke, the quick brown fox, javascript, postcode, pencil, tomato, zebra, ladder, receipt, warranty
cheese, nephew, volleyball, haircut, saturn, visa application, password, tractor, wallet, dentist, elephant
"""
NEGATIVES = tuple(word.strip() for line in _NEGATIVES.split("\n") for word in line.split(",") if word)


@dataclass
class Asked:
    """Looked-up words, and of each the nearest descriptor. Arrays of length Q."""

    words: list[str]
    forms: list[str]  # nearest form of the nearest descriptor
    best: np.ndarray  # its number
    pieces: np.ndarray  # (Q, 4) the evidence for it
    certainty: np.ndarray  # confidence as a user would see it
    held_back: np.ndarray  # whether the antonym or the spelling held it back

    @classmethod
    def of(cls, words, to_forms, to_decoys, owners, forms, kin):
        scores, certainty = semantics.judge(to_forms, to_decoys, owners, kin)
        best, rows = scores.argmax(axis=1), np.arange(len(scores))
        nearest = [
            semantics.nearest_form(row, number, owners, forms)
            for row, number in zip(to_forms, best, strict=True)
        ]
        spelling = np.array(
            [
                opposed(word, form) or poles_apart(word, kin.names[number])
                for word, form, number in zip(words, nearest, best, strict=True)
            ]
        )
        return cls(
            list(words),
            nearest,
            best,
            semantics.evidence(scores, to_forms, to_decoys, owners, kin)[rows, best],
            certainty[rows, best] * np.where(spelling, semantics.HELD_BACK, 1),
            spelling | semantics.antonym_near(scores, kin)[rows, best],
        )

    def __add__(self, other: Asked) -> Asked:
        parts = [(getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__]
        return Asked(*(a + b if isinstance(a, list) else np.concatenate([a, b]) for a, b in parts))


def ask_hidden(kin: Kinship, vectors: np.ndarray, decoys: np.ndarray) -> tuple[Asked, np.ndarray]:
    """Look up every synonym without itself; return what was found and the right descriptors' numbers."""
    forms, owners = np.array(kin.forms), kin.owners
    fold = np.random.default_rng(0).permutation(len(forms)) % FOLDS
    fold[np.unique(owners, return_index=True)[1]] = -1  # a canonical name is never unknown
    stems = np.array([stem(form) for form in forms])
    found, truth = [], []
    for number in range(FOLDS):
        asked, kept = np.flatnonzero(fold == number), fold != number
        space = Space.of(vectors[kept], decoys)
        to_forms, to_decoys = space.similarity(vectors[asked])
        same = (stems[asked][:, None] == stems[kept]) & (owners[asked][:, None] == owners[kept])
        to_forms[same] = -np.inf
        words = forms[asked].tolist()
        found.append(Asked.of(words, to_forms, to_decoys, owners[kept], tuple(forms[kept].tolist()), kin))
        truth.append(owners[asked])
    return sum(found[1:], found[0]), np.concatenate(truth)


def report(kin: Kinship, hidden: Asked, truth: np.ndarray, negative: Asked, threshold: float) -> None:
    sure = hidden.certainty >= threshold
    right, same = kin.alike[truth, hidden.best], truth == hidden.best
    antonym, contrary = kin.antonyms[truth, hidden.best], kin.contrary[truth, hidden.best]
    paired = kin.antonyms.any(axis=1)[truth]
    let_in = negative.certainty >= threshold

    def among(part: np.ndarray, whole: np.ndarray = sure) -> str:
        return f"{(part & whole).sum() / max(whole.sum(), 1):6.1%}"

    print(f"threshold {threshold:.2f}: {sure.mean():.1%} of {len(sure)} hidden synonyms resolved")
    print(f"  precision {among(right)}, the very descriptor {among(same)}")
    print(f"  recall    {(right & sure).mean():6.1%} (nearest descriptor right {right.mean():.1%})")
    print(
        f"  antonym   {among(antonym)} ({(antonym & sure).sum()}); of words with one {among(antonym, sure & paired)}"
    )
    print(f"  contrary  {among(contrary)} ({(contrary & sure).sum()}), antonyms among them")
    print(
        f"  negatives let in {let_in.mean():.1%}: {[w for w, i in zip(negative.words, let_in, strict=True) if i]}"
    )


def fit(pieces: np.ndarray, right: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method with a little ridge; returns weights and constant."""
    x = np.c_[pieces, np.ones(len(pieces))].astype(np.float64)
    ridge = np.diag([1e-4] * pieces.shape[1] + [0]) * len(x)
    solution = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ solution))
        gradient = x.T @ (weight * (p - right)) + ridge @ solution
        solution -= np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + ridge, gradient)
    return solution


def print_fit(kin: Kinship, hidden: Asked, truth: np.ndarray, negative: Asked) -> None:
    pieces = np.concatenate([hidden.pieces, negative.pieces])
    right = np.r_[kin.alike[truth, hidden.best], np.zeros(len(negative.best))]
    share = NEGATIVE_SHARE / (1 - NEGATIVE_SHARE) * len(hidden.best) / len(negative.best)
    weight = np.r_[np.ones(len(hidden.best)), np.full(len(negative.best), share)]
    solution = fit(pieces, right, weight)
    print(f"fitted: WEIGHTS {np.round(solution[:-1], 2).tolist()}, CONSTANT {solution[-1]:.2f}")
    # Fitted on one half of the descriptors and judged on the other, to see how much of it is chance.
    half = np.r_[truth % 2 == 0, np.arange(len(negative.best)) % 2 == 0]
    for name, part in (("even", half), ("odd", ~half)):
        solution = fit(pieces[part], right[part], weight[part])
        p = 1 / (1 + np.exp(-(np.c_[pieces, np.ones(len(pieces))] @ solution)))
        sure = ~part & (p >= semantics.THRESHOLD)
        print(f"  fitted on {name} descriptors: on the others {right[sure].mean():.1%} of {sure.sum()} right")


def main(words: Sequence[str] = ()) -> bool:
    """Measure; the goal is fewer than two antonyms in a hundred of the words that have one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fit", action="store_true", help="fit the constants anew and print them")
    parser.add_argument("--errors", action="store_true", help="list the most confident mistakes")
    options = parser.parse_args(list(words))
    if both := set(NEGATIVES) & set(DECOYS):
        raise SystemExit(f"negatives must not be decoys: {sorted(both)}")
    lexicon = Lexicon.load()
    kin = Kinship.of(lexicon)
    decoys = semantics.decoys_beside(kin)
    negatives = [word for word in NEGATIVES if lexicon.find(word) is None]
    print(
        f"{len(kin.names)} descriptors, {len(kin.forms)} forms, {len(decoys)} decoys, {len(negatives)} negatives"
    )
    by_chance = f"{kin.alike.mean():.1%} alike, {kin.contrary.mean():.1%} contrary"
    print(f"two descriptors drawn by chance: {by_chance}")
    encoder = load_text_encoder("minilm")
    vectors, decoy_vectors, negative_vectors = map(encoder.encode, (kin.forms, decoys, negatives))
    hidden, truth = ask_hidden(kin, vectors, decoy_vectors)
    similarity = Space.of(vectors, decoy_vectors).similarity(negative_vectors)
    negative = Asked.of(negatives, *similarity, kin.owners, kin.forms, kin)
    for threshold in (0.6, semantics.THRESHOLD, 0.8):
        report(kin, hidden, truth, negative, threshold)
    print("confidence and how often it is right:", calibration(kin, hidden, truth))
    sure = (hidden.certainty >= semantics.THRESHOLD) & kin.antonyms.any(axis=1)[truth]
    met = bool(kin.antonyms[truth, hidden.best][sure].mean() < 0.02)
    print(f"goal: fewer than two antonyms in a hundred: {'met' if met else 'MISSED'}")
    if options.fit:
        print_fit(kin, hidden, truth, negative)
    if options.errors:
        wrong = np.flatnonzero(~kin.alike[truth, hidden.best])
        for i in wrong[np.argsort(-hidden.certainty[wrong])][:60]:
            sign = "contrary" if kin.contrary[truth[i], hidden.best[i]] else ""
            print(
                f"{hidden.certainty[i]:.2f} {hidden.words[i]} ({kin.names[truth[i]]}) taken for "
                f"{kin.names[hidden.best[i]]} by {hidden.forms[i]!r} {sign}"
            )
    return met


def calibration(kin: Kinship, hidden: Asked, truth: np.ndarray) -> str:
    right = kin.alike[truth, hidden.best]
    bins = [(low, low + 0.1) for low in np.arange(0.3, 0.95, 0.1)]
    inside = [(hidden.certainty >= low) & (hidden.certainty < high) for low, high in bins]
    return ", ".join(
        f"{low:.1f}–{high:.1f} {right[part].mean():.0%}"
        for (low, high), part in zip(bins, inside, strict=True)
        if part.any()
    )


if __name__ == "__main__":
    raise SystemExit(not main(sys.argv[1:]))
