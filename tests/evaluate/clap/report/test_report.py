"""Figures: ranks, areas and answers beside their definitions and a reference implementation."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, rankdata

from muze_evaluate.clap.report.probe import predicted
from muze_evaluate.clap.report.retrieval import area, knowable, ranks, recalled
from muze_evaluate.clap.report.zero_shot import (
    alone,
    answers,
    families_in,
    family_of,
    presence,
    prototypes,
    questions,
)
from muzecli.song.captions import Facts
from muzecli.song.instruments import FAMILIES


def test_ranks_are_those_of_the_reference():
    similarity = np.random.default_rng(0).integers(0, 5, (9, 9)).astype(np.float32)
    wanted = [rankdata(-row)[index] for index, row in enumerate(similarity)]
    assert ranks(similarity).tolist() == wanted


def test_recall_counts_the_first_ones():
    assert recalled(np.array([1.0, 3.0, 5.0, 6.0]), 5).tolist() == [1.0, 1.0, 1.0, 0.0]


def test_nobody_can_tell_twins_apart():
    fits = np.eye(4, dtype=np.bool_)
    fits[0, 1] = fits[1, 0] = True
    assert knowable(fits, 1) == pytest.approx((0.5 + 0.5 + 1 + 1) / 4)
    assert knowable(fits, 2) == 1.0


def test_the_area_is_that_of_the_reference():
    random = np.random.default_rng(1)
    scores, positive = random.integers(0, 6, 50).astype(np.float32), random.random(50) < 0.4
    reference = mannwhitneyu(scores[positive], scores[~positive]).statistic
    assert area(scores, positive) == pytest.approx(reference / (positive.sum() * (~positive).sum()))
    assert area(scores, np.ones(50, np.bool_)) is None


def test_the_probe_learns_what_can_be_separated():
    random = np.random.default_rng(2)
    x = random.standard_normal((200, 4))
    labels = ["yes" if row[1] > 0 else "no" for row in x]
    guessed = predicted(x[:150], [*labels[:149], None], ("yes", "no"), x[150:])
    right = np.array([("yes", "no").index(label) for label in labels[150:]])
    assert (guessed == right).mean() > 0.9


def test_an_answer_is_the_class_whose_words_are_nearest():
    question = next(one for one in questions(("jazz",)) if one.name == "mode")
    places = {text: (1.0, 0.0) if "major" in text else (0.0, 1.0) for of in question.texts for text in of}

    def embed(texts):
        return np.array([places[text] for text in texts], np.float32)

    sounds = np.array([[0.9, 0.1], [0.2, 0.8]], np.float32)
    assert [question.classes[i] for i in answers(question, sounds, embed)] == ["major", "minor"]
    assert np.linalg.norm(prototypes(question.texts, embed), axis=1) == pytest.approx([1.0, 1.0])


def test_truths_follow_from_facts():
    truth = {one.name: one.truth for one in questions(("jazz",))}
    sung = Facts(genre="jazz", tempo_bpm=130.0, mode="minor", voice="vocals", has_drums=True)
    assert [truth[name](sung) for name in ("genre", "drums", "voice", "tempo", "mode")] == [
        *("jazz", "yes", "yes", "fast", "minor")
    ]
    plain = Facts(is_instrumental=True, absent=("drums",))
    assert [truth[name](plain) for name in ("drums", "voice", "tempo")] == ["no", "no", None]
    assert truth["drums"](Facts()) is None and truth["voice"](Facts()) is None


def test_families_that_play_but_little_are_left_out():
    facts = Facts(instruments=("piano", "drums"), others=("violin",), is_instrumental=True)
    found = families_in(facts)
    assert found["keys"] and found["drums"] and not found["winds"] and not found["voices"]
    assert "strings" not in found
    assert family_of(facts) is None and family_of(Facts(instruments=("cello",))) == "strings"


def test_every_family_has_words():
    assert alone().classes == FAMILIES == tuple(presence())
