"""Lyrics to phonemes, and who reads them."""

from __future__ import annotations

import sys
import types
from types import SimpleNamespace

import pytest

from muze_dataset.extractors.phonemes import Phonemes
from muze_dataset.hearing.words import pronounced
from muze_dataset.hearing.words.pronounced import pronounce
from muzecli.errors import UnavailableError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.text.phonemes import phonemise


def read(lyrics: str | None, language: str | None) -> Finding:
    known = {"lyrics": lyrics, "language": language}
    findings = {name: Finding(v, "test") if v else absent("because") for name, v in known.items()}
    return Phonemes().extract(Heard(findings=findings))["phonemes_ipa"]


def test_phonemes_are_those_that_muze_sings() -> None:
    text = "Every night I sing\nto you"
    expected = [phoneme for word in phonemise(text, "en") for phoneme in word.phonemes]
    found = read("[Chorus]\nEvery night I sing (x2)\nto you", "en")
    assert found.value == expected
    assert (found.method, found.fallback) == ("eSpeak NG", None)


def test_polish_and_languages_under_other_codes() -> None:
    assert read("Idę ulicą", "pl").value == ["i", "d", "ɛ", "u", "l", "i", "ts", "ɔ̃"]
    assert read("我爱你", "zh").value and read("Jeg går", "no").value


def test_words_that_cannot_be_read_are_named() -> None:
    found = read("Hello 日本 world", "en")
    assert found.value == read("Hello world", "en").value
    assert "1 words that cannot be read are left out: 日本" in str(found.fallback)


@pytest.mark.parametrize(
    ("lyrics", "language", "reason"),
    [
        (None, "en", "no lyrics: because"),
        ("Hello", None, "no language: because"),
        ("Hello", "xx", "a language must be"),
        ("[Intro]", "en", "none of the words"),
    ],
)
def test_why_there_are_none(lyrics: str | None, language: str | None, reason: str) -> None:
    found = read(lyrics, language)
    assert found.value is None and reason in str(found.reason)


def test_gruut_reads_where_espeak_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: object) -> object:
        raise UnavailableError("eSpeak NG must be here", hint="install it")

    spoken = [
        ("Give", ["ɡ", "ˈɪ", "v"]),
        ("me", ["m", "ˈi"]),
        ("choices", ["t͡ʃ", "ˈɔɪ", "s", "ɪ", "z"]),
        (",", None),
    ]
    module = types.ModuleType("gruut")
    module.sentences = lambda text, lang: [  # type: ignore[attr-defined]
        [SimpleNamespace(text=word, phonemes=phonemes) for word, phonemes in spoken]
    ]
    monkeypatch.setattr(pronounced, "phonemise", missing)
    monkeypatch.setitem(sys.modules, "gruut", module)
    monkeypatch.setattr(
        pronounced, "package_version", lambda name: "2.4" if name in ("gruut", "gruut-lang-en") else None
    )
    pronounce.cache_clear()
    found = read("Give me choices,", "en")
    assert found.value == ["ɡ", "ɪ", "v", "m", "iː", "tʃ", "ɔɪ", "s", "ɪ", "z"]
    assert found.method == "gruut" and "eSpeak NG is not on this machine" in str(found.fallback)
    refused = read("Idę ulicą", "pl")  # of which gruut would return words without phonemes
    assert refused.value is None and "gruut does not read 'pl'" in str(refused.reason)
    monkeypatch.setattr(pronounced, "package_version", lambda name: None)
    assert "eSpeak NG must be here" in str(read("Give me choices too", "en").reason)
    pronounce.cache_clear()


def test_who_can_read_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> object:
        raise UnavailableError("eSpeak NG must be here")

    assert list(Phonemes().depends_on({})) == ["espeak"]
    monkeypatch.setattr(pronounced, "espeak", missing)
    monkeypatch.setattr(pronounced, "package_version", lambda name: "2.4" if name == "gruut" else None)
    without_german = Phonemes().depends_on({})
    assert (without_german["espeak"], without_german["gruut"]) == (None, "2.4")
    monkeypatch.setattr(pronounced, "package_version", lambda name: "2.4")
    assert Phonemes().depends_on({}) != without_german
