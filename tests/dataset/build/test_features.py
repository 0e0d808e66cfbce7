"""What --features may say."""

from __future__ import annotations

import pytest
from tests.dataset.build.fakes import Fake, FakeRegistry, fakes

from muze_dataset.build.features import chosen, words_of
from muzecli.errors import UsageError


def names(words, extractors=None):
    order, _ = chosen(words_of(words), FakeRegistry(extractors or fakes()))
    return [one.name for one in order]


def test_all_is_everything_and_says_so_alone():
    assert words_of("energy, all") == ("all",)
    assert set(names("all")) == set(fakes())


def test_light_is_what_is_there_of_it():
    beats = Fake("beats", ("tempo",), None)
    assert names("light", fakes() | {"beats": beats}) == ["beats", "wave", "energy"]


def test_names_come_with_what_they_need():
    assert names("energy") == ["wave", "energy"]
    assert names("level , TITLE") == ["title", "level"]


def test_fields_and_facts_mean_the_cheapest_that_gives_them():
    dear = Fake("dear", ("lyrics",), None, cost_per_second=1.0)
    assert names("lyrics", fakes() | {"dear": dear}) == ["words"]
    assert names("level") == ["level"]


def test_equal_wishes_are_equal():
    assert words_of("b, a,a") == words_of("A,b")


def test_unknown_words_get_a_suggestion_or_the_list():
    with pytest.raises(UsageError, match="no feature named 'energi'") as caught:
        names("energi")
    assert caught.value.hint == "did you mean energy?"
    with pytest.raises(UsageError) as caught:
        names("qqq")
    assert caught.value.hint == "there are all, light, energy, level, title, wave, words"
