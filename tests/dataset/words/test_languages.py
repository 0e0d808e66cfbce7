"""Languages by name and by their words."""

from __future__ import annotations

import pytest

from muze_dataset.hearing.words.languages import detect_language, language_named

TEXTS = {
    "en": "I keep on walking till the morning light\nand nobody knows where we are going",
    "de": "Der Mond geht auf und keiner schaut mir zu\nIch warte hier, bis du mich wieder siehst",
    "fr": "La pluie tombe encore sur les toits de la ville\nEt moi je n'attends plus personne ce soir",
    "es": "La lluvia cae sobre la ciudad dormida\ny yo te espero como siempre en la puerta",
    "it": "La pioggia cade ancora sopra la città\ne non c'è nessuno che mi aspetta più",
    "pt": "A chuva cai outra vez na cidade\ne eu não tenho mais ninguém para esperar",
    "pl": "Deszcz pada znowu na nasze miasto\na ja już na nikogo tu nie czekam",
    "nl": "De regen valt weer op het dak\nen ik wacht niet meer op jou",
    "sv": "Regnet faller över taken igen\noch jag väntar inte på någon mer",
    "da": "Regnen falder over byen igen\nog jeg venter ikke længere på dig",
    "no": "Regnet faller over byen igjen\nog jeg venter ikke lenger på deg",
    "cs": "Déšť zase padá na naše město\na já už tady na nikoho nečekám",
    "fi": "Sade lankeaa taas kaupungin ylle\nenkä minä odota enää ketään, vain sinä olet",
    "hu": "Az eső megint esik a városra\nés én már nem várok senkire",
    "ro": "Ploaia cade din nou peste oraș\nși eu nu mai aștept pe nimeni",
    "tr": "Yağmur yine yağıyor bu şehre\nve ben artık kimseyi beklemiyorum, çok yalnızım",
    "ru": "Дождь опять идёт над городом\nи я уже никого не жду",
    "uk": "Дощ знову йде над містом\nі я вже нікого не чекаю",
    "ja": "雨がまた街に降る",
    "ko": "비가 다시 내린다",
    "zh": "雨又落在城市里",
    "el": "Η βροχή πέφτει πάλι στην πόλη",
}


@pytest.mark.parametrize("language", TEXTS)
def test_two_lines_are_enough(language: str) -> None:
    found = detect_language(TEXTS[language])
    assert found is not None and found[0] == language
    assert 0.6 <= found[1] <= 1.0


@pytest.mark.parametrize("text", ["", "la la la", "na na hey hey", "amor", "12 34", "..."])
def test_too_little_to_tell(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("English", "en"), ("eng", "en"), ("en-US", "en"), ("pl_PL", "pl"), ("Deutsch", "de"), ("français", "fr"),
        ("English (UK)", "en"), ("polski", "pl"), ("XXX", None), ("English, French", None), ("", None), (None, None),
        ("Klingon", None), ("sw", "sw"),
    ],
)  # fmt: skip
def test_names_of_languages(text: str | None, code: str | None) -> None:
    assert language_named(text) == code
