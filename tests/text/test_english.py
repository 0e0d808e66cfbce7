import pytest

from muzecli.text.edits import is_one_edit
from muzecli.text.stems import before_ly, before_vowel, unchanged


@pytest.mark.parametrize("typed", ["revreb", "rverb", "reeverb", "rewerb", "reverbs"])
def test_one_letter_amiss_is_one_edit(typed):
    assert is_one_edit(typed, "reverb")
    assert is_one_edit("reverb", typed)


@pytest.mark.parametrize("typed", ["reverb", "rvreb", "rever bs", "berver", ""])
def test_none_or_more_than_one_is_not(typed):
    assert not is_one_edit(typed, "reverb")


@pytest.mark.parametrize(
    ("stem", "word"), [("bigg", "big"), ("larg", "large"), ("muddi", "muddy"), ("plastick", "plastic")]
)
def test_a_vowel_was_added_to_a_word(stem, word):
    assert word in before_vowel(stem)


def test_what_would_have_doubled_its_consonant_is_not_proposed():
    assert list(before_vowel("hop")) == ["hope"]


def test_adverbs_come_from_adjectives():
    assert list(before_ly("heavi")) == ["heavi", "heavy"]
    assert list(unchanged("warm")) == ["warm"]
