"""Scores and their floor, against sums written out one by one."""

from __future__ import annotations

import numpy as np
import pytest

from muze_evaluate.pairing.figures import result_of
from muze_evaluate.pairing.scores import Space, mean_of_windows, mismatched, numbered, pair_scores, unit
from muze_evaluate.statistics.shares import share_interval


def space(texts: list[str], contents: list[str], *, seed: int = 0, width: int = 16) -> Space:
    """Random vectors for the texts and contents of pairs."""
    rng = np.random.default_rng(seed)
    named, text_of = numbered(texts)
    different, audio_of = numbered(contents)
    audio = np.stack([mean_of_windows(rng.standard_normal((3, width))) for _ in different])
    return Space(unit(rng.standard_normal((len(named), width))), audio, text_of, audio_of)


def test_a_score_is_the_mean_cosine_over_all_windows() -> None:
    rng = np.random.default_rng(1)
    windows, text = (
        rng.standard_normal((5, 8)) * [[1], [10], [3], [1], [0.1]],
        unit(rng.standard_normal((1, 8))),
    )
    cosines = [window @ text[0] / np.linalg.norm(window) for window in windows]
    one = Space(text, mean_of_windows(windows)[None], np.array([0]), np.array([0]))
    assert pair_scores(one)[0] == pytest.approx(np.mean(cosines), abs=1e-15)
    assert not np.array_equal(mean_of_windows(windows), unit(mean_of_windows(windows)[None])[0])


def test_a_window_without_a_direction_counts_as_no_likeness() -> None:
    windows = np.array([[1.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(mean_of_windows(windows), [0.5, 0.0])


@pytest.mark.parametrize(
    ("texts", "contents"),
    [
        (["a", "b", "c", "d"], ["1", "2", "3", "4"]),
        (["a", "b", "a", "c"], ["1", "2", "3", "4"]),  # one text of two audios
        (["a", "b", "c", "d"], ["1", "1", "2", "3"]),  # one audio with two texts
        (["a", "b", "a", "b"], ["1", "1", "2", "2"]),  # everything is said of everything
    ],
)
def test_the_floor_is_all_texts_that_are_not_said_of_the_audio(texts: list[str], contents: list[str]) -> None:
    made = space(texts, contents)
    named, _ = numbered(texts)
    different, _ = numbered(contents)
    for pair, floor in enumerate(mismatched(made)):
        own = {text for text, content in zip(texts, contents, strict=True) if content == contents[pair]}
        others = [
            float(made.texts[index] @ made.audio[different.index(contents[pair])])
            for index, text in enumerate(named)
            if text not in own
        ]
        if others:
            assert floor == pytest.approx(np.mean(others), abs=1e-12)
        else:
            assert np.isnan(floor)


def test_the_order_of_pairs_changes_no_figure() -> None:
    texts, contents = ["a", "b", "c", "b", "d"], ["1", "2", "3", "4", "5"]
    straight, order = space(texts, contents), np.array([3, 0, 4, 1, 2])
    shuffled = Space(straight.texts, straight.audio, straight.text_of[order], straight.audio_of[order])
    first, second = (result_of(one, seed=1, ci=False) for one in (straight, shuffled))
    for figure, other in zip(first.figures, second.figures, strict=True):
        assert figure.name == other.name and figure.value == pytest.approx(other.value, abs=1e-12)
    assert [first.values[i] for i in order] == list(second.values)


def test_a_scorer_that_knows_is_told_from_one_that_does_not() -> None:
    eye = np.eye(8)
    index = np.arange(8)
    knows = {f.name: f for f in result_of(Space(eye, eye, index, index), seed=0).figures}
    assert knows["clap score"].value == 1.0 and knows["mismatched"].value == 0.0
    for way in ("text to audio", "audio to text"):
        assert (knows[f"{way} R@1"].value, knows[f"{way} median rank"].value) == (1.0, 1.0)
        assert knows[f"{way} R@1"].low == share_interval(8, 8).low  # eight of eight are not all
    same = np.ones((8, 4)) / 2
    nothing = {f.name: f for f in result_of(Space(same, same, index, index), seed=0).figures}
    assert nothing["above mismatched"].value == pytest.approx(0.0, abs=1e-15)
    for way in ("text to audio", "audio to text"):
        assert nothing[f"{way} R@1"].value == pytest.approx(1 / 8)
        assert nothing[f"{way} R@5"].value == pytest.approx(5 / 8)
        assert nothing[f"{way} median rank"].value == 4.5
        assert nothing[f"{way} R@5"].note == "0.625 by chance, of 8"


def test_what_cannot_be_had_is_none_with_a_note() -> None:
    one = result_of(space(["a"], ["1"]), seed=0)
    assert [(f.name, f.value is None, f.note) for f in one.figures] == [
        ("clap score", False, "an interval takes at least 2"),
        ("mismatched", True, "takes another text that is said of another audio"),
    ]
    same_text = result_of(space(["a", "a"], ["1", "2"]), seed=0)
    assert same_text.figures[1].value is None and same_text.figures[0].low is not None
    assert same_text.values[0]["mismatched"] is None
    two = {f.name: f for f in result_of(space(["a", "b"], ["1", "2"]), seed=0).figures}
    assert (two["text to audio R@5"].value, two["text to audio R@5"].note) == (
        None,
        "all 2 are among the first 5",
    )
    assert two["text to audio R@1"].value is not None
