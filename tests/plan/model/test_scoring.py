"""Scores, intervals and the two baselines."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from muze_plan.model.baselines.events import Event, closed, events_of, score, uniform
from muze_plan.model.baselines.ngram import NGram
from muze_plan.model.baselines.template import Templates, fitted_templates
from muze_plan.model.codes import PARTS, REST, SIZES
from muze_plan.model.forms import Form, FormSection, type_index
from muze_plan.model.scoring import Scores, figures, report
from muze_plan.model.training import beats, verdict
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType


def song(number: int, *, genre: str = "pop") -> Form:
    """Verse and chorus in turn, as often as the number says; nothing else ever happens."""
    turns = 2 + number % 3
    pair = (
        FormSection(SectionType.VERSE, 8, 0.4, True),
        FormSection(SectionType.CHORUS, 8, 0.8, True),
    )
    sections = (*(pair * turns), FormSection(SectionType.OUTRO, 4, 0.2, False))
    return Form(f"song {number}", "train", genre, 120.0, TimeSignature(), 0.55, True, sections)


SONGS = [song(number) for number in range(60)]


def test_figures_are_means_a_section() -> None:
    scores = Scores.of([([1.0, 2.0, 0.0, 0.0], 1.0, 2.0), ([3.0, 0.0, 0.0, 1.0], 2.0, 2.0)])
    measured = figures(scores)
    assert measured["type_nats"] == 1.0
    assert measured["section_nats"] == pytest.approx(7 / 4)
    assert measured["type_accuracy"] == 0.75


def test_intervals_hold_the_mean_and_shrink_with_more_songs() -> None:
    rng = np.random.default_rng(0)

    def scores(count: int, extra: float) -> Scores:
        nats = rng.gamma(2.0, 1.0, (count, 4)) + extra
        return Scores(nats, rng.integers(0, 8, count).astype(float), np.full(count, 8.0))

    widths = []
    for count in (50, 800):
        done = report({"good": scores(count, 0.0), "bad": scores(count, 0.5)}, reference="good")
        found = done["good"]["section_nats"]
        assert found["low"] < found["mean"] < found["high"]
        widths.append(found["high"] - found["low"])
        gap = done["bad"]["worse_by"]["section_nats"]
        assert gap["low"] < 4 * 0.5 / 8 < gap["high"]
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.4)


def test_the_verdict_is_plain() -> None:
    nats = np.ones((40, 4)) + np.random.default_rng(0).random((40, 4))
    a = Scores(nats, np.full(40, 6.0), np.full(40, 8.0))
    b = Scores(nats + 1.0, np.full(40, 4.0), np.full(40, 8.0))
    better = report({"planner": a, "template": b, "n-gram": b}, reference="planner")
    assert verdict({n: beats(better, n) for n in ("template", "n-gram")}).startswith("the planner beats both")
    worse = report({"planner": b, "template": a, "n-gram": b}, reference="planner")
    said = verdict({n: beats(worse, n) for n in ("template", "n-gram")})
    assert "does NOT clearly beat the template baseline in type nats" in said
    assert "the n-gram baseline in type nats" in said


def test_closed_leaves_a_bar_for_the_next() -> None:
    event = events_of(song(0))[-1]  # four bars are left
    probabilities = closed(event, uniform("bars"))
    assert probabilities.sum() == pytest.approx(1.0)
    assert np.flatnonzero(probabilities).tolist() == [0, 1, 2, REST]


@pytest.mark.parametrize("make", [NGram, Templates])
def test_baselines_give_probabilities(make: type) -> None:
    baseline = make(SONGS)
    for form in [*SONGS[:3], song(7, genre="polka")]:
        events = events_of(form)
        for part in PARTS:
            for row in baseline.predict(events, part):
                assert row.shape == (SIZES[part],)
                assert row.sum() == pytest.approx(1.0)
                assert (row >= 0).all()


def test_an_ngram_learns_what_always_follows() -> None:
    scores = score([song(100)], NGram(SONGS).predict)
    assert figures(scores)["type_nats"] < 0.15
    assert figures(scores)["vocals_nats"] < 0.1
    uniform_nats = sum(math.log(SIZES[part]) for part in PARTS)
    assert figures(scores)["section_nats"] < 0.2 * uniform_nats


def test_templates_foretell_a_song_made_from_them() -> None:
    made = fitted_templates("pop", 80)[0]
    sections = tuple(
        FormSection(list(SectionType)[kind], bars, energy, vocals)
        for kind, bars, energy, vocals in zip(made.types, made.bars, made.energies, made.vocals, strict=True)
    )
    mean = sum(s.energy * s.bars for s in sections if s.energy is not None) / 80
    forms = [Form(f"s{n}", "train", "pop", 120.0, TimeSignature(), mean, True, sections) for n in range(20)]
    measured = figures(score(forms[:2], Templates(forms).predict))
    assert measured["type_accuracy"] > 0.85
    assert measured["section_nats"] < 2.0


def test_a_template_is_looked_up_by_number_and_by_bar() -> None:
    one = fitted_templates("pop", 80)[0]
    assert sum(one.bars) == 80
    assert [one.at_bar(start) for start in one.starts] == list(range(len(one.starts)))
    assert type_index(SectionType.VERSE) in one.types


def test_events_know_only_what_came_before() -> None:
    a, b = events_of(song(0)), events_of(song(0))
    ending = FormSection(SectionType.SOLO, 20, 0.5, False)
    shorter = replace(song(0), sections=(*song(0).sections[:2], ending))
    c = events_of(shorter)

    def known(event: Event) -> object:
        return {k: v for k, v in event.__dict__.items() if k != "target"}

    assert [known(e) for e in a] == [known(e) for e in b]
    assert [known(e) for e in a[:3]] == [known(e) for e in c[:3]]
