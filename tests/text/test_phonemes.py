"""Words to phonemes: known words, syllables, spans, errors, and independence of what was read before."""

import concurrent.futures
import multiprocessing

import pytest

from muzecli.errors import UnavailableError, UsageError
from muzecli.text import espeak as espeak_module
from muzecli.text.espeak import espeak
from muzecli.text.ipa import is_vowel, onset_length, phonemes_of
from muzecli.text.phonemes import phonemise
from muzecli.text.spelling import split_spelling

# Written by hand from dictionaries; a set holds the allophones that are right too.
KNOWN = [
    ("en", "love", "l ʌ v"),
    ("en", "night", "n aɪ t"),
    ("en", "choose", "tʃ uː z"),
    ("en", "heart", "h ɑː/ɑ ɹ t"),
    ("en", "moon", "m uː n"),
    ("en", "singing", "s ɪ ŋ ɪ ŋ"),
    ("en", "bridge", "b ɹ ɪ dʒ"),
    ("en", "over", "oʊ v ɚ"),
    ("en", "water", "w ɔː t/ɾ ɚ"),
    ("en-gb", "water", "w ɔː t ə"),
    ("pl", "życie", "ʒ/ʐ ɨ tɕ ɛ"),
    ("pl", "kocham", "k ɔ x a m"),
    ("pl", "dziękuję", "dʑ ɛ ŋ k u j ɛ"),
    ("pl", "deszcz", "d ɛ ʃ/ʂ tʃ/tʂ"),
    ("de", "liebe", "l iː b ə"),
    ("de", "ich", "ɪ ç"),
    ("de", "Zeit", "ts aɪ t"),
    ("de", "Häuser", "h ɔø/ɔʏ z ɜ/ɐ"),
    ("de", "schön", "ʃ øː n"),
    ("fr", "amour", "a m u ʁ"),
    ("fr", "bon", "b ɔ̃"),
    ("fr", "oiseau", "w a z o"),
    ("fr", "lune", "l y n"),
    ("es", "corazón", "k o ɾ a θ o n"),
    ("es", "mucho", "m u tʃ o"),
    ("es", "guitarra", "ɡ/ɣ i t a r a"),
    ("it", "notte", "n ɔ tː e"),
    ("it", "ciao", "tʃ a o"),
    ("it", "luna", "l u n a"),
]


@pytest.mark.parametrize(("language", "word", "expected"), KNOWN)
def test_known_words(language: str, word: str, expected: str) -> None:
    (read,) = phonemise(word, language)
    wanted = expected.split()
    assert len(read.phonemes) == len(wanted), read.phonemes
    for phoneme, allowed in zip(read.phonemes, wanted, strict=True):
        assert phoneme in allowed.split("/"), read.phonemes


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "beautiful", ["beau", "ti", "ful"]),
        ("en", "little", ["lit", "tle"]),
        ("en", "moonlight", ["moon", "light"]),
        ("en", "again", ["a", "gain"]),
        ("de", "Frühling", ["Früh", "ling"]),
        ("pl", "zielonym", ["zie", "lo", "nym"]),
        ("es", "estrella", ["es", "tre", "lla"]),
        ("it", "ragazzo", ["ra", "gaz", "zo"]),
    ],
)
def test_syllables_are_spelled_as_they_divide(language: str, text: str, expected: list[str]) -> None:
    (word,) = phonemise(text, language)
    assert [syllable.text for syllable in word.syllables] == expected


def test_syllables_hold_all_phonemes_in_order() -> None:
    text = "Every little extra mystery, strangely understood by the moonlit strings of seventy angels"
    for word in phonemise(text, "en"):
        assert tuple(p for s in word.syllables for p in s.phonemes) == word.phonemes
        assert all(is_vowel(s.nucleus) for s in word.syllables)
        assert "".join(s.text for s in word.syllables) == word.text.strip(",")


def test_text_spans_keep_the_words() -> None:
    text = "  “Stay,” she said —\nI'm livin’ in 1999!"
    words = phonemise(text, "en")
    assert [word.text for word in words] == ["“Stay,”", "she", "said", "I'm", "livin’", "in", "1999!"]
    assert all(text[word.start : word.end] == word.text for word in words)
    assert len(words[-1].syllables) >= 5


def test_words_that_are_read_as_one_are_given_back() -> None:
    words = phonemise("in the rain of the night I am the one", "en")
    assert [word.ipa for word in words[:3]] == ["ɪn", "ðə", "ɹeɪn"]
    assert [word.ipa for word in words[6:9]] == ["aɪ", "ɐm", "ðə"]


def test_stress_marks_are_read() -> None:
    again, television = phonemise("again, television", "en")
    assert [s.stress for s in again.syllables] == [0, 2]
    assert television.syllables[0].stress == 2
    assert television.ipa.startswith("ˈt")


def test_polish_word_of_one_consonant_has_no_syllable() -> None:
    first, second = phonemise("w lesie", "pl")
    assert first.syllables == () and first.phonemes in (("v",), ("w",), ("f",))
    assert len(second.syllables) == 2


def test_fillers_are_sung_not_spelled() -> None:
    words = phonemise("la-la-la mmm ooh", "en")
    assert [word.ipa for word in words] == ["ˈlɑːˈlɑːˈlɑː", "m̩", "uː"]


def test_nothing_depends_on_what_was_read_before() -> None:
    text, other = "the silver moon and every star", "la luna piena"
    espeak_module.espeak()
    first = espeak().ipa((text,), "en")
    espeak().ipa((other,), "it")
    assert espeak().ipa((text,), "en") == first


def test_processes_agree() -> None:
    text = "walking through the pouring rain again"
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        answers = list(pool.map(phonemise, [text, text], ["en", "en"]))
    assert answers[0] == answers[1] == phonemise(text, "en")


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    phonemise("quiet words", "en")
    with pytest.raises(UsageError):
        phonemise("x", "zz")
    captured = capfd.readouterr()
    assert captured.out == "" and captured.err == ""


def test_unknown_language_is_refused_with_known_ones() -> None:
    with pytest.raises(
        UsageError, match="a language must be the code of one that eSpeak NG reads, not 'xx'"
    ) as caught:
        phonemise("hello", "xx")
    assert caught.value.hint is not None and "en" in caught.value.hint


def test_region_that_does_not_exist_is_not_replaced() -> None:
    with pytest.raises(UsageError, match="not 'de-AT'") as caught:
        phonemise("hallo", "de-AT")
    assert caught.value.hint is not None and "de" in caught.value.hint


def test_letters_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(UsageError, match="cannot read '女の子'"):
        phonemise("女の子", "ja")


def test_missing_library_says_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "espeakng_loader", None)
    monkeypatch.setattr(espeak_module.ctypes.util, "find_library", lambda name: None)
    espeak_module._load.cache_clear()
    try:
        with pytest.raises(UnavailableError, match="eSpeak NG must be here") as caught:
            phonemise("hello", "en")
        assert caught.value.hint is not None and "pip install espeakng-loader" in caught.value.hint
    finally:
        monkeypatch.undo()
        espeak_module._load.cache_clear()


@pytest.mark.parametrize(
    ("ipa", "expected"),
    [
        ("t͡ʃˈuːz", ["tʃ", "uː", "z"]),
        ("f_ˈaɪɚ", ["f", "aɪ", "ɚ"]),
        ("aɪ_ə", ["aɪ", "ə"]),
        ("d_z", ["d", "z"]),
        ("n_i2_χ_ˈɑu2_", ["n", "i", "χ", "ɑu"]),
        ("bˈɔ̃", ["b", "ɔ̃"]),
        ("(en)_ð_ə_(de)", ["ð", "ə"]),
        ("ˈɪç", ["ɪ", "ç"]),
    ],
)
def test_ipa_is_cut_into_phonemes(ipa: str, expected: list[str]) -> None:
    assert [phoneme for phoneme, _ in phonemes_of(ipa)] == expected


@pytest.mark.parametrize(
    ("cluster", "language", "length"),
    [
        (["l"], "en", 1),
        (["ŋ"], "en", 0),
        (["s", "t", "ɹ"], "en", 3),
        (["n", "t"], "en", 1),
        (["s", "t"], "es", 1),
        (["tː"], "it", 1),
        (["ɕ", "tɕ"], "pl", 1),
    ],
)
def test_maximal_onset(cluster: list[str], language: str, length: int) -> None:
    assert onset_length(cluster, language) == length


def test_spelling_that_does_not_fit_is_divided_evenly() -> None:
    assert (
        split_spelling("1999", [1, 1, 1, 1, 1], "en") == ("1", "9", "", "9", "9")
        or "".join(split_spelling("1999", [1, 1, 1, 1, 1], "en")) == "1999"
    )
    assert split_spelling("w", [], "pl") == ()
